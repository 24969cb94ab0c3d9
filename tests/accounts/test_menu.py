"""Every entry of a person's menu opens."""

import pytest

from accounts.menu import rail, settings_links

CAST = (
    "officer",
    "leader",
    "township",
    "station_staff",
    "deputy_user",
    "handler",
    "unit_leader",
    "coordinator",
    "sys_admin",
    "sec_admin",
    "audit_admin",
    "client_user",
)


@pytest.mark.parametrize("role", CAST)
def test_rail_leads_nowhere_that_is_closed(db, request, role, sign_in):
    user = request.getfixturevalue(role)
    browser = sign_in(user)

    entries = [*rail(user), *settings_links(user)]
    answers = {
        e["url"]: browser.get(e["url"], follow=True).status_code for e in entries
    }

    assert {url: code for url, code in answers.items() if code != 200} == {}
