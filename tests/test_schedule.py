"""When a source is due: intervals, hints, back-off, and what never changes between two runs."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.errors import Reason
from monitor.model import FeedHints, Prior, Source, SourceState, Validators
from monitor.schedule import (
    NEVER,
    Overlap,
    adapted,
    due_at,
    interval_of,
    is_due,
    next_due,
    same_address,
    start_offset,
    validators_for,
    wants_probe,
    weight_of,
)

NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)  # a Monday
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
URL = "https://diario.example/rss"


def source(**values: Any) -> Source:
    basics = {"id": "diario", "name": "Diario", "kind": "feed", "url": URL, "lang": "es", "country": "PE", "owner": "d"}
    return Source(**{**basics, "prior": Prior.HOME, **values})


def state(**values: Any) -> SourceState:
    return SourceState(**{"source_id": "diario", "url": URL, "last_attempt_at": NOON, **values})


def after(
    *headers: tuple[str, str],
    hints: FeedHints = FeedHints(),  # noqa: B008 - frozen
    reason: Reason | None = None,
    failures: int = 0,
    weight: float | None = None,
    retry: timedelta | None = None,
    started_at: datetime = NOON,
    dns: bool = False,
    conditional: bool = True,
    **of_source: Any,
) -> timedelta:
    """How long after its start the next request comes."""
    due = next_due(
        source(**of_source),
        state(failures=failures, weight=failures if weight is None else weight),
        started_at=started_at,
        failed=reason is not None,
        reason=reason,
        headers=headers,
        hints=hints,
        retry_at=None if retry is None else started_at + retry,
        dns=dns,
        conditional=conditional,
    )
    return due - started_at


# ---------------------------------------------------------------- is it due?


def test_new_source_is_due_at_once() -> None:
    """A source never asked is due; a disabled one is not."""
    fresh = SourceState("diario")
    assert is_due(source(), fresh, NOON)
    assert not is_due(source(enabled=False), fresh, NOON)


@pytest.mark.parametrize(
    ("minutes", "interval", "due"),
    [
        (59, HOUR, False),
        (59.999, HOUR, False),
        (60, HOUR, True),
        (60, timedelta(minutes=5), True),
        (119, 2 * HOUR, False),
    ],
)
def test_item_19_interval_counts_from_the_last_start(minutes: float, interval: timedelta, due: bool) -> None:
    """Item 19: start to start, at least an hour, 60 minutes sharp are enough; also after a run that died."""
    died = state(next_due_at=None)
    stale = state(next_due_at=NOON)
    for known in (died, stale):
        assert is_due(source(interval=interval), known, NOON + timedelta(minutes=minutes)) is due


def test_next_due_at_holds() -> None:
    """What was computed after the last attempt decides, to the second and in any time zone."""
    known = state(next_due_at=NOON + 3 * HOUR)
    lima = timezone(timedelta(hours=-5))
    assert not is_due(source(), known, NOON + 3 * HOUR - timedelta(seconds=1))
    assert is_due(source(), known, (NOON + 3 * HOUR).astimezone(lima))


def test_item_29_sequence_s8_gone_source_is_never_due() -> None:
    """Items 29 and S8: nothing more is asked of a source that is gone."""
    for known in (state(gone=True), state(next_due_at=NEVER)):
        assert not is_due(source(), known, NOON + 3000 * DAY)
        assert due_at(source(), known) is None


def test_item_15_changed_address_starts_anew() -> None:
    """Item 15: another URL in the configuration is due now, even if the old one is gone, and without validators."""
    known = state(gone=True, next_due_at=NEVER, validators=Validators('"e1"', "x"))
    moved = source(url="https://diario.example/feed")
    assert is_due(moved, known, NOON)
    assert validators_for(moved, known) == Validators()
    assert validators_for(source(), known) == Validators('"e1"', "x")
    assert validators_for(source(), SourceState("diario")) == Validators()


# ---------------------------------------------------------------- after a success


@pytest.mark.parametrize(
    ("headers", "hours"),
    [
        ([], 1),
        ([("Cache-Control", "max-age=7200")], 2),
        ([("cache-control", 'public, MAX-AGE="7200"')], 2),
        ([("Cache-Control", "max-age=7200"), ("Age", "1800")], 1.5),
        ([("Cache-Control", "max-age=7200"), ("Age", "soon")], 2),
        ([("Cache-Control", "public"), ("Cache-Control", "max-age=10800"), ("Cache-Control", "max-age=60")], 3),
        ([("Cache-Control", "s-maxage=36000")], 1),
        ([("Cache-Control", "max-age=0")], 1),
        ([("Cache-Control", "max-age=-5")], 1),
        ([("Cache-Control", "no-cache, max-age=7200")], 1),
        ([("Cache-Control", "max-age=31536000")], 24),
        ([("Cache-Control", "max-age=" + "9" * 50)], 24),
        ([("Cache-Control", "max-age=abc")], 1),
        ([("Expires", "Mon, 02 Nov 2026 15:00:00 GMT"), ("Date", "Mon, 02 Nov 2026 12:00:00 GMT")], 3),
        ([("Expires", "0"), ("Date", "Mon, 02 Nov 2026 12:00:00 GMT")], 1),
        ([("Expires", "Mon, 02 Nov 2026 15:00:00 GMT")], 1),
        ([("Expires", "Mon, 02 Nov 2026 15:00:00 GMT"), ("Date", "Mon, 02 Nov 2026 12:00:00 GMT"),
          ("Cache-Control", "max-age=0")], 1),
    ],
)  # fmt: skip
def test_item_20_caching_headers_stretch_the_interval(headers: list[tuple[str, str]], hours: float) -> None:
    """Item 20: what the server says about freshness, within one hour and one day."""
    assert after(*headers) == hours * HOUR


@pytest.mark.parametrize(
    ("hints", "hours"),
    [
        (FeedHints(ttl=timedelta(minutes=1)), 1),
        (FeedHints(ttl=timedelta(minutes=180)), 3),
        (FeedHints(ttl=timedelta(days=400)), 24),
        (FeedHints(update_period=timedelta(days=7)), 24),
        (FeedHints(ttl=2 * HOUR, update_period=timedelta(hours=4)), 4),
    ],
)
def test_item_20_document_hints_stretch_the_interval(hints: FeedHints, hours: float) -> None:
    """Item 20: ttl and sy:updatePeriod likewise; the longest wish counts."""
    assert after(hints=hints) == hours * HOUR
    assert after(("Cache-Control", "max-age=18000"), hints=hints) == max(5, hours) * HOUR


def test_item_19_item_20_configured_interval_is_a_minimum() -> None:
    """Items 19 and 20: the operator may ask less often than any hint, never more often than hourly."""
    assert after(interval=timedelta(hours=48)) == timedelta(hours=48)
    assert after(interval=timedelta(minutes=1)) == HOUR


@pytest.mark.parametrize(
    ("hints", "started_at", "wait"),
    [
        (FeedHints(skip_hours=frozenset({13, 14})), NOON, 3 * HOUR),
        (FeedHints(skip_hours=frozenset({13})), NOON + timedelta(minutes=10), timedelta(minutes=110)),
        (FeedHints(skip_hours=frozenset({24})), NOON + 11 * HOUR, 2 * HOUR),
        (FeedHints(skip_hours=frozenset(range(24))), NOON, DAY),
        (FeedHints(skip_days=frozenset({0})), NOON, 12 * HOUR),
        (FeedHints(skip_days=frozenset({0, 1, 2})), NOON, DAY),
        (FeedHints(skip_hours=frozenset({3})), NOON, HOUR),
    ],
)
def test_item_21_skip_hours_and_days_postpone(hints: FeedHints, started_at: datetime, wait: timedelta) -> None:
    """Item 21: in GMT, hour 24 is 0, and never past a day."""
    assert after(hints=hints, started_at=started_at) == wait


def test_item_21_skip_hours_never_bring_forward() -> None:
    """Item 21: an interval longer than a day stays as it is."""
    assert after(hints=FeedHints(skip_hours=frozenset(range(24))), interval=3 * DAY) == 3 * DAY


# ---------------------------------------------------------------- after a failure


@pytest.mark.parametrize("reason", [Reason.HTTP_SERVER, Reason.TLS, Reason.UNPARSABLE, Reason.EMPTY])
def test_item_23_failures_back_off(reason: Reason) -> None:
    """Item 23: interval times 2^n with ten percent of jitter, a day at most, a week after thirty failures."""
    for before in range(29):
        wait = min(HOUR * 2 ** (before + 1), DAY)
        assert wait * 0.9 <= after(reason=reason, failures=before) <= wait * 1.1
    assert after(reason=reason, failures=29) == after(reason=reason, failures=5000) == 7 * DAY


@pytest.mark.parametrize(
    ("reason", "dns", "share"),
    [(Reason.TIMEOUT, False, 0.5), (Reason.UNREACHABLE, False, 0.5), (Reason.UNREACHABLE, True, 0.25)],
)
def test_item_23_soft_failures_weigh_less(reason: Reason, dns: bool, share: float) -> None:
    """Item 23: time-outs count a half and name look-ups a quarter, since our own line may be at fault; then weekly."""
    assert weight_of(reason, dns=dns) == share
    for before in range(20):
        wait = min(HOUR * 2 ** ((before + 1) * share), DAY)
        found = after(reason=reason, failures=before, weight=before * share, dns=dns)
        assert max(HOUR, wait * 0.9) <= found <= max(HOUR, wait * 1.1)
    assert after(reason=reason, failures=29, weight=29 * share, dns=dns) == pytest.approx(
        7 * DAY if share == 0.5 else DAY, rel=0.1
    )
    assert after(reason=reason, failures=70, weight=70 * share, dns=dns) == 7 * DAY


def test_item_23_item_24_jitter_is_fixed_per_source() -> None:
    """Items 23 and 24: sources spread out, and each keeps its place."""
    waits = {after(reason=Reason.TIMEOUT, id=f"diario-{number}") for number in range(50)}
    assert len(waits) == 50
    assert after(reason=Reason.TIMEOUT) == after(reason=Reason.TIMEOUT)
    offsets = [start_offset(f"diario-{number}", HOUR) for number in range(200)]
    assert all(timedelta(0) <= offset < HOUR for offset in offsets)
    assert max(offsets) - min(offsets) > 0.8 * HOUR


@pytest.mark.parametrize("reason", [Reason.NOT_FOUND, Reason.HTTP_AUTH, Reason.CHALLENGE, Reason.ROBOTS])
def test_item_29_refusals_are_asked_daily(reason: Reason) -> None:
    """Item 29: 404, 401, 403, 451, a bot wall and robots.txt: once a day, then weekly."""
    assert after(reason=reason) == DAY
    assert after(reason=reason, failures=29, weight=29 * weight_of(reason)) in (DAY, 7 * DAY)
    assert after(reason=reason, failures=30, weight=15) == 7 * DAY


def test_item_29_gone_means_never() -> None:
    """Item 29: after a 410 only the operator starts again."""
    assert NOON + after(reason=Reason.GONE, retry=HOUR) == NEVER


@pytest.mark.parametrize(("retry", "wait"), [(90 * HOUR, 90 * HOUR), (timedelta(seconds=5), HOUR), (7 * DAY, 7 * DAY)])
def test_item_28_sequence_s4_sequence_s5_retry_after_is_kept_whatever_it_is(retry: timedelta, wait: timedelta) -> None:
    """Items 28, S4 and S5: never earlier than asked, never earlier than the interval, no back-off on top."""
    assert after(reason=Reason.RATE_LIMITED, retry=retry, failures=4) == wait


def test_item_28_retry_after_holds_for_every_failure_and_for_success() -> None:
    """Item 28: any answer may carry it."""
    assert after(reason=Reason.HTTP_AUTH, retry=3 * DAY) == 3 * DAY
    assert after(retry=5 * HOUR) == 5 * HOUR


def test_item_28_429_without_a_time_doubles_the_interval() -> None:
    """Item 28: twice the interval and up to an hour more."""
    assert 4 * HOUR <= after(reason=Reason.RATE_LIMITED, interval=2 * HOUR) < 5 * HOUR


@pytest.mark.parametrize("reason", [Reason.HOST_PAUSED, Reason.STOPPED])
def test_what_was_not_tried_is_no_failure(reason: Reason) -> None:
    """A source that was not asked waits for its host, and is not punished."""
    assert after(reason=reason, failures=10) == HOUR
    assert after(reason=reason, failures=10, retry=4 * HOUR) == 4 * HOUR


@given(
    reason=st.none() | st.sampled_from(Reason),
    failures=st.integers(0, 10_000),
    interval=st.timedeltas(timedelta(0), timedelta(days=10)),
    header=st.text(max_size=40),
    hours=st.frozensets(st.integers(0, 24)),
    days=st.frozensets(st.integers(0, 6)),
    ttl=st.none() | st.timedeltas(timedelta(0), timedelta(days=10_000)),
)
@settings(max_examples=300, deadline=None)
def test_bounds_hold_for_everything(
    reason: Reason | None,
    failures: int,
    interval: timedelta,
    header: str,
    hours: frozenset[int],
    days: frozenset[int],
    ttl: timedelta | None,
) -> None:
    """Whatever happened: aware UTC, not before the interval or an hour, and not for ever unless gone."""
    headers = [(name, header) for name in ("Cache-Control", "Expires", "Date", "Age")]
    wait = after(
        *headers,
        reason=reason,
        failures=failures,
        interval=interval,
        hints=FeedHints(ttl, None, hours, days),
    )
    assert wait >= max(HOUR, interval)
    if reason is not Reason.GONE:
        assert wait <= max(7 * DAY, 2 * interval + DAY)


# ---------------------------------------------------------------- intervals learned


def learned(overlap: Overlap | None, *, quiet: timedelta = HOUR, failures: int = 0, **of_source: Any) -> timedelta:
    """The interval after one more document, from one of four hours."""
    configured = source(**{"interval": 4 * HOUR, **of_source})
    known = state(fresh_at=NOON - quiet, failures=failures)
    return adapted(configured, known, overlap, NOON)


def test_item_17_without_validators_six_hours_unless_configured() -> None:
    """Item 17: where every request costs a whole document, the default is 6 h; the operator's own word counts."""
    assert after(conditional=False) == 6 * HOUR
    assert after(conditional=False, interval_set=True) == HOUR
    assert after(conditional=False, interval=9 * HOUR) == 9 * HOUR


@pytest.mark.parametrize(
    ("overlap", "hours"),
    [
        (Overlap(20, 20, True, gap=True), 2),
        (Overlap(20, 14, True), 3),
        (Overlap(20, 13, True), 4),
        (Overlap(20, 20, False), 4),
        (Overlap(20, 0, True), 4),
        (None, 4),
    ],
)
def test_item_22_the_interval_follows_the_feed(overlap: Overlap | None, hours: int) -> None:
    """Item 22: a gap halves it, two thirds new take an hour off, anything else leaves the configured one."""
    assert learned(overlap) == hours * HOUR


def test_item_22_never_below_an_hour_and_back_in_steps() -> None:
    """Item 22: the floor holds, and what was shortened grows by ten minutes a visit until it is as configured."""
    assert learned(Overlap(9, 9, True, gap=True), interval=HOUR) == learned(Overlap(9, 9, True), interval=HOUR) == HOUR
    short = state(learned=HOUR, learned_from=2 * HOUR, fresh_at=NOON)
    assert adapted(source(interval=2 * HOUR), short, None, NOON) == timedelta(minutes=70)
    almost = state(learned=timedelta(minutes=115), learned_from=2 * HOUR, fresh_at=NOON)
    assert adapted(source(interval=2 * HOUR), almost, Overlap(9, 1, True), NOON) == 2 * HOUR


def test_item_22_a_source_long_quiet_is_asked_less_often() -> None:
    """Item 22: after a month without anything new an hour more each time, a day at most; not against the operator."""
    assert learned(None, quiet=32 * DAY) == 5 * HOUR
    assert learned(None, quiet=32 * DAY, interval_set=True) == 4 * HOUR
    slow = state(learned=DAY, learned_from=HOUR, fresh_at=NOON - 99 * DAY)
    assert adapted(source(), slow, None, NOON) == DAY
    assert adapted(source(), slow, Overlap(9, 1, True), NOON) == HOUR


def test_item_22_another_configured_interval_starts_learning_anew() -> None:
    """Item 22: what was learned from one setting says nothing about the next."""
    known = state(learned=timedelta(minutes=90), learned_from=3 * HOUR)
    assert interval_of(source(interval=3 * HOUR), known) == timedelta(minutes=90)
    assert interval_of(source(interval=6 * HOUR), known) == 6 * HOUR


def test_item_16_a_probe_is_asked_for_once_a_week() -> None:
    """Item 16: after seven days of 304s from a daily source; a day after a probe that helped; never from a slow one."""
    stuck = {"validators": Validators('"e"'), "daily": True}
    assert not wants_probe(state(full_at=NOON - 7 * DAY + HOUR, **stuck), NOON)
    assert wants_probe(state(full_at=NOON - 7 * DAY, **stuck), NOON)
    assert not wants_probe(state(full_at=NOON - 9 * DAY, **{**stuck, "daily": False}), NOON)
    assert not wants_probe(state(full_at=NOON - 9 * DAY, daily=True), NOON)
    assert not wants_probe(state(full_at=NOON - 23 * HOUR, probe_helped=True, **stuck), NOON)
    assert wants_probe(state(full_at=NOON - 24 * HOUR, probe_helped=True, **stuck), NOON)


def test_item_15_item_26_a_followed_move_keeps_interval_and_validators() -> None:
    """Items 15 and 26: the new address of a permanent move is no new source; that of the configuration is one."""
    new = "https://nuevo.example/feed"
    known = state(moved_from=URL, moved_to=new, validators=Validators('"n"'), next_due_at=NOON + HOUR)
    assert same_address(source(url=new), known)
    assert not is_due(source(url=new), known, NOON + timedelta(minutes=59))
    assert validators_for(source(url=new), known) == Validators('"n"')
    assert is_due(source(url="https://otro.example/"), known, NOON)
