"""Pages of activities: list, file, plan, detail, record, steps, people, files."""

import datetime as dt
import io

import pytest
from django.utils.timezone import localtime, now
from openpyxl import load_workbook

from activities.models import Activity
from tests.factories import DeputyFactory
from tests.factories.activities import ActivityFactory, AttendanceFactory
from tests.factories.files import jpeg, pdf, upload


def url(activity, verb=""):
    return f"{activity.get_absolute_url()}{verb + '/' if verb else ''}"


def many(count, station):
    for _ in range(count):
        AttendanceFactory(
            activity=ActivityFactory(station=station), deputy=DeputyFactory()
        )


@pytest.mark.parametrize("path", ["/activities/", "/activities/export/"])
def test_list_and_file_cost_the_same_for_any_number(
    browser, station, path, django_assert_max_num_queries
):
    many(1, station)
    browser.get(path)
    with django_assert_max_num_queries(40) as one:
        browser.get(path).getvalue() if "export" in path else browser.get(path)
    many(7, station)

    with django_assert_max_num_queries(len(one)):
        browser.get(path).getvalue() if "export" in path else browser.get(path)


def test_list_narrows_by_kind(browser, station):
    ActivityFactory(station=station, kind="survey", title="视察泵站")
    ActivityFactory(station=station, kind="study", title="学习代表法")

    page = browser.get("/activities/?kind=survey").content.decode()

    assert "视察泵站" in page
    assert "学习代表法" not in page


@pytest.mark.parametrize(
    "query", ["kind=x", "station=99999999999999999999", "since=abc", "until=0001-13-01"]
)
def test_list_says_what_is_wrong_with_a_filter(browser, query):
    assert browser.get(f"/activities/?{query}").status_code == 422


def test_list_is_closed_to_units(sign_in, handler):
    assert sign_in(handler).get("/activities/").status_code == 403


def test_export_has_the_columns_of_the_office(browser, activity, invited):
    answer = browser.get("/activities/export/")

    sheet = load_workbook(io.BytesIO(answer.getvalue())).active
    header, first = list(sheet.values)[:2]
    line = dict(zip(header, first, strict=True))
    assert line["主题"] == activity.title
    assert line["应到"] == "1 人：周敏"


def test_plan_page_makes_an_activity(browser, station):
    starts = localtime(now() + dt.timedelta(days=5))
    asked = {
        "kind": "contact",
        "title": "走访文峰社区",
        "station": station.pk,
        "starts_at": f"{starts:%Y-%m-%dT%H:%M}",
        "place": "文峰社区",
        "invited": "nobody",
    }

    answer = browser.post("/activities/new/", asked)

    activity = Activity.objects.get()
    assert answer.url == activity.get_absolute_url()
    assert activity.station == station


def test_plan_page_keeps_what_was_typed(browser, station):
    answer = browser.post("/activities/new/", {"title": "走访"})

    assert answer.status_code == 422
    assert 'value="走访"' in answer.content.decode()


@pytest.mark.parametrize("station_key", ["x", "99999999999999999999", "-1"])
def test_plan_page_takes_no_nonsense(browser, station, station_key):
    assert browser.get("/activities/new/", {"station": station_key}).status_code == 200
    answer = browser.post("/activities/new/", {"station": station_key})
    assert answer.status_code in (400, 422)


def test_plan_page_is_not_for_deputies(sign_in, deputy_user):
    assert sign_in(deputy_user).get("/activities/new/").status_code == 403


def test_detail_is_unknown_to_deputies_not_invited(sign_in, activity, deputy_user):
    assert sign_in(deputy_user).get(url(activity)).status_code == 404


def test_detail_offers_leave_to_the_invited(sign_in, activity, invited, deputy_user):
    page = sign_in(deputy_user).get(url(activity)).content.decode()

    assert "请假" in page
    assert "打印记录" in page
    assert "确认已开展" not in page


def test_detail_costs_the_same_for_any_number(
    browser, activity, django_assert_max_num_queries
):
    AttendanceFactory(activity=activity, deputy=DeputyFactory())
    browser.get(url(activity))
    with django_assert_max_num_queries(60) as one:
        browser.get(url(activity))
    for _ in range(5):
        AttendanceFactory(activity=activity, deputy=DeputyFactory())

    with django_assert_max_num_queries(len(one)):
        browser.get(url(activity))


def test_attend_by_the_deputy_himself(sign_in, activity, invited, deputy_user):
    answer = sign_in(deputy_user).post(
        url(activity, f"deputies/{invited.deputy_id}"), {"state": "on_leave"}
    )

    invited.refresh_from_db()
    assert (answer.status_code, invited.state) == (302, "on_leave")


def test_attend_refuses_other_words(browser, activity, invited):
    path = url(activity, f"deputies/{invited.deputy_id}")

    assert browser.post(path, {"state": "x"}).status_code == 422


def test_invite_and_drop(browser, activity, station, deputy):
    station.stationings.create(deputy=deputy, starts_on=dt.date(2022, 1, 10))
    browser.post(url(activity, "deputies"), {"deputy": deputy.pk})
    assert activity.attendances.count() == 1

    browser.post(url(activity, f"deputies/{deputy.pk}/drop"))

    assert not activity.attendances.exists()


def test_record_page_ticks_and_writes(browser, activity, invited):
    asked = {
        "version": 0,
        "minutes": "学习了代表法。",
        "hours": "2",
        "guests": "水利局 许正明 局长\n\n村委会",
        f"deputy_{invited.deputy_id}": "attended",
    }

    answer = browser.post(url(activity, "record"), asked)

    activity.refresh_from_db()
    invited.refresh_from_db()
    assert answer.status_code == 302
    assert activity.minutes == "学习了代表法。"
    assert invited.state == "attended"
    assert activity.guests.count() == 2


def test_record_page_says_what_is_wrong(browser, activity):
    answer = browser.post(url(activity, "record"), {"version": 0, "met_count": "-3"})

    assert answer.status_code == 422
    assert "参加群众人数" in answer.content.decode()


def test_record_page_tells_the_second_of_two(browser, activity):
    browser.post(url(activity, "record"), {"version": 0, "minutes": "一"})

    answer = browser.post(url(activity, "record"), {"version": 0, "minutes": "二"})

    assert answer.status_code == 422
    assert "别人刚刚改过" in answer.content.decode()


def test_hold_and_review_pages(browser, sign_in, township, activity):
    Activity.objects.filter(pk=activity.pk).update(minutes="学习。")
    assert browser.get(url(activity, "hold")).status_code == 200
    browser.post(url(activity, "hold"))

    assert browser.get(url(activity, "review")).status_code == 403
    sign_in(township).post(url(activity, "review"))

    activity.refresh_from_db()
    assert activity.reviewed_by == township
    assert browser.get(url(activity, "record")).status_code == 409


def test_cancel_page(browser, activity):
    assert browser.post(url(activity, "cancel"), {}).status_code == 422
    browser.post(url(activity, "cancel"), {"reason": "停电"})

    activity.refresh_from_db()
    assert activity.status == "cancelled"


def test_hear_page_logs_a_visit(browser, activity):
    page = browser.get(url(activity, "hear"))
    form = page.context["form"]
    asked = {
        "key": form["key"].value(),
        "visited_at": f"{localtime(activity.starts_at):%Y-%m-%dT%H:%M}",
        "words": "泵站夜里停机。",
        "party_size": 2,
        "outcome": "open",
    }

    answer = browser.post(url(activity, "hear"), asked)

    assert answer.status_code == 302
    assert activity.visits.get().words == "泵站夜里停机。"


def test_paper_shows_the_columns_of_the_record(browser, activity, invited):
    page = browser.get(url(activity, "paper")).content.decode()

    for head in ("应到", "实到", "请假", "参加部门", "内容纪要", "形成意见", "审核人"):
        assert f">{head}<" in page


def test_attach_shows_and_removes(browser, sign_in, stranger, activity):
    browser.post(url(activity, "files"), {"file": upload(jpeg())})
    row = activity.files.get()

    shown = browser.get(row.get_absolute_url())
    assert shown["Content-Type"] == "image/jpeg"
    assert shown.getvalue().startswith(b"\xff\xd8")
    assert sign_in(stranger).get(row.get_absolute_url()).status_code == 404
    browser.post(f"{row.get_absolute_url()}remove/")

    assert not activity.files.exists()


def test_attach_refuses_what_is_no_file(browser, activity):
    assert browser.post(url(activity, "files"), {}).status_code == 422
    answer = browser.post(url(activity, "files"), {"file": upload(b"<html>", "a.pdf")})
    assert answer.status_code == 422


def test_attach_of_a_paper_is_saved_not_shown(browser, activity):
    browser.post(url(activity, "files"), {"file": upload(pdf(), "签到.pdf")})

    answer = browser.get(activity.files.get().get_absolute_url())

    assert "attachment" in answer["Content-Disposition"]
    assert answer.getvalue().startswith(b"%PDF")
