"""Activities: held, cancelled, reviewed. What may follow what, and who may."""

from typing import Any

from django.db import transaction
from django.utils.timezone import now

from activities import permissions as may
from activities.choices import ActivityStatus, TakingPart
from activities.mails import tell_cancelled
from activities.models import Activity
from audit.models import Event
from common.errors import RuleViolation
from common.texts import one_line
from common.workflow import Step, Workflow

S = ActivityStatus


def not_reviewed(actor: Any, activity: Activity) -> bool:
    return activity.reviewed_by_id is None


FLOW = Workflow(
    Step(
        "hold",
        "确认已开展",
        frozenset({S.PLANNED}),
        S.HELD,
        may.runs,
        "联络站",
        "计入台账；没有打勾也没有请假的代表记为未到。",
    ),
    Step(
        "cancel",
        "取消",
        frozenset({S.PLANNED}),
        S.CANCELLED,
        may.runs,
        "联络站",
        "写明原因，已通知的代表会收到取消通知。",
    ),
    Step(
        "review",
        "审核",
        frozenset({S.HELD}),
        None,
        may.may_review,
        "记录人以外的人",
        "审核后记录定稿，不能再改。",
        not_reviewed,
    ),
)


@transaction.atomic
def hold(activity: Activity, *, actor: Any) -> Event:
    """It took place; whoever neither came nor asked for leave is down as absent."""
    FLOW.check("hold", activity, actor=actor)
    if not activity.has_begun:
        raise RuleViolation("活动日还没有到，不能确认已开展。", field="starts_at")
    event = FLOW.take("hold", activity, actor=actor, held_at=now())
    still = activity.attendances.filter(state=TakingPart.INVITED)
    still.update(state=TakingPart.ABSENT)
    return event


@transaction.atomic
def cancel(activity: Activity, *, actor: Any, reason: str) -> Event:
    """Call it off; deputies who had been told are told so."""
    FLOW.check("cancel", activity, actor=actor)
    reason = one_line(
        reason, label="取消原因", field="reason", longest=200, required=True
    )
    event = FLOW.take(
        "cancel", activity, actor=actor, note=reason, cancel_reason=reason
    )
    tell_cancelled(activity)
    return event


@transaction.atomic
def review(activity: Activity, *, actor: Any) -> Event:
    """The record is right: signed off by another than who wrote it."""
    FLOW.check("review", activity, actor=actor)
    if not activity.minutes:
        raise RuleViolation("内容纪要还没有写，请记录人补上再审核。", field="minutes")
    changes = {"reviewed_by_id": actor.pk, "reviewed_at": now()}
    return FLOW.take("review", activity, actor=actor, **changes)
