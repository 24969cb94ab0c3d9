"""The words, dates and small parts that the pages are made of."""

import re
from datetime import UTC, date, datetime, time
from pathlib import Path

import pytest
import time_machine
from django import forms
from django.conf import settings
from django.template import engines

from common.forms import DateField, KeySelect, PublicFormRenderer
from common.templatetags import ui

NOON = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)  # noon in China


def rendered(source: str, **context: object) -> str:
    """The text of a template of the project, white space squeezed."""
    template = engines["django"].from_string(source)
    return " ".join(template.render(context).split())


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (date(2026, 11, 5), "11月5日"),
        (date(2025, 11, 5), "2025年11月5日"),
        (datetime(2026, 11, 4, 17, 0, tzinfo=UTC), "11月5日"),
        (datetime(2026, 11, 4, 9, 0), "11月4日"),  # noqa: DTZ001  (a naive one)
        (None, "—"),
        ("2026-11-05", "—"),
    ],
)
@time_machine.travel(NOON, tick=False)
def test_zh_date_names_the_day_in_china(value: object, text: str) -> None:
    assert ui.zh_date(value) == text


@time_machine.travel(datetime(2026, 12, 31, 16, 30, tzinfo=UTC), tick=False)
def test_zh_date_takes_the_present_year_from_china() -> None:
    assert ui.zh_date(date(2026, 12, 31)) == "2026年12月31日"
    assert ui.zh_date(date(2027, 1, 1)) == "1月1日"


@time_machine.travel(NOON, tick=False)
def test_zh_dates_come_in_five_lengths() -> None:
    moment = datetime(2026, 11, 5, 1, 5, tzinfo=UTC)

    assert ui.zh_day(moment) == "11月5日 星期四"
    assert ui.zh_full(moment) == "2026年11月5日"
    assert ui.zh_time(moment) == "9:05"
    assert ui.zh_time(time(14, 0)) == "14:00"
    assert ui.zh_moment(moment) == "11月5日 9:05"
    assert ui.zh_lines(date(2025, 4, 7)) == "2025年<br>4月7日"
    assert ui.zh_lines(moment) == "11月5日"
    assert [ui.zh_day(None), ui.zh_full(""), ui.zh_time(None), ui.zh_moment(3)] == [
        "—"
    ] * 4


@pytest.mark.parametrize(
    ("share", "text", "width"),
    [
        (148 / 166, "89.16%", "89.2"),
        (0, "0.00%", "0.0"),
        (1, "100.00%", "100.0"),
        (1.4, "140.00%", "100.0"),
        (-0.1, "-10.00%", "0.0"),
        (None, "—", "0.0"),
        ("", "—", "0.0"),
        (float("nan"), "—", "0.0"),
    ],
)
def test_percent_and_bar_width_follow_the_share(
    share: object, text: str, width: str
) -> None:
    assert ui.percent(share) == text
    assert ui.bar_width(share) == width


@pytest.mark.parametrize(
    ("value", "text"),
    [(12345, "12,345"), (0, "0"), (2.5, "2.50"), (None, "—"), (True, "—")],
)
def test_num_groups_by_thousands(value: object, text: str) -> None:
    assert ui.num(value) == text


def test_state_has_word_icon_and_colour() -> None:
    assert rendered('{% state "soon" %}') == (
        '<span class="state state-soon"><i class="bi bi-clock-fill" '
        'aria-hidden="true"></i>将到期</span>'
    )


def test_state_takes_another_word_and_icon_and_escapes_them() -> None:
    assert rendered('{% state "draft" word "inbox" %}', word="<待签收>") == (
        '<span class="state state-draft"><i class="bi bi-inbox" '
        'aria-hidden="true"></i>&lt;待签收&gt;</span>'
    )


MENU = [
    {"key": "today", "url": "/"},
    {"key": "proposals", "url": "/proposals/"},
    {"key": "mine", "url": "/proposals/mine/?on=1"},
]


@pytest.mark.parametrize(
    ("path", "key", "current"),
    [
        ("/", "", "today"),
        ("/proposals/7/", "", "proposals"),
        ("/proposals/mine/", "", "mine"),
        ("/elsewhere/", "", ""),
        ("/elsewhere/", "today", "today"),
    ],
)
def test_menu_current_prefers_the_longest_address(
    path: str, key: str, current: str
) -> None:
    assert ui.menu_current(MENU, path, key) == current


class ReplyForm(forms.Form):
    title = forms.CharField(label="题目", help_text="一件事一个题目")
    due_on = DateField(label="哪天之前", years=(2020, 2035), required=False)
    outcome = forms.ChoiceField(
        label="怎么办", choices=[("a", "当场答复"), ("b", "转为意见")], widget=KeySelect
    )
    is_public = forms.BooleanField(label="可以公开", required=False)


class VoterForm(ReplyForm):
    default_renderer = PublicFormRenderer


def test_field_names_its_error_before_its_help() -> None:
    html = str(ReplyForm({"title": ""})["title"])

    assert 'aria-describedby="id_title_error id_title_helptext"' in html
    assert 'aria-invalid="true"' in html
    assert 'class="form-control"' in html


def test_field_group_shows_label_error_help_and_the_optional_mark() -> None:
    form = ReplyForm({"title": ""})

    title = " ".join(form["title"].as_field_group().split())
    due_on = " ".join(form["due_on"].as_field_group().split())

    assert '<label class="form-label" for="id_title">题目</label>' in title
    assert title.index("id_title_error") < title.index('class="help"')
    assert "选填" in due_on
    assert "选填" not in title


def test_voters_fields_put_the_error_between_label_and_control() -> None:
    html = VoterForm({"title": ""})["title"].as_field_group()

    assert html.index("</label>") < html.index('class="err"') < html.index("<input")
    assert "bi-" not in html


def test_error_summary_links_every_field_at_fault() -> None:
    form = ReplyForm({"title": "", "due_on": "3000-01-01"})

    html = rendered('{% include "components/_errors.html" %}', form=form)

    assert "还有 3 处要改" in html
    for link in ('"#id_title"', '"#id_due_on"', '"#id_outcome_0"'):
        assert f"<a href={link}>" in html


def test_error_summary_is_silent_when_nothing_is_wrong() -> None:
    assert rendered('{% include "components/_errors.html" %}', form=ReplyForm()) == ""


@pytest.mark.parametrize(
    "typed", ["2026-03-01", "2026年3月1日", "2026.3.1", " 2026/03/01 "]
)
def test_date_field_reads_typed_dates(typed: str) -> None:
    assert DateField().clean(typed) == date(2026, 3, 1)


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("1800-01-01", "年份应在 1900 到 2100 之间。"),
        ("3000-01-01", "年份应在 1900 到 2100 之间。"),
        ("2026年2月30日", "请写成 2026-03-01 这样的日期。"),
        ("明天", "请写成 2026-03-01 这样的日期。"),
        ("9" * 10000, "请写成 2026-03-01 这样的日期。"),
        ("2026-01-01\x00", "请写成 2026-03-01 这样的日期。"),
    ],
)
def test_date_field_refuses_what_is_no_day(typed: str, text: str) -> None:
    with pytest.raises(forms.ValidationError) as refused:
        DateField().clean(typed)

    assert refused.value.messages == [text]


def test_date_field_writes_iso_for_the_picker() -> None:
    form = ReplyForm(initial={"due_on": date(2026, 3, 1)})

    html = str(form["due_on"])

    assert 'type="date"' in html
    assert 'value="2026-03-01"' in html
    assert 'min="2020-01-01" max="2035-12-31"' in html


@pytest.mark.parametrize(
    ("field", "words"),
    [
        (forms.CharField(), "请填写。"),
        (forms.ChoiceField(choices=[("a", "甲")]), "请选择。"),
        (forms.MultipleChoiceField(widget=forms.CheckboxSelectMultiple), "请选择。"),
        (forms.BooleanField(), "请打勾。"),
        (forms.FileField(), "请选一个文件。"),
        (forms.CharField(error_messages={"required": "请写地点"}), "请写地点"),
    ],
)
def test_missing_answers_are_asked_for_in_plain_words(
    field: forms.Field, words: str
) -> None:
    form = type("AnyForm", (forms.Form,), {"answer": field})({})

    assert form.errors == {"answer": [words]}


def test_key_select_numbers_its_keys() -> None:
    html = str(ReplyForm()["outcome"])

    assert html.count("<kbd>") == 2
    assert "<kbd>2</kbd><span>转为意见</span>" in html


def test_progress_asks_again_until_done() -> None:
    source = '{% include "components/_progress.html" with job=job only %}'
    job = {"url": "/jobs/3/", "percent": 40, "label": "正在生成"}

    assert 'hx-get="/jobs/3/" hx-trigger="every 2s"' in rendered(source, job=job)
    assert "hx-get" not in rendered(source, job=job | {"is_done": True})
    assert "hx-get" not in rendered(source, job=job | {"error": "没有成功"})


def test_pager_shows_only_the_ways_there_are() -> None:
    source = '{% include "components/_pager.html" with page=page only %}'

    html = rendered(source, page={"next_url": "?after=9", "count_label": "共 3 件"})

    assert 'rel="next" href="?after=9"' in html
    assert "上一页" not in html
    assert "共 3 件" in html


TEMPLATES = Path(settings.BASE_DIR) / "templates"
INLINE = re.compile(r"<[^>]*\s(style|on[a-z]+)=|<style|<script(?![^>]*\bsrc=)", re.I)


def test_templates_hold_no_inline_style_or_script() -> None:
    found = [
        str(path.relative_to(TEMPLATES))
        for path in TEMPLATES.rglob("*.html")
        if INLINE.search(path.read_text("utf-8"))
    ]

    assert found == []


def test_parts_say_in_their_first_line_what_they_take() -> None:
    silent = [
        path.name
        for path in (TEMPLATES / "components").glob("_*.html")
        if not path.read_text("utf-8").startswith("{% comment %}")
    ]

    assert silent == []


def test_voters_pages_load_under_100_kilobytes() -> None:
    sheets = [
        settings.BASE_DIR / "static/css" / n for n in ("tokens.css", "public.css")
    ]
    markup = rendered('{% include "public.html" %}')

    loaded = sum(sheet.stat().st_size for sheet in sheets) + len(markup.encode())

    assert loaded < 100_000
    assert "vendor/" not in markup
    assert "<script" not in markup
