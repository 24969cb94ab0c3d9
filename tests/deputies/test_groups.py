import datetime as dt
from unittest.mock import patch

import pytest
from django.core.exceptions import PermissionDenied
from django.utils.timezone import localdate

from audit.services import history_of
from common.errors import RuleViolation
from deputies.choices import GroupRole
from deputies.models import Deputy, Group, Membership
from deputies.services import groups
from deputies.services.saving import save_within_rules
from tests.factories import DeputyFactory, GroupFactory, MandateFactory

TODAY = localdate()
LONG_AGO = dt.date(2023, 1, 1)


@pytest.fixture
def group(town) -> Group:
    return GroupFactory(area=town, name="泉口第一代表小组")


def seated(town, name="李强") -> Deputy:
    deputy = DeputyFactory(area=town, name=name)
    MandateFactory(deputy=deputy)
    return deputy


def roles_on(group, day):
    members = group.memberships.on(day).in_order()
    return [(member.deputy.name, member.role) for member in members]


def test_create_group_leaves_a_trail(officer, county):
    group = groups.create_group(actor=officer, area=county, name=" 财经专业小组 ")

    assert group.name == "财经专业小组"
    assert history_of(group).get().verb == "create"


def test_create_group_refuses_a_second_of_one_name(officer, group, town):
    with pytest.raises(RuleViolation) as refused:
        groups.create_group(actor=officer, area=town, name=group.name)

    assert refused.value.field == "name"


def test_create_group_is_for_the_keeper_of_the_area(township, county, deputy_user):
    for actor in (township, deputy_user):
        with pytest.raises(PermissionDenied):
            groups.create_group(actor=actor, area=county, name="财经专业小组")

    assert not Group.objects.exists()


def test_edit_group_out_of_use_lets_its_members_go(officer, group, deputy):
    groups.add_member(group, actor=officer, deputy=deputy, starts_on=LONG_AGO)

    groups.edit_group(group, actor=officer, is_active=False)

    group.refresh_from_db()
    assert not group.is_active
    assert roles_on(group, TODAY) == []
    assert group.memberships.get().ends_on == TODAY
    assert Deputy.objects.without_group(TODAY).get() == deputy


def test_add_member_leaves_a_trail(township, group, deputy):
    groups.add_member(group, actor=township, deputy=deputy)

    assert roles_on(group, TODAY) == [("周敏", GroupRole.MEMBER)]
    event = history_of(group).get()
    assert (event.verb, event.note) == ("add_member", "周敏")
    assert event.data["deputy"] == deputy.pk


def test_add_member_refuses_who_is_in_it(officer, group, deputy):
    groups.add_member(group, actor=officer, deputy=deputy)

    with pytest.raises(RuleViolation) as refused:
        groups.add_member(group, actor=officer, deputy=deputy)

    assert refused.value.field == "deputy"
    assert group.memberships.count() == 1


def test_add_member_refuses_who_has_no_seat(officer, group, town):
    with pytest.raises(RuleViolation) as refused:
        groups.add_member(group, actor=officer, deputy=DeputyFactory(area=town))

    assert refused.value.field == "deputy"


def test_add_member_refuses_a_time_that_overlaps(officer, group, deputy):
    member = groups.add_member(group, actor=officer, deputy=deputy, starts_on=LONG_AGO)
    groups.end_membership(member, actor=officer, ends_on=dt.date(2024, 1, 1))

    with pytest.raises(RuleViolation) as refused:
        groups.add_member(
            group, actor=officer, deputy=deputy, starts_on=dt.date(2023, 6, 1)
        )

    assert refused.value.field == "starts_on"


def test_add_member_refuses_tomorrow(officer, group, deputy):
    with pytest.raises(RuleViolation) as refused:
        groups.add_member(
            group, actor=officer, deputy=deputy, starts_on=TODAY + dt.timedelta(days=1)
        )

    assert refused.value.field == "starts_on"


def test_add_member_is_refused_to_others(stranger, leader, deputy_user, group, deputy):
    for actor in (stranger, leader, deputy_user):
        with pytest.raises(PermissionDenied):
            groups.add_member(group, actor=actor, deputy=deputy)

    assert not Membership.objects.exists()


def test_add_member_refuses_a_third_vice_leader(officer, group, town):
    for n in (1, 2):
        groups.add_member(
            group, actor=officer, deputy=seated(town, f"李{n}"), role=GroupRole.VICE
        )

    with pytest.raises(RuleViolation) as refused:
        groups.add_member(
            group, actor=officer, deputy=seated(town), role=GroupRole.VICE
        )

    assert refused.value.field == "role"


def test_set_leader_lets_the_former_step_down_the_same_day(officer, group, town):
    former = groups.add_member(
        group,
        actor=officer,
        deputy=seated(town, "王芳"),
        role=GroupRole.LEADER,
        starts_on=LONG_AGO,
    )
    member = groups.add_member(
        group, actor=officer, deputy=seated(town, "李强"), starts_on=LONG_AGO
    )

    groups.set_leader(member, actor=officer)

    former.refresh_from_db()
    assert (former.role, former.ends_on) == (GroupRole.LEADER, TODAY)
    yesterday = TODAY - dt.timedelta(days=1)
    assert roles_on(group, yesterday) == [("王芳", "leader"), ("李强", "member")]
    assert roles_on(group, TODAY) == [("李强", "leader"), ("王芳", "member")]


def test_set_leader_twice_a_day_keeps_one_line_a_person(officer, group, town):
    first = groups.add_member(group, actor=officer, deputy=seated(town, "王芳"))
    second = groups.add_member(group, actor=officer, deputy=seated(town, "李强"))

    groups.set_leader(first, actor=officer)
    second.refresh_from_db()
    groups.set_leader(second, actor=officer)

    assert roles_on(group, TODAY) == [("李强", "leader"), ("王芳", "member")]
    assert group.memberships.count() == 2


def test_set_leader_refuses_a_day_before_the_formers(officer, group, town):
    groups.add_member(
        group, actor=officer, deputy=seated(town, "王芳"), role=GroupRole.LEADER
    )
    member = groups.add_member(
        group, actor=officer, deputy=seated(town, "李强"), starts_on=LONG_AGO
    )

    with pytest.raises(RuleViolation) as refused:
        groups.set_leader(member, actor=officer, on=dt.date(2024, 1, 1))

    assert refused.value.field == "starts_on"
    assert roles_on(group, TODAY) == [("王芳", "leader"), ("李强", "member")]


def test_end_membership_closes_the_time(officer, group, deputy):
    member = groups.add_member(group, actor=officer, deputy=deputy, starts_on=LONG_AGO)

    groups.end_membership(member, actor=officer, ends_on=dt.date(2024, 1, 1))

    member.refresh_from_db()
    assert member.ends_on == dt.date(2024, 1, 1)
    assert [e.verb for e in history_of(group)] == ["add_member", "end_membership"]


def test_end_membership_of_the_same_day_takes_it_back(officer, group, deputy):
    member = groups.add_member(group, actor=officer, deputy=deputy)

    groups.end_membership(member, actor=officer)

    assert not group.memberships.exists()


def test_end_membership_refuses_a_day_before_joining(officer, group, deputy):
    member = groups.add_member(group, actor=officer, deputy=deputy, starts_on=LONG_AGO)

    with pytest.raises(RuleViolation) as refused:
        groups.end_membership(member, actor=officer, ends_on=dt.date(2022, 1, 1))

    assert refused.value.field == "ends_on"


# --- what is refused, and what changes nothing --------------------------------------


def test_edit_group_changes_facts_and_names_them(officer, group, deputy):
    groups.add_member(group, actor=officer, deputy=deputy, starts_on=LONG_AGO)

    event = groups.edit_group(group, actor=officer, field="农业", note="每季活动")

    group.refresh_from_db()
    assert (group.field, group.note) == ("农业", "每季活动")
    assert event is not None
    assert event.note == "领域、备注"
    assert group.memberships.on(TODAY).count() == 1


def test_edit_group_without_a_change_writes_nothing(officer, group):
    assert groups.edit_group(group, actor=officer, name=group.name) is None

    assert not history_of(group).exists()


def test_edit_group_is_for_the_keeper_of_its_area(stranger, leader, group):
    for actor in (stranger, leader):
        with pytest.raises(PermissionDenied):
            groups.edit_group(group, actor=actor, name="改名")

    group.refresh_from_db()
    assert group.name == "泉口第一代表小组"


def test_edit_group_does_not_move_to_an_area_of_others(township, group, county):
    with pytest.raises(RuleViolation) as refused:
        groups.edit_group(group, actor=township, area=county)

    assert refused.value.field == "area"


def test_add_member_refuses_a_group_out_of_use(officer, group, deputy):
    groups.edit_group(group, actor=officer, is_active=False)

    with pytest.raises(RuleViolation) as refused:
        groups.add_member(group, actor=officer, deputy=deputy)

    assert refused.value.field == "group"


def test_who_has_left_can_neither_leave_nor_change_role(officer, group, deputy):
    member = groups.add_member(group, actor=officer, deputy=deputy, starts_on=LONG_AGO)
    groups.end_membership(member, actor=officer)

    with pytest.raises(RuleViolation):
        groups.end_membership(member, actor=officer)
    with pytest.raises(RuleViolation):
        groups.set_leader(member, actor=officer)

    assert group.memberships.count() == 1


def test_set_role_refuses_a_day_before_joining(officer, group, deputy):
    member = groups.add_member(group, actor=officer, deputy=deputy, starts_on=LONG_AGO)

    with pytest.raises(RuleViolation) as refused:
        groups.set_leader(member, actor=officer, on=dt.date(2022, 1, 1))

    assert refused.value.field == "starts_on"


def test_set_role_to_the_same_role_writes_nothing(officer, group, deputy):
    member = groups.add_member(group, actor=officer, deputy=deputy, starts_on=LONG_AGO)

    same = groups.set_role(member, actor=officer, role=GroupRole.MEMBER)

    assert same == member
    assert history_of(group).count() == 1


def test_add_member_tells_the_slower_of_two_writers(officer, group, deputy):
    first = Membership(group=group, deputy=deputy, starts_on=TODAY)
    second = Membership(group=group, deputy=deputy, starts_on=TODAY)
    with patch.object(Membership, "full_clean"):  # both looked before either wrote
        save_within_rules(first)

        with pytest.raises(RuleViolation):
            save_within_rules(second)

    assert group.memberships.count() == 1
