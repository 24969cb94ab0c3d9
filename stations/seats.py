"""How a deputy's seat is spoken of in front of voters."""

import datetime as dt
from typing import Any

from django.db.models import OuterRef, Prefetch, QuerySet, Subquery

from areas.choices import CongressLevel
from deputies.choices import SourceType
from deputies.models import Mandate
from stations.choices import NOT_COMING, CodeKind
from stations.models import PublicCode

FIXED = {
    CongressLevel.NATIONAL: "全国",
    CongressLevel.PROVINCE: "省",
    CongressLevel.PREFECTURE: "市",
}


def seat_word(mandate: Mandate) -> str:
    """全国代表, 省代表, 市代表; below, after the place: 区代表, 县代表, 镇代表."""
    fixed = FIXED.get(CongressLevel(mandate.level))
    if fixed:
        return f"{fixed}代表"
    area = mandate.term.congress.area
    return f"{area.name[-1]}代表" if area else "代表"


def seat_words(deputy: Any) -> str:
    """The seats of a deputy from `with_seats`, highest first: 市、区代表."""
    words = [seat_word(seat).removesuffix("代表") for seat in deputy.seats_now]
    return "、".join(dict.fromkeys(words)) + "代表"


def with_seats(path: str, on: dt.date) -> Prefetch:
    """Prefetch of the seats in force, to be read by seat_words.

    `path` leads from the rows to their deputies ("deputy"), "" for deputies.
    """
    seats: QuerySet[Mandate] = (
        Mandate.objects.on(on)
        .filter(status="active")
        .select_related("term__congress__area")
        .order_by("level")
    )
    full = f"{path}__mandates" if path else "mandates"
    return Prefetch(full, seats, to_attr="seats_now")


def source_words(deputy: Any) -> str:
    """Where a deputy from `with_seats` was elected: 东宝区人大选出；第12选区."""
    words = [
        seat.source_name + "选出" * (seat.source_type == SourceType.ELECTING_UNIT)
        for seat in deputy.seats_now
        if seat.source_name
    ]
    return "；".join(dict.fromkeys(words))


def with_public_page(deputies: QuerySet[Any]) -> QuerySet[Any]:
    """With `page_token`, which opens the deputy's public page; None: there is none."""
    codes = PublicCode.objects.open().filter(kind=CodeKind.DEPUTY)
    own = codes.filter(deputy=OuterRef("pk")).values("token")
    return deputies.annotate(page_token=Subquery(own[:1]))


def expected_names(day: Any) -> str:
    """The deputies who are expected on a day, as voters read them: 周敏、李国强."""
    duties = day.duties.exclude(state__in=NOT_COMING).order_by("id")
    return "、".join(duties.values_list("deputy__name", flat=True))
