"""The supervisor: what dies is started again, and in the end nothing is left."""

import io
import os
import subprocess
import sys
import threading
import time

import pytest

from deputywork import supervisor
from deputywork.supervisor import Failed, Program, Stopped, Supervisor

LIVES = "import time; time.sleep(60)"


@pytest.fixture
def keeper(monkeypatch):
    monkeypatch.setattr(supervisor, "PAUSE", 0.01)
    keeper = Supervisor(dict(os.environ), io.StringIO())
    yield keeper
    keeper.stop()


def program(name, code, patience=5.0):
    return Program(name, [sys.executable, "-u", "-c", code], patience)


def exists(pid):
    """Whether a process runs; one that only waits to be reaped does not."""
    state = subprocess.run(
        ["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True
    )
    return state.stdout.strip()[:1] not in ("", "Z")


def until(is_true):
    """Wait for something that another process does."""
    deadline = time.monotonic() + 10
    while not is_true():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_start_passes_on_each_line_with_its_source(keeper):
    keeper.start(program("web", f"print('你好'); print('再见'); {LIVES}"))

    until(lambda: keeper.out.getvalue().count("\n") == 2)
    assert keeper.out.getvalue() == "web    | 你好\nweb    | 再见\n"


def test_revive_starts_again_what_died(keeper):
    web = program("web", LIVES)
    keeper.start(web)
    first = web.process
    first.kill()
    first.wait()

    keeper.revive()

    assert web.is_alive()
    assert web.process.pid != first.pid
    assert web.quick_deaths == 1


def test_revive_gives_up_after_the_fourth_quick_death(keeper):
    keeper.start(program("web", "raise SystemExit(7)"))

    with pytest.raises(Failed, match=r"web 反复退出（代码 7），不再重启。"):
        keeper.wait_for(lambda: False, 20)

    assert keeper.out.getvalue().count("重新启动") == 3


def test_revive_forgets_quick_deaths_of_what_then_lived(keeper):
    web = program("web", LIVES)
    keeper.start(web)
    web.quick_deaths = 3
    web.started_at -= supervisor.QUICK_DEATH_SECONDS + 1
    web.process.kill()
    web.process.wait()

    keeper.revive()

    assert web.quick_deaths == 0


def test_stop_ends_the_last_started_first(keeper):
    says_goodbye = (
        "import signal, sys, time\n"
        "def end(*_): print('bye'); sys.exit()\n"
        "signal.signal(signal.SIGTERM, end); print('up'); time.sleep(60)"
    )
    names = ["valkey", "worker", "web", "beat"]
    for name in names:
        keeper.start(program(name, says_goodbye))
    until(lambda: keeper.out.getvalue().count("up") == 4)

    keeper.stop()

    last = [line.split()[0] for line in keeper.out.getvalue().splitlines()[4:]]
    assert last == list(reversed(names))


def test_stop_signals_only_the_main_process_and_leaves_no_child(keeper):
    forks = (
        "import os, signal, sys, time\n"
        "child = os.fork()\n"
        "if not child:\n"
        "    signal.signal(signal.SIGTERM, lambda *_: print('child was told'))\n"
        "    time.sleep(60)\n"
        "print(child); time.sleep(60)"
    )
    keeper.start(program("worker", forks))
    until(lambda: keeper.out.getvalue().endswith("\n"))
    child = int(keeper.out.getvalue().split()[-1])

    keeper.stop()

    until(lambda: not exists(child))
    assert "child was told" not in keeper.out.getvalue()


def test_stop_kills_what_does_not_listen(keeper):
    deaf = (
        "import signal, time\n"
        "signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up'); time.sleep(60)"
    )
    web = program("web", deaf, patience=0.2)
    keeper.start(web)
    until(lambda: "up" in keeper.out.getvalue())

    keeper.stop()

    assert web.process.returncode == -9


def test_second_request_to_stop_is_impatient(keeper):
    deaf = (
        "import signal, time\n"
        "signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up'); time.sleep(60)"
    )
    keeper.start(program("web", deaf, patience=30))
    until(lambda: "up" in keeper.out.getvalue())
    keeper.request_stop()
    threading.Timer(0.2, keeper.request_stop).start()
    started = time.monotonic()

    keeper.stop()

    assert time.monotonic() - started < 10


def test_run_step_waits_for_the_end(keeper):
    code = "import time; time.sleep(0.2); print('done')"

    keeper.run_step("migrate", [sys.executable, "-c", code])

    assert keeper.out.getvalue() == "migrate| done\n"


def test_run_step_that_fails_says_which(keeper):
    with pytest.raises(Failed, match=r"“migrate”没有成功"):
        keeper.run_step("migrate", [sys.executable, "-c", "raise SystemExit(1)"])


def test_run_step_ends_when_asked_to_stop(keeper):
    threading.Timer(0.2, keeper.request_stop).start()

    with pytest.raises(Stopped):
        keeper.run_step("demo", [sys.executable, "-c", LIVES])


def test_children_end_with_a_killed_supervisor(tmp_path):
    if sys.platform != "linux":
        pytest.skip("only Linux tells a child that its parent died")
    code = (
        "import os, sys, time\n"
        "from deputywork.supervisor import Program, Supervisor\n"
        f"web = Program('web', [sys.executable, '-c', {LIVES!r}])\n"
        "Supervisor(dict(os.environ), sys.stdout).start(web)\n"
        "print(web.process.pid); time.sleep(60)"
    )
    outer = Supervisor(dict(os.environ), io.StringIO())
    upper = program("upper", code)
    outer.start(upper)
    until(lambda: outer.out.getvalue().endswith("\n"))
    child = int(outer.out.getvalue().split()[-1])

    upper.process.kill()

    until(lambda: not exists(child))
    outer.stop()
