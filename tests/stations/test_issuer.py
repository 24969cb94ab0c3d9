"""Who speaks for an area: on notices, and under reports."""

import pytest

from stations.notices import issuer_of_area
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
