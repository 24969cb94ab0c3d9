"""What may follow what with a seat (代表资格), and the one writer of its status."""

import datetime as dt

from django.db import transaction
from django.utils.timezone import localdate

from accounts.models import User
from audit.models import Event
from common.errors import RuleViolation
from common.workflow import Step, Workflow
from deputies import permissions as may
from deputies.choices import EndReason
from deputies.choices import MandateStatus as S
from deputies.models import Mandate

HELD = frozenset({S.ACTIVE, S.SUSPENDED})

# 代表法第六十一条 (suspension), 第六十二条 (end of the seat).
FLOW = Workflow(
    Step(
        "suspend",
        "暂停执行代表职务",
        frozenset({S.ACTIVE}),
        S.SUSPENDED,
        may.may_step,
        hint="被羁押正在受侦查、起诉、审判，或被判处管制、拘役、有期徒刑没有附加剥夺政治权利。",
    ),
    Step(
        "resume",
        "恢复执行代表职务",
        frozenset({S.SUSPENDED}),
        S.ACTIVE,
        may.may_step,
        hint="暂停的情形消失后恢复，至任期届满为止。",
    ),
    Step(
        "terminate",
        "终止代表资格",
        HELD,
        S.TERMINATED,
        may.may_step,
        hint="须有法定原因并公告。",
    ),
    Step(
        "expire",
        "任期届满",
        HELD,
        S.TERM_ENDED,
        may.may_step,
        hint="新一届代表产生后，上一届代表的资格结束。",
    ),
)


@transaction.atomic
def suspend(mandate: Mandate, *, actor: User, announcement: str) -> Event:
    """The seat stays, its rights rest."""
    return FLOW.take("suspend", mandate, actor=actor, note=_told(announcement))


@transaction.atomic
def resume(mandate: Mandate, *, actor: User, announcement: str) -> Event:
    """The rights are back, until the term is over."""
    return FLOW.take("resume", mandate, actor=actor, note=_told(announcement))


@transaction.atomic
def terminate(
    mandate: Mandate,
    *,
    actor: User,
    reason: str,
    announcement: str,
    ends_on: dt.date,
) -> Event:
    """The seat ends before its term. `ends_on` is the first day without it."""
    FLOW.check("terminate", mandate, actor=actor)
    if reason not in EndReason.values:
        raise RuleViolation("请选择终止的原因。", field="reason")
    _check_end(mandate, ends_on)
    note = f"{EndReason(reason).label}；{_told(announcement)}"
    return FLOW.take(
        "terminate",
        mandate,
        actor=actor,
        note=note,
        ends_on=ends_on,
        end_reason=reason,
        announcement=announcement,
    )


@transaction.atomic
def expire(mandate: Mandate, *, actor: User, ends_on: dt.date) -> Event:
    """The term is over. `ends_on` is the first day without the seat."""
    FLOW.check("expire", mandate, actor=actor)
    _check_end(mandate, ends_on)
    return FLOW.take("expire", mandate, actor=actor, ends_on=ends_on)


def _told(announcement: str) -> str:
    """Suspension, return and end are announced (代表法第六十二条至第六十四条)."""
    text = announcement.strip()
    if not text:
        raise RuleViolation("请写明公告（文号或日期）。", field="announcement")
    if len(text) > 200:
        raise RuleViolation("公告不超过 200 字。", field="announcement")
    return text


def _check_end(mandate: Mandate, ends_on: dt.date) -> None:
    if ends_on <= mandate.starts_on:
        raise RuleViolation("结束日须晚于任职开始日。", field="ends_on")
    if ends_on > localdate():
        raise RuleViolation("结束日不能在今天之后，到那天再办。", field="ends_on")
