"""The inbox page."""

import datetime as dt

import pytest
from django.utils.timezone import now

from notices.models import Notice
from notices.services import plan_notice, send


def receive(person, title="请签收", key="a", url="/privacy/", **more):
    notice = plan_notice(person, kind="test", title=title, key=key, url=url, **more)
    send(notice.pk)
    notice.refresh_from_db()
    return notice


def test_inbox_shows_ones_own_newest_first(officer, leader, sign_in):
    receive(officer, "第一条", "a")
    receive(officer, "第二条", "b")
    receive(leader, "别人的", "c")
    plan_notice(
        officer,
        kind="test",
        title="还没到时候",
        key="d",
        send_at=now() + dt.timedelta(days=1),
    )

    page = sign_in(officer).get("/notices/")

    assert [row.title for row in page.context["page"]] == ["第二条", "第一条"]
    assert "2 条未读" in page.content.decode()


def test_inbox_filters_the_unread(officer, sign_in):
    old = receive(officer, "看过的", "a")
    receive(officer, "新来的", "b")
    browser = sign_in(officer)
    browser.post(f"/notices/{old.pk}/read/")

    page = browser.get("/notices/?unread=1")

    assert [row.title for row in page.context["page"]] == ["新来的"]


def test_inbox_answers_htmx_with_the_list_alone(officer, sign_in):
    receive(officer)

    answer = sign_in(officer).get("/notices/", headers={"HX-Request": "true"})

    assert "<html" not in answer.content.decode()
    assert "请签收" in answer.content.decode()


@pytest.mark.parametrize("count", [1, 3, 100])
def test_inbox_costs_the_same_however_long(
    officer, sign_in, django_assert_num_queries, count
):
    Notice.objects.bulk_create(
        Notice(
            recipient=officer,
            kind="test",
            title=f"第 {n} 条",
            dedupe_key=str(n),
            send_at=now(),
            sent_at=now(),
            state="sent",
        )
        for n in range(count)
    )
    browser = sign_in(officer)
    browser.get("/notices/")

    with django_assert_num_queries(5):
        # user, grants, unread, rows, count (the session lies in the cache)
        browser.get("/notices/")


def test_open_marks_read_and_goes_where_it_points(officer, sign_in):
    notice = receive(officer)

    answer = sign_in(officer).get(f"/notices/{notice.pk}/open/")

    notice.refresh_from_db()
    assert answer["Location"] == "/privacy/"
    assert notice.read_at is not None


@pytest.mark.parametrize("url", ["", "https://evil.example/", "//evil.example/"])
def test_open_never_leaves_the_site(officer, sign_in, url):
    notice = receive(officer, url=url)

    answer = sign_in(officer).get(f"/notices/{notice.pk}/open/")

    assert answer["Location"] == "/notices/"


@pytest.mark.parametrize("verb", ["open", "read"])
def test_other_peoples_notices_do_not_exist(officer, stranger, sign_in, verb):
    notice = receive(officer)
    browser = sign_in(stranger)
    call = browser.get if verb == "open" else browser.post

    assert call(f"/notices/{notice.pk}/{verb}/").status_code == 404
    notice.refresh_from_db()
    assert notice.read_at is None


def test_read_all_empties_the_count(officer, sign_in):
    receive(officer, key="a")
    receive(officer, key="b")
    browser = sign_in(officer)

    page = browser.post("/notices/read-all/", follow=True)

    assert "都看过了" in page.content.decode()
    assert page.context["unread_count"] == 0


def test_inbox_says_when_it_is_empty(officer, sign_in):
    assert "还没有通知" in sign_in(officer).get("/notices/").content.decode()


def test_inbox_shows_marks_and_code_as_plain_text(officer, sign_in):
    receive(officer, title="<b>粗</b>", text="<script>x</script>\n第二行")

    page = sign_in(officer).get("/notices/").content.decode()

    assert "&lt;b&gt;粗&lt;/b&gt;" in page
    assert "<script>x" not in page
