"""How a new installation gets its first administrators."""

import io

import pytest
from django.core.management import CommandError, call_command

from accounts.models import User


def test_create_admin_opens_the_account_and_shows_its_password(db, client):
    out = io.StringIO()

    call_command("create_admin", "sec_admin", "anquan", "安全员", stdout=out)

    user = User.objects.get(username="anquan")
    assert user.has_role("sec_admin")
    password = out.getvalue().split("初始密码 ")[1].split("（")[0]
    answer = client.post("/login/", {"username": "anquan", "password": password})
    assert answer["Location"] == "/"


def test_create_admin_refuses_in_words_and_leaves_nothing(db):
    with pytest.raises(CommandError, match="账号用小写字母"):
        call_command("create_admin", "sec_admin", "安全员", "安全员")

    assert not User.objects.exists()
