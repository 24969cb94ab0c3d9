"""The embedded Valkey: private, and it forgets nothing over a restart."""

from pathlib import Path

import pytest
import redis

from deputywork import embedded


def test_running_keeps_what_was_written_over_a_restart(tmp_path):
    with embedded.running(tmp_path) as door:
        redis.from_url(f"unix://{door}").rpush("celery", "task")

    with embedded.running(tmp_path) as door:
        kept = redis.from_url(f"unix://{door}").lrange("celery", 0, -1)

    assert kept == [b"task"]
    assert not embedded.answers(door)


def test_running_opens_no_port_and_lets_nobody_else_in(tmp_path):
    with embedded.running(tmp_path) as door:
        port = redis.from_url(f"unix://{door}").config_get("port")
        mode = door.stat().st_mode & 0o777

    assert (port, mode) == ({"port": "0"}, 0o700)


def test_command_refuses_a_path_too_long_for_a_socket(tmp_path):
    door = Path("/var") / ("深" * 40) / "valkey.sock"

    with pytest.raises(embedded.NoServer, match="VAR_DIR"):
        embedded.command(tmp_path, door)
