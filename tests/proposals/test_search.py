"""By which words a matter is found, from the step on that makes them true."""

import pytest

from proposals.models import Proposal
from proposals.services.opening import draft_suggestion
from proposals.workflow.handover import decide_objection, object_
from proposals.workflow.intake import submit
from tests.factories import proposals as make
from tests.factories.proposals import fresh

pytestmark = pytest.mark.django_db


@pytest.fixture
def opinion(station_staff, station):
    return make.opinion(actor=station_staff, station=station)


def found(words):
    return list(Proposal.objects.search(words))


def test_search_finds_an_opinion_by_its_number_and_words(opinion):
    assert found(opinion.number) == [opinion]
    assert found(opinion.text[:2]) == [opinion]
    assert found("珊瑚") == []


def test_search_finds_a_suggestion_by_the_number_it_gets(deputy, deputy_user, county):
    draft = draft_suggestion(
        actor=deputy_user,
        lead=deputy.mandates.get(),
        title="关于改造文峰泵站的建议",
        text="泵站三台机组只有一台能用。",
        request="建议年内更换两台水泵。",
        area=county,
    )

    submit(draft, actor=deputy_user)

    assert found(draft.number) == [draft]
    assert found("泵站 水泵 周敏") == [draft]


def test_search_finds_a_matter_by_the_unit_that_has_it_now(
    opinion, township, officer, handler, category, unit, other_unit
):
    handed = make.handed_over(
        make.accepted(opinion, actor=township, category=category),
        actor=township,
        unit=unit,
    )

    assert found("水利和湖泊") == [handed]

    object_(handed, actor=handler, reason="排水管网归住建部门管。")
    handling = handed.handlings.get()
    decide_objection(
        fresh(handed),
        actor=officer,
        handling=handling,
        upheld=True,
        text="属住建部门职责。",
        unit=other_unit,
    )

    assert found("城乡建设") == [handed]
    assert found("水利和湖泊") == []
