import datetime as dt
import io
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.timezone import localdate
from openpyxl import load_workbook

from areas.choices import CongressLevel
from audit.models import Event
from common.spreadsheets import read_workbook
from deputies.choices import MandateStatus, Sex
from deputies.models import Deputy, Group, Mandate, Membership
from deputies.roster.header import find_header
from deputies.services.roll import COLUMNS
from tests.factories import (
    AreaFactory,
    DeputyFactory,
    GroupFactory,
    MandateFactory,
    person,
)
from tests.factories.areas import CongressFactory, TermFactory

TODAY = localdate()
LIST = "/deputies/"
UNGROUPED = "/deputies/ungrouped/"
GROUPS = "/deputies/groups/"


def names_in(response) -> list[str]:
    page = response.content.decode()
    return re.findall(r'class="title-link strong" href="[^"]+">([^<]+)</a>', page)


def head_of(response) -> str:
    """The words over the table: how many persons, how many seats."""
    found = re.search(r'card-top"><h2>(.*?)；', response.content.decode(), re.S)
    return re.sub(r"<[^>]+>", "", found[1])


@pytest.fixture
def city_term(county):
    area = AreaFactory(code="4208", name="荆门市")
    congress = CongressFactory(area=area, level=CongressLevel.PREFECTURE)
    return TermFactory(congress=congress, number=10)


@pytest.fixture
def roll(town, village, city_term):
    """Three persons: one of two levels, one suspended, one whose seat ended."""
    wang = DeputyFactory(area=town, name="王芳", sex=Sex.FEMALE)
    MandateFactory(deputy=wang)
    MandateFactory(deputy=wang, term=city_term, level=CongressLevel.PREFECTURE)
    li = DeputyFactory(area=village, name="李强")
    MandateFactory(deputy=li, status=MandateStatus.SUSPENDED)
    zhao = DeputyFactory(area=AreaFactory(code="420802003", name="栗溪镇"), name="赵刚")
    MandateFactory(deputy=zhao, status=MandateStatus.TERMINATED, ends_on=TODAY)
    return wang, li, zhao


# --- what is found ------------------------------------------------------------------


def test_list_counts_persons_and_seats_apart(sign_in, officer, roll):
    response = sign_in(officer).get(LIST)

    assert names_in(response) == ["王芳"]
    assert head_of(response) == "1 人2 个代表资格"


@pytest.mark.parametrize(
    ("asked", "found", "head"),
    [
        ("state=all", ["李强", "王芳", "赵刚"], "3 人4 个代表资格"),
        ("state=suspended", ["李强"], "1 人1 个代表资格"),
        ("state=ended", ["赵刚"], "1 人1 个代表资格"),
        ("state=all&level=4", ["李强", "王芳", "赵刚"], "3 人3 个代表资格"),
        ("level=3", ["王芳"], "1 人1 个代表资格"),
        ("level=3&state=ended", [], "0 人0 个代表资格"),
        ("state=all&area=420802002", ["李强", "王芳"], "2 人3 个代表资格"),
        ("state=all&q=强", ["李强"], "1 人1 个代表资格"),
        ("state=all&q=王　芳", ["王芳"], "1 人2 个代表资格"),
        ("state=all&q=没有", [], "0 人0 个代表资格"),
    ],
)
def test_list_is_narrowed_by(sign_in, officer, roll, asked, found, head):
    response = sign_in(officer).get(f"{LIST}?{asked}")

    assert response.status_code == 200
    assert names_in(response) == found
    assert head_of(response) == head


def test_list_does_not_call_the_reelected_ended(sign_in, officer, deputy, city_term):
    MandateFactory(
        deputy=deputy,
        term=TermFactory(number=5),
        status=MandateStatus.TERM_ENDED,
        ends_on=dt.date(2022, 1, 10),
        starts_on=dt.date(2017, 1, 10),
    )

    response = sign_in(officer).get(f"{LIST}?state=ended")

    assert names_in(response) == []


def test_list_by_group_follows_the_day(sign_in, officer, deputy, town):
    group = GroupFactory(area=town)
    left = GroupFactory(area=town)
    Membership.objects.create(group=group, deputy=deputy)
    Membership.objects.create(
        group=left, deputy=deputy, starts_on=dt.date(2023, 1, 1), ends_on=TODAY
    )
    browser = sign_in(officer)

    assert names_in(browser.get(f"{LIST}?group={group.pk}")) == ["周敏"]
    assert names_in(browser.get(f"{LIST}?group={left.pk}")) == []


@pytest.mark.parametrize(
    "asked",
    [
        "level=9",
        "state=dead",
        "area=1",
        "group=99999999999999999999999",
        "group=x",
        "q=" + "张" * 10_000,
    ],
)
def test_list_says_which_filter_is_wrong(sign_in, officer, deputy, asked):
    response = sign_in(officer).get(f"{LIST}?{asked}")

    assert response.status_code == 422
    assert response.content.decode().count('class="err"') == 1


def test_list_shows_only_what_lies_in_scope(sign_in, township, stranger, roll):
    everybody = f"{LIST}?state=all"

    assert names_in(sign_in(township).get(everybody)) == ["李强", "王芳"]
    assert names_in(sign_in(stranger).get(everybody)) == []


def test_list_never_shows_a_phone(sign_in, officer, deputy):
    deputy.phone = "13812345678"
    deputy.save(update_fields=["phone"])

    page = sign_in(officer).get(LIST).content.decode()

    assert "138****5678" not in page
    assert "13812345678" not in page


def test_list_answers_htmx_with_the_table_alone(sign_in, officer, deputy):
    response = sign_in(officer).get(f"{LIST}?q=周", headers={"HX-Request": "true"})

    page = response.content.decode()
    assert page.lstrip().startswith('<div class="stack" id="deputy-table">')
    assert "<html" not in page
    assert 'href="/deputies/export/?q=%E5%91%A8"' in page  # the file follows the filter


def test_list_pages_through_everybody_once(sign_in, officer, town):
    for n in range(60):
        MandateFactory(deputy=DeputyFactory(area=town, name=f"同名{n % 3}"))
    browser, url, seen = sign_in(officer), LIST, []
    while url:
        response = browser.get(url)
        seen += [deputy.pk for deputy in response.context["page"]]
        found = response.context["page"].next_url
        url = LIST + found if found else ""

    assert sorted(seen) == sorted(Deputy.objects.values_list("pk", flat=True))
    assert len(seen) == 60


# --- nobody is left out -------------------------------------------------------------


def test_ungrouped_lists_those_in_office_without_a_group(
    sign_in, officer, roll, deputy, town
):
    closed = GroupFactory(area=town, is_active=False)
    Membership.objects.create(group=closed, deputy=roll[0])
    Membership.objects.create(group=GroupFactory(area=town), deputy=deputy)

    response = sign_in(officer).get(UNGROUPED)

    assert names_in(response) == ["王芳"]
    join = reverse("deputies:join", args=[roll[0].pk])
    assert f'href="{join}"' in response.content.decode()


def test_ungrouped_offers_no_remedy_to_readers(sign_in, leader, deputy):
    response = sign_in(leader).get(UNGROUPED)

    assert names_in(response) == ["周敏"]
    assert "/join/" not in response.content.decode()


@pytest.mark.parametrize("role", ["deputy_user", "station_staff", "coordinator"])
def test_ungrouped_is_for_keepers_and_leaders(request, sign_in, role, deputy):
    browser = sign_in(request.getfixturevalue(role))

    assert browser.get(UNGROUPED).status_code == 403
    assert UNGROUPED not in browser.get(LIST).content.decode()


# --- as a file ----------------------------------------------------------------------


def sheet_of(response):
    book = load_workbook(io.BytesIO(b"".join(response.streaming_content)))
    return [list(row) for row in book.active.iter_rows(values_only=True)]


def test_export_has_one_line_a_seat_in_the_columns_of_the_roster(
    sign_in, officer, roll
):
    rows = sheet_of(sign_in(officer).get(f"{LIST}export/?state=all"))

    header = rows[0]
    lines = [dict(zip(header, row, strict=True)) for row in rows[1:]]
    assert [(r["序号"], r["姓名"], r["代表级别"]) for r in lines] == [
        (1, "李强", "县（区）"),
        (2, "王芳", "市"),
        (3, "王芳", "县（区）"),
        (4, "赵刚", "县（区）"),
    ]
    assert "身份证号" not in header
    assert "住址" not in "".join(header)
    event = Event.objects.get(verb="export")
    assert (event.actor, event.data) == (officer, {"rows": 4})


def test_export_keeps_the_filter_and_masks_phones(sign_in, officer, roll):
    Deputy.objects.filter(pk=roll[0].pk).update(
        phone="13812345678", employer_post="=cmd|' /C calc'!A0"
    )

    rows = sheet_of(sign_in(officer).get(f"{LIST}export/?level=3"))

    assert len(rows) == 2
    line = dict(zip(rows[0], rows[1], strict=True))
    assert line["手机号码"] == "138****5678"
    assert line["单位及职务"] == "'=cmd|' /C calc'!A0"


def test_export_has_a_line_for_who_has_no_seat(sign_in, officer, town):
    DeputyFactory(area=town, name="王芳")

    rows = sheet_of(sign_in(officer).get(f"{LIST}export/?state=all"))

    line = dict(zip(rows[0], rows[1], strict=True))
    assert (line["姓名"], line["代表级别"]) == ("王芳", None)


def test_export_of_a_wrong_filter_leads_back_to_the_list(sign_in, officer, deputy):
    response = sign_in(officer).get(f"{LIST}export/?level=9")

    assert (response.status_code, response.url) == (302, "../?level=9")
    assert not Event.objects.exists()


def test_export_has_the_columns_that_the_import_finds(sign_in, officer, deputy):
    response = sign_in(officer).get(f"{LIST}export/")

    sheet = read_workbook(io.BytesIO(b"".join(response.streaming_content)))[0]
    header, _ = find_header(sheet)
    assert tuple(column.field for column in header.columns) == COLUMNS


@pytest.mark.parametrize("role", ["deputy_user", "station_staff", "coordinator"])
def test_export_is_for_keepers_and_leaders(request, sign_in, role, deputy):
    response = sign_in(request.getfixturevalue(role)).get(f"{LIST}export/")

    assert response.status_code == 403
    assert not Event.objects.filter(verb="export").exists()


# --- groups -------------------------------------------------------------------------


def test_groups_show_leader_and_number_of_members(sign_in, officer, town):
    group = GroupFactory(area=town, name="泉口第一代表小组")
    for name, role in (("王芳", "leader"), ("李强", "member")):
        deputy = DeputyFactory(area=town, name=name)
        Membership.objects.create(group=group, deputy=deputy, role=role)
    gone = DeputyFactory(area=town, name="赵刚")
    Membership.objects.create(
        group=group, deputy=gone, starts_on=dt.date(2023, 1, 1), ends_on=TODAY
    )

    response = sign_in(officer).get(GROUPS)

    row = response.context["page"].rows[0]
    assert (row.name, row.member_count) == ("泉口第一代表小组", 2)
    assert [m.deputy.name for m in row.current_leaders] == ["王芳"]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("", ["一组", "二组"]),
        ("kind=professional", ["二组"]),
        ("is_active=false", ["三组"]),
        ("q=一", ["一组"]),
        ("area=420802002", ["一组", "二组"]),
    ],
)
def test_groups_are_narrowed_by(sign_in, officer, town, asked, found):
    GroupFactory(area=town, name="一组")
    GroupFactory(area=town, name="二组", kind="professional")
    GroupFactory(area=town, name="三组", is_active=False)

    response = sign_in(officer).get(f"{GROUPS}?{asked}")

    assert names_in(response) == found


def test_groups_of_other_counties_are_not_shown(sign_in, stranger, town):
    GroupFactory(area=town)

    assert names_in(sign_in(stranger).get(GROUPS)) == []


# --- a constant number of queries ---------------------------------------------------


def fill(town, city_term, count: int) -> None:
    """So many deputies of two levels, each in a group of ten."""
    done = Deputy.objects.count()
    new = [Deputy(area=town, name=f"人{n}") for n in range(done, count)]
    Deputy.objects.bulk_create(new)
    county_term = TermFactory()
    for term, level in ((county_term, 4), (city_term, 3)):
        Mandate.objects.bulk_create(
            Mandate(deputy=d, term=term, level=level, starts_on=dt.date(2022, 2, 1))
            for d in new
        )
    groups = [Group(area=town, name=f"组{d.pk}") for d in new]
    Group.objects.bulk_create(groups)
    Membership.objects.bulk_create(
        Membership(group=group, deputy=deputy, role="leader")
        for group, deputy in zip(groups, new, strict=True)
    )


@pytest.mark.parametrize(
    "url",
    [
        LIST,
        f"{LIST}?state=all&level=4&q=人",
        UNGROUPED,
        GROUPS,
        f"{LIST}export/",
        "/api/v1/deputies/",
        "/api/v1/groups/",
    ],
)
def test_lists_take_as_many_queries_for_300_rows_as_for_1(
    sign_in, officer, town, city_term, url
):
    browser, counted = sign_in(officer), []
    if url == UNGROUPED:
        Group.objects.update(is_active=False)
    for count in (1, 3, 300):
        fill(town, city_term, count)
        if url == UNGROUPED:
            Group.objects.update(is_active=False)
        browser.get(url)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            response = browser.get(url)
            list(getattr(response, "streaming_content", ()))
        assert response.status_code == 200
        counted.append(len(queries))

    assert counted[0] == counted[1] == counted[2]


def test_group_page_takes_as_many_queries_for_many_members(sign_in, officer, town):
    group, counted = GroupFactory(area=town), []
    browser = sign_in(officer)
    browser.get(group.get_absolute_url())
    for count in (1, 3, 60):
        for n in range(group.memberships.count(), count):
            deputy = DeputyFactory(area=town, name=f"人{n}")
            MandateFactory(deputy=deputy)
            Membership.objects.create(group=group, deputy=deputy)
        with CaptureQueriesContext(connection) as queries:
            browser.get(group.get_absolute_url())
        counted.append(len(queries))

    assert counted[0] == counted[1] == counted[2]


def test_lists_are_not_for_the_platforms_administrators(
    sign_in, sys_admin, handler, deputy
):
    for user in (sys_admin, handler, person("无授权")):
        for url in (LIST, UNGROUPED, GROUPS):
            assert sign_in(user).get(url).status_code == 403
