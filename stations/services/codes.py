"""Public codes: given, opened, counted without identity, taken back."""

import datetime as dt
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import F, Sum
from django.db.models.functions import TruncMonth
from django.utils.timezone import localdate, now

from audit.services import record
from common.crypto import new_code
from common.errors import Overtaken, RuleViolation, WrongState
from common.texts import one_line
from deputies.models import Deputy
from stations import permissions as may
from stations.choices import CodeKind, StationStatus
from stations.models import CodeScan, PublicCode, Station

FEEDS = (CodeKind.STATION_FEED, CodeKind.DEPUTY_FEED)
OF_STATIONS = (CodeKind.STATION, CodeKind.STATION_FEED)
PRINTED = 12  # signs of a code that is printed: short, yet not to be guessed
MONTHS = 12


def open_code(kind: str, of: Station | Deputy) -> PublicCode | None:
    """The code of this kind that is in use for a station or a deputy, if there is."""
    return PublicCode.objects.open().filter(kind=kind, **_owner(of)).first()


def find_code(token: str) -> PublicCode | None:
    """The code with this token, revoked ones too."""
    found = PublicCode.objects.filter(token=token)
    return found.select_related("station", "deputy").first()


def deputy_of(token: str) -> Deputy | None:
    """The deputy whose page this token opens; None for any other, revoked or ended.

    Whoever holds no seat any more has no public page either.
    """
    codes = PublicCode.objects.open().filter(kind=CodeKind.DEPUTY, token=token)
    active = Deputy.objects.active(localdate())
    return active.filter(pk__in=codes.values("deputy")).first()


def leads_somewhere(code: PublicCode) -> bool:
    """Whether what the code stands for may still be shown to the public."""
    if code.revoked_at is not None:
        return False
    if code.station is not None:
        return code.station.is_public and code.station.status == StationStatus.ACTIVE
    return _holds_seat(code.deputy_id)


def _holds_seat(deputy: int | None) -> bool:
    active = Deputy.objects.active(localdate())
    return deputy is not None and active.filter(pk=deputy).exists()


@transaction.atomic
def give_code(kind: str, of: Station | Deputy, *, actor: Any) -> PublicCode:
    """The code in use, made if there is none yet; two who ask at once get the same."""
    _check_giver(actor, kind, of)
    held = open_code(kind, of)
    if held is not None:
        return held
    _check_shown(kind, of)
    try:
        with transaction.atomic():
            code = PublicCode.objects.create(
                kind=kind, token=_new_token(kind), created_by=actor, **_owner(of)
            )
    except IntegrityError:
        return PublicCode.objects.open().get(kind=kind, **_owner(of))
    label = f"启用{code.get_kind_display()}"
    record("give_code", of, actor=actor, label=label, data={"code": code.pk})
    return code


@transaction.atomic
def give_deputies(deputies: Iterable[Deputy], *, actor: Any) -> None:
    """A printed code for each of these deputies who has none."""
    rows = list(deputies)
    held = codes_of(rows)
    for deputy in rows:
        if deputy.pk not in held:
            give_code(CodeKind.DEPUTY, deputy, actor=actor)


def codes_of(deputies: Iterable[Deputy]) -> dict[int | None, PublicCode]:
    """The printed codes in use of these deputies, by the deputies' keys."""
    codes = PublicCode.objects.open().filter(kind=CodeKind.DEPUTY)
    return {code.deputy_id: code for code in codes.filter(deputy__in=deputies)}


@transaction.atomic
def revoke_code(code: PublicCode, *, actor: Any, reason: str) -> None:
    """Take a code back: whoever opens it from now on is told it is out of use."""
    _check_giver(actor, code.kind, owner_of(code))
    reason = one_line(
        reason, label="停用原因", field="reason", longest=200, required=True
    )
    if code.revoked_at is not None:
        raise WrongState(f"这个{code.get_kind_display()}已经停用。")
    moment = now()
    if not PublicCode.objects.open().filter(pk=code.pk).update(revoked_at=moment):
        raise Overtaken("别人刚刚停用了，请刷新后再看。")
    code.revoked_at = moment
    record(
        "revoke_code",
        owner_of(code),
        actor=actor,
        label=f"停用{code.get_kind_display()}",
        note=reason,
        data={"code": code.pk},
    )


@transaction.atomic
def renew_code(code: PublicCode, *, actor: Any, reason: str) -> PublicCode:
    """Take a code back and give a new one in its place."""
    revoke_code(code, actor=actor, reason=reason)
    return give_code(code.kind, owner_of(code), actor=actor)


@transaction.atomic
def count_scan(code: PublicCode, on: dt.date) -> None:
    """One more opening of the code that day; by whom is not asked and not kept."""
    if not _counted(code, on):
        row = CodeScan(code=code, on=on)
        CodeScan.objects.bulk_create([row], ignore_conflicts=True)
        _counted(code, on)


def _counted(code: PublicCode, on: dt.date) -> int:
    return CodeScan.objects.filter(code=code, on=on).update(count=F("count") + 1)


@dataclass(frozen=True)
class Month:
    """Openings in a month; `share` of the best one."""

    first: dt.date
    count: int
    share: float


def months_of(kind: str, of: Station | Deputy, today: dt.date) -> list[Month]:
    """Openings of all codes of this kind, revoked ones too, in the last 12 months."""
    codes = PublicCode.objects.filter(kind=kind, **_owner(of))
    months = [_months_back(today, n) for n in range(MONTHS - 1, -1, -1)]
    rows = (
        CodeScan.objects.filter(code__in=codes, on__gte=months[0])
        .annotate(month=TruncMonth("on"))
        .values_list("month")
        .order_by("month")
        .annotate(n=Sum("count"))
    )
    counts = dict(rows)
    best = max(counts.values(), default=0) or 1
    return [
        Month(first, counts.get(first, 0), counts.get(first, 0) / best)
        for first in months
    ]


def owner_of(code: PublicCode) -> Station | Deputy:
    """The station or the deputy it belongs to."""
    owner = code.station or code.deputy
    if owner is None:  # the table's constraint forbids it
        raise TypeError(f"code {code.pk} belongs to nothing")
    return owner


def _owner(of: Station | Deputy) -> dict[str, Any]:
    return {"station": of} if isinstance(of, Station) else {"deputy": of}


def _check_giver(actor: Any, kind: str, of: Station | Deputy) -> None:
    if (kind in OF_STATIONS) != isinstance(of, Station):
        raise TypeError(f"no code {kind} of {of._meta.label}")
    if not may.gives_code(actor, kind, of):
        raise PermissionDenied


def _check_shown(kind: str, of: Station | Deputy) -> None:
    """Nothing is given out that opens on a page which is not there."""
    if kind == CodeKind.STATION and isinstance(of, Station) and not of.is_public:
        raise RuleViolation(f"{of.name}没有对外公开，请先在“修改”里打开对外公开。")
    if kind == CodeKind.DEPUTY and not _holds_seat(of.pk):
        raise RuleViolation(f"{of}现在没有代表资格，不能启用代表码。")


def _new_token(kind: str) -> str:
    """Feeds show who is on duty before it is announced: theirs cannot be tried out."""
    return secrets.token_urlsafe(24) if kind in FEEDS else new_code(PRINTED)


def _months_back(today: dt.date, n: int) -> dt.date:
    year, month = divmod(today.year * 12 + today.month - 1 - n, 12)
    return dt.date(year, month + 1, 1)
