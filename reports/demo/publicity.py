"""The demo county goes public: printed codes, and slots that voters have booked."""

import datetime as dt

from django.utils.timezone import localdate

from reports.demo.world import World
from stations.choices import CodeKind, DayStatus
from stations.models import ReceptionDay
from stations.services.bookings import book_slot
from stations.services.codes import give_code, give_deputies
from stations.slots import BOOKABLE_FORMS, slots_of

# Names and telephones as made up as all the others.
BOOKED = (
    ("谭秀英", "13800000101", "巷子里的路灯坏了两盏，老人晚上出门不方便。", 1),
    ("龚志刚", "13800000102", "想问问老旧小区加装电梯的补助怎么申请。", 2),
    ("向春梅", "13800000103", "学校门口放学时车太多，孩子过马路不安全。", 1),
)
STEP = 2  # every other slot is booked, so that the free ones show too


def go_public(world: World) -> None:
    """Codes of all stations and of the home's deputies; bookings of the next day."""
    for spot in world.spots:
        give_code(CodeKind.STATION, spot.station, actor=world.officer)
    give_deputies(world.home.deputies, actor=world.home.staff)
    for day in _next_days(world):
        _book(world, day)


def _next_days(world: World) -> list[ReceptionDay]:
    """The home's next announced day, and the next one that voters book themselves."""
    today = localdate()
    days = ReceptionDay.objects.filter(
        status=DayStatus.ANNOUNCED, form__in=BOOKABLE_FORMS, date__gte=today
    )
    days = days.select_related("station__area").order_by("date", "pk")
    mine = days.filter(station=world.home.station).first()
    later = days.filter(date__gt=today + dt.timedelta(days=1)).first()
    return [day for day in dict.fromkeys((mine, later)) if day]


def _book(world: World, day: ReceptionDay) -> None:
    """The station's staff book for those who call: the last free slots of the day."""
    staff = next(spot.staff for spot in world.spots if spot.station == day.station)
    free = [slot.at for slot in slots_of(day) if slot.booking is None][::-STEP]
    for (name, phone, topic, size), at in zip(BOOKED, free, strict=False):
        book_slot(
            day,
            actor=staff,
            key=f"{world.key()}",
            slot_at=at,
            visitor_name=name,
            visitor_contact=phone,
            topic=topic,
            party_size=size,
        )
