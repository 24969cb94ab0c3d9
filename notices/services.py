"""Messages to people: planned once, sent once, read by their recipient."""

import datetime as dt
import logging
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, models, transaction
from django.utils.timezone import now
from kombu.exceptions import OperationalError

from accounts.models import User
from notices.choices import Channel, NoticeState
from notices.models import Delivery, Notice

log = logging.getLogger(__name__)

BATCH = 100  # notices looked up at once by the sender
MOST_TRIES = 5

_is_held_back: ContextVar[bool] = ContextVar("is_held_back", default=False)


# --- planning ---------------------------------------------------------------------


def plan_many(
    recipients: Iterable[User | None],
    *,
    kind: str,
    title: str,
    key: str,
    text: str = "",
    url: str = "",
    subject: models.Model | None = None,
    send_at: dt.datetime | None = None,
) -> int:
    """Plan one notice for each of these people; answers how many people that is.

    `key` names the occasion: a second call with it plans nothing for those who have
    theirs already. Rows are written in the caller's transaction; a task sends them.
    Nobody (None: a deputy without an account) and deactivated people get none.
    """
    people = {person.pk: person for person in recipients if person and person.is_active}
    about = {"kind": kind, "title": title, "text": text, "url": url}
    moment = send_at or now()
    rows = [_row(one, key, subject, moment, about) for one in people.values()]
    Notice.objects.bulk_create(rows, ignore_conflicts=True)
    if rows and moment <= now():
        _send_after_commit()
    return len(rows)


def plan_notice(
    recipient: User | None,
    *,
    kind: str,
    title: str,
    key: str,
    text: str = "",
    url: str = "",
    subject: models.Model | None = None,
    send_at: dt.datetime | None = None,
) -> Notice | None:
    """Plan one notice for one person (see plan_many); None if it was planned before."""
    if recipient is None or not recipient.is_active:
        return None
    about = {"kind": kind, "title": title, "text": text, "url": url}
    row = _row(recipient, key, subject, send_at or now(), about)
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        if Notice.objects.filter(dedupe_key=row.dedupe_key).exists():
            return None
        raise
    if row.send_at <= now():
        _send_after_commit()
    return row


def _row(
    recipient: User,
    key: str,
    subject: models.Model | None,
    send_at: dt.datetime,
    about: dict[str, str],
) -> Notice:
    return Notice(
        recipient=recipient,
        kind=about["kind"],
        title=about["title"][:200],
        text=about["text"],
        url=about["url"],
        subject_type=subject._meta.label_lower if subject is not None else "",
        subject_id=subject.pk if subject is not None else None,
        dedupe_key=f"{key}:{recipient.pk}",
        send_at=send_at,
    )


@contextmanager
def one_round() -> Iterator[None]:
    """Within it planning asks for no sending rounds; at its end for a single one.

    For those who plan by the hundred.
    """
    token = _is_held_back.set(True)
    try:
        yield
    finally:
        _is_held_back.reset(token)
    _send_after_commit()


class _Ask:
    """Asks for a sending round when the transaction has ended; once a transaction."""

    is_done = False

    def __call__(self) -> None:
        from notices.tasks import send_due

        self.is_done = True
        try:
            send_due.delay()
        except OperationalError as away:
            # The round of the next minute sends.
            log.warning("no broker to ask for a sending round: %s", away)


def _send_after_commit() -> None:
    waiting = [entry[1] for entry in connection.run_on_commit]
    asked = any(isinstance(one, _Ask) and not one.is_done for one in waiting)
    if not asked and not _is_held_back.get():
        transaction.on_commit(_Ask())


def cancel_planned(subject: models.Model, *, kind: str = "") -> int:
    """Drop what is planned about a record and not yet sent; answers how many.

    A dropped notice keeps its key: the same occasion is not planned again.
    """
    rows = Notice.objects.filter(
        subject_type=subject._meta.label_lower,
        subject_id=subject.pk,
        state=NoticeState.PLANNED,
    )
    if kind:
        rows = rows.filter(kind=kind)
    return rows.update(state=NoticeState.CANCELLED)


# --- sending ----------------------------------------------------------------------


def send_due_notices(at: dt.datetime | None = None) -> int:
    """Send all whose time has come; answers how many this call sent.

    May run at any time, twice at once, and be killed anywhere: each notice is claimed
    for itself (send). What is left over is due again in the next round.
    """
    due = Notice.objects.due(at or now())
    due.filter(recipient__is_active=False).update(state=NoticeState.CANCELLED)
    sent, last = 0, 0
    while True:
        keys = due.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)
        batch = list(keys[:BATCH])
        if not batch:
            return sent
        sent += sum(_send_or_note(key) for key in batch)
        last = batch[-1]


def send(notice_id: int) -> bool:
    """Claim a notice and hand it out; False if it is not planned any more.

    State and delivery row change in one transaction: killed before its end, nothing
    has happened; after it, all has. The second of two senders waits for the first and
    then finds nothing to claim; the unique delivery row stands behind that.
    """
    with transaction.atomic():
        moment = now()
        planned = Notice.objects.filter(pk=notice_id, state=NoticeState.PLANNED)
        if not planned.update(state=NoticeState.SENT, sent_at=moment):
            return False
        Delivery.objects.create(
            notice_id=notice_id, channel=Channel.IN_APP, delivered_at=moment
        )
    return True


def _send_or_note(notice_id: int) -> bool:
    """Send; an error of one notice holds up no other, and ends after MOST_TRIES."""
    try:
        return send(notice_id)
    except IntegrityError:
        # Delivered before, yet planned again by a hand in the database.
        log.error("notice %s has been delivered already", notice_id)
        planned = Notice.objects.filter(pk=notice_id, state=NoticeState.PLANNED)
        planned.update(tries=models.F("tries") + 1)
        planned.filter(tries__gte=MOST_TRIES).update(state=NoticeState.FAILED)
        return False


# --- reading ----------------------------------------------------------------------


def mark_read(notice: Notice, *, actor: User) -> None:
    """The recipient has seen it; the first time counts."""
    if notice.recipient_id != actor.pk:
        raise PermissionDenied
    unread = Notice.objects.visible_to(actor).unread()
    unread.filter(pk=notice.pk).update(read_at=now())


def mark_all_read(actor: User) -> int:
    """All that lies in this person's inbox; answers how many were unread."""
    return Notice.objects.visible_to(actor).unread().update(read_at=now())
