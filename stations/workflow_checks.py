"""Checks of stations: proposed, sent back, and confirmed by a second person."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.timezone import localdate, now

from audit.models import Event
from audit.services import record
from common.errors import RuleViolation
from common.texts import one_line
from common.workflow import Step, Workflow
from notices.services import plan_notice
from stations import permissions as may
from stations.choices import CheckStatus
from stations.models import Station, StationCheck
from stations.stars import MOST_STARS, Verdict, star_word, verdict

S = CheckStatus
KIND = "check"  # of the notices

FLOW = Workflow(
    Step(
        "propose",
        "送确认",
        frozenset({S.DRAFT}),
        S.PROPOSED,
        may.is_checker,
        "检查人",
        "每一项都打了分才能送；得分和建议星级随之算定。",
    ),
    Step(
        "take_back",
        "收回",
        frozenset({S.PROPOSED}),
        S.DRAFT,
        may.is_checker,
        "检查人",
        "确认以前可以收回再改。",
    ),
    Step(
        "send_back",
        "退回",
        frozenset({S.PROPOSED}),
        S.DRAFT,
        may.may_confirm_check,
        "检查人以外的代表工委或乡镇",
        "写明原因，检查人改后再送。",
    ),
    Step(
        "confirm",
        "确认",
        frozenset({S.PROPOSED}),
        S.CONFIRMED,
        may.may_confirm_check,
        "检查人以外的代表工委或乡镇",
        "评星的标准，确认后即为该站的星级。",
    ),
)


def verdict_of(check: StationCheck) -> Verdict:
    """Points and proposed star of a check as it is marked now."""
    lines = check.checklist.stars if check.checklist.gives_star else []
    return verdict(check.marks.all(), lines, veto=check.veto)


@transaction.atomic
def propose(check: StationCheck, *, actor: Any) -> Event:
    """Hand the marks in; from now on they stand."""
    FLOW.check("propose", check, actor=actor)
    found = verdict_of(check)
    if found.unmarked:
        raise RuleViolation(f"还有 {found.unmarked} 项没有打分。")
    return FLOW.take(
        "propose",
        check,
        actor=actor,
        note=f"{found.points} / {found.out_of} 分",
        data={"star": found.star, "points": found.points},
        proposed_star=found.star,
        reason="",
    )


@transaction.atomic
def take_back(check: StationCheck, *, actor: Any) -> Event:
    """The checker goes on with the draft."""
    return FLOW.take("take_back", check, actor=actor, proposed_star=None)


@transaction.atomic
def send_back(check: StationCheck, *, actor: Any, reason: str) -> Event:
    """Back to the checker, who is told why."""
    FLOW.check("send_back", check, actor=actor)
    reason = one_line(
        reason, label="退回原因", field="reason", longest=200, required=True
    )
    event = FLOW.take(
        "send_back", check, actor=actor, note=reason, reason=reason, proposed_star=None
    )
    _tell(check, event, f"检查退回：{check.station}", reason)
    return event


@transaction.atomic
def confirm(
    check: StationCheck, *, actor: Any, star: int | None, reason: str = ""
) -> Event:
    """Settle the star (None: 待提升); another one than proposed needs a reason.

    Of a checklist without stars only the points are settled. The station's star
    rises or falls to it.
    """
    FLOW.check("confirm", check, actor=actor)
    if actor.pk == check.checked_by_id:
        raise PermissionDenied
    reason = one_line(reason, label="理由", field="reason", longest=200)
    if not check.checklist.gives_star:
        star = None
    _check_star(check, star, reason)
    event = FLOW.take(
        "confirm",
        check,
        actor=actor,
        note=_settled(check, star, reason),
        data={"star": star, "proposed": check.proposed_star},
        confirmed_star=star,
        confirmed_by=actor,
        confirmed_at=now(),
        reason=reason,
    )
    if check.checklist.gives_star:
        _rate(check.station, star, actor=actor)
    _tell(check, event, f"检查已确认：{check.station}", event.note)
    return event


def _check_star(check: StationCheck, star: int | None, reason: str) -> None:
    if star is not None and not 0 <= star <= MOST_STARS:
        raise RuleViolation("没有这一星级。", field="star")
    if star != check.proposed_star and not reason:
        raise RuleViolation("与建议星级不同，请写明理由。", field="reason")
    later = StationCheck.objects.filter(
        station=check.station_id,
        status=S.CONFIRMED,
        checklist__gives_star=True,
        checked_on__gt=check.checked_on,
    )
    if check.checklist.gives_star and later.exists():
        raise RuleViolation("之后已有一次确认过的评星，这次不能再作准，请退回。")


def _settled(check: StationCheck, star: int | None, reason: str) -> str:
    told = star_word(star) if check.checklist.gives_star else "通过"
    return f"{told}（{reason}）" if reason else told


def _rate(station: Station, star: int | None, *, actor: Any) -> None:
    row = Station.objects.get(pk=station.pk)
    was = star_word(row.star) if row.star_since else "未评"
    changes = {"star": star, "star_since": localdate(), "updated_at": now()}
    Station.objects.filter(pk=station.pk).update(**changes)
    station.star, station.star_since = star, localdate()
    note = f"{was} → {star_word(star)}"
    record("rate", station, actor=actor, label="评定星级", note=note)


def _tell(check: StationCheck, event: Event, title: str, text: str) -> None:
    plan_notice(
        check.checked_by,
        kind=KIND,
        title=title,
        text=text,
        url=check.get_absolute_url(),
        subject=check,
        key=f"check:{check.pk}:{event.pk}",
    )
