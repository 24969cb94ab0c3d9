"""Ledgers of a home: what stands in them, for whom, and in which columns."""

import datetime as dt
import io

import pytest
from django.utils.timezone import localdate
from docx import Document
from openpyxl import load_workbook

from audit.models import Event
from proposals.export import HEADER
from reports.ledgers.shelf import COLUMNS, LEDGERS, SEVEN
from tests.factories import DayFactory, VisitFactory
from tests.factories import proposals as make
from tests.factories.activities import ActivityFactory


@pytest.fixture
def office(sign_in, officer):
    return sign_in(officer)


@pytest.fixture
def home(sign_in, station_staff):
    return sign_in(station_staff)


def lines(browser, key, query=""):
    """The lines of a ledger as its Excel has them, by column."""
    answer = browser.get(f"/ledgers/{key}/export/{query}")
    assert answer.status_code == 200
    header, *rows = load_workbook(io.BytesIO(answer.getvalue())).active.values
    return [dict(zip(header, row, strict=True)) for row in rows]


def held(station, kind, deputy, **fields):
    row = ActivityFactory(station=station, kind=kind, status="held", **fields)
    row.attendances.create(deputy=deputy, state="attended")
    return row


def test_study_counts_who_was_due_and_who_came(home, station, deputy):
    held(station, "study", deputy, title="学习代表法", speaker="李老师", hours=2)

    line = lines(home, "study")[0]

    assert (line["应到"], line["实到"], line["学时"]) == (1, 1, 2)
    assert (line["内容"], line["主讲"], line["备注"]) == ("学习代表法", "李老师", None)


def test_planned_activities_are_in_no_ledger(home, station):
    ActivityFactory(station=station, kind="study")

    assert lines(home, "study") == []


def test_duty_report_has_constituency_and_votes(home, station, deputy):
    deputy.mandates.update(source_name="第三选区")
    held(station, "duty_report", deputy, satisfied=40, basically=3, dissatisfied=0)

    line = lines(home, "duty_report")[0]

    assert (line["代表"], line["选区"]) == ("周敏", "第三选区")
    assert (line["满意"], line["基本满意"], line["不满意"]) == (40, 3, 0)


def test_survey_has_law_checks_too(home, station, deputy):
    held(station, "survey", deputy, findings="渠道淤塞", target="泵站")
    held(station, "law_check", deputy)

    rows = lines(home, "survey")

    assert len(rows) == 2
    assert rows[0]["发现问题"] == "渠道淤塞"


def test_every_visit_is_in_one_of_the_two_ledgers(home, station):
    for channel in ("station", "appointment", "letter", "online"):
        VisitFactory(station=station, channel=channel)
    for channel in ("visit", "phone", "activity"):
        VisitFactory(station=station, channel=channel)

    assert len(lines(home, "reception")) == 4
    assert len(lines(home, "contact")) == 3


def test_contact_has_visits_and_activities_in_order_of_time(home, station, deputy):
    activity = held(station, "contact", deputy, title="走访文峰社区")
    VisitFactory(
        station=station,
        channel="visit",
        words="路灯不亮",
        visited_at=activity.starts_at - dt.timedelta(hours=1),
    )

    assert [row["方式"] for row in lines(home, "contact")] == ["走访", "走访座谈"]


def test_reception_masks_who_came(home, station):
    VisitFactory(station=station, answer="已答复。", outcome="answered")

    line = lines(home, "reception")[0]

    assert line["选民"] == "刘**"
    assert (line["处理方式"], line["办理结果"]) == ("当场答复", "已答复。")
    assert (line["告知接待代表"], line["存档"]) == (None, None)


def test_supervision_has_what_is_late(
    office, station, station_staff, officer, category, unit
):
    matter = make.opinion(actor=station_staff, station=station)
    matter = make.accepted(matter, actor=station_staff, category=category)
    matter = make.handed_over(matter, actor=officer, unit=unit)
    late = localdate() - dt.timedelta(days=3)
    matter.deadlines.filter(kind="reply").update(due_on=late, starts_on=late)

    line = lines(office, "supervision")[0]

    assert line["建议号"] == matter.number
    assert "答复逾期 3 天" in line["问题"]


def test_opinions_have_the_columns_of_the_export(office, station_staff):
    matter = make.opinion(actor=station_staff)

    line = lines(office, "opinions")[0]

    assert tuple(line) == HEADER
    assert line["编号"] == matter.number


def test_notices_have_number_and_deputies(home, station, deputy):
    day = DayFactory(
        station=station,
        status="announced",
        announced_at="2026-11-01T01:00Z",
        notice_year=2026,
        notice_number=7,
    )
    day.duties.create(deputy=deputy)

    line = lines(home, "notices")[0]

    assert line["公告号"] == "〔2026〕7号"
    assert line["接待人（代表姓名）"] == "周敏"


def test_period_and_town_narrow_the_lines(office, station, town, other_county):
    VisitFactory(station=station)
    today = localdate()
    tomorrow = today + dt.timedelta(days=1)

    assert len(lines(office, "reception", f"?town={town.code}")) == 1
    assert lines(office, "reception", f"?since={tomorrow}&until={tomorrow}") == []
    refused = office.get(f"/ledgers/reception/?town={other_county.code}")
    assert refused.status_code == 422


@pytest.mark.parametrize("key", LEDGERS)
def test_pages_and_files_open_empty_and_full(home, station, deputy, key):
    for _ in range(2):
        for kind in ("study", "contact", "survey", "pairing", "supervision"):
            held(station, kind, deputy)
        assert home.get(f"/ledgers/{key}/").status_code == 200
        assert home.get(f"/ledgers/{key}/word/").getvalue()[:2] == b"PK"


@pytest.mark.parametrize("key", ["reception", "contact", "activities", "opinions"])
def test_ledgers_cost_the_same_for_any_number(
    home, station, station_staff, deputy, key, django_assert_max_num_queries
):
    def more(count):
        for _ in range(count):
            held(station, "contact", deputy)
            VisitFactory(station=station, channel="visit").heard_by.add(deputy)
            make.opinion(actor=station_staff, station=station)

    more(1)
    home.get(f"/ledgers/{key}/")
    with django_assert_max_num_queries(60) as one:
        home.get(f"/ledgers/{key}/")
    more(4)

    with django_assert_max_num_queries(len(one)):
        home.get(f"/ledgers/{key}/")


def test_word_lies_across_and_repeats_its_head(home, station, deputy):
    held(station, "study", deputy)

    body = home.get("/ledgers/study/word/").getvalue()

    document = Document(io.BytesIO(body))
    section = document.sections[0]
    assert section.page_width > section.page_height
    first = document.tables[0].rows[0]
    assert first._tr.trPr.xpath("w:tblHeader")
    assert first.cells[1].text == "日期"


def test_export_leaves_a_line_in_the_trail(office):
    lines(office, "study")

    assert Event.objects.get(verb="export").note.startswith("学习培训登记簿")


@pytest.mark.parametrize(
    "query",
    [
        *("station=x", "station=99999999999999999999", "since=0001-99-01"),
        *("since=2020-01-01&until=2026-01-01", "since=2026-02-01&until=2026-01-01"),
    ],
)
def test_bad_questions_are_422(office, query):
    assert office.get(f"/ledgers/study/?{query}").status_code == 422
    assert office.get(f"/ledgers/study/export/?{query}").status_code == 302


def test_ledgers_are_for_those_who_keep_registers(
    sign_in, leader, deputy_user, handler, sys_admin, township
):
    for person in (leader, deputy_user, handler, sys_admin):
        assert sign_in(person).get("/ledgers/").status_code == 403
        assert sign_in(person).get("/ledgers/study/export/").status_code == 403
    assert sign_in(township).get("/ledgers/").status_code == 200


def test_no_other_ledger(office):
    assert office.get("/ledgers/secret/").status_code == 404


def test_stranger_sees_nothing_of_the_county(sign_in, stranger, station, deputy):
    held(station, "study", deputy)

    assert lines(sign_in(stranger), "study") == []


def test_the_seven_are_those_of_a_home():
    titles = [one.title.removesuffix("登记簿") for one in SEVEN]

    assert titles == [
        *("学习培训", "联系选民", "接待接访", "述职履职"),
        *("调研视察", "双百帮扶", "建议督办"),
    ]


def test_every_column_of_the_forms_has_its_place():
    for columns in COLUMNS.values():
        for key, column in columns.values():
            assert column in LEDGERS[key].header
