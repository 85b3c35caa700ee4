"""The bottom line and the subject: sentences filled from counts and quoted headlines, never narrated."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from monitor.digest.frame import Frame, Row, headline, safe_link
from monitor.digest.voices import basis
from monitor.text import tokens

SUBJECT_LIMIT = 60
_ENOUGH, _MOST = 3, 4  # statements, before that on gaps
_GRAVE = ("blocked", "failed", "never_answered", "not_tried")
_CHANGE, _SIZE = 3, 5  # a change of fewer stories, or among fewer, never leads
_SURGE = 10  # a rise by so many leads even within the usual range


@dataclass(frozen=True, slots=True)
class Quote:
    """A headline quoted in support of a statement; `lang` where it is not that of the frame."""

    label: str
    title: str
    url: str
    lang: str


@dataclass(frozen=True, slots=True)
class Statement:
    """`claim` carries the finding, `detail` the comparison, `lead` its best-known story, `basis` the sources."""

    claim: str
    detail: str = ""
    basis: str = ""
    url: str = ""
    lang: str = ""  # of a claim that is a headline and not in the language of the frame
    lead: Quote | None = None

    def __str__(self) -> str:
        lead = f"{self.lead.label} {self.lead.title}" if self.lead else ""
        sentence = "; ".join(part for part in (self.claim, self.detail, lead) if part)
        return f"{sentence}. [{self.basis}]" if self.basis else f"{sentence}."


@dataclass(frozen=True, slots=True)
class Findings:
    """The rows the statements are computed from. `summary` is one row, or empty before the first run."""

    summary: Row
    themes: Sequence[Row]
    leads: Sequence[Row]
    quiet: Sequence[Row]
    sources: Sequence[Row]

    @property
    def flagged(self) -> list[Row]:
        return sorted((row for row in self.themes if row["flagged"]), key=lambda row: -abs(row["z"]))

    def top_stories(self, frame: Frame) -> list[Row]:
        """Stories that two owner groups tell, by independent coverage, each once even if under several themes: with
        a headline in the language of the frame where one of them has it."""
        once: dict[int, Row] = {}
        for row in self.leads:
            if row["owner_n"] >= 2:
                told = once.setdefault(row["story_id"], row)
                once[row["story_id"]] = row if frame.lang_of(told) and not frame.lang_of(row) else told
        return sorted(once.values(), key=lambda row: (*_coverage(row), row["effective_at"]))

    @property
    def movers(self) -> list[Row]:
        """Unflagged themes that changed: those outside their usual range first, then the largest change."""
        moved = (row for row in self.themes if row["change"] and not row["flagged"])
        return sorted(moved, key=lambda row: (_in_range(row), -abs(row["change"]), -row["stories"], row["theme"]))

    @property
    def weighty(self) -> list[Row]:
        """Movers that are worth a sentence by themselves."""
        return [
            row
            for row in self.movers
            if abs(row["change"]) >= _CHANGE and max(row["stories"], row["stories_last"]) >= _SIZE
        ]

    @property
    def rises(self) -> list[Row]:
        return [row for row in self.weighty if row["change"] > 0]


def _coverage(row: Row) -> tuple[int, int]:
    """Sorts the most widely covered first."""
    return -row["owner_n"], -row["outlet_n"]


def _in_range(row: Row) -> bool:
    return row["usual"] is not None and row["low"] <= row["stories"] <= row["high"]


def statements(findings: Findings, frame: Frame) -> tuple[Statement, ...]:
    """Three or four statements where the data allow, and one on gaps: what changed most, the most widely covered
    story, the most widely covered new one, and what fell or went quiet."""
    if not findings.summary.get("articles"):
        return _nothing(findings, frame)
    line = _BottomLine(findings, frame)
    line.changes()
    line.stories()
    line.losses()
    line.rest()
    return (*line.told[:_MOST], *_gaps(findings.sources, frame))


def _nothing(findings: Findings, frame: Frame) -> tuple[Statement, ...]:
    answered = findings.summary.get("sources_answered", 0)
    if not answered:
        return (Statement(frame.say("deaf"), frame.say("deaf_detail")), *_gaps(findings.sources, frame))
    return (
        Statement(frame.say("nothing", sources=frame.count("source", answered))),
        *_gaps(findings.sources, frame),
    )


@dataclass(slots=True)
class _BottomLine:
    """Statements so far, with the themes told and the stories quoted: nothing is said twice."""

    findings: Findings
    frame: Frame
    told: list[Statement] = field(default_factory=list)
    themes: list[Row] = field(default_factory=list)
    quoted: list[Row] = field(default_factory=list)

    def changes(self) -> None:
        """Flagged themes; where none is, the largest rise, unless weeks like this one are usual."""
        rises = [row for row in self.findings.rises if not _in_range(row) or row["change"] >= _SURGE]
        for row in self.findings.flagged[:2] or rises[:1]:
            self._theme(row)

    def stories(self) -> None:
        """The most widely covered story, and the most widely covered new one where that is another."""
        first = next(self._unquoted(), None)
        if first is None:
            return
        self._story(
            first, "also_covered" if any(_coverage(row) <= _coverage(first) for row in self.quoted) else "most_covered"
        )
        newest = next((row for row in self._unquoted() if row["state"] == "new"), None)
        if first["state"] in ("growing", "continuing") and newest and len(self.told) < _ENOUGH:
            self._add_story(newest, "most_covered_new", "")

    def losses(self) -> None:
        """The largest fall, else the most widely covered story that went quiet."""
        falls = [row for row in self.findings.weighty if row["change"] < 0]
        quiet = (row for row in self.findings.quiet if row["owner_n"] >= 3 and not row["unheard"])
        gone = next((row for row in quiet if not self._same(row)), None)
        if any(row["change"] is not None and row["change"] < 0 for row in self.themes):
            return
        if falls:
            self._theme(falls[0])
        elif gone:
            self._add_story(gone, "gone_quiet", self.frame.say("gone_quiet_detail"))

    def rest(self) -> None:
        """Fills up to three: further changes, another story, lesser changes, the volume in front, last changes by one.
        A fourth is for a change outside the usual range."""
        for row in self.findings.weighty:
            self._fill_theme(row, _ENOUGH if row["usual"] is None or _in_range(row) else _MOST)
        for row in self._unquoted():
            if len(self.told) < _ENOUGH:
                self._story(row, "also_covered")
        for row in self.findings.movers:
            if abs(row["change"]) > 1:
                self._fill_theme(row, _ENOUGH)
        if len(self.told) < _ENOUGH:
            self.told.insert(0, _volume(self.findings.summary, self.frame))
        for row in self.findings.movers:
            self._fill_theme(row, _ENOUGH)

    def _fill_theme(self, row: Row, most: int) -> None:
        if len(self.told) < most and row not in self.themes:
            self._theme(row)

    def _theme(self, row: Row) -> None:
        comparison = _comparison(row, self.frame, first=not self.themes)
        self.themes.append(row)
        stories = self.frame.count("story", row["stories"])
        coverage = (self.frame.count("article", row["articles"]), self.frame.count("outlet", row["outlets"]))
        self.told.append(
            Statement(
                self.frame.say("theme_claim", label=self.frame.label(row), stories=stories),
                ", ".join(comparison),
                basis(self.frame, row, *coverage) if row["stories"] else "",
                lead=self._lead(row) if row["change"] is None or row["change"] > 0 else None,
            )
        )

    def _lead(self, theme: Row) -> Quote | None:
        row = next((row for row in self._unquoted() if _under(row, theme, self.findings.leads)), None)
        if row is None:
            return None
        self.quoted.append(row)
        return Quote(self.frame.say("lead"), _quoted(row), safe_link(row["url"]), self.frame.lang_of(row))

    def _story(self, row: Row, key: str) -> None:
        self._add_story(row, key, _before(row, self.frame))

    def _add_story(self, row: Row, key: str, detail: str) -> None:
        self.quoted.append(row)
        voices = basis(self.frame, {"owners": row["owner_n"]}, self.frame.count("outlet", row["outlet_n"]))
        claim = self.frame.say(key, title=_quoted(row))
        self.told.append(Statement(claim, detail, voices, safe_link(row["url"]), self.frame.lang_of(row)))

    def _unquoted(self) -> Iterator[Row]:
        return (row for row in self.findings.top_stories(self.frame) if not self._same(row))

    def _same(self, row: Row) -> bool:
        return any(row["story_id"] == other["story_id"] or _same_event(row, other) for other in self.quoted)


def _under(story: Row, theme: Row, leads: Sequence[Row]) -> bool:
    return any(row["story_id"] == story["story_id"] and row["theme"] == theme["theme"] for row in leads)


def _same_event(one: Row, other: Row) -> bool:
    """Headlines that share most of their words, names and figures tell of one event, grouped or not."""
    words, others = _telling_words(one), _telling_words(other)
    shared = len(words & others)
    return shared >= 3 and shared * 2 >= min(len(words), len(others))


def _telling_words(row: Row) -> set[str]:
    return {word for word in tokens(row["title"]) if len(word) > 3 or word.isdecimal()}


def _quoted(row: Row) -> str:
    return f"“{headline(row['title'])}”"


def _comparison(row: Row, frame: Frame, *, first: bool) -> Iterable[str]:
    """What it was before and whether that is unusual. Percentages only from ten stories on."""
    last, now = row["stories_last"], row["stories"]
    if last is None:
        yield frame.say("was_none")
    else:
        share = f" ({frame.signed(round((now - last) / last * 100))}%)" if min(now, last) >= 10 else ""
        yield frame.say("was", last=frame.number(last), percent=share)
    if row["usual"] is None:
        if first:
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
    return "within" if _in_range(row) else "beside"


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
    out = [row for row in sources if row["state"] in _GRAVE or _missed(row)]
    lost = _lost_shares(out, frame)
    label, share = max(lost.items(), key=lambda item: (item[1], item[0]), default=("", 0.0))
    if not out or (len(out) * 10 < len(sources) and share < 0.1):
        return ()
    names = ", ".join(headline(row["name"]) for row in out[:3])
    more = f" +{len(out) - 3}" if len(out) > 3 else ""
    claim = frame.say("gap_claim", sources=frame.count("source", len(out)), names=names + more)
    bias = frame.say("gap_bias", label=label, share=frame.percent(share)) if share >= 0.02 else ""
    return (Statement(claim, bias),)


def _missed(row: Row) -> bool:
    """Silent all week, and a tenth of some theme came from there."""
    share = max((theme["share"] for theme in row["themes"]), default=0)
    return row["state"] == "silent" and not row["entries_new"] and share >= 0.1


def _lost_shares(sources: Sequence[Row], frame: Frame) -> Mapping[str, float]:
    lost: dict[str, float] = {}
    for row in sources:
        for theme in row["themes"]:
            lost[frame.label(theme)] = lost.get(frame.label(theme), 0.0) + theme["share"]
    return lost


# ---------------------------------------------------------------- subject


def subject(findings: Findings, frame: Frame) -> str:
    """At most 60 characters, with the finding: the strongest flag, a headline that fits, else the largest rise."""
    week = frame.week.split("-")[-1]
    room = SUBJECT_LIMIT - len(frame.say("subject", week=week, finding=""))
    finding = next((text for text in _subject_findings(findings, frame, room) if len(text) <= room), "")
    return frame.say("subject", week=week, finding=finding)


def _subject_findings(findings: Findings, frame: Frame, room: int) -> Iterable[str]:
    """Candidates, best first; the last always fits."""
    top = [headline(row["title"]) for row in findings.top_stories(frame)[:1]]
    yield from _moves(findings.flagged, frame)
    yield from top
    yield from _moves(findings.rises, frame)
    yield from (shorten(title, room) for title in top)
    yield from _volume_findings(findings.summary, frame)


def _moves(rows: Iterable[Row], frame: Frame) -> Iterator[str]:
    """`Public health up, 6 (was 1)`, then the same in fewer characters."""
    for row in rows:
        up = (row["z"] if row["flagged"] else row["change"]) > 0
        for key in ("subject_up" if up else "subject_down", "subject_moved"):
            yield frame.say(key, label=frame.label(row), n=row["stories"], last=_number(row["stories_last"]))


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
