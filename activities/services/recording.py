"""What happened at an activity: who came, what was said, papers and photos of it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q

from activities import permissions as may
from activities.choices import SEEN_ON_THE_DAY, ActivityStatus, TakingPart
from activities.models import Activity, ActivityFile, Guest
from activities.services.planning import LONGEST_TEXT, claim
from areas.models import Unit
from audit.services import record
from common.errors import RuleViolation, WrongState
from common.texts import cleaned, one_line
from common.uploads import check, remove, stored, sweep
from deputies.models import Deputy
from stations.choices import Channel
from stations.models import Visit
from stations.services import log_visit

FOLDER = "activities"
MOST_FILES = 20
MOST_GUESTS = 60
TEXTS = {
    "agenda": "议程",
    "minutes": "内容纪要",
    "findings": "发现的问题",
    "outcome": "形成意见",
}
COUNTS = {
    "met_count": "参加群众人数",
    "satisfied": "满意票",
    "basically": "基本满意票",
    "dissatisfied": "不满意票",
}
MOST_PEOPLE = 1_000_000
MOST_HOURS = 200


@dataclass(frozen=True)
class Present:
    """One of those who came from a unit or another body."""

    organisation: str
    name: str = ""
    post: str = ""


@transaction.atomic
def record_activity(
    activity: Activity,
    *,
    actor: Any,
    version: int,
    states: Mapping[int, str] | None = None,
    guests: Iterable[Present] | None = None,
    **facts: Any,
) -> Activity:
    """Write down how it went; `states` are those of deputies, by their key.

    `facts`: agenda, minutes, findings, outcome, met_count, speaker, hours, satisfied,
    basically, dissatisfied. Who writes last is the recorder. Raises PermissionDenied,
    RuleViolation, Overtaken, and WrongState once it is reviewed or cancelled.
    """
    if not may.runs(actor, activity):
        raise PermissionDenied
    values = _checked(facts)
    claim(activity, version, recorded_by_id=actor.pk, **values)
    changed = sorted(values)
    if states is not None and _set_states(activity, states):
        changed.append("attendances")
    if guests is not None:
        _set_guests(activity, list(guests))
        changed.append("guests")
    label, data = "记录活动", {"fields": changed}
    record("record", activity, actor=actor, label=label, data=data)
    return activity


def _checked(facts: dict[str, Any]) -> dict[str, Any]:
    found = dict(facts)
    unknown = set(found) - set(TEXTS) - set(COUNTS) - {"speaker", "hours"}
    if unknown:
        raise TypeError(f"unknown facts {', '.join(sorted(unknown))}")
    for field, label in TEXTS.items():
        if field in found:
            found[field] = cleaned(
                found[field] or "", label=label, field=field, longest=LONGEST_TEXT
            )
    for field, label in COUNTS.items():
        if found.get(field) is not None and not 0 <= found[field] <= MOST_PEOPLE:
            raise RuleViolation(f"{label}须在 0 到 {MOST_PEOPLE} 之间。", field=field)
    if "speaker" in found:
        found["speaker"] = one_line(
            found["speaker"] or "", label="主讲人", field="speaker", longest=100
        )
    hours: Decimal | None = found.get("hours")
    if hours is not None and not 0 <= hours <= MOST_HOURS:
        raise RuleViolation(f"学时须在 0 到 {MOST_HOURS} 之间。", field="hours")
    return found


def _set_states(activity: Activity, states: Mapping[int, str]) -> int:
    """Only what differs is written; answers how many."""
    held = dict(activity.attendances.values_list("deputy_id", "state"))
    wanted = {key: state for key, state in states.items() if held.get(key) != state}
    if set(states) - set(held):
        raise RuleViolation("有代表不在名单里，请刷新后再记。")
    for state in TakingPart.values:
        keys = [key for key, asked in wanted.items() if asked == state]
        if not keys:
            continue
        if state in SEEN_ON_THE_DAY and not activity.has_begun:
            raise RuleViolation("活动日还没有到，只能登记请假。")
        activity.attendances.filter(deputy__in=keys).update(state=state)
    if set(wanted.values()) - set(TakingPart.values):
        raise RuleViolation("没有这一种参加状态。")
    return len(wanted)


def _set_guests(activity: Activity, guests: list[Present]) -> None:
    if len(guests) > MOST_GUESTS:
        raise RuleViolation(f"参加部门最多 {MOST_GUESTS} 行。", field="guests")
    rows = [_guest(activity, present) for present in guests]
    known = _units(activity, [row.organisation for row in rows])
    for row in rows:
        row.unit_id = known.get(row.organisation)
    activity.guests.all().delete()
    Guest.objects.bulk_create(rows)


def _guest(activity: Activity, present: Present) -> Guest:
    parts = {
        "organisation": ("单位", 100, present.organisation),
        "name": ("姓名", 50, present.name),
        "post": ("职务", 50, present.post),
    }
    found = {
        field: one_line(text, label=f"参加部门的{label}", field="guests", longest=most)
        for field, (label, most, text) in parts.items()
    }
    return Guest(activity=activity, **found)


def _units(activity: Activity, names: list[str]) -> dict[str, int]:
    """Keys of the county's units by name or short name."""
    here = Unit.objects.filter(area__code__startswith=activity.area_id[:6])
    rows = here.filter(Q(name__in=names) | Q(short_name__in=names))
    found: dict[str, int] = {}
    for key, name, short in rows.values_list("pk", "name", "short_name"):
        found |= {name: key, short: key}
    return found


@transaction.atomic
def hear(activity: Activity, *, actor: Any, **line: Any) -> Visit:
    """Log what somebody said at the activity, as a visit of its station.

    Nobody named in `heard_by`: the deputies who came heard it.
    """
    if activity.station is None:
        raise WrongState("没有联络站的活动，请到联络站登记来访。")
    if activity.status == ActivityStatus.CANCELLED:
        raise WrongState("活动已经取消，不能登记意见。")
    line["channel"] = Channel.ACTIVITY
    if not line.get("heard_by"):
        came = activity.attendances.filter(state=TakingPart.ATTENDED)
        line["heard_by"] = Deputy.objects.filter(pk__in=came.values("deputy"))[:30]
    visit = log_visit(activity.station, actor=actor, **line)
    activity.visits.add(visit)
    return visit


def attach(activity: Activity, *, actor: Any, file: Any) -> ActivityFile:
    """Add a photo or paper. Raises PermissionDenied, WrongState, RuleViolation."""
    check_may_attach(activity, actor=actor)
    checked = check(file)
    with stored(checked, FOLDER) as path, transaction.atomic():
        claim(activity, activity.version)
        if activity.files.count() >= MOST_FILES:
            raise RuleViolation(f"一次活动最多 {MOST_FILES} 个附件。", field="file")
        row = activity.files.create(
            name=checked.name,
            content_type=checked.content_type,
            is_image=checked.is_image,
            size=len(checked.data),
            sha256=checked.sha256,
            path=path,
            added_by=actor,
        )
        _tell_file("attach", row, actor=actor, label="加附件")
    return row


def check_may_attach(activity: Activity, *, actor: Any) -> None:
    """Raises PermissionDenied, or WrongState once it is reviewed or cancelled."""
    if not may.runs(actor, activity):
        raise PermissionDenied
    if not may.may_record(actor, activity):
        raise WrongState("活动已经取消或审核，附件不能再增减。")


@transaction.atomic
def remove_file(file: ActivityFile, *, actor: Any) -> None:
    """Take a file back: by who added it, until the record is reviewed."""
    if not may.may_remove_file(actor, file):
        raise PermissionDenied
    claim(file.activity, file.activity.version)
    path = file.path
    _tell_file("remove_file", file, actor=actor, label="删除附件")
    file.delete()
    transaction.on_commit(lambda: remove(path))


def _tell_file(verb: str, file: ActivityFile, *, actor: Any, label: str) -> None:
    data = {"file": file.pk, "name": file.name, "size": file.size, "sum": file.sha256}
    record(verb, file.activity, actor=actor, label=label, data=data)


def sweep_files() -> int:
    """Remove files that no activity names, a day old; answers how many."""
    return sweep(FOLDER, ActivityFile.objects.values_list("path", flat=True).iterator())
