"""The five rates by each dimension: every cell has its base and opens its rows."""

import pytest
from django.urls import reverse

from proposals.workflow.closing import close
from tests.factories import proposals as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def closed(
    deputy, station, station_staff, officer, handler, unit_leader, unit, category
):
    visit = make.VisitFactory(station=station)
    visit.heard_by.add(deputy)
    proposal = make.opinion(actor=station_staff, visit=visit)
    proposal = make.accepted(proposal, actor=station_staff, category=category)
    proposal = make.handed_over(proposal, actor=officer, unit=unit)
    proposal = make.contacted(make.signed(proposal, actor=handler), actor=handler)
    proposal = make.replied(make.drafted(proposal, actor=handler), actor=unit_leader)
    proposal = make.rated(make.told(proposal, actor=station_staff), actor=None)
    close(proposal, actor=officer)
    return make.fresh(proposal)


@pytest.mark.parametrize(
    ("by", "label"),
    [
        ("unit", "水利局"),
        ("station", "文峰社区代表联络站"),
        ("category", "水利排涝"),
        ("area", "泉口街道"),
    ],
)
def test_breakdown_shows_five_rates_with_their_bases(
    closed, officer, sign_in, by, label
):
    page = sign_in(officer).get(reverse("reports:dashboard"), {"by": by})

    (line,) = page.context["lines"]
    assert line["label"] == label
    texts = [(cell["text"], cell["figure"].base) for cell in line["cells"]]
    assert texts[0] == ("100.00%", "1/1")
    assert texts[2:] == [("100.00%", "1/1")] * 3


def test_breakdown_is_by_month_unless_told(closed, officer, sign_in):
    page = sign_in(officer).get(reverse("reports:dashboard"), {"by": "x"})

    assert page.context["what"] == "月份"
    assert len(page.context["lines"]) == 1


def test_breakdown_cells_open_their_rows(closed, officer, sign_in):
    browser = sign_in(officer)
    page = browser.get(reverse("reports:dashboard"), {"by": "unit"})

    for cell in page.context["lines"][0]["cells"]:
        if cell["figure"].denominator:
            assert closed.title in browser.get(cell["url"]).content.decode()
