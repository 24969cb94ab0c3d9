"""Celery faces: bring a table in, and send lost jobs again."""

from celery import shared_task

from areas.models import ImportJob


@shared_task
def run_import(job_id: int) -> None:
    """Work off one table that was handed in; gone or done: nothing to do."""
    from areas.services.import_jobs import run_job

    job = ImportJob.objects.filter(pk=job_id).first()
    if job is not None:
        run_job(job)


@shared_task
def sweep_imports() -> None:
    """Every two minutes: jobs whose message or worker was lost are sent again."""
    from areas.services.import_jobs import resend_lost

    resend_lost()
