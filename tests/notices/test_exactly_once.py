"""A real worker, killed in the middle of its work again and again."""

import os
import subprocess
import time
import uuid
from contextlib import contextmanager

import pytest
from django.utils.timezone import now

from deputywork.celery import app
from deputywork.serve import worker
from deputywork.supervisor import kill_group
from notices.models import Delivery, Notice
from notices.tasks import send_due
from tests.factories import UserFactory
from tests.real_worker import HOW, database_url

pytestmark = pytest.mark.worker

NOTICES = 300
KILLED_AT = (20, 80, 140)  # deliveries after which the worker dies


@pytest.fixture
def queue():
    """The name of a queue that only the workers of this test listen to."""
    if not os.environ.get("REAL_WORKER"):
        pytest.fail(HOW)
    name = f"drill-{uuid.uuid4().hex[:8]}"
    yield name
    with app.connection_for_write() as connection:
        connection.default_channel.queue_delete(name)


@contextmanager
def fresh_worker(queue: str):
    """A worker with two processes of its own; nothing of it outlives the block."""
    environment = {
        **os.environ,
        "DATABASE_URL": database_url(),
        "DJANGO_SETTINGS_MODULE": "tests.settings",
    }
    node = f"{queue}-{uuid.uuid4().hex[:4]}@drill"
    command = [*worker().command, "-Q", queue, "-n", node, "-c", "2"]
    process = subprocess.Popen(command, env=environment, start_new_session=True)
    try:
        yield process
    finally:
        kill_group(process)
        process.wait()


def wait_until(is_true, what: str, seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not is_true():
        if time.monotonic() > deadline:
            pytest.fail(f"{what}: not within {seconds:.0f} s")
        time.sleep(0.001)


def planned_notices() -> None:
    people = [UserFactory() for _ in range(3)]
    Notice.objects.bulk_create(
        Notice(
            recipient=people[number % 3],
            kind="drill",
            title=f"第 {number} 条",
            dedupe_key=f"drill:{number}",
            send_at=now(),
        )
        for number in range(NOTICES)
    )


def test_killed_workers_neither_lose_nor_double_a_notice(transactional_db, queue):
    planned_notices()

    for deliveries in KILLED_AT:
        with fresh_worker(queue) as process:
            for _ in range(2):  # two rounds at once, over the same notices
                send_due.apply_async(queue=queue)
            wait_until(
                lambda enough=deliveries: Delivery.objects.count() >= enough,
                f"{deliveries} deliveries",
            )
            kill_group(process)
            process.wait()
        assert deliveries <= Delivery.objects.count() < NOTICES  # died half way

    with fresh_worker(queue):
        send_due.apply_async(queue=queue)  # the sweep of the next minute
        wait_until(lambda: not Notice.objects.due(now()).exists(), "the sweep")

    delivered = list(Delivery.objects.values_list("notice", flat=True))
    assert len(delivered) == len(set(delivered)) == NOTICES
    assert set(Notice.objects.values_list("state", flat=True)) == {"sent"}
