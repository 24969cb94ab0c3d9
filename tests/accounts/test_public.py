"""关怀版 and the notice on personal information."""

import pytest
from django.test import Client


def test_elder_mode_is_switched_on_and_off_and_goes_back(db):
    browser = Client(enforce_csrf_checks=True)

    answer = browser.post("/elder/", {"next": "/privacy/"})

    assert answer["Location"] == "/privacy/"
    assert browser.cookies["mode"].value == "elder"
    assert 'data-mode="elder"' in browser.get("/privacy/").content.decode()

    browser.post("/elder/", {"next": "/privacy/"})
    assert 'data-mode="elder"' not in browser.get("/privacy/").content.decode()


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example"])
def test_elder_mode_never_leads_to_another_site(db, elsewhere):
    answer = Client().post("/elder/", {"next": elsewhere})

    assert answer["Location"] == "/p/"


def test_privacy_says_how_long_contacts_are_kept(db):
    answer = Client().get("/privacy/").content.decode()

    for part in ("谁在处理", "为了什么", "收哪些", "36 个月", "您的权利", "找谁"):
        assert part in answer


def test_privacy_follows_the_policy_of_the_place(county):
    from areas.models import Policy

    Policy.objects.create(
        area_code="420802", effective_from="2026-01-01", pii_retention_months=24
    )

    assert "24 个月" in Client().get("/privacy/?area=420802").content.decode()
    assert "36 个月" in Client().get("/privacy/?area=x%27").content.decode()


def test_privacy_costs_a_stranger_one_query(db, django_assert_num_queries):
    with django_assert_num_queries(1):
        Client().get("/privacy/")
