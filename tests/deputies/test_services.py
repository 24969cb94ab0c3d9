import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied
from django.utils.timezone import localdate

from accounts.models import Grant
from areas.choices import CongressLevel
from audit.models import Event
from audit.services import history_of
from common.errors import Overtaken, RuleViolation, WrongState
from deputies import workflow
from deputies.choices import EndReason, MandateStatus
from deputies.models import Deputy, Mandate
from deputies.services import people
from tests.factories import AreaFactory, DeputyFactory, MandateFactory
from tests.factories.areas import CongressFactory, TermFactory

TODAY = localdate()


@pytest.fixture
def term(county):
    return TermFactory(congress=CongressFactory(area=county))


@pytest.fixture
def town_term(town):
    congress = CongressFactory(area=town, level=CongressLevel.TOWNSHIP)
    return TermFactory(congress=congress, number=3)


@pytest.fixture
def mandate(deputy):
    return deputy.mandates.get()


# --- create_deputy ------------------------------------------------------------------


def test_create_deputy_keeps_facts_as_the_import_does(officer, town):
    deputy = people.create_deputy(
        actor=officer,
        area=town,
        name="王　芳\u202e",
        phone="138 1234 5678",
        id_number="11010519491231002x",
        birth_month=dt.date(1965, 3, 18),
    )

    deputy.refresh_from_db()
    assert (deputy.name, deputy.phone) == ("王芳", "13812345678")
    assert deputy.id_number == "11010519491231002X"
    assert deputy.birth_month == dt.date(1965, 3, 1)
    event = history_of(deputy).get()
    assert (event.verb, event.actor) == ("create", officer)


def test_create_deputy_refuses_the_same_person_twice(officer, town, village):
    facts = {"name": "王芳", "birth_month": dt.date(1965, 3, 1)}
    people.create_deputy(actor=officer, area=town, **facts)

    with pytest.raises(RuleViolation) as refused:
        people.create_deputy(actor=officer, area=village, **facts)

    assert refused.value.field == "name"
    assert Deputy.objects.count() == 1


def test_create_deputy_keeps_two_people_of_one_name(officer, town):
    people.create_deputy(actor=officer, area=town, name="王芳")

    people.create_deputy(actor=officer, area=town, name="王芳", is_namesake=True)

    assert Deputy.objects.filter(name="王芳").count() == 2


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", "张" * 10_000),
        ("name", "😀"),
        ("phone", "12345"),
        ("id_number", "110105194912310021"),
        ("birth_month", dt.date(1800, 1, 1)),
        ("birth_month", dt.date(2020, 1, 1)),
        ("employer_post", "工" * 201),
        ("note", "注" * 301),
    ],
)
def test_create_deputy_refuses_at_the_field(officer, town, field, value):
    facts = {"name": "王芳", field: value}

    with pytest.raises(RuleViolation) as refused:
        people.create_deputy(actor=officer, area=town, **facts)

    assert refused.value.field == field
    assert not Deputy.objects.exists()


def test_create_deputy_refuses_a_second_person_with_one_id_number(officer, town):
    number = "11010519491231002X"
    people.create_deputy(actor=officer, area=town, name="王芳", id_number=number)

    with pytest.raises(RuleViolation) as refused:
        people.create_deputy(actor=officer, area=town, name="李娜", id_number=number)

    assert refused.value.field == "id_number"


def test_create_deputy_is_for_the_keeper_of_the_area(township, county, leader, town):
    for actor, area in ((township, county), (leader, town)):
        with pytest.raises(PermissionDenied):
            people.create_deputy(actor=actor, area=area, name="王芳")

    assert people.create_deputy(actor=township, area=town, name="王芳").pk


# --- edit_deputy --------------------------------------------------------------------


def test_edit_deputy_leaves_former_values_but_no_secrets_in_the_trail(officer, deputy):
    people.edit_deputy(deputy, actor=officer, party="群众", phone="13900000000")
    people.edit_deputy(deputy, actor=officer, party="中共党员", phone="13911112222")

    deputy.refresh_from_db()
    assert (deputy.party, deputy.phone) == ("中共党员", "13911112222")
    event = history_of(deputy).last()
    assert event.note == "政治面貌、手机号码"
    assert event.data == {"party": "群众"}


def test_edit_deputy_without_a_change_writes_nothing(officer, deputy):
    assert people.edit_deputy(deputy, actor=officer, name=deputy.name) is None

    assert not history_of(deputy).exists()


def test_edit_deputy_is_refused_to_others(stranger, leader, deputy_user, deputy):
    for actor in (stranger, leader, deputy_user):
        with pytest.raises(PermissionDenied):
            people.edit_deputy(deputy, actor=actor, name="李娜")

    deputy.refresh_from_db()
    assert deputy.name == "周敏"


def test_edit_deputy_does_not_move_to_an_area_of_others(township, deputy, county):
    with pytest.raises(RuleViolation) as refused:
        people.edit_deputy(deputy, actor=township, area=county)

    assert refused.value.field == "area"


# --- seats --------------------------------------------------------------------------


def test_add_mandate_takes_the_level_from_the_congress(officer, town, town_term):
    deputy = DeputyFactory(area=town)

    mandate = people.add_mandate(
        deputy, actor=officer, term=town_term, starts_on=dt.date(2022, 2, 1)
    )

    assert mandate.level == CongressLevel.TOWNSHIP
    event = history_of(deputy).get()
    assert (event.verb, event.data["mandate"]) == ("add_mandate", mandate.pk)


def test_add_mandate_refuses_a_second_seat_in_one_term(officer, deputy, mandate):
    with pytest.raises(RuleViolation) as refused:
        people.add_mandate(
            deputy, actor=officer, term=mandate.term, starts_on=dt.date(2023, 1, 1)
        )

    assert refused.value.field == "term"
    assert deputy.mandates.count() == 1


def test_add_mandate_refuses_a_certificate_already_given(officer, town, mandate):
    other = DeputyFactory(area=town)

    with pytest.raises(RuleViolation) as refused:
        people.add_mandate(
            other,
            actor=officer,
            term=mandate.term,
            starts_on=dt.date(2023, 1, 1),
            certificate_no=mandate.certificate_no,
        )

    assert refused.value.field == "certificate_no"


def test_add_mandate_refuses_a_day_before_the_term(officer, town, term):
    with pytest.raises(RuleViolation) as refused:
        people.add_mandate(
            DeputyFactory(area=town),
            actor=officer,
            term=term,
            starts_on=dt.date(2021, 12, 31),
        )

    assert refused.value.field == "starts_on"


def test_add_mandate_refuses_a_congress_of_elsewhere(officer, town, other_county):
    elsewhere = TermFactory(congress=CongressFactory(area=other_county))

    with pytest.raises(RuleViolation) as refused:
        people.add_mandate(
            DeputyFactory(area=town),
            actor=officer,
            term=elsewhere,
            starts_on=dt.date(2023, 1, 1),
        )

    assert refused.value.field == "term"


def test_add_mandate_of_the_county_is_not_the_townships(township, town, term):
    with pytest.raises(PermissionDenied):
        people.add_mandate(
            DeputyFactory(area=town),
            actor=township,
            term=term,
            starts_on=dt.date(2023, 1, 1),
        )


def test_edit_mandate_corrects_facts(officer, deputy, mandate):
    people.edit_mandate(mandate, actor=officer, delegation="泉口代表团")

    mandate.refresh_from_db()
    assert mandate.delegation == "泉口代表团"
    assert history_of(deputy).get().verb == "edit_mandate"


# --- the steps of a seat ------------------------------------------------------------


def take(verb, mandate, actor):
    given = {"announcement": "东宝人常公告〔2026〕3号"}
    if verb == "terminate":
        given |= {"reason": EndReason.RESIGNED, "ends_on": TODAY}
    if verb == "expire":
        given = {"ends_on": TODAY}
    return getattr(workflow, verb)(mandate, actor=actor, **given)


STEPS = {
    "suspend": ({"active"}, MandateStatus.SUSPENDED),
    "resume": ({"suspended"}, MandateStatus.ACTIVE),
    "terminate": ({"active", "suspended"}, MandateStatus.TERMINATED),
    "expire": ({"active", "suspended"}, MandateStatus.TERM_ENDED),
}
SOURCES = [(v, source) for v, (found, _) in STEPS.items() for source in sorted(found)]
OTHERS = [
    (verb, state)
    for verb, (sources, _) in STEPS.items()
    for state in MandateStatus.values
    if state not in sources
]


def test_steps_are_all_tested():
    assert set(STEPS) == set(workflow.FLOW.steps)


@pytest.mark.parametrize(("verb", "source"), SOURCES)
def test_step_changes_the_seat_and_leaves_a_trail(verb, source, mandate, officer):
    Mandate.objects.filter(pk=mandate.pk).update(status=source)
    mandate.refresh_from_db()

    take(verb, mandate, officer)

    mandate.refresh_from_db()
    assert mandate.status == STEPS[verb][1]
    event = history_of(mandate).get()
    assert (event.verb, event.actor, event.was) == (verb, officer, source)


@pytest.mark.parametrize(("verb", "state"), OTHERS)
def test_step_is_refused_from_every_other_state(verb, state, mandate, officer):
    Mandate.objects.filter(pk=mandate.pk).update(status=state)
    mandate.refresh_from_db()

    with pytest.raises(WrongState):
        take(verb, mandate, officer)

    mandate.refresh_from_db()
    assert mandate.status == state


@pytest.mark.parametrize("verb", STEPS)
def test_step_of_a_county_seat_is_the_officers(
    verb, mandate, stranger, township, leader, deputy_user
):
    source = sorted(STEPS[verb][0])[0]
    Mandate.objects.filter(pk=mandate.pk).update(status=source)
    mandate.refresh_from_db()

    for actor in (stranger, township, leader, deputy_user):
        with pytest.raises(PermissionDenied):
            take(verb, mandate, actor)

    assert not Event.objects.exists()


@pytest.mark.parametrize("verb", STEPS)
def test_step_tells_the_second_of_two_writers(verb, mandate, officer):
    source = sorted(STEPS[verb][0])[0]
    Mandate.objects.filter(pk=mandate.pk).update(status=source)
    first, second = (Mandate.objects.get(pk=mandate.pk) for _ in range(2))
    take(verb, first, officer)

    with pytest.raises(Overtaken):
        take(verb, second, officer)

    assert history_of(mandate).count() == 1


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"announcement": "  "}, "announcement"),
        ({"announcement": "公" * 201}, "announcement"),
        ({"reason": "bored"}, "reason"),
        ({"ends_on": TODAY + dt.timedelta(days=1)}, "ends_on"),
        ({"ends_on": dt.date(2022, 1, 10)}, "ends_on"),
    ],
)
def test_terminate_refuses_at_the_field(changed, field, mandate, officer):
    given = {"announcement": "公告", "reason": EndReason.DIED, "ends_on": TODAY}

    with pytest.raises(RuleViolation) as refused:
        workflow.terminate(mandate, actor=officer, **(given | changed))

    assert refused.value.field == field
    mandate.refresh_from_db()
    assert mandate.status == MandateStatus.ACTIVE


def test_terminate_keeps_reason_announcement_and_day(mandate, officer):
    workflow.terminate(
        mandate,
        actor=officer,
        reason=EndReason.MOVED_OUT,
        announcement="东宝人常公告〔2026〕3号",
        ends_on=TODAY,
    )

    mandate.refresh_from_db()
    assert mandate.end_reason == EndReason.MOVED_OUT
    assert mandate.announcement == "东宝人常公告〔2026〕3号"
    assert mandate.ends_on == TODAY


def test_township_ends_the_seats_of_its_own_congress(township, town, town_term):
    seat = MandateFactory(
        deputy=DeputyFactory(area=town), term=town_term, level=CongressLevel.TOWNSHIP
    )

    take("expire", seat, township)

    seat.refresh_from_db()
    assert seat.status == MandateStatus.TERM_ENDED


# --- reveal_phone -------------------------------------------------------------------


def test_reveal_phone_leaves_the_reason_in_the_trail(township, deputy):
    people.edit_deputy(deputy, actor=township, phone="13812345678")

    phone = people.reveal_phone(deputy, actor=township, reason="通知接待")

    assert phone == "13812345678"
    event = history_of(deputy).last()
    assert (event.verb, event.note) == ("reveal_phone", "通知接待")
    assert "13812345678" not in str(event.data)


def test_reveal_phone_needs_a_reason(officer, deputy):
    with pytest.raises(RuleViolation) as refused:
        people.reveal_phone(deputy, actor=officer, reason=" ")

    assert refused.value.field == "reason"


def test_reveal_phone_is_refused_to_colleagues_and_leaders(leader, deputy, town):
    other = DeputyFactory(area=AreaFactory(code="420802001"))

    for actor, whose in ((leader, deputy), (leader, other)):
        with pytest.raises(PermissionDenied):
            people.reveal_phone(whose, actor=actor, reason="通知接待")

    assert not Event.objects.exists()


# --- what else is refused, and what changes nothing ---------------------------------


def test_create_deputy_refuses_an_area_above_the_county(officer):
    province = AreaFactory(code="42")
    Grant.objects.create(user=officer, role="officer", area=province)

    with pytest.raises(RuleViolation) as refused:
        people.create_deputy(actor=officer, area=province, name="王芳")

    assert refused.value.field == "area"


def test_edit_mandate_without_a_change_writes_nothing(officer, mandate):
    same = {"delegation": mandate.delegation, "starts_on": mandate.starts_on}

    assert people.edit_mandate(mandate, actor=officer, **same) is None

    assert not Event.objects.exists()


def test_edit_mandate_is_refused_to_others(township, stranger, mandate):
    for actor in (township, stranger):
        with pytest.raises(PermissionDenied):
            people.edit_mandate(mandate, actor=actor, delegation="泉口代表团")

    mandate.refresh_from_db()
    assert mandate.delegation == ""


def test_edit_mandate_refuses_a_day_after_the_term(officer, mandate):
    mandate.term.ends_on = dt.date(2026, 12, 31)

    with pytest.raises(RuleViolation) as refused:
        people.edit_mandate(mandate, actor=officer, starts_on=dt.date(2027, 1, 1))

    assert refused.value.field == "starts_on"


def test_note_export_is_refused_to_others(deputy_user):
    with pytest.raises(PermissionDenied):
        people.note_export(actor=deputy_user, count=1, conditions="")

    assert not Event.objects.exists()
