"""The sender's Celery face."""

from celery import shared_task


@shared_task
def send_due() -> None:
    """Every minute, and when something is planned for now: send what is due.

    This sweep, not the broker, repairs what a killed worker left.
    """
    from notices.services import send_due_notices

    send_due_notices()
