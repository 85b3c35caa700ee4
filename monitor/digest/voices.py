"""A headline with the outlets that carry it, and how independent these are: what every line of the digest stands on."""

from __future__ import annotations

from typing import Any

from monitor.digest.frame import Frame, Row, headline, safe_link

_NAMED_OUTLETS = 3


def confidence(owners: int) -> str:
    """`high` from five independent owner groups, `moderate` from two, else `low`."""
    return "high" if owners >= 5 else "moderate" if owners >= 2 else "low"


def basis(frame: Frame, row: Row, *counts: str) -> str:
    """`47 stories, 14 outlets, 9 owner groups · high confidence`."""
    return f"{', '.join(counts)}, {frame.count('owner', row['owners'])} · {frame.say(confidence(row['owners']))}"


def titled(row: Row, frame: Frame) -> dict[str, Any]:
    return {"title": headline(row["title"]), "url": safe_link(row["url"]), "lang": frame.lang_of(row)}


def voices(row: Row, frame: Frame) -> dict[str, Any]:
    """Outlets by name, the rest as a number. The one behind the headline comes first and needs no second link."""
    own = safe_link(row["url"])
    named = sorted(row["outlets"], key=lambda voice: safe_link(voice["url"]) != own)[:_NAMED_OUTLETS]
    return {
        "outlets": [_voice(voice["outlet"], safe_link(voice["url"]), own) for voice in named],
        "more_outlets": max(0, row["outlet_n"] - len(named)),
        "owners": _owners(row["owner_n"], frame),
    }


def _voice(name: str, url: str, own: str) -> dict[str, str]:
    return {"name": headline(name), "url": "" if url == own else url}


def _owners(n: int, frame: Frame) -> str:
    """`7 owner groups (high)`, never broken over two lines."""
    return frame.say(f"owners_{confidence(n)}", owners=frame.count("owner", n)).replace(" ", "\N{NO-BREAK SPACE}")
