"""What one visit teaches about its source: overlap with the document before, rhythm, zone of its dates, moves. Pure."""

from __future__ import annotations

import logging
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from http import HTTPStatus
from statistics import median
from typing import Any

from monitor import dates, schedule, sources
from monitor.model import Entry, Fetched, NotModified, Parsed, Source, SourceState, Status
from monitor.stages.collect import Harvest

log = logging.getLogger(__name__)

NEWEST = 100  # entries of a document that are remembered
_COMPARABLE = 5  # with fewer entries on either side, a complete change of scene is nothing unusual
# Documents that always show the latest entries; an API asked for "since then" may rightly share none with the last.
_ROLLING = frozenset({"feed", "jsonfeed", "google_news", "listing", "json_list"})
_PERMANENT = frozenset({301, 308})
_HITS, _CONFIRMED_AFTER = 4, timedelta(hours=72)
_WAITING_ROOM = re.compile(r"maint|manten|login|signin|sso|consent|error|captcha|suspend", re.IGNORECASE)
_PUNCTUAL = timedelta(hours=3)  # visits further apart say little about when an entry appeared
_AHEAD = timedelta(days=2)
_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Move:
    """A permanent redirect confirmed (or, with an empty `to_url`, taken back)."""

    from_url: str
    to_url: str
    hits: int
    since_at: datetime


@dataclass(frozen=True, slots=True)
class Poll:
    """`newest` None when no document was read; `lag` is publication minus arrival."""

    interval: timedelta
    weight: float
    newest: tuple[int, ...] | None = None
    overlap: schedule.Overlap | None = None
    lag: timedelta | None = None
    moved_to: str = ""
    move: Move | None = None


def poll_of(harvest: Harvest, ids: Sequence[int], at: datetime) -> Poll:
    """`ids` are the article ids of the document's entries, in their order; `at` is the start of the run."""
    source, state, error = harvest.source, harvest.state, harvest.error
    if harvest.status is Status.FAILED:
        weight = schedule.weight_of(error.reason if error else None, dns=getattr(error, "dns", False))
        return Poll(schedule.interval_of(source, state), weight)
    # A 226 (RFC 3229) is what has changed: it shares nothing with the document before, and nothing is missing.
    partial = isinstance(harvest.answer, Fetched) and harvest.answer.status == HTTPStatus.IM_USED
    entries = harvest.parsed.entries if harvest.parsed and not partial else ()
    overlap = _overlap(source, state, ids) if entries else None
    moved_to = permanent_target(harvest)
    return Poll(
        interval=schedule.adapted(source, state, overlap, at),
        weight=0.0,
        newest=_newest(entries, ids) if entries else None,
        overlap=overlap,
        lag=_lag(harvest, [entry for entry, known in zip(entries, ids, strict=False) if known not in state.newest]),
        moved_to=moved_to,
        move=_move(source, state, moved_to, at),
    )


def at_present_address(source: Source, state: SourceState) -> Source:
    """The source at the address it moved to for good. Where that fails, the configured one is tried in turn."""
    if not state.moved_to or source.url != state.moved_from:
        return source
    fails = state.failures >= 3 and state.failures % 2 == 1
    return source if fails else replace(source, url=state.moved_to)


def permanent_target(harvest: Harvest) -> str:
    """Final address of an answer whose every redirect was permanent (RFC 9110 sections 15.4.2, 15.4.9), else empty.

    Only where a document of the source came, and not from a page that says "log in" or "back soon".
    """
    answer, source = harvest.answer, harvest.source
    if answer is None or not (target := moved_for_good(answer)):
        return ""
    first, *_ = sources.kind(source.kind).requests(source, harvest.state)
    return target if first.url == source.url else ""


def moved_for_good(answer: Fetched | NotModified) -> str:
    """Where the document lives now, if it came by permanent redirects only; else empty."""
    if not answer.redirects or _WAITING_ROOM.search(answer.final_url):
        return ""
    return answer.final_url if all(hop.status in _PERMANENT for hop in answer.redirects) else ""


def _move(source: Source, state: SourceState, moved_to: str, at: datetime) -> Move | None:
    configured = state.moved_from if source.url == state.moved_to else source.url
    if not moved_to:
        back = bool(state.moved_to) and source.url == state.moved_from
        return Move(source.url, "", 1, at) if back else None
    if moved_to == state.moved_to and configured == state.moved_from:
        return None
    same = moved_to == state.moving_to and state.moving_since_at is not None
    since_at = state.moving_since_at if same and state.moving_since_at else at
    hits = state.moving_hits + 1 if same else 1
    confirmed = hits >= _HITS and at - since_at >= _CONFIRMED_AFTER
    return Move(configured, moved_to, hits, since_at) if confirmed else None


def _overlap(source: Source, state: SourceState, ids: Sequence[int]) -> schedule.Overlap:
    known_before = bool(state.newest)
    fresh = sum(known not in state.newest for known in ids) if known_before else 0
    comparable = source.kind in _ROLLING and min(len(ids), len(state.newest)) >= _COMPARABLE
    return schedule.Overlap(len(ids), fresh, known_before, gap=comparable and fresh == len(ids))


def _newest(entries: Sequence[Entry], ids: Sequence[int]) -> tuple[int, ...]:
    order = sorted(range(len(ids)), key=lambda place: (-_instant(entries[place]), place))
    return tuple(dict.fromkeys(ids[place] for place in order[:NEWEST]))


def _instant(entry: Entry) -> float:
    return entry.published.at.timestamp() if entry.published.at else 0.0


def _lag(harvest: Harvest, fresh: Sequence[Entry]) -> timedelta | None:
    """Median of publication minus arrival, taken as half-way between two visits.

    Hours off by the zone show here, also those that were clamped for being ahead of the clock.
    """
    answer, before = harvest.answer, harvest.state.last_success_at
    if answer is None or before is None or not harvest.state.newest or answer.started_at - before > _PUNCTUAL:
        return None
    arrived_at = before + (answer.started_at - before) / 2
    zone, horizon = harvest.source.zone, answer.started_at + _AHEAD
    stated = [dates.parse(entry.published.raw, zone, horizon).at for entry in fresh if entry.published.raw]
    lags = [(instant - arrived_at).total_seconds() for instant in stated if instant]
    return timedelta(seconds=round(median(lags))) if lags else None


# ---------------------------------------------------------------- rows


def poll_row(harvest: Harvest, poll: Poll, run_id: str, known_at: datetime) -> dict[str, Any]:
    """A row of source_poll."""
    overlap = poll.overlap
    return {
        "run_id": run_id,
        "source_id": harvest.source.id,
        "configured_minutes": harvest.source.interval // _MINUTE,
        "learned_minutes": poll.interval // _MINUTE,
        "newest": None if poll.newest is None else list(poll.newest),
        "fresh_n": overlap.fresh if overlap and overlap.known_before else None,
        "gap": bool(overlap and overlap.gap),
        "probe": harvest.probe,
        "weight": poll.weight,
        "lag_minutes": None if poll.lag is None else poll.lag / _MINUTE,
        "moved_to": poll.moved_to,
        "hub": harvest.parsed.hub if harvest.parsed else "",
        **_hint_values(harvest.parsed),
        "known_at": known_at,
    }


def _hint_values(parsed: Parsed | None) -> dict[str, Any]:
    if parsed is None:
        return dict.fromkeys(("hint_minutes", "skip_hours", "skip_days"))
    hints = parsed.hints
    longest = max([hint for hint in (hints.ttl, hints.update_period) if hint], default=timedelta(0))
    return {
        "hint_minutes": longest // _MINUTE,
        "skip_hours": sorted(hints.skip_hours),
        "skip_days": sorted(hints.skip_days),
    }


def move_rows(harvest: Harvest, poll: Poll, run_id: str, known_at: datetime) -> list[dict[str, Any]]:
    """A row of source_move where a move was confirmed or taken back, else none; it is logged, too."""
    move = poll.move
    if move is None:
        return []
    log.warning("%s has moved from %s to %s", harvest.source.id, move.from_url, move.to_url or "nowhere: it is back")
    return [
        {
            "run_id": run_id,
            "source_id": harvest.source.id,
            "from_url": move.from_url,
            "to_url": move.to_url,
            "hits": move.hits,
            "since_at": move.since_at,
            "known_at": known_at,
        }
    ]
