"""The whole product on one machine: what `run.py serve` becomes.

Valkey (unless REDIS_URL is set), migrations, the demo county once, then a Celery
worker, the web server and beat under one supervisor, until Ctrl-C or SIGTERM.
"""

import fcntl
import os
import signal
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPException
from pathlib import Path

import redis
from django.core.exceptions import ImproperlyConfigured

from deputywork import embedded
from deputywork.supervisor import Failed, Program, Stopped, Supervisor

READY_SECONDS = 90
# A demo on a container's only user, root, is fine; tasks are never pickled.
AS_ROOT = "ignore:You're running the worker with superuser privileges"


def worker() -> Program:
    """The Celery worker; running tasks get time to finish."""
    words = "-q -A deputywork worker --loglevel WARNING --without-gossip"
    words += " --without-mingle --without-heartbeat"
    python = [sys.executable, "-W", AS_ROOT]
    return Program("worker", [*python, "-m", "celery", *words.split()], 20)


def web(port: str) -> Program:
    """The web server on the loopback address."""
    words = f"deputywork.wsgi:application --bind 127.0.0.1:{port} --workers 2"
    words += " --worker-class gthread --threads 4 --timeout 120 --graceful-timeout 5"
    words += " --log-level warning --no-control-socket"
    return Program("web", [sys.executable, "-m", "gunicorn", *words.split()], 8)


def beat() -> Program:
    """The planner of periodic tasks; its file of last runs lies under VAR_DIR."""
    words = "-q -A deputywork beat --loglevel WARNING --pidfile="
    return Program("beat", [sys.executable, "-m", "celery", *words.split()])


def answers(port: str) -> bool:
    """Whether the web server says that all is well."""
    caller = HTTPConnection("127.0.0.1", int(port), timeout=5)
    try:
        caller.request("GET", "/healthz")
        return caller.getresponse().status == 200
    except (OSError, HTTPException):
        return False
    finally:
        caller.close()


@contextmanager
def only_one(var_dir: Path) -> Iterator[None]:
    """Refuse to run twice on one data folder."""
    with (var_dir / "serve.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as refused:
            text = (
                f"已有一个实例在使用 {var_dir}，请先结束它，或用 VAR_DIR 另指定目录。"
            )
            raise Failed(text) from refused
        yield


def prepare_broker(keeper: Supervisor) -> None:
    """A broker that answers: the one of REDIS_URL, else our own."""
    from django.conf import settings

    if settings.REDIS_URL:
        try:
            redis.from_url(settings.REDIS_URL, socket_timeout=5).ping()
        except (redis.RedisError, ValueError, OSError) as refused:
            text = f"连不上 REDIS_URL 指定的 Redis（{refused}）。"
            raise Failed(
                f"{text}请检查地址，或不设 REDIS_URL 而用内置的。"
            ) from refused
        return
    door = settings.VALKEY_SOCKET
    folder = settings.VAR_DIR / "valkey"
    keeper.start(Program("valkey", embedded.command(folder, door), 10))
    if not keeper.wait_for(lambda: embedded.answers(door), 60):
        raise Failed(f"内置的 Valkey 没有应答，请看 {folder / embedded.LOG_NAME}")


def prepare_data(keeper: Supervisor, accounts: Path) -> None:
    """Tables and demo county; the demo accounts are written to a file for later."""
    keeper.say("准备数据库 …")
    words = [sys.executable, "-m", "deputywork.prepare", str(accounts)]
    keeper.run_step("data", words)


def run(keeper: Supervisor, port: str) -> None:
    """Everything from the broker to the last request."""
    prepare_broker(keeper)
    with tempfile.TemporaryDirectory(prefix="deputywork-") as folder:
        note = Path(folder) / "accounts"
        prepare_data(keeper, note)
        accounts = note.read_text(encoding="utf-8").strip()
    keeper.say("启动网站、后台任务和定时任务 …")
    for program in (worker(), web(port), beat()):
        keeper.start(program)
    if not keeper.wait_for(lambda: answers(port), READY_SECONDS):
        raise Failed(f"网站 {READY_SECONDS} 秒内没有应答，原因见上。")
    bar = "─" * 60
    if accounts:
        keeper.say(f"{bar}\n{accounts}\n{bar}")
    keeper.say(f"已启动：http://127.0.0.1:{port}/    按 Ctrl-C 结束")
    keeper.watch()


def main() -> int:
    """Run until asked to end; the exit code of the program."""
    port = os.environ.setdefault("PORT", "8000")
    os.environ.setdefault("SITE_URL", f"http://127.0.0.1:{port}")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "deputywork.settings")
    os.environ |= {"PYTHONUNBUFFERED": "1", "PYTHONUTF8": "1"}
    keeper = Supervisor(dict(os.environ), sys.stdout)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, keeper.request_stop)
    try:
        from django.conf import settings

        with only_one(settings.VAR_DIR):
            try:
                run(keeper, port)
            finally:
                if keeper.programs:
                    keeper.say("正在结束 …")
                keeper.stop()
    except Stopped:
        pass
    except (Failed, embedded.NoServer, ImproperlyConfigured) as refused:
        keeper.say(str(refused))
        return 1
    keeper.say("已全部结束。")
    return 0


if __name__ == "__main__":
    sys.exit(main())
