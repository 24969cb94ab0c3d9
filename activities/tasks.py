"""What the queue does for activities."""

from celery import shared_task


@shared_task
def sweep_activity_files() -> None:
    """Every hour: photos and papers that no activity names, left by a dead process."""
    from activities.services.recording import sweep_files

    sweep_files()
