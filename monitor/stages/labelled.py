"""Labelled passages from a JSON Lines file, or from articles that people labelled. Reads; scores nothing."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from monitor.errors import DataError
from monitor.model import Document, Prior, Source
from monitor.stages.sift import prior_of
from monitor.themes import Rules
from monitor.themes.gate import outlet_key
from monitor.themes.scorecard import Passage

SHOWN = 20  # problems named before "and so on"
_SEARCHED_SITE = re.compile(r"site(?:%3A|:)([\w.-]+)", re.IGNORECASE)  # an aggregator's feed of one outlet

Check = tuple[str, Callable[[Any], bool]]


def _texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


def _text(value: Any) -> bool:
    return value is None or isinstance(value, str)


_NEEDED: Mapping[str, Check] = {
    "title": ("a text", lambda value: isinstance(value, str)),
    "relevant": ("true or false", lambda value: isinstance(value, bool)),
    "themes": ("a list of slugs", _texts),
}
_KNOWN: Mapping[str, Check] = {
    **_NEEDED,
    **dict.fromkeys(("text", "outlet", "url", "section", "lang", "id"), ("a text", _text)),
    "optional_themes": ("a list of slugs", lambda value: value is None or _texts(value)),
    "hard_negative": ("true or false", lambda value: value is None or isinstance(value, bool)),
}


def read_labels(path: Path, rules: Rules, sources: Sequence[Source]) -> list[Passage]:
    """One JSON object a line: title and text, outlet, url, section, lang; relevant, themes, optional_themes and
    hard_negative. Other keys are ignored. Raises DataError naming each line that cannot be used.
    """
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except UnicodeDecodeError as error:
        raise DataError(f"{path}: not UTF-8 text (byte {error.start})") from error
    passages: list[Passage] = []
    problems: list[str] = []
    origins = Origins(sources, rules)
    for number, line in enumerate(lines, start=1):
        if line.strip():
            found = list(_problems(line))
            problems += [f"{path}:{number}: {problem}" for problem in found]
            if not found:
                passages.append(_passage(json.loads(line), number, origins))
    _refuse(path, problems, passages)
    return passages


def _refuse(path: Path, problems: list[str], passages: list[Passage]) -> None:
    if problems:
        more = [f"and {len(problems) - SHOWN} more"] if len(problems) > SHOWN else []
        raise DataError(
            "\n".join(problems[:SHOWN] + more),
            hint='a line is such as {"title": "...", "text": "...", "outlet": "...", "url": "...", "lang": "es", '
            '"relevant": true, "themes": ["elections"]}',
        )
    if not passages:
        raise DataError(f"{path}:1: no labelled passage in the file")


def unknown_themes(passages: Sequence[Passage], rules: Rules) -> list[str]:
    """Themes of labels that the rules do not have: they can only be missed."""
    known = {info.slug for info in rules.themes}
    return sorted({theme for passage in passages for theme in passage.themes} - known)


def _problems(line: str) -> Iterator[str]:
    try:
        label = json.loads(line)
    except ValueError as error:
        yield f"not JSON: {error}"
        return
    if not isinstance(label, dict):
        yield f"must be an object, not {type(label).__name__}"
        return
    yield from (f"{key} is missing" for key in _NEEDED if key not in label)
    for key, (shape, fits) in _KNOWN.items():
        if key in label and not fits(label[key]):
            yield f"{key} must be {shape}, not {json.dumps(label[key], ensure_ascii=False)[:40]}"


def _passage(label: Mapping[str, Any], number: int, origins: Origins) -> Passage:
    url, outlet = label.get("url") or "", label.get("outlet") or ""
    document = Document(
        title=label["title"],
        lead=label.get("text") or "",
        body="",
        lang=label.get("lang") or "",
        url=url,
        section=label.get("section") or "",
        prior=origins.prior(outlet, url),
    )
    return Passage(
        name=label.get("id") or f"line {number}",
        document=document,
        relevant=label["relevant"],
        themes=frozenset(label["themes"]),
        optional=frozenset(label.get("optional_themes") or ()),
        hard_negative=bool(label.get("hard_negative")),
    )


class Origins:
    """Priors of texts whose source is not known by its id: by the outlet's name, else by the address."""

    def __init__(self, sources: Sequence[Source], rules: Rules) -> None:
        self._is_home = rules.is_home
        self._by_outlet: dict[str, Source] = {}
        self._by_host: dict[str, Source] = {}
        for source in sources:
            self._by_outlet.setdefault(outlet_key(source.outlet), source)
            if not source.aggregator:
                self._by_host.setdefault(_host(source.url), source)

    def prior(self, outlet: str, url: str) -> Prior:
        """As the monitor would: the source's prior after its section rules. An outlet that is no source is at home
        when its name is that of one of Peru or its address ends in .pe.
        """
        host = _host(url) if "://" in url else ""
        source = self._by_outlet.get(outlet_key(outlet)) or self._by_host.get(host)
        if source is None:
            return Prior.HOME if host.endswith(".pe") or self._is_home(outlet) else Prior.FOREIGN
        if source.prior is Prior.HOME and source.country != "PE" and "/peru/" not in url:
            return Prior.FOREIGN  # a foreign outlet's feed on Peru says nothing of its other sections
        return prior_of(source, url)


def _host(url: str) -> str:
    searched = _SEARCHED_SITE.search(url)
    return (searched[1] if searched else urlsplit(url).hostname or "").lower().removeprefix("www.")
