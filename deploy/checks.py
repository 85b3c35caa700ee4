"""Everything that must hold before a change is taken, in order, stopping at the first that does not."""

from __future__ import annotations

import shlex
import subprocess
import sys
import time
from pathlib import Path

CHECKS = (
    ("ruff", "check"),
    ("ruff", "format", "--check"),
    ("mypy",),
    ("lint-imports",),
    ("pytest", "-n", "auto", "--maxprocesses", "4"),  # most of a test is waiting for a disk or a socket
)


def main(pytest_args: list[str]) -> int:
    """Exit code of the first check that fails, or 0. The arguments go to pytest."""
    tools = Path(sys.executable).parent
    for name, *args in CHECKS:
        command = [name, *args, *(pytest_args if name == "pytest" else [])]
        print(f"$ {shlex.join(command)}", flush=True)
        start = time.monotonic()
        code = subprocess.call([tools / name, *command[1:]])
        verdict = "ok" if code == 0 else f"failed with exit code {code}"
        print(f"  {verdict}, {time.monotonic() - start:.1f} s\n", flush=True)
        if code:
            return code
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
