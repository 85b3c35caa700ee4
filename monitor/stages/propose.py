"""A `[[source]]` block for an address that an operator adds: what can be guessed, from its host, its kin and its texts.

Pure. Every guess can be overridden; those that were made are named, so that somebody looks at them.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from monitor.errors import FetchError
from monitor.extract.language import heard
from monitor.fetch.target import parse_target, registrable
from monitor.model import Parsed, Source
from monitor.source_blocks import Block

_LONGEST_NAME = 80
_LONGEST_ID = 60
_NO_SLUG = re.compile(r"[^a-z0-9]+")
# Words of feed addresses that say nothing of what is in them.
_TECHNICAL = re.compile(
    r"feeds?|rss\d*|atom|xml|json|index|home|news|noticias|arc|arcio|outboundfeeds|category|categoria|section|seccion|"
    r"sitemaps?|news-sitemap|sitemap-news|feedburner|api|v\d|www|es|en|default|all|latest|rss-feed|php|aspx?|html?"
)
_SUFFIX = re.compile(r"\.(?:xml|rss|rdf|atom|json|aspx?|php|gz|html?)$", re.IGNORECASE)
# Country codes that are sold as words.
_WORDS = frozenset({"ai", "app", "cc", "fm", "gg", "io", "is", "la", "ly", "me", "so", "to", "tv", "ws"})
_UNITED_STATES = frozenset({"gov", "mil", "edu"})
_INHERITED = ("lang", "country", "owner", "prior", "group", "zone", "id_pattern")


@dataclass(frozen=True, slots=True)
class Proposal:
    """A block that is complete, the owners it needs (id -> name), and the keys that were guessed."""

    block: Block
    owners: Mapping[str, str]
    guessed: tuple[str, ...]


def propose(
    url: str, kind: str, given: Block, known: Sequence[Source], *, title: str = "", sample: str = "", declared: str = ""
) -> Proposal:
    """Complete `given` for the address. `sample` is text of its entries, `declared` the language its document names.

    Sources of the same site say more than its address: owner, country, language, platform group and zone are theirs
    where they agree.
    """
    kin = [source for source in known if _site(source.url) == _site(url)]
    block: Block = {"kind": kind, "url": url, **_shared(kin)}
    block.setdefault("lang", declared[:2] if declared[:2] in ("es", "en") else _spoken(sample))
    block.setdefault("country", _country(url, block["lang"]))
    block.setdefault("prior", "home" if _top(url) == "pe" else "foreign")
    block |= given
    outlet = kin[0].outlet if kin else ""
    block.setdefault("name", _name(title, outlet, url))
    block.setdefault("id", _id(url, bool(kin), {source.id for source in known}))
    block.setdefault("owner", _slug(_label(url)) or "unknown")
    guessed = tuple(key for key in ("id", "name", "lang", "country", "owner", "prior") if key not in given)
    return Proposal(block, {block["owner"]: outlet or block["name"].split(":", 1)[0].strip()}, guessed)


def sample_of(parsed: Parsed) -> str:
    """Enough of a document's text to hear its language."""
    return ". ".join(f"{entry.title}. {entry.summary[:200]}" for entry in parsed.entries[:20])


def declared_language(parsed: Parsed) -> str:
    """The language that most entries name, if they name any."""
    named = Counter(entry.lang[:2].lower() for entry in parsed.entries if entry.lang)
    return named.most_common(1)[0][0] if named else ""


def _shared(kin: Sequence[Source]) -> Block:
    """Keys on which all sources of the site agree; defaults are left out."""
    block: Block = {}
    plain = Source("", "", "", "", "", "", "")
    for key in _INHERITED:
        values = {getattr(source, key) for source in kin}
        value = next(iter(values)) if len(values) == 1 else ""
        if value and (value != getattr(plain, key) or key == "prior"):
            block[key] = str(value)
    return block


def _spoken(sample: str) -> str:
    return "en" if heard(sample) == "en" else "es"


def _country(url: str, lang: str) -> str:
    top = _top(url)
    if top in _UNITED_STATES:
        return "US"
    if len(top) == 2 and top not in _WORDS:
        return {"uk": "GB"}.get(top, top.upper())
    return "US" if lang == "en" else "PE"


def _name(title: str, outlet: str, url: str) -> str:
    """The document's title; for a further source of an outlet `Outlet: what it is`."""
    line = " ".join(title.split())[:_LONGEST_NAME].strip()
    if not outlet:
        return line or _label(url).replace("-", " ").title() or url[:_LONGEST_NAME]
    rest = re.sub(re.escape(outlet), "", line, flags=re.IGNORECASE).strip(" -–—|:·»>")
    return f"{outlet}: {rest or ' '.join(_sections(url)) or _label(url)}"[:_LONGEST_NAME].strip()


def _id(url: str, further: bool, taken: set[str]) -> str:
    """The site's label; with the section for a further source of the site; with a number where that is taken."""
    label = _slug(_label(url)) or "source"
    sections = [slug for word in _sections(url) if (slug := _slug(word))]
    stem = "-".join([label, *sections[-1:]])[:_LONGEST_ID].strip("-") if further or label in taken else label
    numbered = (f"{stem}-{n}" for n in range(2, len(taken) + 3))
    return next(id_ for id_ in (stem, *numbered) if id_ not in taken)


def _sections(url: str) -> Iterator[str]:
    """Words of the path that may name a section: `politica` of /arc/outboundfeeds/rss/category/politica/."""
    for part in urlsplit(url).path.split("/"):
        word = _SUFFIX.sub("", unquote(part))
        if word and not _TECHNICAL.fullmatch(word.lower()):
            yield word


def _slug(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return _NO_SLUG.sub("-", plain.lower()).strip("-")


def _label(url: str) -> str:
    """`elfaro` of https://feeds.elfaro.example/rss; an IP address as a whole."""
    site = _site(url)
    return site if site.replace(".", "").isdigit() or ":" in site else site.split(".", 1)[0]


def _top(url: str) -> str:
    return _site(url).rsplit(".", 1)[-1]


def _site(url: str) -> str:
    try:
        return registrable(parse_target(url).host)
    except FetchError:
        return ""


def owners_of(proposals: Iterable[Proposal]) -> dict[str, str]:
    """Every owner that these blocks need; the first name counts."""
    found: dict[str, str] = {}
    for proposal in proposals:
        for owner, name in proposal.owners.items():
            found.setdefault(owner, name)
    return found
