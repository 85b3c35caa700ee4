"""One TOML rule file with its text, so that a problem can name its line. Knows no rule."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from difflib import get_close_matches
from hashlib import blake2b
from pathlib import Path
from typing import Any, NamedTuple


class Shape(NamedTuple):
    """What a value must be: in words, and as a test."""

    name: str
    fits: Callable[[Any], bool]


def _is(*kinds: type) -> Callable[[Any], bool]:
    """Of one of these types; true and false are no numbers."""
    return lambda value: isinstance(value, kinds) and (bool in kinds or not isinstance(value, bool))


def _every(fits: Callable[[Any], bool]) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, list) and all(map(fits, value))


def _table_of(fits: Callable[[Any], bool]) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, dict) and all(map(fits, value.values()))


TEXT = Shape("a text", _is(str))
NUMBER = Shape("a number", _is(int, float))
FLAG = Shape("true or false", _is(bool))
DAY = Shape("a day such as 2026-07-28", _is(date))
TABLE = Shape("a table", _is(dict))
TEXTS = Shape("a list of texts", _every(_is(str)))
TEXT_OR_TEXTS = Shape("a text or a list of texts", lambda value: TEXT.fits(value) or TEXTS.fits(value))
TEXT_OR_COUNT = Shape("a text or a whole number", _is(str, int))
TABLES = Shape("a list of tables", _every(_is(dict)))
NUMBERS = Shape("a table of numbers", _table_of(_is(int, float)))
LISTS = Shape("a table of lists of texts", _table_of(_every(_is(str))))
PAIRS = Shape("a list of [code, label]", _every(lambda pair: TEXTS.fits(pair) and len(pair) == 2))
THREE_NUMBERS = Shape("three numbers", lambda value: _every(_is(int, float))(value) and len(value) == 3)


@dataclass(slots=True)
class RuleFile:
    """One TOML file with its text, so that a problem can name its line."""

    path: Path
    text: str
    data: dict[str, Any]
    problems: list[str] = field(default_factory=list)

    def complain(self, what: str, header: str = "", place: int = 0, key: str = "") -> None:
        self.problems.append(f"{self.path.name}:{self._line(header, place, key)}: {what}")

    def _line(self, header: str, place: int, key: str) -> int:
        """Line of `key` inside the `place`-th [[header]] (or [header]) block, else of the block, else 1."""
        start, lines = 0, self.text.splitlines()
        if header:
            blocks = [number for number, line in enumerate(lines) if line.strip() in (f"[[{header}]]", f"[{header}]")]
            start = blocks[place] if place < len(blocks) else 0
        if key:
            for number in range(start, len(lines)):
                if re.match(rf'\s*"?{re.escape(key)}"?\s*=', lines[number]):
                    return number + 1
        return start + 1

    def check(self, table: Mapping[str, Any], known: Mapping[str, Shape], header: str = "", place: int = 0) -> bool:
        """Complain of unknown keys and values of another shape; true if there are none."""
        before = len(self.problems)
        for key, value in table.items():
            if key not in known:
                self.complain(f"unknown key {key!r}{nearest(key, known)}", header, place, key)
            elif not known[key].fits(value):
                self.complain(f"{key} must be {known[key].name}, not {type(value).__name__}", header, place, key)
        return len(self.problems) == before

    def sound(self, known: Mapping[str, Shape]) -> dict[str, Any]:
        """The file's top-level keys that are known and of the right shape; `check` complains of the others."""
        self.check(self.data, known)
        return {key: value for key, value in self.data.items() if key in known and known[key].fits(value)}

    def require(self, table: Mapping[str, Any], keys: Iterable[str], header: str = "", place: int = 0) -> bool:
        """Keys that must be there and not empty; true if they are."""
        missing = [key for key in keys if not table.get(key)]
        for key in missing:
            self.complain(f"{key} is missing", header, place, key)
        return not missing


def nearest(word: str, known: Iterable[str]) -> str:
    """`; nearest valid: x`, or nothing."""
    close = get_close_matches(word, list(known), n=1)
    return f"; nearest valid: {close[0]}" if close else ""


def read_rule_file(path: Path, problems: list[str]) -> RuleFile | None:
    """The file, or None with its problem added."""
    try:
        text = path.read_text(encoding="utf-8")
        return RuleFile(path, text, tomllib.loads(text))
    except UnicodeDecodeError:
        problems.append(f"{path.name}:1: not UTF-8")
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"line (\d+)", str(error))
        problems.append(f"{path.name}:{line[1] if line else 1}: {error}")
    except OSError as error:
        problems.append(f"{path.name}:1: {error.strerror}")
    return None


def version_of(files: Iterable[RuleFile]) -> str:
    """Changes with any byte of any file, and with nothing else."""
    hasher = blake2b(digest_size=6)
    for file in sorted(files, key=lambda file: (file.path.name, file.text)):
        hasher.update(f"{file.path.name}\0{file.text}\0".encode())
    return hasher.hexdigest()
