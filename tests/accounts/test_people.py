"""Accounts: who may open, change and switch off which."""

import pytest
from django.core.exceptions import PermissionDenied

from accounts.models import User
from accounts.services.grants import grant, open_account
from accounts.services.passwords import reset_password
from accounts.services.people import activate, create_user, deactivate, edit_user
from accounts.tokens import issue_token
from audit.services import history_of
from common.errors import RuleViolation
from tests.factories import DeputyFactory, person


def verbs_of(user):
    return [event.verb for event in history_of(user)]


# --- opening ------------------------------------------------------------------------


def test_create_user_opens_an_account_with_an_initial_password(sys_admin):
    user, password = create_user(
        actor=sys_admin, username="wang.fang", name=" 王芳 ", phone="0724 2330000"
    )

    user.refresh_from_db()
    assert (user.name, user.phone, user.is_active) == ("王芳", "0724 2330000", True)
    assert user.check_password(password)
    assert user.must_change_password
    assert verbs_of(user) == ["create_user"]
    assert password not in str(history_of(user).values())


@pytest.mark.parametrize(
    "username",
    ["", "ab", "Wang", "王芳", "a b", "-wang", "a" * 51, "wang\n", "wang\x00", "wаng1"],
)
def test_create_user_refuses_odd_accounts(sys_admin, username):
    with pytest.raises(RuleViolation) as refused:
        create_user(actor=sys_admin, username=username, name="王芳")

    assert refused.value.field == "username"


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "\u202e \ufeff"}, "name"),
        ({"name": "长" * 51}, "name"),
        ({"name": "王芳", "phone": "1" * 31}, "phone"),
    ],
)
def test_create_user_refuses_odd_names(sys_admin, facts, field):
    with pytest.raises(RuleViolation) as refused:
        create_user(actor=sys_admin, username="wang", **facts)

    assert refused.value.field == field
    assert not User.objects.filter(username="wang").exists()


def test_create_user_refuses_a_second_of_one_name(sys_admin):
    create_user(actor=sys_admin, username="wang", name="王芳")

    with pytest.raises(RuleViolation, match="已有这个账号"):
        create_user(actor=sys_admin, username="wang", name="王方")


@pytest.mark.parametrize(
    "role",
    ["sec_admin", "audit_admin", "leader", "township", "station_staff", "handler"],
)
def test_create_user_is_for_system_administrators_and_offices(request, role):
    with pytest.raises(PermissionDenied):
        create_user(actor=request.getfixturevalue(role), username="wang", name="王芳")


def test_open_account_gives_the_role_with_it(officer, station):
    user, password = open_account(
        actor=officer,
        username="wang",
        name="王芳",
        role="station",
        station=station,
        is_head=True,
    )

    held = user.grants.get()
    assert (held.role, held.station, held.is_head) == ("station", station, True)
    assert user.check_password(password)
    assert verbs_of(user) == ["create_user", "grant"]


def test_open_account_ties_a_deputy(officer, deputy):
    user, _password = open_account(
        actor=officer, username="zhoumin", name="周敏", role="deputy", deputy=deputy
    )

    deputy.refresh_from_db()
    assert deputy.user == user
    assert user.grants.get().area == deputy.area


def test_open_account_leaves_a_deputy_with_one_account(officer, deputy, deputy_user):
    for given in (deputy, None):
        with pytest.raises(RuleViolation) as refused:
            open_account(
                actor=officer, username="two", name="周敏", role="deputy", deputy=given
            )
        assert refused.value.field == "deputy"

    deputy.refresh_from_db()
    assert deputy.user == deputy_user
    assert not User.objects.filter(username="two").exists()


def test_open_account_of_a_client_has_no_password(officer, county):
    user, password = open_account(
        actor=officer, username="gov-data", name="数据局", role="client", area=county
    )

    assert password == ""
    assert not user.has_usable_password()
    assert not user.must_change_password


def test_open_account_refuses_places_elsewhere(stranger, station, unit, town):
    cases = [
        ({"role": "station", "station": station}, "station"),
        ({"role": "unit_handler", "unit": unit}, "unit"),
        ({"role": "township", "area": town}, "area"),
    ]
    for given, field in cases:
        with pytest.raises(RuleViolation) as refused:
            open_account(actor=stranger, username="wang", name="王芳", **given)
        assert refused.value.field == field

    assert not User.objects.filter(username="wang").exists()


@pytest.mark.parametrize("role", ["officer", "leader", "coordinator", "sys_admin"])
def test_open_account_gives_offices_no_higher_roles(officer, county, role):
    with pytest.raises(PermissionDenied):
        open_account(
            actor=officer, username="wang", name="王芳", role=role, area=county
        )


# --- changing, switching off ----------------------------------------------------------


def test_edit_user_changes_name_and_telephone(officer, station_staff):
    edit_user(station_staff, actor=officer, name="何雨", phone="123")
    edit_user(station_staff, actor=officer, name="何雨", phone="123")

    station_staff.refresh_from_db()
    assert (station_staff.name, station_staff.phone) == ("何雨", "123")
    event = history_of(station_staff).get()
    assert event.data == {"changed": ["name", "phone"]}


def test_deactivate_ends_sessions_and_tokens(officer, client_user):
    issue_token(client_user, actor=officer, label="大屏", scopes=["stats"], days=9)

    deactivate(client_user, actor=officer, reason="合同到期")

    client_user.refresh_from_db()
    assert not client_user.is_active
    assert client_user.auth_token_set.count() == 0
    assert history_of(client_user).last().note == "合同到期"


def test_deactivate_asks_for_a_reason(officer, station_staff):
    with pytest.raises(RuleViolation) as refused:
        deactivate(station_staff, actor=officer, reason=" ")

    assert refused.value.field == "reason"


def test_deactivate_and_activate_once(officer, station_staff):
    with pytest.raises(RuleViolation, match="没有停用"):
        activate(station_staff, actor=officer)
    deactivate(station_staff, actor=officer, reason="离职")
    with pytest.raises(RuleViolation, match="已经停用"):
        deactivate(station_staff, actor=officer, reason="离职")

    activate(station_staff, actor=officer)

    station_staff.refresh_from_db()
    assert station_staff.is_active
    assert verbs_of(station_staff) == ["deactivate", "activate"]


def test_deactivate_keeps_the_last_of_each_administrator(sys_admin, sec_admin):
    with pytest.raises(RuleViolation, match="最后一名安全管理员"):
        deactivate(sec_admin, actor=sys_admin, reason="调走")

    person("接任", "sec_admin")
    deactivate(sec_admin, actor=sys_admin, reason="调走")


def test_reset_password_gives_a_new_initial_one(officer, station_staff):
    password = reset_password(station_staff, actor=officer)

    station_staff.refresh_from_db()
    assert station_staff.check_password(password)
    assert station_staff.must_change_password
    assert station_staff.former_passwords.count() == 1
    assert password not in str(history_of(station_staff).values())


def test_reset_password_of_a_deactivated_account_is_refused(officer, station_staff):
    deactivate(station_staff, actor=officer, reason="离职")

    with pytest.raises(RuleViolation, match="已停用"):
        reset_password(station_staff, actor=officer)


def deeds(actor, target):
    yield lambda: edit_user(target, actor=actor, name="别人")
    yield lambda: deactivate(target, actor=actor, reason="试")
    yield lambda: activate(target, actor=actor)
    yield lambda: reset_password(target, actor=actor)


@pytest.mark.parametrize(
    ("actor", "target"),
    [
        ("officer", "officer"),  # oneself
        ("sys_admin", "sys_admin"),
        ("officer", "leader"),  # more than an office gives
        ("officer", "coordinator"),
        ("officer", "sec_admin"),
        ("stranger", "station_staff"),  # another county
        ("stranger", "deputy_user"),
        ("sec_admin", "station_staff"),  # rights are theirs, accounts are not
        ("audit_admin", "station_staff"),
        ("township", "station_staff"),
        ("leader", "station_staff"),
    ],
)
def test_accounts_of_others_are_out_of_reach(request, actor, target):
    actor, target = map(request.getfixturevalue, (actor, target))
    before = target.password

    for deed in deeds(actor, target):
        with pytest.raises(PermissionDenied):
            deed()

    target.refresh_from_db()
    assert target.is_active
    assert target.password == before


@pytest.mark.parametrize(
    "target", ["station_staff", "handler", "unit_leader", "township", "deputy_user"]
)
def test_an_office_keeps_the_accounts_of_its_area(request, officer, target):
    person = request.getfixturevalue(target)

    edit_user(person, actor=officer, name="新名")

    person.refresh_from_db()
    assert person.name == "新名"


def test_a_person_with_more_is_left_to_the_platform(officer, station_staff, sec_admin):
    grant(station_staff, actor=sec_admin, role="leader", area=officer.held[0].area)

    with pytest.raises(PermissionDenied):
        deactivate(station_staff, actor=officer, reason="试")


def test_an_office_still_keeps_who_held_a_role_before(officer, station_staff):
    station_staff.grants.update(ends_on="2021-01-01")

    edit_user(station_staff, actor=officer, name="旧人")

    station_staff.refresh_from_db()
    assert station_staff.name == "旧人"


# --- who sees whom --------------------------------------------------------------------


def test_visible_to_an_office_are_the_people_of_its_area(
    officer, stranger, station_staff, handler, township, deputy_user, sec_admin
):
    outside = DeputyFactory(area=stranger.held[0].area, name="外区代表")
    outside.user = person("外区代表", "deputy")
    outside.save(update_fields=["user"])

    seen = set(User.objects.visible_to(officer))

    assert seen == {officer, station_staff, handler, township, deputy_user}
    assert set(User.objects.visible_to(stranger)) == {stranger, outside.user}


def test_visible_to_the_platform_are_all_and_to_others_themselves(
    sys_admin, sec_admin, audit_admin, leader, officer
):
    everybody = {sys_admin, sec_admin, audit_admin, leader, officer}

    assert set(User.objects.visible_to(sys_admin)) == everybody
    assert set(User.objects.visible_to(sec_admin)) == everybody
    assert set(User.objects.visible_to(leader)) == {leader}
    assert set(User.objects.visible_to(audit_admin)) == {audit_admin}
