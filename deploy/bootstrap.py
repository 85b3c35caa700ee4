"""Two commands for a machine that has Python and nothing else: sets up .venv from the hash lock, then hands over.

python3 deploy/bootstrap.py run [--live] [ARGS]   the bundled week, offline; --live asks the sources of sources.toml
python3 deploy/bootstrap.py test [PYTEST ARGS]    linters, type checker, import rules and tests
"""

# Kept to syntax that Python 3.6 reads, so that an old one can be told what is missing.
import hashlib
import importlib.util
import os
import pathlib
import re
import shutil
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
LOCKS = {"run": "deploy/requirements.lock", "test": "deploy/requirements-test.lock"}
VERSION = "{}.{}".format(*sys.version_info[:2])


def main(args):
    if not args or args[0] not in LOCKS:
        print(__doc__)
        return 0 if args in (["-h"], ["--help"]) else 2
    verb, rest = args[0], args[1:]
    if sys.version_info < (3, 11):  # noqa: UP036 - to an old one it is not outdated
        for path in filter(None, map(shutil.which, ("python3.13", "python3.12", "python3.11"))):
            if subprocess.call([path, "-c", ""], stderr=subprocess.DEVNULL) == 0:
                os.execv(path, [path, __file__, *args])
        return f"peru-monitor needs Python 3.11 or newer; this is {VERSION} ({sys.executable})"
    if not any(is_current(each) for each in ("test", verb)):
        set_up(verb)
    os.chdir(str(ROOT))
    if verb == "test":
        command = ["deploy/checks.py", *rest]
    elif "--live" in rest:
        os.environ.setdefault("MONITOR_STATE", str(ROOT / "data"))
        command = ["-m", "monitor", "run", *(arg for arg in rest if arg != "--live")]
    else:
        command = ["-m", "monitor", "replay", "--demo", *rest]
    sys.stdout.flush()
    return os.execv(str(PYTHON), [str(PYTHON), *command])


def is_current(verb):
    stamp = VENV / ("stamp-" + verb)
    return stamp.is_file() and PYTHON.exists() and stamp.read_text() == expected(verb)


def expected(verb):
    """What the stamp of a complete .venv holds: an editable install points at this folder, so a copy starts afresh."""
    parts = ["pyproject.toml", "monitor/__init__.py", LOCKS[verb]]
    digest = hashlib.sha256(str(ROOT).encode() + b"".join((ROOT / part).read_bytes() for part in parts))
    return VERSION + " " + digest.hexdigest()


def set_up(verb):
    print(f"Setting up {VENV} (once; well under a minute) ...", flush=True)
    for stamp in VENV.glob("stamp-*"):
        stamp.unlink()
    uv = shutil.which("uv")
    if not (uv and install_with_uv(uv, LOCKS[verb])):
        install_with_pip(LOCKS[verb])
    (VENV / ("stamp-" + verb)).write_text(expected(verb))


def install_with_uv(uv, lock):
    pip = [uv, "pip", "install", "-q", "--python", str(PYTHON)]
    steps = (
        [uv, "venv", "-q", "--clear", "--python", sys.executable, str(VENV)],
        [*pip, "--require-hashes", "-r", str(ROOT / lock)],
        [*pip, "--no-deps", "--no-build-isolation", "-e", str(ROOT)],
    )
    if all(subprocess.call(step) == 0 for step in steps):
        return True
    print("uv could not install; trying again with pip ...", flush=True)
    return False


def install_with_pip(lock):
    if importlib.util.find_spec("ensurepip") is None:
        sys.exit("this Python cannot make virtual environments: apt-get install python3-venv, then start again")
    call(sys.executable, "-m", "venv", "--clear", str(VENV))
    pip = [str(PYTHON), "-m", "pip", "install", "-qq", "--no-compile", "--disable-pip-version-check"]
    # The pip that comes with Python 3.11 fails on locked extras (lxml[html-clean]), so the locked one goes first.
    stanza = re.search(r"^pip==(?:.*\\\n)*.*$", (ROOT / lock).read_text(), re.MULTILINE)
    only_pip = VENV / "pip.lock"
    only_pip.write_text(stanza.group() + "\n")
    call(*pip, "--require-hashes", "-r", str(only_pip))
    call(*pip, "--require-hashes", "-r", str(ROOT / lock))
    call(*pip, "--no-deps", "--no-build-isolation", "-e", str(ROOT))


def call(*command):
    code = subprocess.call(command)
    if code:
        sys.exit("setting up failed with exit code {}: {}".format(code, " ".join(command)))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
