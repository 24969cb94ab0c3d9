"""The reception desk: one line is one visit and what becomes of it, in one transaction.

A line is known by the key its browser made, so that sending it again is harmless; a
change says which version it was made from, so that of two people one is told.
"""

import datetime as dt
import uuid
from collections.abc import Iterable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.timezone import localtime, now

from accounts.models import User
from audit.services import history_of, record
from common.errors import Overtaken, RuleViolation, WrongState
from common.fields import masked_phone
from common.texts import cleaned, one_line
from deputies.models import Deputy
from proposals import permissions as may
from proposals.choices import Kind
from proposals.deadlines import moving
from proposals.indexing import refresh_bigrams
from proposals.models import Proposal
from proposals.register import UNTAKEN, Line, line_again, mergeable
from proposals.services.opening import (
    issue_code,
    join_visit,
    open_opinion,
    title_from,
)
from proposals.workflow.intake import withdraw
from stations import workflow
from stations.choices import OPEN_DAYS, Outcome
from stations.models import ReceptionDay, Visit
from stations.services import amend_visit, claim_visit, log_visit

LONGEST = 10**9  # lengths are the rule of the visit; here texts are only compared


@transaction.atomic
def settle_line(
    day: ReceptionDay,
    *,
    actor: User,
    key: uuid.UUID,
    version: int | None = None,
    merged_into: Proposal | None = None,
    heard_by: Iterable[Deputy] | None = None,
    visited_at: dt.datetime | None = None,
    **facts: Any,
) -> Line:
    """Store a line, or change it, and let its outcome happen.

    `facts`: words, visitor_name, visitor_contact, party_size, category, outcome,
    answer, referred_to; what is not named stays. `version` is the one the change was
    made from, None for a line that the sender does not know to be stored. What is
    stored already is answered as it is. A contact given as it is shown (masked) is
    the one that is there. Raises PermissionDenied, RuleViolation with its field,
    WrongState on a closed day, Overtaken.
    """
    if not may.may_keep_desk(actor, day.station):
        raise PermissionDenied
    visit = Visit.objects.filter(key=key).first()
    if visit is None:
        visit = _log(day, actor, key, heard_by, visited_at, facts)
        version = visit.version if version is None else version
    elif visit.day_id != day.pk:
        raise RuleViolation("这一行的标识已被使用，请刷新页面。", field="key")
    changes = _changes(visit, facts, heard_by)
    target = _target(visit, facts, merged_into)
    joined = _joined(visit)
    if changes or (joined is not None and target != joined):
        _check_open(day)
        # Written even when only the target moves: the version must tell the next one.
        visit = _amend(visit, actor, version, changes, target)
    return line_again(visit, code=_settle(visit, actor, target))


@transaction.atomic
def reissue_code(day: ReceptionDay, *, actor: User, key: uuid.UUID) -> Line:
    """A new query code for the voter of a line; the one given before ends."""
    if not may.may_keep_desk(actor, day.station):
        raise PermissionDenied
    visit = Visit.objects.filter(key=key, day=day).first()
    line = line_again(visit) if visit else None
    if line is None or not line.may_have_code or line.opinion is None:
        raise RuleViolation("只有转为意见并留了电话的，才发查询码。", field="key")
    code = issue_code(line.opinion)
    record("issue_code", line.opinion, actor=actor, label="补发查询码")
    return line_again(line.visit, code=code)


def close_desk(day: ReceptionDay, *, actor: User) -> None:
    """End the reception: the register is final (stations.workflow.hold)."""
    if not may.may_keep_desk(actor, day.station):
        raise PermissionDenied
    workflow.hold(day, actor=actor)


# --- the line ---------------------------------------------------------------------


def _log(
    day: ReceptionDay,
    actor: User,
    key: uuid.UUID,
    heard_by: Iterable[Deputy] | None,
    visited_at: dt.datetime | None,
    facts: dict[str, Any],
) -> Visit:
    asked = {name: value for name, value in facts.items() if value is not None}
    return log_visit(
        day.station,
        actor=actor,
        key=key,
        day=day,
        visited_at=visited_at,
        heard_by=heard_by or (),
        **{"words": "", **asked},
    )


def _changes(
    visit: Visit, facts: dict[str, Any], heard_by: Iterable[Deputy] | None
) -> dict[str, Any]:
    """What of the facts differs from what is stored, compared as it would be stored."""
    found: dict[str, Any] = {}
    for name, given in facts.items():
        held = getattr(visit, name)
        value = _as_stored(name, given)
        if name == "visitor_contact" and value and value == masked_phone(held):
            continue
        if value != held:
            found[name] = given
    if heard_by is not None:
        asked = list(heard_by)
        held_ids = set(visit.heard_by.values_list("pk", flat=True))
        if asked and {deputy.pk for deputy in asked} != held_ids:
            found["heard_by"] = asked
    return found


def _as_stored(name: str, given: Any) -> Any:
    if name in ("words", "answer"):
        return cleaned(given or "", label="", field=name, longest=LONGEST)
    if name in ("visitor_name", "visitor_contact"):
        return one_line(given or "", label="", field=name, longest=LONGEST)
    return given


def _amend(
    visit: Visit,
    actor: User,
    version: int | None,
    changes: dict[str, Any],
    target: Proposal | None,
) -> Visit:
    if version != visit.version:
        raise Overtaken(_who_was_first(visit))
    outcome = changes.get("outcome", visit.outcome)
    if outcome != visit.outcome or target != _joined(visit):
        _release(visit, actor, Outcome(outcome))
    if not changes:
        claim_visit(visit, version=visit.version)
        return visit
    return amend_visit(visit, actor=actor, version=visit.version, **changes)


def _who_was_first(visit: Visit) -> str:
    """何雨晴 9:46 先改了这一行。"""
    last = history_of(visit).last()
    if last is None:
        return "这一行刚刚被别人改过。"
    return f"{last.actor_name} {localtime(last.at):%H:%M} 先改了这一行。"


def _settle(visit: Visit, actor: User, target: Proposal | None) -> str:
    """Open or join the matter that the outcome names; answers a code if one is new."""
    if visit.outcome == Outcome.MERGED and target is not None:
        if not target.visits.filter(pk=visit.pk).exists():
            join_visit(target, visit, actor=actor)
        return ""
    if visit.outcome != Outcome.OPINION:
        return ""
    try:
        opinion = own_opinion(visit) or open_opinion(visit, actor=actor)
    except RuleViolation as refused:
        field = "words" if refused.field == "text" else refused.field
        raise RuleViolation(str(refused), field=field) from refused
    _follow(opinion, visit)
    if not visit.visitor_contact or opinion.query_code:
        return ""
    return issue_code(opinion)


def _target(
    visit: Visit, facts: dict[str, Any], merged_into: Proposal | None
) -> Proposal | None:
    """The matter that the line shall be joined to; only of the same station."""
    if facts.get("outcome", visit.outcome) != Outcome.MERGED:
        return None
    if merged_into is None:
        if joined := _joined(visit):
            return joined
        raise RuleViolation("并入已有的，请选择并入哪一条意见。", field="merged_into")
    if visit.outcome == Outcome.OPINION and own_opinion(visit) == merged_into:
        raise RuleViolation("这就是这一行自己的意见。", field="merged_into")
    of_station = merged_into.station_id == visit.station_id
    if not of_station or merged_into.kind != Kind.OPINION:
        raise RuleViolation("只能并入本站的意见。", field="merged_into")
    return merged_into


def _joined(visit: Visit) -> Proposal | None:
    """The matter a merged line is joined to."""
    return own_opinion(visit) if visit.outcome == Outcome.MERGED else None


def own_opinion(visit: Visit) -> Proposal | None:
    """The opinion into which a visit went, its own or the one it joined."""
    return visit.proposals.filter(kind=Kind.OPINION).order_by("id").first()


def _release(visit: Visit, actor: User, outcome: Outcome) -> None:
    """Undo what the former outcome did, while that is still possible."""
    opinion = own_opinion(visit)
    if opinion is None:
        return
    if visit.outcome == Outcome.OPINION:
        _take_back(opinion, visit, actor, outcome)
    elif visit.outcome == Outcome.MERGED:
        _leave(opinion, visit, actor)


def _take_back(opinion: Proposal, visit: Visit, actor: User, outcome: Outcome) -> None:
    if opinion.status not in UNTAKEN:
        state = opinion.get_status_display()
        raise RuleViolation(
            f"意见 {opinion.number} 已经受理（{state}），这里不能再改怎么办。",
            field="outcome",
        )
    if opinion.visits.exclude(pk=visit.pk).exists():
        raise RuleViolation(
            f"已有别的来访并入意见 {opinion.number}，不能再改怎么办。", field="outcome"
        )
    withdraw(opinion, actor=actor, reason=f"接待登记改为“{outcome.label}”")
    opinion.visits.remove(visit)


def _leave(opinion: Proposal, visit: Visit, actor: User) -> None:
    told = opinion.tellings.filter(visit=visit).exists()
    if told or opinion.is_over:
        raise RuleViolation(
            f"意见 {opinion.number} 已经办结或告知，不能再改怎么办。", field="outcome"
        )
    opinion.visits.remove(visit)
    data = {"visit": visit.pk}
    record("leave", opinion, actor=actor, label="移出来访", data=data)


def _follow(opinion: Proposal, visit: Visit) -> None:
    """Until it is taken in, the opinion says what the register says."""
    same = (opinion.text, opinion.category_id) == (visit.words, visit.category_id)
    if same:
        return
    own_title = opinion.title != title_from(opinion.text)
    said: dict[str, Any] = {
        "title": opinion.title if own_title else title_from(visit.words),
        "text": visit.words,
        "category": visit.category,
    }
    with moving(opinion):
        untaken = Proposal.objects.filter(pk=opinion.pk, status__in=UNTAKEN)
        if not untaken.update(**said, updated_at=now()):
            return  # it stays as it was taken in, be it in this very moment
        for name, value in said.items():
            setattr(opinion, name, value)
        refresh_bigrams(opinion)


def _check_open(day: ReceptionDay) -> None:
    """Corrections after the closing are not made at the desk."""
    still = ReceptionDay.objects.filter(pk=day.pk, status__in=OPEN_DAYS)
    if not still.exists():
        raise WrongState("这次接待已经结束或取消，登记表不能再改。")


def find_mergeable(day: ReceptionDay, user: User, number: str) -> Proposal:
    """The open opinion of this station that bears this number, or ends in it.

    Raises RuleViolation (field `merged_into`) when there is none, or more than one.
    """
    asked = one_line(number, label="编号", field="merged_into", longest=100)
    found = mergeable(day, user)
    exact = found.filter(number=asked).first()
    if exact is not None:
        return exact
    ending = list(found.filter(number__endswith=asked)[:2]) if asked else []
    if len(ending) == 1:
        return ending[0]
    if ending:
        raise RuleViolation(
            f"编号以“{asked}”结尾的不止一件，请写全。", field="merged_into"
        )
    raise RuleViolation(
        "本站没有这一编号的在办意见，请搜索后选择。", field="merged_into"
    )
