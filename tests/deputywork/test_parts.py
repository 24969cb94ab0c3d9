"""The end of a test run: no part may look better than it was."""

import pytest

from tests import parts
from tests.parts import Outcome, Part

REPORT = """<?xml version="1.0"?><testsuites><testsuite tests="9" failures="1"
errors="2" skipped="3"/></testsuites>"""


def test_read_report_counts_errors_as_failures(tmp_path):
    (tmp_path / "report.xml").write_text(REPORT)

    outcome = parts.read_report("快速", tmp_path / "report.xml")

    assert (outcome.passed, outcome.failed, outcome.skipped) == (3, 3, 3)


@pytest.mark.parametrize(
    ("outcome", "code", "failed", "note"),
    [
        (Outcome("p", passed=3), 0, 0, ""),
        (Outcome("p", passed=3, failed=2), 1, 2, ""),
        (Outcome("p"), 5, 1, "没有选到任何测试"),
        (Outcome("p", passed=3), 3, 1, "pytest 退出码 3"),
        (Outcome("p", skipped=4), 0, 1, "没有一个测试真正运行"),
    ],
)
def test_judge_lets_nothing_pass_that_did_not_run(outcome, code, failed, note):
    judged = parts.judge(outcome, code)

    assert (judged.failed, judged.note) == (failed, note)


def test_run_without_what_it_needs_says_why(tmp_path):
    part = Part("浏览器", "browser", missing="没有找到 Chromium")

    outcome = parts.run(part, tmp_path, 0)

    assert outcome == Outcome("浏览器", ran=False, note="没有找到 Chromium")


def test_run_of_marks_that_select_nothing_is_a_failure(tmp_path, monkeypatch, capfd):
    monkeypatch.setenv("PYTEST_ADDOPTS", "tests/deputywork/test_parts.py")

    outcome = parts.run(Part("空", "worker and not worker"), tmp_path, 0)

    assert (outcome.passed, outcome.failed) == (0, 1)
    assert outcome.note == "没有选到任何测试"


@pytest.mark.parametrize(("require_all", "failed"), [(False, 1), (True, 2)])
def test_totals_count_a_missing_part_when_all_are_required(require_all, failed):
    outcomes = [
        Outcome("a", passed=5, failed=1),
        Outcome("b", passed=2),
        Outcome("c", ran=False, note="没有"),
    ]

    assert parts.totals(outcomes, require_all=require_all) == (7, failed)


def test_table_lines_up_and_names_what_did_not_run():
    outcomes = [
        Outcome("快速（SQLite）", passed=5, seconds=1.25),
        Outcome("后台", passed=1, failed=2, skipped=1, seconds=3),
        Outcome("浏览器", ran=False, note="没有找到 Chromium"),
    ]

    assert parts.table(outcomes).splitlines() == [
        "快速（SQLite）  通过    5 通过，0 失败，1.2 秒",
        "后台            未通过  1 通过，2 失败，1 跳过，3.0 秒",
        "浏览器          未运行  没有找到 Chromium",
    ]


def test_find_postgresql_says_why_not(monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgres://nobody@127.0.0.1:1/none")

    url, reason = parts.find_postgresql()

    assert url == ""
    assert reason.startswith("连不上 DATABASE_URL 的 PostgreSQL：")


def test_broker_is_our_own_where_no_redis_answers(monkeypatch, tmp_path):
    monkeypatch.setenv("REDIS_URL", "redis://127.0.0.1:1/0")

    with parts.broker(tmp_path) as (surroundings, name):
        assert (surroundings, name) == ({"VAR_DIR": str(tmp_path)}, "内置 Valkey")
        assert parts.embedded.answers(tmp_path / "valkey.sock")
