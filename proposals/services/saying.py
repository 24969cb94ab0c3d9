"""What a voter says on the public page: a visit and its opinion, in one go."""

from contextlib import nullcontext
from typing import Any

from django.db import transaction

from common.uploads import Checked, remove, stored
from deputies.models import Deputy
from proposals.models import Proposal
from proposals.services.attachments import FOLDER, attach_photo
from proposals.services.opening import issue_code, open_opinion
from stations.choices import Channel, Outcome
from stations.models import Station, Visit
from stations.services.visits import log_visit


def say(
    station: Station,
    key: str,
    answers: dict[str, Any],
    photo: Checked | None = None,
    wish: Deputy | None = None,
) -> tuple[Proposal, str]:
    """The opinion and a fresh query code; sent twice with one key it is one matter.

    `wish`: the deputy it is meant for. The station reads so; that the deputy heard it
    is for the station to enter. Raises RuleViolation for what the register cannot take.
    """
    keeping = stored(photo, FOLDER) if photo else nullcontext("")
    with keeping as path, transaction.atomic():
        visit = _log(station, key, answers, wish)
        is_public = bool(answers.get("is_public"))
        proposal = open_opinion(visit, actor=None, is_public=is_public)
        if photo and not attach_photo(proposal, visit, photo, path):
            remove(path)  # the form was sent twice; the first one's photo is there
        return proposal, issue_code(proposal)


def _log(
    station: Station, key: str, answers: dict[str, Any], wish: Deputy | None
) -> Visit:
    lines = [answers["words"].strip(), f"地点：{answers['where'].strip()}"]
    if answers.get("since"):
        lines.append(f"时间：{answers['since']}")
    return log_visit(
        station,
        actor=None,
        key=key,
        channel=Channel.ONLINE,
        words="\n".join(lines),
        category=answers.get("category"),
        visitor_name=answers.get("visitor_name", ""),
        visitor_contact=answers.get("visitor_contact", ""),
        party_size=answers.get("party_size") or 1,
        outcome=Outcome.OPINION,
        source=f"希望{wish.name}代表听取" if wish else "",
        is_assisted=bool(answers.get("helper_relation")),
        helper_relation=answers.get("helper_relation", ""),
        helper_name=answers.get("helper_name", ""),
    )
