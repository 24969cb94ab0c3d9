"""Who speaks for an area: on notices, and under reports."""

import pytest

from stations.notices import issuer_of_area, notice_of
from tests.factories import AreaFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("code", "name", "issuer"),
    [
        ("420802", "东宝区", "东宝区人大常委会代表工作委员会"),
        ("420802002", "泉口街道", "东宝区人大常委会泉口街道工作委员会"),
        ("420802102", "牌楼镇", "牌楼镇人民代表大会主席团"),
    ],
)
def test_issuer_is_a_body_that_exists(county, code, name, issuer):
    AreaFactory(code=code, name=name)

    assert issuer_of_area(code) == issuer


def test_a_place_that_is_the_station_itself_is_named_once(day):
    day.station.address = "文峰路 8 号"
    day.place = day.station.name

    assert notice_of(day).place_line == "文峰社区代表联络站，文峰路 8 号"
