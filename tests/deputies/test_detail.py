import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.timezone import localdate, now

from audit.models import Event
from deputies.choices import MandateStatus
from deputies.models import Deputy, Group, Membership
from proposals.models import Proposal
from stations.models import Duty, Stationing
from tests.factories import (
    AreaFactory,
    DayFactory,
    DeputyFactory,
    GroupFactory,
    MandateFactory,
    VisitFactory,
)
from tests.factories.areas import CongressFactory, TermFactory

TODAY = localdate()
PHONE = "13812345678"


@pytest.fixture
def known(deputy) -> Deputy:
    """A deputy with everything that is not for everybody."""
    deputy.phone = PHONE
    deputy.id_number = "11010519491231002X"
    deputy.address = "文峰巷 3 号"
    deputy.birth_month = dt.date(1965, 3, 1)
    deputy.note = "内部备注"
    deputy.save()
    return deputy


@pytest.fixture
def colleague(town) -> Deputy:
    deputy = DeputyFactory(area=town, name="李强", phone="13900001111", note="别看")
    MandateFactory(deputy=deputy)
    return deputy


def text(response) -> str:
    return response.content.decode()


# --- the file of a deputy -----------------------------------------------------------


def test_detail_shows_seats_groups_stations_and_duties(
    sign_in, officer, known, town, station
):
    Membership.objects.create(group=GroupFactory(area=town, name="一组"), deputy=known)
    Stationing.objects.create(station=station, deputy=known, starts_on=TODAY)
    coming = DayFactory(station=station, date=TODAY + dt.timedelta(days=2))
    held = DayFactory(station=station, date=TODAY - dt.timedelta(days=2), status="held")
    for day in (coming, held):
        Duty.objects.create(day=day, deputy=known)

    page = sign_in(officer).get(known.get_absolute_url())

    assert [row["seat"].status for row in page.context["seats"]] == ["active"]
    assert [m.group.name for m in page.context["memberships"]] == ["一组"]
    assert [s.station for s in page.context["stationings"]] == [station]
    assert [duty.day for duty in page.context["duties"]] == [coming]
    assert f'href="{station.get_absolute_url()}"' in text(page)


def test_detail_links_no_station_that_would_not_open(
    sign_in, coordinator, known, station
):
    Stationing.objects.create(station=station, deputy=known, starts_on=TODAY)

    page = text(sign_in(coordinator).get(known.get_absolute_url()))

    assert station.name in page
    assert station.get_absolute_url() not in page


def test_detail_shows_matters_and_visits_in_scope(sign_in, officer, known, county):
    visit = VisitFactory()
    visit.heard_by.add(known)
    lead = known.mandates.get()
    shown = Proposal.objects.create(
        area=county,
        kind="suggestion",
        title="泵站",
        text="…",
        lead=lead,
        status="submitted",
        submitted_at=now(),
    )
    Proposal.objects.create(
        area=county, kind="suggestion", title="草稿", text="…", lead=lead
    )

    page = sign_in(officer).get(known.get_absolute_url())

    assert list(page.context["led"]) == [shown]
    assert list(page.context["visits"]) == [visit]
    year = page.context["year"]
    assert (year.visit_count, year.visitor_count, year.suggestion_count) == (1, 1, 1)


def test_detail_masks_the_phone_and_hides_card_and_address(sign_in, officer, known):
    page = text(sign_in(officer).get(known.get_absolute_url()))

    assert "138****5678" in page
    for secret in (PHONE, known.id_number, known.address):
        assert secret not in page


def test_detail_shows_a_colleague_public_facts_only(sign_in, deputy_user, colleague):
    page = text(sign_in(deputy_user).get(colleague.get_absolute_url()))

    assert "李强" in page
    for hidden in ("139****1111", "13900001111", "别看", "手机号码", "/phone/"):
        assert hidden not in page


def test_detail_shows_the_deputy_the_own_number(sign_in, deputy_user, known):
    assert PHONE in text(sign_in(deputy_user).get(known.get_absolute_url()))


def test_detail_gives_coordinators_no_phone(sign_in, coordinator, known):
    page = text(sign_in(coordinator).get(known.get_absolute_url()))

    assert "138****5678" not in page
    assert "内部备注" not in page


def test_detail_takes_as_many_queries_for_many_parts(sign_in, officer, known, town):
    browser, counted = sign_in(officer), []
    for count in (1, 3, 12):
        for n in range(known.memberships.count(), count):
            group = GroupFactory(area=town)
            Membership.objects.create(group=group, deputy=known)
            seat_term = TermFactory(number=20 + n)
            MandateFactory(deputy=known, term=seat_term, status="term_ended")
            VisitFactory().heard_by.add(known)
            Duty.objects.create(deputy=known, day=DayFactory())
        browser.get(known.get_absolute_url())
        counted.append(queries_of(browser, known.get_absolute_url()))

    assert counted[0] == counted[1] == counted[2]


def queries_of(browser, url) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert browser.get(url).status_code == 200
    return len(queries)


# --- the number in full -------------------------------------------------------------


@pytest.mark.parametrize("role", ["officer", "township", "station_staff"])
def test_reveal_shows_the_number_after_a_reason(request, sign_in, role, known):
    browser = sign_in(request.getfixturevalue(role))
    url = reverse("deputies:reveal", args=[known.pk])

    asked = browser.get(url)
    told = browser.post(url, {"reason": "通知接待"})

    assert PHONE not in text(asked)
    assert PHONE in text(told)
    assert "no-store" in told["Cache-Control"]
    assert Event.objects.get(verb="reveal_phone").note == "通知接待"


def test_reveal_without_a_reason_shows_nothing(sign_in, officer, known):
    url = reverse("deputies:reveal", args=[known.pk])

    response = sign_in(officer).post(url, {"reason": ""})

    assert response.status_code == 422
    assert PHONE not in text(response)
    assert not Event.objects.exists()


# --- creating and editing -----------------------------------------------------------


@pytest.fixture
def term(county):
    return TermFactory(congress=CongressFactory(area=county))


@pytest.fixture
def filled(town, term) -> dict[str, str]:
    return {
        "name": "王芳",
        "area": town.pk,
        "sex": "female",
        "birth_month": "1965年3月",
        "ethnicity": "汉",
        "term": str(term.pk),
        "starts_on": "2022-02-01",
        "certificate_no": "4208021",
    }


def test_create_enters_person_and_seat(sign_in, officer, filled):
    response = sign_in(officer).post("/deputies/new/", filled)

    deputy = Deputy.objects.get()
    assert response.url == deputy.get_absolute_url()
    assert (deputy.ethnicity, deputy.birth_month) == ("汉族", dt.date(1965, 3, 1))
    assert deputy.mandates.get().certificate_no == "4208021"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", "张" * 10_000),
        ("name", "王\x00芳"),
        ("name", "<script>"),
        ("birth_month", "1800-01"),
        ("birth_month", "1965.1.2.3"),
        ("birth_month", "3000-01"),
        ("ethnicity", "火星族"),
        ("area", "1"),
        ("area", "4208\x00"),
        ("term", "99999999999999999999999999"),
        ("starts_on", "3000-01-01"),
        ("starts_on", "2001-01-01"),
        ("phone", "不知道"),
        ("id_number", "1234"),
        ("public_text", "😀" * 2001),
    ],
)
def test_create_says_what_is_wrong_and_keeps_what_was_typed(
    sign_in, officer, filled, field, value
):
    response = sign_in(officer).post("/deputies/new/", filled | {field: value})

    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]
    assert response.context["form"]["certificate_no"].value() == "4208021"
    assert not Deputy.objects.exists()


def test_create_writes_neither_when_the_seat_is_refused(sign_in, officer, filled, term):
    MandateFactory(term=term, certificate_no="4208021")

    response = sign_in(officer).post("/deputies/new/", filled)

    assert list(response.context["form"].errors) == ["certificate_no"]
    assert not Deputy.objects.filter(name="王芳").exists()
    assert not Event.objects.exists()


def test_create_asks_before_it_enters_a_namesake(sign_in, officer, filled):
    browser = sign_in(officer)
    browser.post("/deputies/new/", filled)
    again = filled | {"certificate_no": "4208022"}

    asked = browser.post("/deputies/new/", again)
    done = browser.post("/deputies/new/", again | {"is_namesake": "on"})

    assert asked.status_code == 422
    assert 'name="is_namesake"' in text(asked)
    assert done.status_code == 302
    assert Deputy.objects.filter(name="王芳").count() == 2


def test_create_offers_the_township_its_own_congress_only(
    sign_in, township, town, term
):
    own = CongressFactory(area=town, level=5)
    own_term = TermFactory(congress=own, number=3)

    page = sign_in(township).get("/deputies/new/")

    assert list(page.context["form"].fields["term"].queryset) == [own_term]


def test_edit_shows_no_secret_and_keeps_it(sign_in, officer, known):
    browser, url = sign_in(officer), reverse("deputies:edit", args=[known.pk])

    page = browser.get(url)
    done = browser.post(url, {"name": "周敏", "area": known.area_id, "party": "群众"})

    for secret in (PHONE, "138****5678", known.id_number, known.address):
        assert secret not in text(page)
    assert done.status_code == 302
    known.refresh_from_db()
    assert (known.party, known.phone) == ("群众", PHONE)
    assert known.address == "文峰巷 3 号"


def test_edit_takes_a_secret_out_on_the_word(sign_in, officer, known):
    url = reverse("deputies:edit", args=[known.pk])

    sign_in(officer).post(
        url, {"name": "周敏", "area": known.area_id, "phone": "无", "id_number": "无"}
    )

    known.refresh_from_db()
    assert (known.phone, known.id_number, known.id_digest) == ("", "", "")


# --- seats and groups on the page ---------------------------------------------------


def test_step_is_taken_on_its_page(sign_in, officer, deputy):
    seat = deputy.mandates.get()
    url = reverse("deputies:mandate_step", args=[seat.pk, "suspend"])
    browser = sign_in(officer)

    refused = browser.post(url, {"announcement": ""})
    done = browser.post(url, {"announcement": "东宝人常公告〔2026〕2号"})
    again = browser.post(url, {"announcement": "东宝人常公告〔2026〕2号"})

    assert (refused.status_code, done.status_code, again.status_code) == (422, 302, 409)
    seat.refresh_from_db()
    assert seat.status == MandateStatus.SUSPENDED


def test_seat_is_entered_and_corrected_on_its_pages(sign_in, officer, deputy, county):
    term = TermFactory(congress=CongressFactory(area=county), number=5)
    browser, facts = sign_in(officer), {"starts_on": "2022-02-01"}
    enter = reverse("deputies:mandate_create", args=[deputy.pk])

    refused = browser.post(enter, {"term": term.pk, "starts_on": "2021-01-01"})
    done = browser.post(enter, facts | {"term": term.pk})
    seat = deputy.mandates.get(term=term)
    correct = reverse("deputies:mandate_edit", args=[seat.pk])
    browser.post(correct, facts | {"delegation": "泉口代表团"})

    assert (refused.status_code, done.status_code) == (422, 302)
    seat.refresh_from_db()
    assert seat.delegation == "泉口代表团"


@pytest.mark.parametrize(
    ("verb", "given", "status"),
    [
        ("terminate", {"reason": "resigned", "announcement": "公告"}, "terminated"),
        ("expire", {}, "term_ended"),
    ],
)
def test_seat_ends_on_its_page(sign_in, officer, deputy, verb, given, status):
    seat = deputy.mandates.get()
    url = reverse("deputies:mandate_step", args=[seat.pk, verb])

    sign_in(officer).post(url, given | {"ends_on": TODAY.isoformat()})

    seat.refresh_from_db()
    assert (seat.status, seat.ends_on) == (status, TODAY)


def test_seat_resumes_on_its_page(sign_in, officer, deputy):
    seat = deputy.mandates.get()
    seat.status = MandateStatus.SUSPENDED
    seat.save(update_fields=["status"])
    url = reverse("deputies:mandate_step", args=[seat.pk, "resume"])

    sign_in(officer).post(url, {"announcement": "公告"})

    seat.refresh_from_db()
    assert seat.status == MandateStatus.ACTIVE


def test_unknown_step_is_not_found(sign_in, officer, deputy):
    url = reverse("deputies:mandate_step", args=[deputy.mandates.get().pk, "promote"])

    assert sign_in(officer).get(url).status_code == 404


def test_join_puts_a_deputy_into_a_group(sign_in, township, deputy, town):
    group = GroupFactory(area=town)
    url = reverse("deputies:join", args=[deputy.pk])

    response = sign_in(township).post(
        url, {"group": group.pk, "role": "leader", "starts_on": TODAY.isoformat()}
    )

    assert response.url == deputy.get_absolute_url()
    member = group.memberships.get()
    assert (member.deputy, member.role) == (deputy, "leader")


def test_member_add_takes_several_at_once(sign_in, officer, deputy, colleague, town):
    group = GroupFactory(area=town)
    url = reverse("deputies:member_add", args=[group.pk])
    given = {"role": "member", "starts_on": TODAY.isoformat()}

    response = sign_in(officer).post(
        url, given | {"deputies": [deputy.pk, colleague.pk]}
    )

    assert response.url == group.get_absolute_url()
    assert group.memberships.count() == 2


@pytest.mark.parametrize("chosen", [[], ["x"], ["9" * 30], ["99999999"]])
def test_member_add_refuses_who_cannot_join(sign_in, officer, deputy, town, chosen):
    group = GroupFactory(area=town)
    url = reverse("deputies:member_add", args=[group.pk])
    given = {"role": "member", "starts_on": TODAY.isoformat(), "deputies": chosen}

    response = sign_in(officer).post(url, given)

    assert response.status_code == 422
    assert list(response.context["form"].errors) == ["deputies"]


def test_member_add_offers_the_ungrouped_first(
    sign_in, officer, deputy, colleague, town
):
    group, other = GroupFactory(area=town), GroupFactory(area=town)
    Membership.objects.create(group=other, deputy=deputy)

    page = sign_in(officer).get(reverse("deputies:member_add", args=[group.pk]))

    offered = [key for key, _ in page.context["form"].fields["deputies"].choices]
    assert offered == [colleague.pk, deputy.pk]


def test_group_page_names_leader_and_members(sign_in, leader, deputy, colleague, town):
    group = GroupFactory(area=town)
    Membership.objects.create(group=group, deputy=colleague)
    Membership.objects.create(group=group, deputy=deputy, role="leader")

    page = sign_in(leader).get(group.get_absolute_url())

    members = [(m.deputy.name, m.role) for m in page.context["members"]]
    assert members == [("周敏", "leader"), ("李强", "member")]
    assert "改职务" not in text(page)


def test_group_is_made_and_put_out_of_use_on_its_pages(sign_in, officer, county):
    browser = sign_in(officer)
    given = {"name": "财经专业小组", "kind": "professional", "area": county.pk}

    made = browser.post("/deputies/groups/new/", given)
    group = Group.objects.get()
    browser.post(reverse("deputies:group_edit", args=[group.pk]), given)

    assert made.url == group.get_absolute_url()
    group.refresh_from_db()
    assert not group.is_active


def test_role_and_leaving_are_given_on_their_pages(
    sign_in, officer, deputy, colleague, town
):
    group = GroupFactory(area=town)
    long_ago = dt.date(2023, 1, 1)
    former = Membership.objects.create(
        group=group, deputy=deputy, role="leader", starts_on=long_ago
    )
    member = Membership.objects.create(
        group=group, deputy=colleague, starts_on=long_ago
    )
    browser, today = sign_in(officer), TODAY.isoformat()

    browser.post(
        reverse("deputies:member_role", args=[member.pk]),
        {"role": "leader", "starts_on": today},
    )
    stepped_down = group.memberships.get(deputy=deputy, ends_on=None)
    browser.post(
        reverse("deputies:member_end", args=[stepped_down.pk]),
        {"ends_on": today},
    )

    former.refresh_from_db()
    assert former.ends_on == TODAY
    now_in = group.memberships.get(ends_on=None)
    assert (now_in.deputy, now_in.role) == (colleague, "leader")


# --- the deputy's own pages ---------------------------------------------------------


def test_me_shows_what_waits_and_the_year(sign_in, deputy_user, deputy, station):
    lead = deputy.mandates.get()
    waiting = Proposal.objects.create(
        area=deputy.area,
        kind="suggestion",
        title="泵站",
        text="…",
        lead=lead,
        status="replied",
        submitted_at=now(),
        replied_at=now(),
    )
    day = DayFactory(station=station, date=TODAY, status="held")
    Duty.objects.create(day=day, deputy=deputy, state="attended")
    visit = VisitFactory(station=station, party_size=3)
    visit.heard_by.add(deputy)
    opinion = Proposal.objects.create(
        area=deputy.area, kind="opinion", title="积水", text="…", status="submitted"
    )
    opinion.visits.add(visit)

    page = sign_in(deputy_user).get("/deputies/me/")

    assert list(page.context["waiting"]) == [waiting]
    assert list(page.context["heard"]) == [opinion]
    year = page.context["year"]
    assert (year.reception_count, year.visit_count, year.visitor_count) == (1, 1, 3)
    assert (year.opinion_count, year.suggestion_count) == (1, 1)
    for url in (reverse("proposals:note"), reverse("deputies:schedule")):
        assert f'href="{url}"' in text(page)


def test_schedule_lists_duties_to_come_with_answers(
    sign_in, deputy_user, deputy, station, colleague
):
    day = DayFactory(station=station, date=TODAY + dt.timedelta(days=3))
    Duty.objects.create(day=day, deputy=deputy)
    Duty.objects.create(day=day, deputy=colleague)
    cancelled = DayFactory(
        station=station, date=TODAY + dt.timedelta(days=4), status="cancelled"
    )
    Duty.objects.create(day=cancelled, deputy=deputy)

    page = sign_in(deputy_user).get("/deputies/me/schedule/")

    assert [duty.day for duty in page.context["duties"]] == [day]
    url = reverse("stations:duty_set", args=[day.pk, deputy.pk])
    assert f'action="{url}"' in text(page)


def test_schedule_asks_nothing_of_who_is_there_already(
    sign_in, deputy_user, deputy, station
):
    day = DayFactory(station=station, date=TODAY)
    Duty.objects.create(day=day, deputy=deputy, state="attended")

    page = sign_in(deputy_user).get("/deputies/me/schedule/")

    assert [duty.day for duty in page.context["duties"]] == [day]
    assert "待确认" not in text(page)
    assert reverse("stations:duty_set", args=[day.pk, deputy.pk]) not in text(page)


def test_own_pages_are_for_deputies(sign_in, officer):
    for url in ("/deputies/me/", "/deputies/me/schedule/"):
        assert sign_in(officer).get(url).status_code == 403


# --- who may open what --------------------------------------------------------------


SEEING = (
    "officer",
    "leader",
    "township",
    "station_staff",
    "deputy_user",
    "coordinator",
)
KEEPING = ("officer", "township")
PLATFORM = ("sys_admin", "sec_admin", "audit_admin")


@pytest.mark.parametrize(
    "role",
    [*SEEING, "client_user", "stranger", "handler", "unit_leader", *PLATFORM],
)
def test_pages_of_a_deputy_open_by_role(request, sign_in, role, deputy, town):
    group = GroupFactory(area=town)
    member = Membership.objects.create(group=group, deputy=deputy)
    seat = deputy.mandates.get()
    browser = sign_in(request.getfixturevalue(role))
    sees = role in SEEING or role == "client_user"
    keeps = 200 if role in KEEPING else 403 if sees else 404
    expected = {
        deputy.get_absolute_url(): 200 if sees else 404,
        group.get_absolute_url(): 200 if sees else 404,
        reverse("deputies:edit", args=[deputy.pk]): keeps,
        reverse("deputies:join", args=[deputy.pk]): keeps,
        reverse("deputies:mandate_create", args=[deputy.pk]): keeps,
        reverse("deputies:group_edit", args=[group.pk]): keeps,
        reverse("deputies:member_add", args=[group.pk]): keeps,
        reverse("deputies:member_role", args=[member.pk]): keeps,
        reverse("deputies:member_end", args=[member.pk]): keeps,
    }
    officers = 200 if role == "officer" else 403 if sees else 404
    expected |= {
        reverse("deputies:mandate_edit", args=[seat.pk]): officers,
        reverse("deputies:mandate_step", args=[seat.pk, "suspend"]): officers,
    }
    reveals = 200 if role in (*KEEPING, "station_staff") else 403 if sees else 404
    expected[reverse("deputies:reveal", args=[deputy.pk])] = reveals

    assert {url: browser.get(url).status_code for url in expected} == expected


@pytest.mark.parametrize(
    "role", ["leader", "deputy_user", "station_staff", "sys_admin"]
)
def test_new_pages_are_for_keepers(request, sign_in, role):
    browser = sign_in(request.getfixturevalue(role))

    for url in ("/deputies/new/", "/deputies/groups/new/"):
        assert browser.get(url).status_code == 403


def test_pages_of_other_towns_are_unknown_to_a_township(sign_in, township):
    other = DeputyFactory(area=AreaFactory(code="420802003"))

    browser = sign_in(township)

    assert browser.get(other.get_absolute_url()).status_code == 404
    url = reverse("deputies:edit", args=[10**30])
    assert browser.get(url).status_code == 404
