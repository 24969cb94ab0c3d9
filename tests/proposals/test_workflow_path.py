"""One visitor's words, from the door to the closing, each person in their own role."""

import pytest

from audit.services import history_of
from proposals.choices import Status
from proposals.models import Deadline, Proposal
from proposals.workflow.closing import close

pytestmark = pytest.mark.django_db


def test_close_ends_the_whole_way(rated, officer):
    close(rated, actor=officer)

    rated.refresh_from_db()
    assert rated.status == Status.CLOSED
    assert [event.verb for event in history_of(rated)] == [
        "submit",
        "accept",
        "hand_over",
        "sign_for",
        "note_contact",
        "reply",
        "tell",
        "rate",
        "close",
    ]
    assert rated.next_due_on is None
    assert not Deadline.objects.open().exists()
    assert Proposal.objects.search("泵站").get() == rated
