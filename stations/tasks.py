"""What the queue does for the stations."""

from celery import shared_task
from django.utils.timezone import localdate


@shared_task
def plan_reception_notices() -> None:
    """Every two hours: remind the deputies of the reception days to come."""
    from stations.services.reminders import plan_reception_notices as plan

    plan(localdate())


@shared_task
def announce_coming_days() -> None:
    """Every hour of the working day: announce the reception days that are due."""
    from stations.services.announcing import announce_coming_days as announce

    announce(localdate())


@shared_task
def forget_bookings() -> None:
    """Every night: blank the personal data of bookings kept long enough."""
    from stations.services.retention import forget_bookings as forget

    forget(localdate())


@shared_task
def sweep_station_files() -> None:
    """Every hour: proofs of checks and photos of paper sheets that no row names."""
    from stations.services import checks, sheets

    checks.sweep_files()
    sheets.sweep_files()
