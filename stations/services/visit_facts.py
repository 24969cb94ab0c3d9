"""What a visit says of itself: each fact within its limits, the form complete."""

from typing import Any

from common.crypto import digest
from common.errors import RuleViolation
from common.texts import cleaned, normal_contact, one_line
from deputies.choices import Sex
from stations.choices import AgeBand, Channel, Outcome, ReferredTo
from stations.models import Station, Visit

LONGEST_WORDS = 5000
LONGEST_ANSWER = 2000
STAFF = "工作人员"  # the helper who needs no further name than the recorder's

# What may still be settled when the register of the day is closed.
LATER = frozenset({"outcome", "answer", "referred_to", "category"})
AMENDABLE = LATER | {
    *("words", "visitor_name", "visitor_contact", "party_size", "area", "sex"),
    *("age_band", "channel", "visited_at", "heard_by", "home", "request"),
    *("is_assisted", "helper_name", "helper_relation", "source"),
}
TEXTS = {  # longer ones
    "words": ("反映的内容", LONGEST_WORDS, True),
    "answer": ("当场答复", LONGEST_ANSWER, False),
    "request": ("诉求", LONGEST_ANSWER, False),
}
LINES = {  # of one line
    "visitor_name": ("来访人", 50),
    "visitor_contact": ("联系方式", 50),
    "home": ("住址或单位", 100),
    "helper_name": ("代填人", 50),
    "helper_relation": ("与本人关系", 50),
    "source": ("来源说明", 200),
}
CHOSEN = {
    "channel": (Channel, "来访方式"),
    "outcome": (Outcome, "办理方式"),
    "referred_to": (ReferredTo, "引导去处"),
    "sex": (Sex, "性别"),
    "age_band": (AgeBand, "年龄段"),
}


def known(facts: dict[str, Any]) -> dict[str, Any]:
    unknown = set(facts) - AMENDABLE
    if unknown:
        raise TypeError(f"unknown facts {', '.join(sorted(unknown))}")
    return facts


def checked(values: dict[str, Any], station: Station) -> dict[str, Any]:
    """The values as columns, each within its limits."""
    found = dict(values)
    for field, (choices, label) in CHOSEN.items():
        if found.get(field) and found[field] not in choices.values:
            raise RuleViolation(f"没有这一种{label}。", field=field)
    for field in TEXTS.keys() & found.keys():
        label, longest, needed = TEXTS[field]
        found[field] = cleaned(
            found[field] or "",
            label=label,
            field=field,
            longest=longest,
            required=needed,
        )
    for field in LINES.keys() & found.keys():
        label, longest = LINES[field]
        found[field] = one_line(
            found[field] or "", label=label, field=field, longest=longest
        )
    if "visitor_contact" in found:
        found["contact_digest"] = digest(normal_contact(found["visitor_contact"]))
    if "party_size" in found:
        found["party_size"] = _party(found["party_size"])
    area = found.get("area")
    if area is not None and not area.code.startswith(station.area_id[:6]):
        raise RuleViolation("请选择本县（市、区）内的地方。", field="area")
    return found


def _party(size: Any) -> int:
    try:
        number = int(size)
    except (TypeError, ValueError) as error:
        raise RuleViolation("人数请填数字。", field="party_size") from error
    if not 1 <= number <= 999:
        raise RuleViolation("人数须在 1 到 999 之间。", field="party_size")
    return number


def check_outcome(outcome: str | None, values: dict[str, Any]) -> None:
    """Answered on the spot says what; referred says where: the form is complete."""
    if outcome == Outcome.ANSWERED and not values.get("answer"):
        raise RuleViolation("当场答复的，请写下怎么答复的。", field="answer")
    if outcome == Outcome.REFERRED and not values.get("referred_to"):
        raise RuleViolation("引导他处的，请选择去处。", field="referred_to")


def say_who_helped(values: dict[str, Any], actor: Any) -> None:
    """Filled in for somebody else: by whom. Staff are named by the recorder."""
    if not values.get("is_assisted"):
        if "is_assisted" in values:
            values["helper_name"] = values["helper_relation"] = ""
        return
    relation = values.get("helper_relation", "")
    if not relation:
        raise RuleViolation("代填的，请选代填人和本人的关系。", field="helper_relation")
    if relation == STAFF and not values.get("helper_name"):
        values["helper_name"] = str(actor or "")[:50]
    if not values.get("helper_name"):
        raise RuleViolation("代填的，请写代填人姓名。", field="helper_name")


def as_amended(visit: Visit, values: dict[str, Any]) -> dict[str, Any]:
    held = {"answer": visit.answer, "referred_to": visit.referred_to}
    return held | values
