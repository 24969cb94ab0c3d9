"""Celery faces of the figures and the reports."""

import logging

from celery import shared_task

log = logging.getLogger(__name__)


@shared_task
def fold_figures() -> None:
    """Every minute: fold what the steps have written."""
    from reports import rollup

    rollup.fold()


@shared_task
def build_report(report_id: int) -> None:
    """Build the files of one report; a second copy finds nothing to claim."""
    from reports.bulletin import build
    from reports.services import reports

    report = reports.claim(report_id)
    if report is None:
        return
    try:
        build.build(report)
    except reports.SupersededError:
        reports.remove_files(reports.file_names(report))
    except Exception:
        log.exception("report %s could not be built", report_id)
        reports.give_up(report)


@shared_task
def draft_monthly_reports() -> None:
    """On the first of a month: the reports of the month before."""
    from reports import rollup
    from reports.services import reports

    rollup.fold()
    reports.draft_monthly(reports.last_month())


@shared_task
def sweep_reports() -> None:
    """Every two minutes: reports whose worker died are queued again."""
    from reports.services import reports

    reports.sweep()
