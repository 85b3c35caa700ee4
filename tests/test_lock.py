"""monitor.lock: one writer at a time, whoever started it and however it ended."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from monitor.errors import Exit, LockedError
from monitor.lock import NAME, state_lock

NOW = datetime(2026, 11, 16, 5, 45, 31, tzinfo=UTC)
HOLD = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from monitor.lock import state_lock
with state_lock(Path(sys.argv[1]), "run", datetime(2026, 11, 16, 5, 45, 31, tzinfo=UTC)):
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def holder(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process that holds the lock until its input is closed."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdin is not None
    assert process.stdout.readline() == "held\n"
    yield process
    process.stdin.close()
    process.wait(timeout=10)
    process.stdout.close()


def test_lock_says_who_holds_it(tmp_path: Path) -> None:
    """The file names pid, start and command while the block runs, and the folder is made on first use."""
    with state_lock(tmp_path / "new" / "state", "digest", NOW):
        note = json.loads((tmp_path / "new" / "state" / NAME).read_text())
    assert note == {"pid": os.getpid(), "since": "2026-11-16T05:45:31+00:00", "command": "digest"}


def test_lock_is_free_again_afterwards(tmp_path: Path) -> None:
    """Also after an error inside the block, and a shorter note never leaves the tail of a longer one."""
    with pytest.raises(RuntimeError, match="boom"), state_lock(tmp_path, "a much longer command", NOW):
        raise RuntimeError("boom")
    with state_lock(tmp_path, "run", NOW):
        assert json.loads((tmp_path / NAME).read_text())["command"] == "run"


def test_second_process_is_refused_with_the_holders_name(tmp_path: Path, holder: subprocess.Popen[str]) -> None:
    """The message answers "who, since when, doing what", and exits 75."""
    with pytest.raises(LockedError) as caught, state_lock(tmp_path, "digest", NOW):
        pytest.fail("entered a block that another process holds")
    assert f"another run (pid {holder.pid}, since 05:45:31 UTC, `run`) holds the lock" in str(caught.value)
    assert caught.value.exit_code is Exit.LOCKED
    assert json.loads((tmp_path / NAME).read_text())["pid"] == holder.pid


def test_killed_holder_leaves_no_stale_lock(tmp_path: Path, holder: subprocess.Popen[str]) -> None:
    """kill -9 releases the lock, though the note of the dead process is still in the file."""
    os.kill(holder.pid, signal.SIGKILL)
    holder.wait(timeout=10)
    assert json.loads((tmp_path / NAME).read_text())["pid"] == holder.pid
    with state_lock(tmp_path, "run", NOW):
        assert json.loads((tmp_path / NAME).read_text())["pid"] == os.getpid()


def test_children_do_not_inherit_the_lock(tmp_path: Path) -> None:
    """A subprocess that outlives its parent's block (a browser, sendmail) does not keep the lock."""
    with state_lock(tmp_path, "run", NOW):
        code = "print('up', flush=True); input()"
        child = subprocess.Popen(
            [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, close_fds=False
        )
        assert child.stdout is not None
        assert child.stdout.readline() == b"up\n"
    try:
        with state_lock(tmp_path, "run", NOW):
            pass
    finally:
        child.communicate(b"\n")


def test_unsigned_lock_is_still_a_lock(tmp_path: Path) -> None:
    """Between taking and signing there is an instant without a note; the message then just has no name."""
    with state_lock(tmp_path, "run", NOW):
        (tmp_path / NAME).write_text("")
        with pytest.raises(LockedError, match="another run holds the lock"), state_lock(tmp_path, "run", NOW):
            pytest.fail("entered twice")


@pytest.mark.skipif(shutil.which("flock") is None, reason="flock(1) is not on this machine")
def test_flock_command_sees_the_lock(tmp_path: Path, holder: subprocess.Popen[str]) -> None:
    """Shell scripts can wait for us with flock(1)."""
    done = subprocess.run(["flock", "-n", "-E", "75", str(tmp_path / NAME), "true"], check=False)
    assert done.returncode == 75
