"""Changes to the operator's sources.toml: edited line by line, checked as a whole, replaced at once or not at all."""

from __future__ import annotations

import os
import stat
import tempfile
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import date
from pathlib import Path

from monitor import config
from monitor.errors import ConfigError
from monitor.model import Settings, Source
from monitor.resources import resource
from monitor.source_blocks import Block, UneditableError, with_sources, with_verified
from monitor.urls import canonical_url

_BOM = b"\xef\xbb\xbf"


def must_be_editable(file: Path) -> None:
    """Raises ConfigError where `file` could not be replaced; asked before anything else is done."""
    real = file.resolve()
    if "_data" in real.parts and real == resource("sources.toml").resolve():
        raise ConfigError(
            (f"{file} is the list that ships with the program: the next upgrade would undo the change",),
            hint="copy it to ./sources.toml, or name your own with --config FILE",
        )
    # The bits and not the permission: root may write everything, and a file is made read-only for a reason.
    if not real.stat().st_mode & 0o222 or not os.access(real, os.W_OK):
        raise ConfigError((f"{file} is read-only; nothing was changed",), hint=f"chmod u+w {file}")
    if not os.access(real.parent, os.W_OK):
        raise ConfigError((f"the folder {real.parent} cannot be written, so {file} cannot be replaced",))


def set_verified(settings: Settings, days: Mapping[str, date]) -> None:
    """Write `verified_at` of the sources with these ids. Raises ConfigError; the file is then as it was."""
    if days:
        _rewrite(settings, lambda document: with_verified(document, days))


def append(settings: Settings, blocks: Sequence[Block], owners: Mapping[str, str]) -> None:
    """Append sources, and owners that are not there yet. Raises ConfigError; the file is then as it was."""
    if blocks:
        _rewrite(settings, lambda document: with_sources(document, blocks, owners))


def source_of(block: Block) -> Source:
    """The source that a block by itself configures. Raises ConfigError with every problem of the block."""
    document = with_sources("", [block], {str(block["owner"]): "owner"})
    return config.read_settings(Path("block"), document.encode("utf-8", "replace"), Path()).sources[0]


def problems_of(block: Block) -> tuple[str, ...]:
    """What the configuration would say against this block, without places; empty when it is valid."""
    try:
        source_of(block)
    except ConfigError as error:
        return tuple(problem.split(": ", 1)[-1] for problem in error.problems)
    except UneditableError as error:
        return (str(error),)
    return ()


def twin_of(url: str, sources: Sequence[Source]) -> Source | None:
    """The source that has this address already; http or https, `www.` or not make no other."""
    return next((source for source in sources if canonical_url(source.url) == canonical_url(url)), None)


def _rewrite(settings: Settings, edit: Callable[[str], str]) -> None:
    file = settings.path.resolve()
    before = file.read_bytes()
    mark, text = (_BOM, before[len(_BOM) :]) if before.startswith(_BOM) else (b"", before)
    try:
        after = mark + edit(text.decode("utf-8")).encode("utf-8")
    except UneditableError as error:
        raise ConfigError((f"{settings.path}: {error}; nothing was changed",), hint="change it by hand") from error
    config.read_settings(settings.path, after, settings.state)
    replace(file, after, expected=before)


def replace(file: Path, content: bytes, *, expected: bytes | None = None) -> None:
    """Put `content` in the place of `file`, durably and at once, with its mode and owner.

    `expected`: what the file must still hold, else ConfigError: somebody edited it meanwhile.
    """
    handle, name = tempfile.mkstemp(prefix=f".{file.name}.", dir=file.parent)
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        _dress(temporary, file)
        if expected is not None and file.read_bytes() != expected:
            raise ConfigError(
                (f"{file} was changed by somebody else meanwhile; nothing was written",), hint="try again"
            )
        temporary.replace(file)
    finally:
        temporary.unlink(missing_ok=True)


def _dress(temporary: Path, file: Path) -> None:
    """Mode and owner of the file that is replaced; a new file gets what the umask leaves."""
    if file.exists():
        present = file.stat()
        temporary.chmod(stat.S_IMODE(present.st_mode))
        with suppress(PermissionError):  # another's file in a folder of ours: it becomes ours, as with any editor
            os.chown(temporary, present.st_uid, present.st_gid)
    else:
        umask = os.umask(0)
        os.umask(umask)
        temporary.chmod(0o666 & ~umask)
