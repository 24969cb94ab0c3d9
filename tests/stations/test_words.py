"""What is said of stations in public: who issues a notice, what seat a deputy holds."""

import datetime as dt

import pytest
from django.utils.timezone import localdate

from areas.choices import CongressLevel
from areas.models import Congress, Term
from deputies.models import Deputy
from stations.notices import issuer_of, notice_of
from stations.seats import seat_words, with_seats
from tests.factories import AreaFactory, DayFactory, MandateFactory, StationFactory


def test_issuer_is_the_body_of_the_place(station, county):
    rural = AreaFactory(code="420802102", name="子陵铺镇", parent=county)
    village = AreaFactory(code="420802102201", name="金泉村", parent=rural)

    said = [
        issuer_of(StationFactory(area=area))
        for area in (station.area, rural, village, county)
    ]

    assert said == [
        "东宝区人大常委会泉口街道工作委员会",
        "子陵铺镇人民代表大会主席团",
        "子陵铺镇人民代表大会主席团",
        "东宝区人大常委会代表工作委员会",
    ]


def test_notice_number_is_empty_before_it_is_announced(station):
    day = DayFactory(station=station)
    told = DayFactory.build(station=station, notice_year=2026, notice_number=7)

    assert (notice_of(day).number, notice_of(told).number) == ("", "〔2026〕7号")


@pytest.mark.parametrize(
    ("level", "word"),
    [
        (CongressLevel.NATIONAL, "全国代表"),
        (CongressLevel.PROVINCE, "省代表"),
        (CongressLevel.PREFECTURE, "市代表"),
        (CongressLevel.COUNTY, "区代表"),
    ],
)
def test_seats_are_named_as_voters_name_them(deputy, level, word):
    deputy.mandates.update(level=level)

    found = Deputy.objects.prefetch_related(with_seats("", localdate())).get()

    assert seat_words(found) == word


def test_seats_are_named_highest_first_and_in_force_only(deputy, town):
    rural = Congress.objects.create(
        area=AreaFactory(code="420802102", name="子陵铺镇"), level=5, name="镇人大"
    )
    term = Term.objects.create(congress=rural, number=3)
    MandateFactory(deputy=deputy, term=term, level=CongressLevel.TOWNSHIP)
    national = Congress.objects.create(level=1, name="全国人大")
    over = Term.objects.create(congress=national, number=13)
    MandateFactory(deputy=deputy, term=over, level=1, ends_on=dt.date(2023, 3, 1))

    found = Deputy.objects.prefetch_related(with_seats("", localdate())).get()

    assert seat_words(found) == "区、镇代表"
