"""Deputies who came without having been on duty: said on the day, or taken back."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.timezone import now

from audit.services import history_of, record
from common.errors import WrongState
from deputies.models import Deputy
from stations import permissions as may
from stations.choices import OPEN_DAYS
from stations.models import ReceptionDay

VERB = "walk_in"


def note_unplanned(day: ReceptionDay, deputy: Deputy, *, actor: Any) -> None:
    """That this deputy, ticked just now, had not been on duty."""
    record(VERB, day, actor=actor, label="未排到站", data={"deputy": deputy.pk})


def is_unplanned(day: ReceptionDay, deputy: Deputy) -> bool:
    return history_of(day).filter(verb=VERB, data__deputy=deputy.pk).exists()


@transaction.atomic
def drop_unplanned(day: ReceptionDay, deputy: Deputy, *, actor: Any) -> None:
    """Take back a tick made by mistake: nobody expected this deputy, so nobody is
    down as absent. Raises PermissionDenied, WrongState on a closed day."""
    if not may.runs_day(actor, day):
        raise PermissionDenied
    still = ReceptionDay.objects.filter(pk=day.pk, status__in=OPEN_DAYS)
    if not still.update(updated_at=now()):
        raise WrongState("这次接待已经结束或取消，值班不能再改。")
    if is_unplanned(day, deputy):
        day.duties.filter(deputy=deputy).delete()
        record("drop_duty", day, actor=actor, label="撤下值班", note=deputy.name)
