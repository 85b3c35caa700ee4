"""The bottom line and the subject: sentences filled from counts and quoted headlines, never narrated."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from monitor.digest.frame import Frame, Row, headline, safe_link
from monitor.digest.layouts import basis

SUBJECT_LIMIT = 60
_MOST = 5
_GRAVE = ("blocked", "failed", "never_answered", "not_tried")


@dataclass(frozen=True, slots=True)
class Statement:
    """`claim` carries the finding, `detail` the comparison, `basis` its sources and confidence."""

    claim: str
    detail: str = ""
    basis: str = ""
    url: str = ""
    lang: str = ""  # of a quoted headline that is not in the language of the frame

    def __str__(self) -> str:
        sentence = "; ".join(part for part in (self.claim, self.detail) if part)
        return f"{sentence}. [{self.basis}]" if self.basis else f"{sentence}."


@dataclass(frozen=True, slots=True)
class Findings:
    """The rows the statements are computed from. `summary` is one row, or empty before the first run."""

    summary: Row
    themes: Sequence[Row]
    leads: Sequence[Row]
    sources: Sequence[Row]

    @property
    def flagged(self) -> list[Row]:
        return sorted((row for row in self.themes if row["flagged"]), key=lambda row: -abs(row["z"]))

    @property
    def top_stories(self) -> list[Row]:
        """Stories by independent coverage, each once even if it stands under several themes."""
        once: dict[int, Row] = {row["story_id"]: row for row in self.leads}
        return sorted(once.values(), key=lambda row: (-row["owner_n"], -row["outlet_n"], row["effective_at"]))

    @property
    def movers(self) -> list[Row]:
        """Unflagged themes that changed, the largest change first."""
        moved = (row for row in self.themes if row["change"] and not row["flagged"])
        return sorted(moved, key=lambda row: (-abs(row["change"]), -row["stories"], row["theme"]))


def statements(findings: Findings, frame: Frame) -> tuple[Statement, ...]:
    """Three statements where the data allow, at most five: flagged themes, the top stories, movers, gaps."""
    if not findings.summary.get("articles"):
        return _nothing(findings, frame)
    flagged = [_theme(row, frame) for row in findings.flagged[:2]]
    told = [*flagged, *_stories(findings.top_stories[: 2 if not flagged else 1], frame)]
    movers = [_theme(row, frame) for row in findings.movers]
    told += movers[: max(1, 3 - len(told))] if movers else []
    if len(told) < 3:
        told.insert(0, _volume(findings.summary, frame))
    return (*told[: _MOST - 1], *_gaps(findings.sources, frame))


def _nothing(findings: Findings, frame: Frame) -> tuple[Statement, ...]:
    answered = findings.summary.get("sources_answered", 0)
    if not answered:
        return (Statement(frame.say("deaf"), frame.say("deaf_detail")), *_gaps(findings.sources, frame))
    return (
        Statement(frame.say("nothing", sources=frame.count("source", answered))),
        *_gaps(findings.sources, frame),
    )


def _theme(row: Row, frame: Frame) -> Statement:
    stories = frame.count("story", row["stories"])
    claim = frame.say("theme_claim", label=frame.label(row), stories=stories)
    coverage = (frame.count("article", row["articles"]), frame.count("outlet", row["outlets"]))
    return Statement(
        claim, ", ".join(_comparison(row, frame)), basis(frame, row, stories, *coverage) if row["stories"] else ""
    )


def _comparison(row: Row, frame: Frame) -> Iterable[str]:
    """What it was before and whether that is unusual. Percentages only from ten stories on."""
    last, now = row["stories_last"], row["stories"]
    if last is None:
        yield frame.say("was_none")
    else:
        share = f" ({frame.signed(round((now - last) / last * 100))}%)" if min(now, last) >= 10 else ""
        yield frame.say("was", last=frame.number(last), percent=share)
    if row["usual"] is None:
        yield frame.say("short_history", n=row["weeks_usable"])
        return
    low, high = frame.number(row["low"]), frame.number(row["high"])
    yield frame.say("usually", usual=frame.number(row["usual"]), low=low, high=high)
    yield frame.say(_standing(row))
    if row["flagged"] and row["stories_like"] != now:
        yield frame.say("like", n=row["stories_like"])


def _standing(row: Row) -> str:
    if row["flagged"]:
        return "above" if row["z"] > 0 else "below"
    return "within" if row["low"] <= row["stories"] <= row["high"] else "beside"


def _stories(rows: Sequence[Row], frame: Frame) -> Iterable[Statement]:
    """The most widely covered stories; what one owner group alone reports is no headline."""
    for row, key in zip(rows, ("most_covered", "also_covered"), strict=False):
        if row["owner_n"] >= 2:
            quoted = {"owners": row["owner_n"]}
            yield Statement(
                frame.say(key, title=f"“{headline(row['title'])}”"),
                _before(row, frame),
                basis(frame, quoted, frame.count("outlet", row["outlet_n"])),
                safe_link(row["url"]),
                frame.lang_of(row),
            )


def _before(row: Row, frame: Frame) -> str:
    if row["state"] in ("new", "resurfaced"):
        return frame.say(f"story_{row['state']}")
    if row["outlets_before"]:
        return frame.say("story_before", outlets=frame.count("outlet", row["outlets_before"]))
    return ""


def _volume(row: Row, frame: Frame) -> Statement:
    claim = frame.say(
        "volume", stories=frame.count("story", row["stories"]), articles=frame.count("article", row["articles"])
    )
    if row["stories_last"] is None:
        detail = frame.say("was_none")
    else:
        detail = frame.say("was", last=frame.count("story", row["stories_last"]), percent="")
    return Statement(claim, detail, basis(frame, row, frame.count("outlet", row["outlets"])))


def _gaps(sources: Sequence[Row], frame: Frame) -> tuple[Statement, ...]:
    """One statement when a tenth of the sources, or a tenth of some theme, is missing."""
    out = [row for row in sources if row["state"] in _GRAVE]
    lost = _lost_shares(out, frame)
    label, share = max(lost.items(), key=lambda item: (item[1], item[0]), default=("", 0.0))
    if not out or (len(out) * 10 < len(sources) and share < 0.1):
        return ()
    names = ", ".join(headline(row["name"]) for row in out[:3])
    more = f" +{len(out) - 3}" if len(out) > 3 else ""
    claim = frame.say("gap_claim", sources=frame.count("source", len(out)), names=names + more)
    bias = frame.say("gap_bias", label=label, share=frame.percent(share)) if share >= 0.02 else ""
    return (Statement(claim, bias),)


def _lost_shares(sources: Sequence[Row], frame: Frame) -> Mapping[str, float]:
    lost: dict[str, float] = {}
    for row in sources:
        for theme in row["themes"]:
            lost[frame.label(theme)] = lost.get(frame.label(theme), 0.0) + theme["share"]
    return lost


# ---------------------------------------------------------------- subject


def subject(findings: Findings, frame: Frame) -> str:
    """At most 60 characters, with the finding: the strongest flag, else the most covered story, else the volume."""
    week = frame.week.split("-")[-1]
    room = SUBJECT_LIMIT - len(frame.say("subject", week=week, finding=""))
    finding = next((text for text in _subject_findings(findings, frame, room) if len(text) <= room), "")
    return frame.say("subject", week=week, finding=finding)


def _subject_findings(findings: Findings, frame: Frame, room: int) -> Iterable[str]:
    """Candidates, best first; the last always fits."""
    for row in findings.flagged:
        key = "subject_up" if row["z"] > 0 else "subject_down"
        yield frame.say(key, label=frame.label(row), n=row["stories"], last=_number(row["stories_last"]))
    for row in findings.top_stories[:1]:
        if row["owner_n"] >= 2:
            yield shorten(headline(row["title"]), room)
    yield from _volume_findings(findings.summary, frame)


def _volume_findings(row: Row, frame: Frame) -> Iterable[str]:
    if row.get("articles"):
        stories = frame.count("story", row["stories"])
        if row["stories_last"] is not None:
            yield frame.say("subject_volume", stories=stories, last=frame.number(row["stories_last"]))
        yield stories
    yield frame.say("subject_nothing")


def _number(value: int | None) -> str:
    return "–" if value is None else str(value)


def shorten(text: str, room: int) -> str:
    """Cut at a word with an ellipsis."""
    if len(text) <= room:
        return text
    cut = text[: room - 1].rsplit(" ", 1)[0].rstrip(" ,;:.–-")
    return f"{cut}…"[:room]
