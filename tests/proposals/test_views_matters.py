"""The list, the page and the export of matters."""

import datetime as dt
import io

import pytest
from django.urls import reverse
from django.utils.timezone import localdate
from openpyxl import load_workbook

from proposals.models import Proposal
from proposals.workflow.closing import close
from tests.factories import proposals as make
from tests.factories.stations import VisitFactory

pytestmark = pytest.mark.django_db


def test_list_shows_what_one_may_know(submitted, officer, stranger, sign_in):
    url = reverse("proposals:list")

    assert submitted.number in sign_in(officer).get(url).content.decode()
    assert submitted.number not in sign_in(stranger).get(url).content.decode()


def test_list_leads_to_the_promises(submitted, leader, sign_in):
    shown = sign_in(leader).get(reverse("proposals:list")).content.decode()

    assert f'href="{reverse("proposals:commitments")}"' in shown


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ({"q": "泵站"}, 1),
        ({"q": "油烟"}, 0),
        ({"status": "submitted"}, 1),
        ({"status": "closed"}, 0),
        ({"area": "420802002"}, 1),
        ({"area": "420804"}, 0),
        ({"when": "overdue"}, 0),
        ({"kind": "opinion"}, 1),
    ],
)
def test_list_filters(submitted, officer, sign_in, query, count):
    page = sign_in(officer).get(reverse("proposals:list"), query).context["page"]

    assert len(page) == count


@pytest.mark.parametrize(
    "query",
    [{"since": "3000-99-99"}, {"unit": "x"}, {"q": "\x00"}, {"cursor": "junk"}],
)
def test_list_takes_bad_input_calmly(submitted, officer, sign_in, query):
    answer = sign_in(officer).get(reverse("proposals:list"), query)

    assert answer.status_code in (200, 400, 422)


@pytest.mark.parametrize("count", [1, 3, 300])
def test_list_costs_the_same_at_any_size(
    count, station, officer, sign_in, django_assert_num_queries
):
    make.many(count, station=station)
    browser = sign_in(officer)
    url = reverse("proposals:list")
    browser.get(url)

    with django_assert_num_queries(6):
        browser.get(url)


def test_list_shows_its_form_when_asked(submitted, officer, unit, sign_in):
    browser, url = sign_in(officer), reverse("proposals:list")

    plain = browser.get(url, {"status": "submitted"})
    opened = browser.get(url + plain.context["form_url"])
    narrowed = browser.get(url, {"unit": unit.pk})

    assert plain.context["form"] is None
    assert plain.context["form_url"] == "?status=submitted&conditions=1"
    assert unit.short_name in opened.content.decode()
    assert [row["label"] for row in narrowed.context["active"]] == [f"承办单位：{unit}"]


def test_export_neutralises_formulas(station, station_staff, officer, sign_in):
    visit = VisitFactory(station=station, words="=cmd|'/c calc'!A1 路灯坏了")
    make.opinion(actor=station_staff, visit=visit)

    answer = sign_in(officer).get(reverse("proposals:export"))

    book = load_workbook(io.BytesIO(b"".join(answer.streaming_content)))
    row = [cell.value for cell in book.active[2]]
    assert row[7].startswith("'=cmd")
    assert row[5] == "刘**"


def test_detail_shows_only_the_steps_one_may_take(submitted, officer, leader, sign_in):
    url = submitted.get_absolute_url()

    steps = sign_in(officer).get(url).context["view"].steps
    assert [s["verb"] for s in steps] == ["accept", "return", "refuse"]
    assert sign_in(leader).get(url).context["view"].steps == []


def _now(page):
    return [step["letter"] for step in page["view"].rail if step["place"] == "now"]


def test_detail_says_where_a_matter_stands(
    submitted, station_staff, officer, unit, category, sign_in
):
    browser, url = sign_in(officer), submitted.get_absolute_url()

    asked = browser.get(url).context
    matter = make.accepted(submitted, actor=station_staff, category=category)
    make.handed_over(matter, actor=officer, unit=unit)
    given = browser.get(url).context

    assert (_now(asked), _now(given)) == (["议"], ["访"])
    assert asked["view"].waiting[-1].startswith("在等联络站受理")
    assert given["view"].waiting[-1].startswith("在等承办单位签收")


def test_detail_of_a_closed_matter_keeps_the_date_of_its_promise(
    contacted, handler, unit_leader, station_staff, officer, sign_in
):
    due = localdate() + dt.timedelta(days=60)
    promises = [{"what": "更换两台水泵", "due_on": due.isoformat()}]
    drafted = make.drafted(contacted, actor=handler, result="B", promises=promises)
    told = make.told(make.replied(drafted, actor=unit_leader), actor=station_staff)
    matter = make.rated(told, actor=None)

    close(matter, actor=officer)

    row = sign_in(officer).get(matter.get_absolute_url()).context["view"].next_deadline
    assert (row.kind, row.due_on) == ("commitment", due)


def test_detail_hides_visitors_from_units(replied, handler, station_staff, sign_in):
    url = replied.get_absolute_url()

    assert "138****5678" in sign_in(station_staff).get(url).content.decode()
    page = sign_in(handler).get(url).content.decode()
    assert "138" not in page
    assert "刘*" not in page


def test_detail_costs_the_same_at_every_length(
    rated, officer, sign_in, django_assert_max_num_queries
):
    browser = sign_in(officer)
    browser.get(rated.get_absolute_url())

    with django_assert_max_num_queries(24):
        browser.get(rated.get_absolute_url())


def test_step_page_shows_the_reply_that_is_judged(replied, deputy_user, sign_in):
    page = sign_in(deputy_user).get(reverse("proposals:rate", args=[replied.pk]))

    assert [letter["number"] for letter in page.context["letters"]] == ["答复"]
    assert "两台水泵已经更换，恢复双回路供电" in page.content.decode()


def test_step_page_keeps_what_was_typed(submitted, officer, sign_in):
    url = reverse("proposals:refuse", args=[submitted.pk])

    answer = sign_in(officer).post(url, {"ground": "", "told": "去区法院诉讼服务中心"})

    assert answer.status_code == 422
    assert "去区法院诉讼服务中心" in answer.content.decode()
    assert Proposal.objects.get().status == "submitted"


def test_step_page_refuses_the_wrong_person_and_the_wrong_moment(
    handed_over, officer, handler, sign_in
):
    sign_for = reverse("proposals:sign_for", args=[handed_over.pk])
    accept = reverse("proposals:accept", args=[handed_over.pk])

    assert sign_in(officer).get(sign_for).status_code == 403
    assert sign_in(officer).get(accept).status_code == 409
    assert sign_in(handler).post(sign_for).status_code == 302


def test_detail_leads_the_leader_to_the_draft_to_sign_it(drafted, unit_leader, sign_in):
    view = sign_in(unit_leader).get(drafted.get_absolute_url()).context["view"]

    pages = {step["verb"]: step["url"] for step in view.steps}
    assert pages["reply"] == reverse("proposals:draft_reply", args=[drafted.pk])
    assert "draft_reply" not in pages
