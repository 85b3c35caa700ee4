"""Rule files to values. Reports every problem of every file at once, each with its file and line."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any

from monitor.errors import ConfigError
from monitor.model import Prior
from monitor.themes.gate import DOMESTIC, HOME_LIFE, HOME_SHOW, HOME_SPORT, Gate, outlet_key
from monitor.themes.gazetteer import Entity, Gazetteer, Office
from monitor.themes.language import SENTENCE, Example, Term, Theme, ThemeInfo
from monitor.themes.rulefile import (
    DAY,
    FLAG,
    LISTS,
    NUMBER,
    NUMBERS,
    PAIRS,
    TABLE,
    TABLES,
    TEXT,
    TEXT_OR_COUNT,
    TEXT_OR_TEXTS,
    TEXTS,
    THREE_NUMBERS,
    RuleFile,
    nearest,
    read_rule_file,
    version_of,
)
from monitor.themes.scoring import Scale
from monitor.themes.words import folded, split_words

SHIPPED = Path(__file__).parent / "data"
GATE = "gate.toml"
GAZETTEER = "gazetteer"  # files gazetteer*.toml

_TERM = {
    "text": TEXT_OR_TEXTS,
    "weight": NUMBER,
    "lang": TEXT,
    "where": TEXT,
    "case": FLAG,
    "near": TEXTS,
    "not_near": TEXTS,
    "within": TEXT_OR_COUNT,
    "requires": TEXTS,
    "unless": TEXTS,
    "section": TEXT,
}
_THEME = {
    **dict.fromkeys(("slug", "en", "es", "in", "out"), TEXT),
    "iptc": PAIRS,
    "gdelt": TEXTS,
    "not": TEXTS,
    "sections": NUMBERS,
    "term": TABLES,
    "examples": LISTS,
    "counterexamples": LISTS,
    "extend": FLAG,
}
_ENTITY = {
    **dict.fromkeys(("id", "iso", "ubigeo"), TEXT),
    "names": TEXTS,
    "cased": TEXTS,
    "members": LISTS,
    "cue": NUMBER,
    "weak": FLAG,
    "office": TABLES,
}
_OFFICE = {"title": TEXT, "valid_from": DAY, "valid_to": DAY}
_GATE = {
    "priors": NUMBERS,
    "sections": LISTS,
    "outlets": LISTS,
    "themeless": LISTS,
    "weigh": TABLE,
    "score": NUMBERS,
    "bait": TABLES,
}
_WEIGH = {
    **dict.fromkeys(("threshold", "gain", "loss", "cap", "lead_chars", "title_words"), NUMBER),
    "fields": THREE_NUMBERS,
}
_SCORE = dict.fromkeys(Scale.__dataclass_fields__, NUMBER)
_WHERE = ("title", "lead", "any")
_KINDS = (
    *("region", "zone", "town", "institution", "group", "person"),
    *("party", "country", "club", "currency", "set", "block", "namesake", "office", "cue"),
)
_ALTERNATIVES = re.compile(r"\(([^()]*)\)")


@dataclass(frozen=True, slots=True)
class Loaded:
    """Everything the rules are made of. `version` changes with any byte of any rule file."""

    themes: tuple[Theme, ...]
    gazetteer: Gazetteer
    gate: Gate
    scale: Scale
    version: str


def load_rules(folder: Path | None = None, shipped: Path = SHIPPED) -> Loaded:
    """Read the shipped rule files and a user's folder over them.

    A user's file replaces the shipped file of the same name, or, with `extend = true`, adds terms, exclusions and
    examples to it; any other name is a further theme. Raises ConfigError with all problems.
    """
    files, added, problems = _read_files(folder, shipped)
    gazetteer = _gazetteer([file for file in files if file.path.name.startswith(GAZETTEER)])
    gate, scale = Gate({}, {}), Scale()
    themes: dict[str, Theme] = {}
    for file in files:
        if file.path.name == GATE:
            gate, scale = _gate(file, gazetteer)
        elif not file.path.name.startswith(GAZETTEER):
            theme = _theme(file, gazetteer)
            themes[theme.info.slug] = theme
    for file in added:
        _extend(themes, file, gazetteer)
    problems += [problem for file in (*files, *added) for problem in file.problems]
    if problems:
        raise ConfigError(tuple(problems), hint="mend the rule files; `peru-monitor themes check` reads them again")
    ordered = tuple(themes[slug] for slug in sorted(themes))
    return Loaded(ordered, gazetteer, gate, scale, version_of((*files, *added)))


def _read_files(folder: Path | None, shipped: Path) -> tuple[list[RuleFile], list[RuleFile], list[str]]:
    problems: list[str] = []
    base = {path.name: file for path in sorted(shipped.glob("*.toml")) if (file := read_rule_file(path, problems))}
    added: list[RuleFile] = []
    if folder is not None:
        if not folder.is_dir():
            raise ConfigError((f"{folder}:1: no such folder of theme files",))
        for path in sorted(folder.glob("*.toml")):
            file = read_rule_file(path, problems)
            if file and file.data.get("extend"):
                added.append(file)
            elif file:
                base[path.name] = file
    return list(base.values()), added, problems


# ---------------------------------------------------------------- gazetteer


def _gazetteer(files: Sequence[RuleFile]) -> Gazetteer:
    entities: dict[str, Entity] = {}
    for file in files:
        for kind, items in file.data.items():
            if kind not in _KINDS or not TABLES.fits(items):
                file.complain(f"unknown kind {kind!r}{nearest(kind, _KINDS)}", kind)
                continue
            for place, item in enumerate(items):
                entity = _entity(file, kind, item, place)
                if entity and entity.id in entities:
                    file.complain(f"{entity.id} is there twice", kind, place, "id")
                elif entity:
                    entities[entity.id] = entity
    gazetteer = Gazetteer(entities)
    for file in files:
        _check_offices(file, gazetteer)
    return gazetteer


def _check_offices(file: RuleFile, gazetteer: Gazetteer) -> None:
    """A holder of an office that has no names is never meant by any."""
    known = [office.id for office in gazetteer.kind("office")]
    for place, item in enumerate(file.data.get("person", [])):
        for office in item.get("office", []):
            if office.get("title") not in known:
                what = f"no [[office]] {office.get('title')!r}{nearest(str(office.get('title')), known)}"
                file.complain(what, "person", place, "office")


def _entity(file: RuleFile, kind: str, item: dict[str, Any], place: int) -> Entity | None:
    if not (file.check(item, _ENTITY, kind, place) and file.require(item, ("id",), kind, place)):
        return None
    cased = _expanded(item.get("cased", []))
    members = {name: form for form, forms in item.get("members", {}).items() for name in _expanded(forms)}
    names = (*_expanded(item.get("names", [])), *(name for name in members if name not in cased))
    if not names and not cased:
        file.complain(f"{item['id']} has no name", kind, place)
    return Entity(
        item["id"],
        kind,
        names,
        cased,
        float(item.get("cue", 0)),
        item.get("weak", False),
        item.get("iso", ""),
        item.get("ubigeo", ""),
        tuple(office for table in item.get("office", []) if (office := _office(file, table))),
        {folded(name): member for name, member in members.items()},
    )


def _office(file: RuleFile, item: dict[str, Any]) -> Office | None:
    if not file.check(item, _OFFICE):
        return None
    return Office(item.get("title", ""), item.get("valid_from"), item.get("valid_to"))


def _expanded(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(form for text in texts for form in expand(text))


def expand(text: str) -> tuple[str, ...]:
    """Every form of `candidat(o|a) presidencial`; an empty alternative is allowed."""
    parts = _ALTERNATIVES.split(text)
    choices = [part.split("|") if place % 2 else [part] for place, part in enumerate(parts)]
    return tuple(dict.fromkeys(" ".join("".join(choice).split()) for choice in product(*choices)))


# ---------------------------------------------------------------- themes


def _theme(file: RuleFile, gazetteer: Gazetteer) -> Theme:
    data, slug = file.sound(_THEME), file.path.stem
    file.require(data, ("slug", "en", "es", "in", "term", "examples", "counterexamples"))
    if data.get("slug", slug) != slug:
        file.complain(f"slug must be the file's name, {slug}", key="slug")
    info = ThemeInfo(
        slug,
        data.get("en", ""),
        data.get("es", ""),
        data.get("in", ""),
        data.get("out", ""),
        tuple((code, label) for code, label in data.get("iptc", [])),
        tuple(data.get("gdelt", [])),
    )
    terms = _terms(file, slug, "term", data.get("term", []), gazetteer)
    sections = {name: float(weight) for name, weight in data.get("sections", {}).items()}
    return Theme(info, terms, _expanded(data.get("not", [])), sections, _examples(data))


def _extend(themes: dict[str, Theme], file: RuleFile, gazetteer: Gazetteer) -> None:
    """Add a user's terms to a shipped theme."""
    slug = str(file.data.get("slug", file.path.stem))
    data, old = file.sound(_THEME), themes.get(slug)
    if old is None:
        file.complain(f"there is no theme {slug!r} to extend{nearest(slug, themes)}", key="slug")
        return
    terms = _terms(file, slug, "term", data.get("term", []), gazetteer, taken=old.terms)
    blocks = old.blocks + _expanded(data.get("not", []))
    themes[slug] = Theme(old.info, old.terms + terms, blocks, old.sections, old.examples + _examples(data))


def _examples(data: Mapping[str, Any]) -> tuple[Example, ...]:
    found = []
    for key, tagged in (("examples", True), ("counterexamples", False)):
        for lang, texts in data.get(key, {}).items():
            for text in texts:
                title, _, lead = text.partition("|")
                found.append(Example(title.strip(), lead.strip(), lang, tagged))
    return tuple(found)


def _terms(
    file: RuleFile,
    slug: str,
    header: str,
    items: list[dict[str, Any]],
    gazetteer: Gazetteer,
    taken: tuple[Term, ...] = (),
) -> tuple[Term, ...]:
    terms: list[Term] = list(taken)
    ids = {term.id for term in taken}
    for place, item in enumerate(items):
        if not (file.check(item, _TERM, header, place) and file.require(item, ("text",), header, place)):
            continue
        conditions = _conditions(file, item, header, place, gazetteer)
        block = len(terms)
        texts = item["text"] if isinstance(item["text"], list) else [item["text"]]
        for text in _expanded(texts):
            term = _term(slug, text, item, conditions, len(terms), block)
            if term.id in ids:
                file.complain(f"{text!r} is there twice with the same conditions", header, place, "text")
            _check_text(file, text, header, place, gazetteer)
            ids.add(term.id)
            terms.append(term)
    return tuple(terms[len(taken) :])


def _check_text(file: RuleFile, text: str, header: str, place: int, gazetteer: Gazetteer) -> None:
    if text.startswith("@"):
        if text[1:] not in gazetteer.entities:
            file.complain(f"no entity {text}{nearest(text[1:], gazetteer.entities)}", header, place, "text")
    elif not split_words(text) or "*" in text[:-1] or "(" in text:
        file.complain(f"cannot look for {text!r}: words, with at most one * at the end", header, place, "text")


def _term(
    slug: str, text: str, item: Mapping[str, Any], conditions: Mapping[str, tuple[str, ...]], number: int, block: int
) -> Term:
    within = item.get("within", 8)
    where, section, lang = item.get("where", "any"), item.get("section", ""), item.get("lang", "")
    marks = "".join(f" {key}" for key in ("near", "requires") if conditions[key])
    limits = "".join(f" in {name}" for name in (where, section, lang) if name not in ("any", ""))
    return Term(
        id=f"{slug}:{text}{marks}{limits}",
        text=text,
        weight=float(item.get("weight", 2.0)),
        lang=lang,
        where=where,
        case=item.get("case", False),
        within=SENTENCE if within == "sentence" else int(within),
        section=section,
        label=f"term:{slug}:{number}",
        block=block,
        **conditions,
    )


def _conditions(
    file: RuleFile, item: Mapping[str, Any], header: str, place: int, gazetteer: Gazetteer
) -> dict[str, tuple[str, ...]]:
    _check_values(file, item, header, place)
    conditions = {key: _expanded(item.get(key, [])) for key in ("near", "not_near", "requires", "unless")}
    for key, words in conditions.items():
        for word in words:
            if word.startswith("@") and word[1:] not in gazetteer.references:
                close = nearest(word[1:], gazetteer.references)
                file.complain(f"{key}: no entity or class {word}{close}", header, place, key)
    return conditions


def _check_values(file: RuleFile, item: Mapping[str, Any], header: str, place: int) -> None:
    rules: dict[str, Callable[[Any], bool]] = {
        "where": lambda value: value in _WHERE,
        "lang": lambda value: value in ("es", "en"),
        "within": lambda value: value == "sentence" if isinstance(value, str) else value > 0,
        "weight": lambda value: 0 < value <= 5,
    }
    wanted = {
        "where": "title, lead or any",
        "lang": "es or en",
        "within": 'a number of words above 0, or "sentence"',
        "weight": "above 0, at most 5",
    }
    for key, valid in rules.items():
        if key in item and not valid(item[key]):
            file.complain(f"{key} = {item[key]!r} must be {wanted[key]}", header, place, key)


# ---------------------------------------------------------------- gate


def _gate(file: RuleFile, gazetteer: Gazetteer) -> tuple[Gate, Scale]:
    data = file.data
    if not (file.check(data, _GATE) and file.require(data, ("priors", "sections"))):
        return Gate({}, {}), Scale()
    weigh, score = data.get("weigh", {}), data.get("score", {})
    if not (file.check(weigh, _WEIGH, "weigh") and file.check(score, _SCORE, "score")):
        return Gate({}, {}), Scale()
    kinds = (*map(str, Prior), DOMESTIC, HOME_SPORT, HOME_SHOW, HOME_LIFE)
    for kind in data["priors"].keys() ^ set(kinds):
        file.complain(f"priors must be exactly {', '.join(kinds)}, not {kind}", "priors", 0, kind)
    sections = {name: kind for kind, names in data["sections"].items() for name in names}
    bait = _terms(file, "bait", "bait", data.get("bait", []), gazetteer)
    numbers: dict[str, Any] = {key: tuple(value) if key == "fields" else value for key, value in weigh.items()}
    home = frozenset(map(outlet_key, data.get("outlets", {}).get("home", ())))
    themeless = frozenset(data.get("themeless", {}).get("sections", ()))
    gate = Gate(data["priors"], sections, bait=bait, themeless=themeless, home_outlets=home, **numbers)
    return gate, Scale(**score)
