import datetime as dt

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils.timezone import localdate

from areas.choices import ImportState
from areas.models import Area, CalendarDay, ImportJob, Policy
from areas.services import seed_calendar
from areas.services.policies import RULES, policy_at
from areas.tasks import run_import

HTMX = {"HX-Request": "true"}


def upload(text: str = "code12,level,name,parent_code12\n", name: str = "区划.csv"):
    return SimpleUploadedFile(name, text.encode())


# --- policies ---------------------------------------------------------------------


def policy_form(county: Area, **changes) -> dict:
    now = policy_at(county.pk, localdate())
    asked = {name: getattr(now, name) for name in RULES}
    return asked | {"effective_from": localdate().isoformat(), **changes}


def test_policy_create_lays_down_a_version(county, officer, sign_in):
    answer = sign_in(officer).post(
        reverse("areas:policy_create"), policy_form(county, tell_wd=5, note="12号文")
    )

    assert answer.status_code == 302
    assert policy_at(county.pk, localdate()).tell_wd == 5


@pytest.mark.parametrize(
    ("wrong", "field", "text"),
    [
        ({"reply_months": 4}, "reply_months", "代表法第五十一条"),
        ({"tell_wd": 0}, "tell_wd", "1"),
        ({"tell_wd": "五"}, "tell_wd", "整数"),
        ({"tell_wd": 10**9}, "tell_wd", "366"),
        ({"effective_from": "1800-01-01"}, "effective_from", "2020"),
        ({"effective_from": "3000-01-01"}, "effective_from", "2100"),
        ({"effective_from": "2021-01-01"}, "effective_from", "不能早于今天"),
        ({"note": "长" * 201}, "note", "200"),
    ],
)
def test_policy_create_shows_the_refusal_at_its_field(
    county, officer, sign_in, wrong, field, text
):
    answer = sign_in(officer).post(
        reverse("areas:policy_create"), policy_form(county, **wrong)
    )

    assert answer.status_code == 422
    assert text in answer.context["form"].errors[field][0]
    assert Policy.objects.count() == 0


def test_policy_shows_what_holds_and_what_is_to_come(county, township, sign_in):
    later = localdate() + dt.timedelta(days=30)
    Policy.objects.create(area_code=county.pk, effective_from=later, tell_wd=9)

    page = sign_in(township).get(reverse("areas:policy")).content.decode()

    assert "尚未施行" in page
    assert "告知选民：3 → 9" in page


def test_policy_of_a_place_one_has_no_role_for_is_not_there(
    county, other_county, officer, sign_in
):
    answer = sign_in(officer).get(reverse("areas:policy"), {"area": other_county.pk})

    assert answer.status_code == 404


# --- calendar ---------------------------------------------------------------------


def test_calendar_year_corrects_a_day(officer, sign_in):
    asked = {"day": "2027-02-13", "kind": "workday", "name": "春节"}

    answer = sign_in(officer).post(reverse("areas:calendar"), asked)

    assert answer.url == reverse("areas:calendar_year", args=[2027])
    assert CalendarDay.objects.get().name == "春节"


@pytest.mark.parametrize(
    "wrong",
    [
        {"day": "1800-01-01"},
        {"day": "2027-02-30"},
        {"kind": "x"},
        {"name": "长" * 51},
        {"kind": "weekday"},
    ],
)
def test_calendar_year_refuses_a_wrong_day(officer, sign_in, wrong):
    asked = {"day": "2027-02-13", "kind": "workday", "name": "春节"} | wrong

    answer = sign_in(officer).post(reverse("areas:calendar"), asked)

    assert answer.status_code == 422
    assert CalendarDay.objects.count() == 0


def test_calendar_settle_confirms_a_draft(officer, sign_in):
    seed_calendar([2028])

    sign_in(officer).post(reverse("areas:calendar_settle", args=[2028]))

    assert CalendarDay.objects.filter(is_provisional=True).count() == 0


def test_calendar_year_is_read_only_for_townships(township, sign_in):
    browser = sign_in(township)

    shown = browser.get(reverse("areas:calendar_year", args=[99999]))
    asked = {"day": "2027-02-13", "kind": "workday"}
    refused = browser.post(reverse("areas:calendar"), asked)

    assert (shown.status_code, shown.context["form"]) == (200, None)
    assert refused.status_code == 403
    assert CalendarDay.objects.count() == 0


# --- imports ----------------------------------------------------------------------


def test_import_create_hands_a_table_in_and_shows_its_progress(
    county, officer, sign_in, django_capture_on_commit_callbacks
):
    browser = sign_in(officer)
    text = (
        "code12,level,name,parent_code12\n420802100000,4,栗溪镇,420802000000\nx,9,,\n"
    )

    with django_capture_on_commit_callbacks():  # the worker has not come yet
        answer = browser.post(
            reverse("areas:import"), {"kind": "areas", "file": upload(text)}
        )
    waiting = browser.get(answer.url, headers=HTMX).content.decode()
    run_import(ImportJob.objects.get().pk)
    done = browser.get(answer.url, headers=HTMX).content.decode()

    assert "hx-get" in waiting
    assert "等待开始" in waiting
    assert "hx-get" not in done
    assert "新增 1 条，更改 0 条，没有变化 0 条，拒绝 1 行。" in done
    assert "第 3 行" in done


@pytest.mark.parametrize(
    ("asked", "field", "text"),
    [
        ({"kind": "areas"}, "file", "请选一个文件。"),
        ({"kind": "外星", "file": "x"}, "kind", "有效"),
        ({"kind": "units", "file": "x"}, "area", "请选择这些单位所属的地区。"),
        ({"kind": "units", "area": "420804", "file": "x"}, "area", "有效"),
        ({"kind": "areas", "file": ""}, "file", "文件是空的。"),
    ],
)
def test_import_create_shows_what_is_wrong(
    county, other_county, officer, sign_in, asked, field, text
):
    if "file" in asked:
        asked = asked | {"file": upload(asked["file"])}

    answer = sign_in(officer).post(reverse("areas:import"), asked)

    assert answer.status_code == 422
    assert text in answer.context["form"].errors[field][0]
    assert ImportJob.objects.count() == 0


def test_import_create_refuses_a_file_over_20_mb(officer, sign_in, settings):
    settings.UPLOAD_MAX_BYTES = 5

    answer = sign_in(officer).post(
        reverse("areas:import"), {"kind": "areas", "file": upload()}
    )

    assert "20 MB" in answer.context["form"].errors["file"][0]


def test_import_create_keeps_hostile_file_names_out(officer, sign_in):
    sign_in(officer).post(
        reverse("areas:import"),
        {"kind": "areas", "file": upload(name="../../\u202e<b>x</b>.csv")},
    )

    job = ImportJob.objects.get()
    assert "/" not in job.file_name.replace("</b>", "")
    assert "\u202e" not in job.file_name
    assert ".." not in job.file.name


def test_import_detail_is_for_who_asked_and_the_keeper(
    officer, stranger, sys_admin, sign_in
):
    job = ImportJob.objects.create(
        kind="areas",
        state=ImportState.DONE,
        file_name="<script>",
        requested_by=officer,
        refused=[[2, "<script>", "坏"]],
        refused_count=1,
    )
    url = reverse("areas:import_detail", args=[job.pk])

    answers = [sign_in(who).get(url) for who in (officer, sys_admin, stranger)]

    assert [answer.status_code for answer in answers] == [200, 200, 404]
    assert "<script>坏" not in answers[0].content.decode()
    assert "&lt;script&gt;" in answers[0].content.decode()
