"""Starts programs, keeps them running and ends all of them.

Each one runs in a session of its own, so that Ctrl-C of the terminal reaches only the
supervisor, which then ends them in the reverse order of their start by SIGTERM to the
main process alone: a signal to Celery's whole group kills its pool and leaves the
parent hanging. Which programs these are stands in serve.py.
"""

import ctypes
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TextIO

QUICK_DEATH_SECONDS = 10  # a part that lived longer than this had started well
QUICK_DEATHS_ALLOWED = 3  # the fourth in a row ends everything
PAUSE = 0.1
PR_SET_PDEATHSIG = 1  # linux/prctl.h


class Stopped(Exception):
    """Somebody asked for the end while something was still being prepared."""


class Failed(Exception):
    """A part or a step cannot run; the text says which and what to look at."""


@dataclass
class Program:
    """One part: how to start it and how long it may take to end by itself."""

    name: str
    command: Sequence[str]
    patience: float = 5  # seconds between SIGTERM and SIGKILL
    quick_deaths: int = 0
    started_at: float = 0
    process: subprocess.Popen[str] | None = None
    reader: threading.Thread | None = None

    def is_alive(self) -> bool:
        return self.process is not None and self.process.poll() is None


@dataclass
class Supervisor:
    """Runs steps and parts with one environment, and ends all of them.

    `request_stop` may be called from a signal handler; a second call makes the
    end impatient.
    """

    environment: dict[str, str]
    out: TextIO
    programs: list[Program] = field(default_factory=list)
    stop_requests: int = 0
    writing: threading.Lock = field(default_factory=threading.Lock)

    def request_stop(self, *_signal: object) -> None:
        self.stop_requests += 1

    def say(self, text: str, *, source: str = "") -> None:
        """Write a line, marked with the part it comes from."""
        line = f"{source:<7}| {text}\n" if source else f"{text}\n"
        with self.writing:
            try:
                self.out.write(line)
                self.out.flush()
            except (OSError, ValueError):
                self.request_stop()  # nobody reads any more: the terminal is gone

    # --- starting ----------------------------------------------------------------

    def start(self, program: Program) -> None:
        """Start a part and look after it from now on."""
        self._spawn(program)
        if program not in self.programs:
            self.programs.append(program)

    def _spawn(self, program: Program) -> None:
        child = subprocess.Popen(
            program.command,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="replace",
            start_new_session=True,
            preexec_fn=die_with_parent,
        )
        said = (program.name, child)
        program.process, program.started_at = child, time.monotonic()
        program.reader = threading.Thread(target=self._pass_on, args=said, daemon=True)
        program.reader.start()

    def _pass_on(self, name: str, child: subprocess.Popen[str]) -> None:
        """Write what a child says, line by line, until it has closed its output."""
        if child.stdout is None:
            return
        with child.stdout as lines:
            for line in lines:
                if line.strip():
                    self.say(line.rstrip(), source=name)

    def run_step(self, name: str, command: Sequence[str]) -> None:
        """Run something to its end before going on.

        Raises Failed if it fails, Stopped if the end was asked for meanwhile.
        """
        step = Program(name, command)
        self._spawn(step)
        try:
            self.wait_for(lambda: not step.is_alive())
        finally:
            self.end(step)
        if step.process is not None and step.process.returncode:
            raise Failed(f"“{name}”没有成功，原因见上。")

    def wait_for(self, is_true: Callable[[], bool], seconds: float = 86400) -> bool:
        """Wait until something is true; whether it became so in time.

        Raises Stopped if the end was asked for meanwhile. Parts that die while
        waiting are started again.
        """
        deadline = time.monotonic() + seconds
        while not is_true():
            if self.stop_requests:
                raise Stopped
            if time.monotonic() > deadline:
                return False
            self.revive()
            time.sleep(PAUSE)
        return True

    # --- keeping ----------------------------------------------------------------

    def revive(self) -> None:
        """Start again what died; Failed if a part dies again and again."""
        for program in self.programs:
            if program.is_alive() or program.process is None:
                continue
            lived = time.monotonic() - program.started_at
            code = program.process.returncode
            quick = lived < QUICK_DEATH_SECONDS
            program.quick_deaths = program.quick_deaths + 1 if quick else 0
            if program.quick_deaths > QUICK_DEATHS_ALLOWED:
                raise Failed(f"{program.name} 反复退出（代码 {code}），不再重启。")
            self.say(f"退出（代码 {code}），重新启动 …", source=program.name)
            kill_group(program.process)  # children it may have left behind
            self.start(program)

    def watch(self) -> None:
        """Look after the parts until the end is asked for."""
        while not self.stop_requests:
            self.revive()
            time.sleep(PAUSE)

    # --- ending ------------------------------------------------------------------

    def end(self, program: Program) -> None:
        """SIGTERM to the main process, and SIGKILL to what outlives its patience."""
        child = program.process
        if child is None:
            return
        if child.poll() is None:
            child.terminate()
        asked, deadline = self.stop_requests, time.monotonic() + program.patience
        while child.poll() is None and time.monotonic() < deadline:
            if self.stop_requests > max(asked, 1):
                break
            time.sleep(PAUSE / 2)
        kill_group(child)
        child.wait()
        if program.reader is not None:
            program.reader.join(1)  # its last words come before ours

    def stop(self) -> None:
        """End every part, the one started last first."""
        while self.programs:
            self.end(self.programs.pop())


def kill_group(child: subprocess.Popen[str]) -> None:
    """SIGKILL to all that is left of a child's session group."""
    try:
        os.killpg(child.pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        return


def die_with_parent() -> None:
    """In a fresh child: get SIGTERM when the supervisor is killed (Linux only)."""
    if sys.platform == "linux":
        LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


# Loaded before any child is made: between fork and exec nothing may be imported.
LIBC = ctypes.CDLL(None)
