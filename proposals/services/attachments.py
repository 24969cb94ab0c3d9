"""Files of a matter: added by those who work on it, taken back by who added them."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts.models import User
from audit.services import record
from common.errors import RuleViolation, WrongState
from common.uploads import Checked, check, remove, stored, sweep
from proposals import permissions as may
from proposals.choices import AttachmentKind
from proposals.models import Attachment, Proposal
from stations.models import Visit

FOLDER = "attachments"
MOST_FILES = 10  # of one matter
OVER = "该事项已经了结，附件不能再增减。"


def attach(proposal: Proposal, *, actor: User, file: Any) -> Attachment:
    """Add an uploaded file to the matter.

    Raises PermissionDenied; WrongState once the matter is over; RuleViolation (field
    `file`) for a file that is not taken, or one too many.
    """
    check_may_attach(proposal, actor=actor)
    checked = check(file)
    with stored(checked, FOLDER) as path, transaction.atomic():
        return _write_down(proposal, checked, path, actor=actor)


def check_may_attach(proposal: Proposal, *, actor: User) -> None:
    """Raises PermissionDenied, or WrongState once the matter is over."""
    if not may.may_attach(actor, proposal):
        raise PermissionDenied
    if proposal.is_over:
        raise WrongState(OVER)


def attach_photo(proposal: Proposal, visit: Visit, photo: Checked, path: str) -> bool:
    """The photo a voter sent along, already stored; False if the visit has one.

    Part of the caller's transaction, inside its `stored`.
    """
    Proposal.objects.select_for_update().only("pk").get(pk=proposal.pk)
    if visit.attachments.exists():
        return False
    _write_down(proposal, photo, path, actor=None, visit=visit)
    return True


def _write_down(
    proposal: Proposal,
    checked: Checked,
    path: str,
    *,
    actor: User | None,
    visit: Visit | None = None,
) -> Attachment:
    _claim(proposal)
    if proposal.attachments.count() >= MOST_FILES:
        raise RuleViolation(f"一件事项最多 {MOST_FILES} 个附件。", field="file")
    attachment = proposal.attachments.create(
        visit=visit,
        kind=AttachmentKind.IMAGE if checked.is_image else AttachmentKind.DOCUMENT,
        name=checked.name,
        content_type=checked.content_type,
        size=len(checked.data),
        sha256=checked.sha256,
        path=path,
        uploaded_by=actor,
    )
    _tell("attach", attachment, actor=actor, label="加附件")
    return attachment


@transaction.atomic
def remove_attachment(attachment: Attachment, *, actor: User) -> None:
    """Take a file back: by who added it, while the matter is open.

    The trail keeps its name and sum. Raises PermissionDenied, WrongState.
    """
    check_may_remove(attachment, actor=actor)
    _claim(attachment.proposal)
    path = attachment.path
    _tell("remove_attachment", attachment, actor=actor, label="删除附件")
    attachment.delete()
    transaction.on_commit(lambda: remove(path))


def check_may_remove(attachment: Attachment, *, actor: User) -> None:
    """Raises PermissionDenied unless it is one's own, WrongState once it is over."""
    if attachment.uploaded_by_id != actor.pk:
        raise PermissionDenied
    if attachment.proposal.is_over:
        raise WrongState(OVER)


def _claim(proposal: Proposal) -> None:
    """Holds the matter until commit: two at once are counted one after the other."""
    held = Proposal.objects.select_for_update().only("status").get(pk=proposal.pk)
    if held.is_over:
        raise WrongState(OVER)


def _tell(verb: str, attachment: Attachment, *, actor: User | None, label: str) -> None:
    data = {
        "attachment": attachment.pk,
        "name": attachment.name,
        "size": attachment.size,
        "sha256": attachment.sha256,
    }
    record(verb, attachment.proposal, actor=actor, label=label, data=data)


def sweep_files() -> int:
    """Remove files that no attachment names, a day old; answers how many."""
    return sweep(FOLDER, Attachment.objects.values_list("path", flat=True).iterator())
