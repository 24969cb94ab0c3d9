"""Slots that voters book: taken once, found again by a code, turned into visits."""

import datetime as dt
import re
import uuid
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils.timezone import localdate, make_aware, now

from audit.services import record
from common.crypto import digest
from common.errors import RuleViolation, WrongState
from common.texts import MAINLAND_PHONE, cleaned, normal_contact, one_line
from stations import permissions as may
from stations.choices import OPEN_DAYS, BookingState, Channel, DayStatus
from stations.models import Booking, ReceptionDay, Visit
from stations.services.visits import log_visit
from stations.slots import slot_times, slots_of, takes_bookings

__all__ = [
    "book_slot",
    "booked_with",
    "booking_of",
    "cancel_booking",
    "find_booking",
    "mark_called",
    "mark_came",
    "mark_missed",
    "reveal_booking",
    "reveal_calls",
    "slots_of",
]

LONGEST_TOPIC = 500
MOST_A_DAY = 2  # bookings of one contact on one day: families share a telephone
MOST_OPEN = 4  # of one contact on all days to come
SIGNS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # as common.crypto.new_code
CODE_LENGTH = 8
TAKEN = "这个时段刚刚被约走，请另选一个。您填的都还在。"


@transaction.atomic
def book_slot(
    day: ReceptionDay,
    *,
    actor: Any,
    key: str,
    slot_at: dt.time,
    visitor_name: str,
    visitor_contact: str,
    topic: str,
    party_size: int = 1,
) -> tuple[Booking, str]:
    """Take a slot; answers the booking and its code, of which only a digest is kept.

    `key` is the form's own: sent again it answers the booking that is there, with the
    same code. `actor` None is the voter, who books until the evening before and leaves
    a telephone number; staff book for whoever asks, until the day is closed. Raises
    PermissionDenied, WrongState, RuleViolation with its field (`slot_at`: taken).
    """
    code = code_of(key)
    if earlier := booked_with(key, day):
        return earlier
    _check_day(day, actor)
    values = _checked(visitor_name, visitor_contact, topic, party_size, actor)
    still = ReceptionDay.objects.filter(pk=day.pk, status=DayStatus.ANNOUNCED)
    if not still.update(updated_at=now()):  # holds the day's row until commit
        raise WrongState("这次接待刚刚取消或结束，不能再约。")
    if earlier := booked_with(key, day):  # sent twice at once: the other one won
        return earlier
    if slot_at not in slot_times(day):
        raise RuleViolation("没有这个时段，请另选一个。", field="slot_at")
    _check_limits(day, values["contact_digest"])
    try:
        with transaction.atomic():
            booking = Booking.objects.create(
                day=day, slot_at=slot_at, code=digest(code), **values
            )
    except IntegrityError as taken:
        raise RuleViolation(TAKEN, field="slot_at") from taken
    data = {"day": day.pk, "slot": f"{slot_at:%H:%M}"}
    record("book", booking, actor=actor, label="预约", now_=booking.state, data=data)
    return booking, code


def booked_with(key: str, day: ReceptionDay) -> tuple[Booking, str] | None:
    """What the form of this key has booked already, with its code."""
    found = find_booking(code_of(key)) if key else None
    if found is None or found.day_id != day.pk:
        return None
    return found, code_of(key)


def booking_of(pk: int) -> Booking | None:
    """The booking of this key, for a browser that has shown its code."""
    rows = Booking.objects.select_related("day__station__area")
    return rows.filter(pk=pk).first()


def find_booking(code: str) -> Booking | None:
    """The booking of this code, whatever became of it; blanks and case do not count."""
    plain = re.sub(r"[\s-]", "", code).upper()
    rows = Booking.objects.select_related("day__station__area")
    return rows.filter(code=digest(plain)).first() if plain else None


@transaction.atomic
def cancel_booking(booking: Booking, *, actor: Any = None) -> None:
    """Give the slot back; `actor` None is the voter, until the slot begins."""
    if actor is not None and not may.runs_day(actor, booking.day):
        raise PermissionDenied
    if actor is None and begins_at(booking) <= now():
        raise WrongState("约的时间已经到了，不用再取消。")
    _move(booking, (BookingState.BOOKED,), BookingState.CANCELLED)
    _tell("cancel_booking", booking, "取消预约", actor)


@transaction.atomic
def mark_came(booking: Booking, *, actor: Any) -> Visit:
    """Who booked is here: the booking becomes a visit of the day, and is it for good.

    Called again it answers that visit. Whoever came late counts as come too.
    """
    if not may.may_log(actor, booking.day.station):
        raise PermissionDenied
    if booking.visit is not None:
        return booking.visit
    if booking.state not in (BookingState.BOOKED, BookingState.MISSED):
        raise WrongState("这个预约已经取消。")
    visit = log_visit(
        booking.day.station,
        actor=actor,
        key=visit_key(booking),
        day=booking.day,
        channel=Channel.APPOINTMENT,
        words=booking.topic,
        visitor_name=booking.visitor_name,
        visitor_contact=booking.visitor_contact,
        party_size=booking.party_size,
    )
    try:
        with transaction.atomic():
            before = (BookingState.BOOKED, BookingState.MISSED)
            _move(booking, before, BookingState.CAME, visit=visit, to_call_at=None)
    except IntegrityError as taken:
        raise WrongState("这个时段已另约给别人，请直接登记来访。") from taken
    _tell("mark_came", booking, "预约人已到", actor)
    return visit


@transaction.atomic
def mark_missed(booking: Booking, *, actor: Any) -> None:
    """Who booked did not come."""
    if not may.may_log(actor, booking.day.station):
        raise PermissionDenied
    if booking.day.date > localdate() or booking.day.status not in OPEN_DAYS:
        raise WrongState("接待当天才能登记未到。")
    _move(booking, (BookingState.BOOKED,), BookingState.MISSED)
    _tell("mark_missed", booking, "预约人未到", actor)


@transaction.atomic
def mark_called(booking: Booking, *, actor: Any) -> None:
    """The voter was told by telephone that the day was moved or called off."""
    if not may.runs_day(actor, booking.day):
        raise PermissionDenied
    to_call = Booking.objects.filter(pk=booking.pk, to_call_at__isnull=False)
    if not to_call.update(to_call_at=None, updated_at=now()):
        raise WrongState("这位已经告知过了。")
    booking.to_call_at = None
    _tell("mark_called", booking, "已电话告知预约人", actor)


@transaction.atomic
def reveal_booking(booking: Booking, *, actor: Any, reason: str) -> str:
    """The contact in clear; who asked and why stays in the trail for ever."""
    if not may.runs_day(actor, booking.day):
        raise PermissionDenied
    reason = one_line(
        reason, label="查看原因", field="reason", longest=200, required=True
    )
    record("reveal_contact", booking, actor=actor, label="查看联系方式", note=reason)
    return booking.visitor_contact


@transaction.atomic
def reveal_calls(day: ReceptionDay, *, actor: Any, reason: str) -> list[Booking]:
    """All who are still to be called about the day, for one reason; each on the trail.

    For who has to telephone: name and contact may be shown of these in clear.
    """
    if not may.runs_day(actor, day):
        raise PermissionDenied
    to_call = list(day.bookings.filter(to_call_at__isnull=False).order_by("slot_at"))
    for booking in to_call:
        booking.day = day
        reveal_booking(booking, actor=actor, reason=reason)
    return to_call


def visit_key(booking: Booking) -> uuid.UUID:
    """The key of the visit this booking becomes; a desk may name its line by it."""
    return uuid.uuid5(uuid.NAMESPACE_OID, f"booking {booking.code}")


def begins_at(booking: Booking) -> dt.datetime:
    return make_aware(dt.datetime.combine(booking.day.date, booking.slot_at))


def code_of(key: str) -> str:
    """The code of the form with this key: nobody can tell it from the key."""
    number = int(digest(f"booking {key}"), 16)
    signs = []
    for _ in range(CODE_LENGTH):
        number, at = divmod(number, len(SIGNS))
        signs.append(SIGNS[at])
    return "".join(signs)


def _check_day(day: ReceptionDay, actor: Any) -> None:
    if actor is None:
        if not takes_bookings(day):
            raise WrongState("这次接待已经不能预约，请直接到站，或另选一次。")
        return
    if not may.runs_day(actor, day):
        raise PermissionDenied
    if day.status != DayStatus.ANNOUNCED or day.date < localdate():
        raise WrongState("公告以后、接待结束以前才能预约。")


def _checked(
    name: str, contact: str, topic: str, party_size: Any, actor: Any
) -> dict[str, Any]:
    contact = one_line(
        contact,
        label="电话",
        field="visitor_contact",
        longest=50,
        required=actor is None,
    )
    if contact and not MAINLAND_PHONE.fullmatch(contact.replace(" ", "")):
        raise RuleViolation(
            "请看看电话是不是少了一位或多了一位。", field="visitor_contact"
        )
    return {
        "visitor_name": one_line(
            name, label="姓名", field="visitor_name", longest=30, required=True
        ),
        "visitor_contact": contact,
        "contact_digest": digest(normal_contact(contact)),
        "topic": cleaned(
            topic,
            label="想反映的事",
            field="topic",
            longest=LONGEST_TOPIC,
            required=True,
        ),
        "party_size": _party(party_size),
    }


def _party(size: Any) -> int:
    if not isinstance(size, int) or not 1 <= size <= 999:
        raise RuleViolation("人数须在 1 到 999 之间。", field="party_size")
    return size


def _check_limits(day: ReceptionDay, contact: str) -> None:
    """One telephone may hold so many slots only; those without one are not counted."""
    if not contact:
        return
    held = Booking.objects.filter(contact_digest=contact, state=BookingState.BOOKED)
    on_day = held.filter(day=day).count()
    if (
        on_day >= MOST_A_DAY
        or held.filter(day__date__gte=localdate()).count() >= MOST_OPEN
    ):
        said = "这个电话约的次数已经满了。要换时间，请先凭预约码取消原来的。"
        raise RuleViolation(said, field="visitor_contact")


def _move(booking: Booking, before: tuple[str, ...], state: str, **values: Any) -> None:
    """Compare and set; raises WrongState when it was moved meanwhile."""
    same = Booking.objects.filter(pk=booking.pk, state__in=before)
    if not same.update(state=state, updated_at=now(), **values):
        raise WrongState("这个预约已经取消、已到或记为未到。")
    booking.refresh_from_db()


def _tell(verb: str, booking: Booking, label: str, actor: Any) -> None:
    data = {"day": booking.day_id}
    record(verb, booking, actor=actor, label=label, now_=booking.state, data=data)
