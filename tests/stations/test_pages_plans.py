"""Year plans in the browser: rules, draft, publishing, and what may change after."""

import datetime as dt

import pytest
from django.urls import reverse

from stations.choices import PlanStatus
from stations.models import ReceptionPlan
from tests.factories import DeputyFactory, StationFactory
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


# --- rules ------------------------------------------------------------------------


def test_plan_create_drafts_the_year_and_shows_it(browser, station, people):
    answer = browser.post(page("plan_create", station.pk), form(), follow=True)

    plan = ReceptionPlan.objects.get()
    assert answer.redirect_chain == [(plan.get_absolute_url(), 302)]
    assert (plan.year, plan.status) == (YEAR, PlanStatus.DRAFT)
    assert len(answer.context["lines"]) == 12
    assert {len(line.turns) for line in answer.context["lines"]} == {2}
    assert "每月5日，9:00–11:00，每次 2 名代表" in answer.content.decode()


def test_plan_create_of_a_planned_year_leads_to_that_plan(browser, station, plan):
    answer = browser.get(page("plan_create", station.pk) + f"?year={YEAR}")

    assert (answer.status_code, answer.url) == (302, plan.get_absolute_url())


def test_plan_page_leads_to_the_plan_of_the_next_year(browser, station, plan):
    before = ReceptionPlan.objects.create(
        station=station, year=YEAR - 1, status=PlanStatus.PUBLISHED
    )

    shown = browser.get(before.get_absolute_url()).content.decode()

    assert f'href="{plan.get_absolute_url()}"' in shown
    assert page("plan_create", station.pk) not in shown


def test_station_page_leads_to_the_plan_of_the_year(browser, station, plan):
    ReceptionPlan.objects.filter(pk=plan.pk).update(year=YEAR - 1)

    shown = browser.get(station.get_absolute_url()).content.decode()

    assert f'href="{plan.get_absolute_url()}"' in shown


def test_plan_page_explains_each_shifted_day(browser, plan):
    answer = browser.get(plan.get_absolute_url())

    june = next(line for line in answer.context["lines"] if line.date.month == 6)
    assert (june.planned_on, june.date) == (
        dt.date(YEAR, 6, 5),
        dt.date(YEAR, 6, 7),
    )
    shown = answer.content.decode()
    assert june.note
    assert june.note in shown
    assert 'href="#shift-0605"' in shown
    assert 'id="shift-0605"' in shown


def test_plan_page_says_which_days_are_provisional(browser, plan):
    answer = browser.get(plan.get_absolute_url())

    assert answer.context["unsure"] > 0
    assert "暂定" in answer.content.decode()


def test_plan_create_with_several_rules(browser, station, people):
    rules = ({"days": "5"}, {"kind": "weekly", "weekdays": ["0"], "starts_at": "14:00"})
    rules[1]["ends_at"] = "16:00"

    browser.post(page("plan_create", station.pk), form(*rules))

    plan = ReceptionPlan.objects.get()
    assert plan.rules.count() == 2


def test_plan_create_asks_for_one_more_rule_without_saving(browser, station):
    answer = browser.post(page("plan_create", station.pk), form(add="1"))

    assert answer.status_code == 200
    assert len(answer.context["form"].rules.forms) == 2
    assert not ReceptionPlan.objects.exists()


@pytest.mark.parametrize(
    ("rule", "more"),
    [
        ({"days": "32"}, {}),
        ({"ends_at": "08:00"}, {}),
        ({}, {"year": "1999"}),
        ({}, {"year": "9" * 30}),
        ({}, {"per_day": "0"}),
        ({}, {"per_day": "9" * 30}),
        ({}, {"least": "5", "most": "1"}),
        ({"topic": "长" * 201}, {}),
        ({"per_day": "-1"}, {}),
    ],
)
def test_plan_create_keeps_what_was_typed(browser, station, people, rule, more):
    url = page("plan_create", station.pk)

    answer = browser.post(url, form({"topic": "水利"} | rule, **more))

    assert answer.status_code == 422
    assert not ReceptionPlan.objects.exists()


def test_plan_create_twice_for_a_year_is_refused(browser, station, plan):
    answer = browser.post(page("plan_create", station.pk), form())

    assert answer.status_code == 422
    assert ReceptionPlan.objects.count() == 1


def test_plan_edit_drafts_anew(browser, plan):
    data = form({"days": "15"}, version=plan.version)

    answer = browser.post(page("plan_edit", plan.pk), data, follow=True)

    assert answer.status_code == 200
    assert {line.planned_on.day for line in answer.context["lines"]} == {15}


def test_plan_edit_tells_the_second_of_two_writers(browser, plan):
    data = form({"days": "15"}, version=plan.version)
    browser.post(page("plan_edit", plan.pk), data)

    answer = browser.post(page("plan_edit", plan.pk), data)

    assert answer.status_code == 422


def test_plan_copy_makes_the_next_year_in_one_click(office, published):
    url = page("plan_copy", published.pk)

    answer = office.post(url, {"year": YEAR + 1}, follow=True)

    made = ReceptionPlan.objects.get(year=YEAR + 1)
    assert answer.context["plan"] == made
    assert len(answer.context["lines"]) == 12


def test_plan_preview_lists_the_dates_without_saving(browser):
    answer = browser.post(
        page("plan_preview"), form({"days": "5"}), headers={"HX-Request": "true"}
    )

    preview = answer.context["preview"]
    assert (preview.count, preview.shifted) == (12, 3)
    assert not ReceptionPlan.objects.exists()


def test_plan_preview_bears_an_unfinished_rule(browser):
    answer = browser.post(page("plan_preview"), form({"days": ""}))

    assert answer.context["preview"].unfinished


# --- draft ------------------------------------------------------------------------


def test_plan_draft_with_another_seed(browser, plan):
    seed = plan.seed

    browser.post(page("plan_draft", plan.pk), {"other": "1"})

    plan.refresh_from_db()
    assert plan.seed != seed


def test_plan_wish_keeps_a_deputy_off_the_day(browser, plan, people):
    url = page("plan_wish", plan.pk, people[0].pk)
    wish = {"off_weekdays": ["0", "1"], "from_1": "2027-07-01", "to_1": "2027-08-31"}

    browser.post(url, wish | {"most": "1", "note": "外出"})
    browser.post(page("plan_draft", plan.pk))

    rows = browser.get(page("plan_wishes", plan.pk)).context["rows"]
    words = {row.deputy.name: row.words for row in rows}["赵一"]
    assert words == "星期一、星期二不排；7月1日至8月31日不排；至多 1 次"
    lines = browser.get(plan.get_absolute_url()).context["lines"]
    own = [ln for ln in lines if people[0] in [turn.deputy for turn in ln.turns]]
    assert len(own) <= 1
    assert all(line.date.weekday() not in (0, 1) for line in own)


@pytest.mark.parametrize(
    "wish",
    [
        {"off_weekdays": ["9"]},
        {"from_1": "2027-08-01", "to_1": "2027-07-01"},
        {"least": "5", "most": "1"},
        {"least": "-1"},
        {"most": "9" * 30},
        {"note": "长" * 101},
    ],
)
def test_plan_wish_refuses_what_makes_no_sense(browser, plan, people, wish):
    answer = browser.post(page("plan_wish", plan.pk, people[0].pk), wish)

    assert answer.status_code == 422
    assert plan.wishes.count() == 0


def test_plan_wish_of_a_deputy_of_elsewhere_is_unknown(browser, plan):
    stranger = DeputyFactory(area=plan.station.area, name="外人")

    assert browser.get(page("plan_wish", plan.pk, stranger.pk)).status_code == 404


def test_plan_wish_is_dropped(browser, plan, people):
    browser.post(page("plan_wish", plan.pk, people[0].pk), {"most": "1"})

    browser.post(page("plan_wish_drop", plan.pk, people[0].pk))

    assert plan.wishes.count() == 0


def test_plan_pair_puts_two_together_and_is_dropped(browser, plan, people):
    pair = {"first": people[0].pk, "second": people[1].pk, "together": "yes"}
    browser.post(page("plan_pair", plan.pk), pair)
    browser.post(page("plan_draft", plan.pk))

    lines = browser.get(plan.get_absolute_url()).context["lines"]
    names = [{turn.deputy.name for turn in line.turns} for line in lines]
    assert all(("赵一" in day) == ("钱二" in day) for day in names)
    browser.post(page("plan_pair_drop", plan.pk, plan.pairs.get().pk))
    assert plan.pairs.count() == 0


def test_plan_pair_of_one_person_is_refused(browser, plan, people):
    pair = {"first": people[0].pk, "second": people[0].pk, "together": "no"}

    assert browser.post(page("plan_pair", plan.pk), pair).status_code == 422


# --- many at once -----------------------------------------------------------------


def test_plan_draft_all_plans_every_chosen_station(office, station, people):
    other = StationFactory(area=station.area)
    data = form({"days": "5"}, stations=[station.pk, other.pk], how="rule")

    answer = office.post(page("plan_draft_all") + f"?year={YEAR}", data)

    assert answer.status_code == 302
    assert ReceptionPlan.objects.filter(year=YEAR).count() == 2


def test_plan_draft_all_again_keeps_one_plan_a_station(office, plan):
    data = form({"days": "15"}, stations=[plan.station_id], how="rule")

    office.post(page("plan_draft_all") + f"?year={YEAR}", data)

    assert ReceptionPlan.objects.count() == 1
    lines = office.get(plan.get_absolute_url()).context["lines"]
    assert {line.planned_on.day for line in lines} == {15}


def test_plan_draft_all_leaves_published_plans_alone(office, published):
    answer = office.get(page("plan_draft_all") + f"?year={YEAR}")

    offered = answer.context["form"].fields["stations"].queryset
    assert published.station not in offered


def test_plan_draft_all_without_a_station_is_refused(office, station):
    data = form({"days": "5"}, how="rule")

    answer = office.post(page("plan_draft_all") + f"?year={YEAR}", data)

    assert answer.status_code == 422
    assert "stations" in answer.context["form"].errors


def test_plan_draft_all_knows_no_station_of_another_county(sign_in, stranger, station):
    StationFactory(area=stranger.grants.get().area)
    data = form({"days": "5"}, stations=[station.pk], how="rule")

    answer = sign_in(stranger).post(page("plan_draft_all"), data)

    assert answer.status_code == 422
    assert not ReceptionPlan.objects.exists()


def test_plan_publish_all_publishes_the_ticked_ones(office, plan):
    url = page("plan_publish_all") + f"?year={YEAR}"
    shown = office.get(url).context["drafts"]

    office.post(url, {"plans": [plan.pk], "year": YEAR})

    plan.refresh_from_db()
    assert [row["plan"] for row in shown] == [plan]
    assert plan.status == PlanStatus.PUBLISHED
