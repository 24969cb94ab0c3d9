"""A year plan published, and what may change after; who has the pages."""

import datetime as dt

import pytest
from django.urls import reverse

from stations.choices import DayStatus, DutyState, PlanStatus
from stations.models import Duty, ReceptionDay, ReceptionPlan
from tests.factories import StationFactory
from tests.stations.rows import lists, typed

YEAR = 2027


@pytest.fixture(autouse=True)
def _today(time_machine):
    time_machine.move_to(dt.datetime(2026, 11, 22, 2, tzinfo=dt.UTC))


def page(name, *args):
    return reverse(f"stations:{name}", args=args)


def form(*rules, **more):
    settings = {"year": YEAR, "per_day": 2, "least": "", "most": ""}
    return dict(lists(typed(*rules or ({"days": "5"},)) | settings | more).lists())


def two_turns(plan):
    """Turns of two people on two days of the plan, neither on the other's day."""
    for one in Duty.objects.filter(day__plan=plan).order_by("day__date"):
        for other in Duty.objects.filter(day__plan=plan).order_by("-day__date"):
            days = (one.day, other.day)
            clash = Duty.objects.filter(day=days[0], deputy=other.deputy).exists()
            clash |= Duty.objects.filter(day=days[1], deputy=one.deputy).exists()
            if one.deputy_id != other.deputy_id and days[0] != days[1] and not clash:
                return one, other
    raise AssertionError("no two turns to swap")


# --- publishing and after ---------------------------------------------------------


def test_plan_publish_shows_how_fair_it_is_first(browser, plan):
    answer = browser.get(page("plan_publish", plan.pk))

    turns = [share.turns.turns for share in answer.context["shares"]]
    assert sum(turns) == 24
    assert max(turns) - min(turns) <= 1
    assert not ReceptionDay.objects.exists()


def test_plan_publish_makes_reception_days(browser, plan):
    answer = browser.post(page("plan_publish", plan.pk), follow=True)

    plan.refresh_from_db()
    assert plan.status == PlanStatus.PUBLISHED
    assert ReceptionDay.objects.filter(plan=plan).count() == 12
    assert Duty.objects.count() == 24
    assert "已公布" in answer.content.decode()


def test_plan_publish_twice_is_too_late(browser, published):
    assert browser.post(page("plan_publish", published.pk)).status_code == 409
    assert browser.get(page("plan_edit", published.pk)).status_code == 409
    assert browser.get(page("plan_wishes", published.pk)).status_code == 409


def test_plan_swap_by_two_clicks(browser, published):
    one, other = two_turns(published)
    url = page("plan_swap", published.pk)
    first = f"{url}?day={one.day_id}&deputy={one.deputy_id}"

    shown = browser.get(first)
    done = browser.post(first, {"other_day": other.day_id, "other": other.deputy_id})

    assert f'value="{other.deputy_id}"' in shown.content.decode()
    assert done.url == published.get_absolute_url()
    assert Duty.objects.filter(day=one.day, deputy=other.deputy).exists()
    assert Duty.objects.filter(day=other.day, deputy=one.deputy).exists()
    changes = browser.get(published.get_absolute_url()).context["changes"]
    assert len(changes) == 1


@pytest.mark.parametrize(
    "query", ["", "?day=x&deputy=1", "?day=1&deputy=" + "9" * 40, "?day=0&deputy=0"]
)
def test_plan_swap_of_no_turn_is_unknown(browser, published, query):
    assert browser.get(page("plan_swap", published.pk) + query).status_code == 404


def test_plan_swap_of_a_draft_is_too_early(browser, plan):
    assert browser.get(page("plan_swap", plan.pk)).status_code == 409


def test_plan_swap_with_oneself_is_refused(browser, published):
    one, _ = two_turns(published)
    first = page("plan_swap", published.pk)
    first += f"?day={one.day_id}&deputy={one.deputy_id}"

    answer = browser.post(first, {"other_day": one.day_id, "other": one.deputy_id})

    assert answer.status_code == 422


def test_move_day_keeps_the_reason(browser, published):
    day = published.days.order_by("date").first()
    move = {"date": "2027-01-12", "reason": "与区人代会冲突"}

    browser.post(page("day_move", day.pk), move)

    day.refresh_from_db()
    assert (day.date, day.moved_reason) == (dt.date(2027, 1, 12), "与区人代会冲突")
    answer = browser.get(published.get_absolute_url())
    assert "与区人代会冲突" in answer.content.decode()
    assert answer.context["lines"][0].is_shifted


@pytest.mark.parametrize(
    "move",
    [
        {"date": "", "reason": "x"},
        {"date": "2027-01-12", "reason": ""},
        {"date": "1999-01-01", "reason": "x"},
        {"date": "2027-01-12", "reason": "长" * 300},
    ],
)
def test_move_day_refuses_what_makes_no_sense(browser, published, move):
    day = published.days.order_by("date").first()

    assert browser.post(page("day_move", day.pk), move).status_code == 422


def test_duty_leave_suggests_who_could_come(browser, published):
    duty = Duty.objects.filter(day__plan=published).order_by("day__date").first()
    url = page("duty_leave", duty.day_id, duty.deputy_id)

    form = browser.get(url).context["form"]
    chosen = next(key for key, _ in form.fields["substitute"].choices)
    browser.post(url, {"substitute": chosen})

    duty.refresh_from_db()
    assert duty.state == DutyState.ON_LEAVE
    stands_in = Duty.objects.get(day=duty.day, stands_in_for=duty.deputy)
    assert stands_in.deputy_id == int(chosen)
    lines = browser.get(published.get_absolute_url()).context
    assert len(lines["changes"]) == 1


def test_duty_leave_without_anybody_else(browser, published):
    duty = Duty.objects.filter(day__plan=published).order_by("day__date").first()

    browser.post(
        page("duty_leave", duty.day_id, duty.deputy_id), {"substitute": "none"}
    )

    duty.refresh_from_db()
    assert duty.state == DutyState.ON_LEAVE


def test_duty_leave_with_somebody_not_offered_is_refused(browser, published):
    duty = Duty.objects.filter(day__plan=published).order_by("day__date").first()
    url = page("duty_leave", duty.day_id, duty.deputy_id)

    assert browser.post(url, {"substitute": "999999"}).status_code == 422


def test_cancelled_day_is_struck_through_with_its_reason(browser, published):
    day = published.days.order_by("date").first()
    browser.post(page("day_cancel", day.pk), {"reason": "防汛值守"})

    answer = browser.get(published.get_absolute_url())

    line = answer.context["lines"][0]
    assert line.day.status == DayStatus.CANCELLED
    assert "防汛值守" in answer.content.decode()


# --- files ------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["docx", "xlsx"])
def test_plan_file_of_a_draft_and_of_the_published(browser, plan, kind):
    url = page("plan_file", plan.pk, kind)

    drafted = browser.get(url)
    browser.post(page("plan_publish", plan.pk))
    published = browser.get(url)

    assert (drafted.status_code, published.status_code) == (200, 200)
    assert b"".join(published.streaming_content)


# --- who, and how much ------------------------------------------------------------


@pytest.mark.parametrize(
    ("role", "sees", "edits"),
    [
        ("officer", 200, 200),
        ("township", 200, 200),
        ("leader", 200, 403),
        ("deputy_user", 404, 404),
        ("stranger", 404, 404),
        ("handler", 404, 404),
        ("coordinator", 404, 404),
        ("sys_admin", 404, 404),
    ],
)
def test_draft_pages_by_role(sign_in, request, plan, role, sees, edits):
    user = sign_in(request.getfixturevalue(role))
    paths = ("plan_edit", "plan_wishes", "plan_publish")

    assert user.get(plan.get_absolute_url()).status_code == sees
    assert user.get(page("plan_file", plan.pk, "xlsx")).status_code == sees
    assert {user.get(page(name, plan.pk)).status_code for name in paths} == {edits}


def test_deputies_see_the_published_plan(sign_in, deputy_user, published):
    user = sign_in(deputy_user)
    swap = page("plan_swap", published.pk)

    assert user.get(published.get_absolute_url()).status_code == 200
    assert user.get(swap).status_code == 403


@pytest.mark.parametrize(
    ("role", "listed", "many"),
    [
        ("officer", 200, 200),
        ("township", 200, 200),
        ("station_staff", 200, 200),
        ("leader", 200, 403),
        ("deputy_user", 200, 403),
        ("handler", 403, 403),
        ("coordinator", 403, 403),
        ("sys_admin", 403, 403),
    ],
)
def test_lists_of_plans_by_role(sign_in, request, station, role, listed, many):
    user = sign_in(request.getfixturevalue(role))

    assert user.get(page("plan_list")).status_code == listed
    assert user.get(page("plan_draft_all")).status_code == many
    assert user.get(page("plan_publish_all")).status_code == many
    assert user.post(page("plan_preview"), form()).status_code == many


@pytest.mark.parametrize("many", [1, 3, 30])
def test_plan_list_costs_the_same_for_many(
    office, station, many, django_assert_num_queries
):
    for place in StationFactory.create_batch(many, area=station.area):
        ReceptionPlan.objects.create(station=place, year=YEAR)
    office.get(page("plan_list"))

    with django_assert_num_queries(9):
        office.get(page("plan_list"))


@pytest.mark.parametrize("day", ["5", "5，20", "1，5，10，15，20，25"])
def test_plan_page_costs_the_same_for_many(
    browser, station, people, day, django_assert_num_queries
):
    browser.post(page("plan_create", station.pk), form({"days": day}))
    plan = ReceptionPlan.objects.get()
    browser.get(plan.get_absolute_url())

    with django_assert_num_queries(21):
        browser.get(plan.get_absolute_url())
    browser.post(page("plan_publish", plan.pk))
    browser.get(plan.get_absolute_url())
    with django_assert_num_queries(15):
        browser.get(plan.get_absolute_url())
