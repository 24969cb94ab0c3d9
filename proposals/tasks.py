"""Celery faces of the matters' upkeep."""

from celery import shared_task


@shared_task
def plan_deadline_notices() -> None:
    """Every two hours: dates near, close and past; each is told once."""
    from proposals import reminders

    reminders.plan_deadline_notices()


@shared_task
def sweep_uploads() -> None:
    """Every ten minutes: voters' photos past their hour, files without a row, old
    ledgers that nobody confirmed within a day."""
    from proposals.services import attachments, photos
    from proposals.services.ledger.uploads import sweep_ledgers

    photos.sweep_photos()
    attachments.sweep_files()
    sweep_ledgers()
