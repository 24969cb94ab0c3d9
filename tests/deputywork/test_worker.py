"""A real worker behind a real broker does what beat asks for."""

import pytest
from django.conf import settings

from audit.models import Event
from audit.services import record
from common.tasks import seal_audit
from deputywork.celery import app

pytestmark = pytest.mark.worker


def test_worker_does_a_task_sent_over_the_broker(real_worker, eventually):
    event = record("try", None, actor=None)

    seal_audit.delay()

    eventually(lambda: Event.objects.get(pk=event.pk).chain_hash != "")


def test_worker_survives_the_death_of_its_process(real_worker, eventually):
    [program] = real_worker.programs
    program.process.kill()
    program.process.wait()
    real_worker.revive()
    event = record("try", None, actor=None)

    seal_audit.delay()

    eventually(lambda: Event.objects.get(pk=event.pk).chain_hash != "")


def test_worker_knows_every_task_of_the_schedule(real_worker):
    [known] = app.control.inspect(timeout=5).registered().values()

    planned = {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}
    assert planned - set(known) == set()
