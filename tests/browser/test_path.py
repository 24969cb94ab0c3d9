"""One visitor's words, from the door to the closure rate: the whole way in a browser.

Each person in their own role, a real worker building the report; at the end the
closure rate says the same on the dashboard, in the REST answer and in the Word file.
"""

import io
import re

import pytest
from django.utils.timezone import localdate
from docx import Document
from playwright.sync_api import Page, expect
from rest_framework.test import APIClient

from accounts.tokens import issue_token
from areas.services import seed_calendar
from deputies.models import Deputy
from proposals.models import Proposal, ResultClass
from reports.models import Report
from stations.models import Duty
from tests.factories.proposals import fresh

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

WORDS = "文峰泵站只有一台泵在转，一下大雨三栋一楼全进水"


@pytest.fixture
def classes(db):
    """The classes that a migration lays down; a flushed database has lost them."""
    for code, label, solved, promise in (
        ("A", "已经解决", True, False),
        ("B", "正在解决", False, True),
    ):
        ResultClass.objects.get_or_create(
            code=code,
            defaults={
                "label": label,
                "definition": label,
                "counts_as_solved": solved,
                "needs_commitment": promise,
                "plain_label": label,
            },
        )
    seed_calendar([localdate().year, localdate().year + 1])


@pytest.fixture
def duty(day, deputy) -> Duty:
    return Duty.objects.create(day=day, deputy=deputy)


def log_at_the_desk(page: Page, day_pk: int) -> tuple[str, str]:
    """Station staff log the visitor's words; answers the number and the query code."""
    page.goto(f"/proposals/desk/{day_pk}/")
    expect(page.locator("#id_visitor_name")).to_be_focused()
    keys = page.keyboard
    for text in ("刘德才", "13822142207"):
        keys.type(text)
        keys.press("Tab")
    keys.press("Tab")
    keys.type(WORDS)
    keys.press("Tab")
    keys.type("sl")
    keys.press("Tab")
    keys.press("2")
    keys.press("Enter")
    code = page.locator("[data-code] b").first
    expect(code).to_be_visible()
    return Proposal.objects.get().number, code.inner_text()


def take(page: Page, verb: str, button: str, **answers: str) -> None:
    """Open a step from the matter's page, fill in its form, send it."""
    proposal = Proposal.objects.get()
    page.goto(proposal.get_absolute_url())
    page.locator(f".todo a[href$='/{verb}/']").click()
    form = page.locator("#proposal-step")
    for name, value in answers.items():
        field = form.locator(f"[name={name}]")
        kind = field.first.get_attribute("type")
        if kind == "radio":
            form.locator(f"[name={name}][value='{value}']").check()
        elif field.first.evaluate("node => node.tagName") == "SELECT":
            field.select_option(value)
        else:
            field.fill(value)
    form.get_by_role("button", name=button, exact=True).click()
    expect(page.locator("#messages")).to_contain_text("已")


def write_reply(page: Page) -> None:
    """The handler writes class B with its promise and asks the leader to sign."""
    page.goto("/proposals/inbox/")
    page.get_by_role("link", name="写答复").click()
    form = page.locator("form.fields")
    form.locator("[name=result][value=B]").check()
    form.locator("[name=text]").fill("经现场核查，两台水泵损坏，年底前更换。")
    form.get_by_role("button", name="送领导签发").click()
    # class B without a promise: said beside its field, and nothing typed is lost
    expect(page.locator("form.fields .bad")).to_contain_text("承诺")
    form = page.locator("form.fields")
    expect(form.locator("[name=text]")).to_have_value(re.compile("两台水泵损坏"))
    form.locator("[name=what_1]").fill("更换两台水泵")
    form.locator("[name=due_1]").fill(f"{localdate().year + 1}-03-31")
    form.locator("[name=plain_text]").fill("年底前换两台水泵。")
    form.get_by_role("button", name="送领导签发").click()
    expect(page.locator("#messages")).to_contain_text("已送签")


def sign_reply(page: Page) -> None:
    page.goto("/proposals/inbox/")
    page.get_by_role("link", name="看答复稿").click()
    page.get_by_role("button", name="签发答复").click()
    expect(page.locator("#messages")).to_contain_text("答复已签发")


def judge(page: Page, number: str, code: str) -> None:
    """The voter follows the matter with number and code, and judges it."""
    page.goto("/p/track/")
    page.fill("[name=number]", number)
    page.fill("[name=code]", code)
    page.get_by_role("button", name="看办到哪一步").click()
    expect(page.locator(".track")).to_contain_text("年底前换两台水泵")
    page.locator("[name=result][value=satisfied]").check()
    page.locator("[name=attitude][value=satisfied]").check()
    page.get_by_role("button", name="提交评价").click()
    expect(page.locator(".track")).to_contain_text("您评了“满意”")


def closure_rate_on_the_dashboard(page: Page) -> tuple[str, str]:
    page.goto("/dashboard/")
    rate = page.locator(".rate", has_text="办结率").first
    figure = rate.locator(".rate-fig").inner_text()
    base = rate.locator(".rate-base b").inner_text()
    return re.match(r"[\d.]+%", figure)[0], base.replace(" ", "")


def closure_rate_over_rest(client_user) -> tuple[str, str]:
    token = issue_token(client_user, actor=None, label="x", scopes=["stats"], days=1)
    rest = APIClient()
    rest.credentials(HTTP_AUTHORIZATION=f"Token {token}")
    month = f"{localdate():%Y-%m}"
    asked = {"metric": "K07", "area": "420802", "from": month, "to": month}
    found = rest.get("/api/v1/stats/", asked).json()["total"]
    return f"{float(found['value']):.2f}%", (
        f"{found['numerator']}/{found['denominator']}"
    )


def closure_rate_in_the_report(page: Page, eventually) -> tuple[str, str]:
    """Ask for the monthly report, let the worker build it, read the Word file."""
    page.goto("/reports/")
    page.select_option("[name=place]", "area:420802")
    page.fill("[name=month]", f"{localdate():%Y-%m}")
    page.get_by_role("button", name="生成", exact=True).click()
    eventually(lambda: Report.objects.filter(state="ready").exists(), 90)
    page.reload()
    with page.expect_download() as download:
        page.get_by_role("link", name="下载 Word").click()
    text = _text_of(Document(io.BytesIO(download.value.path().read_bytes())))
    found = re.search(r"办结率[^0-9—]*?([\d.]+%)[^0-9]*(\d+\s*/\s*\d+)", text)
    assert found, text
    return found[1], found[2].replace(" ", "")


def _text_of(document) -> str:
    lines = [paragraph.text for paragraph in document.paragraphs]
    for table in document.tables:
        lines += [" ".join(c.text for c in row.cells) for row in table.rows]
    return "\n".join(lines)


@pytest.mark.usefixtures("real_worker", "classes", "duty")
def test_one_visitors_words_from_the_door_to_the_closure_rate(
    day,
    category,
    unit,
    deputy: Deputy,
    deputy_user,
    station_staff,
    officer,
    handler,
    unit_leader,
    client_user,
    page_as,
    chromium,
    live_server,
    eventually,
):
    staff, office = page_as(station_staff), page_as(officer)
    clerk, boss = page_as(handler), page_as(unit_leader)
    voter = chromium.new_context(
        base_url=live_server.url, java_script_enabled=False
    ).new_page()

    number, code = log_at_the_desk(staff, day.pk)
    take(staff, "accept", "受理", category=str(category.pk), route="county")
    take(office, "hand_over", "交办", lead=str(unit.pk))
    take(clerk, "sign_for", "签收")
    take(
        clerk,
        "note_contact",
        "记下",
        method="site",
        contacted_on=localdate().isoformat(),
        text="和周敏代表一起看了泵站。",
    )
    write_reply(clerk)
    sign_reply(boss)
    take(staff, "tell", "记下告知", channel="phone")
    judge(voter, number, code)
    take(office, "close", "办结")

    proposal = fresh(Proposal.objects.get())
    assert (proposal.status, proposal.result_id) == ("closed", "B")
    assert proposal.satisfaction == "satisfied"
    rates = [
        closure_rate_on_the_dashboard(office),
        closure_rate_over_rest(client_user),
        closure_rate_in_the_report(office, eventually),
    ]
    assert rates == [("100.00%", "1/1")] * 3


@pytest.mark.parametrize("width", [1440, 390])
def test_pages_keep_to_the_width_of_the_screen(
    width, page_as, officer, station_staff, day
):
    page = page_as(officer, width=width)
    for path in ("/", "/proposals/", "/stations/", "/deputies/", "/dashboard/"):
        page.goto(path)
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= width, path
