"""Papers of a reception day as Word files: the sign sheet and the register."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.timezone import localtime, now

from common.documents.registers import RegisterDocument
from stations.choices import DutyState
from stations.mails import spoken_time
from stations.models import ReceptionDay, Visit
from stations.seats import seat_words

SPARE_LINES = 6  # for those who come unasked
SIGN_HEADER = ("序号", "姓名", "层级、单位或职务", "身份", "签到时间", "签名", "备注")
SIGN_WIDTHS = (1, 2, 4.5, 2, 2, 3, 2)
REGISTER_HEADER = (
    *("序号", "编号", "时间", "来访人", "性别", "年龄段", "联系电话", "人数"),
    *("反映内容（原话）", "诉求", "类别", "现场答复、处理途径", "签名"),
)
REGISTER_WIDTHS = (1, 1.3, 1.3, 1.6, 1, 1.6, 2.2, 1, 6, 3, 1.7, 4, 1.8)


@dataclass(frozen=True)
class Expected:
    """One line of the sign sheet."""

    name: str = ""
    seat: str = ""
    part: str = ""
    note: str = ""


def expected(day: ReceptionDay, duties: Sequence[Any]) -> list[Expected]:
    """Deputies on duty and people of units, then lines left free; nobody has signed.

    `duties` carry the seats of their deputies; who is on leave is said so.
    """
    found = []
    for duty in duties:
        note = "请假" if duty.state == DutyState.ON_LEAVE else ""
        if duty.stands_in_for:
            note = f"替{duty.stands_in_for.name}"
        seat = seat_words(duty.deputy)
        found.append(Expected(duty.deputy.name, seat, "接待代表", note))
    for guest in day.guests.select_related("unit").order_by("id"):
        seat = f"{guest.unit} {guest.post}".strip()
        found.append(Expected(guest.name, seat, "参加单位"))
    return [*found, *[Expected()] * SPARE_LINES]


def facts_of(day: ReceptionDay) -> tuple[str, str]:
    """The line under the title: which station and place, when."""
    where = f"联络站：{day.station.name}（{day.place}）"
    return where, f"时间：{day.date.year}年{spoken_time(day)}"


def sign_sheet(day: ReceptionDay, people: Sequence[Expected]) -> io.BytesIO:
    """签到表, upright, cells of signing left free."""
    document = _document("选民接待日签到表", sheet="a4-upright")
    document.facts(*facts_of(day))
    rows = [
        (at, one.name, one.seat, one.part, "", "", one.note)
        for at, one in enumerate(people, start=1)
    ]
    document.lines(SIGN_HEADER, rows, widths=SIGN_WIDTHS, numeric=(0,), line_mm=11)
    return _saved(document)


def register_paper(
    day: ReceptionDay, visits: Sequence[Visit], came: Sequence[str]
) -> io.BytesIO:
    """The register of the day (选民接待登记表), across, contacts masked.

    `came` are the deputies who received; `visits` carry their matters.
    """
    document = _document("选民接待登记表", sheet="a4")
    document.facts(*facts_of(day))
    document.small(f"接待代表：{'、'.join(came)}")
    rows = [[at, *_cells(visit)] for at, visit in enumerate(visits, start=1)]
    document.lines(REGISTER_HEADER, rows, widths=REGISTER_WIDTHS, numeric=(0, 7))
    people = sum(visit.party_size for visit in visits)
    document.small(f"合计 {len(visits)} 批 {people} 人次。姓名、电话已脱敏。")
    document.sign("记录人", "接待代表签名", "审核人")
    return _saved(document)


def _cells(visit: Visit) -> list[Any]:
    when = localtime(visit.visited_at)
    return [
        visit.pk,
        f"{when.hour}:{when:%M}",
        visit.masked_name,
        visit.get_sex_display(),
        visit.get_age_band_display(),
        visit.masked_contact,
        visit.party_size,
        visit.words,
        visit.request,
        visit.category.name if visit.category else "",
        way_of(visit),
        "",
    ]


def way_of(visit: Any) -> str:
    """What was done with it at once, and the numbers of what it became."""
    said = [visit.get_outcome_display(), visit.get_referred_to_display(), visit.answer]
    numbers = [matter.number for matter in visit.proposals.all()]
    return "；".join(word for word in (*said, *numbers) if word)


def _document(title: str, *, sheet: str) -> RegisterDocument:
    return RegisterDocument(title=title, created=now(), sheet=sheet)


def _saved(document: RegisterDocument) -> io.BytesIO:
    file = io.BytesIO()
    document.save(file)
    file.seek(0)
    return file
