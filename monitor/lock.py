"""One lock for every caller of the pipeline: cron, timers, `serve`, a person. Not the lock of the database."""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from monitor.errors import LockedError

NAME = "monitor.lock"


@contextmanager
def state_lock(state: Path, command: str, now: datetime) -> Iterator[None]:
    """Hold `state/monitor.lock` for the length of the block.

    flock(2) belongs to the open file, so the kernel releases it when the process dies, however it dies, and
    flock(1) sees it. The file stays behind: removing it would let two processes lock two different files of one
    name. Raises LockedError at once when another process holds it, naming that process.
    """
    state.mkdir(parents=True, exist_ok=True)
    handle = os.open(state / NAME, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o640)
    try:
        _take(handle, state)
        _sign(handle, command, now)
        yield
    finally:
        os.close(handle)


def _take(handle: int, state: Path) -> None:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise LockedError(
            f"another run {_holder(handle)}holds the lock {state / NAME}",
            hint="wait for it to finish; only one may write at a time",
        ) from None


def _sign(handle: int, command: str, now: datetime) -> None:
    note = {"pid": os.getpid(), "since": now.isoformat(timespec="seconds"), "command": command}
    os.ftruncate(handle, 0)
    os.pwrite(handle, json.dumps(note).encode() + b"\n", 0)


def _holder(handle: int) -> str:
    """`(pid 121, since 05:45:31 UTC, `run`) `, or nothing while the holder has not signed yet."""
    try:
        note = json.loads(os.pread(handle, 4096, 0))
        since = datetime.fromisoformat(note["since"])
        return f"(pid {note['pid']}, since {since:%H:%M:%S %Z}, `{note['command']}`) "
    except (ValueError, KeyError, TypeError):
        return ""
