"""Weeks, due times and file names of an issue; its freezing. Sending is tried in tests/cli/test_cli_mail.py."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from blank import blank_warehouse
from world import START, settings, source

from monitor import digest
from monitor.errors import NoSnapshotError, UsageError
from monitor.model import ScheduleSettings
from monitor.stages import issue

LIMA = "America/Lima"


def test_the_week_is_lima_s() -> None:
    """On Monday 02:00 UTC it is still Sunday in Lima: the week that is over is the one before."""
    assert issue.last_complete_week(datetime(2026, 11, 16, 2, 0, tzinfo=UTC), LIMA) == "2026-W45"
    assert issue.last_complete_week(datetime(2026, 11, 16, 5, 0, tzinfo=UTC), LIMA) == "2026-W46"


def test_weeks_between_two_instants() -> None:
    """Every week that was over, over the turn of the year too."""
    first, last = datetime(2026, 12, 21, 12, tzinfo=UTC), datetime(2027, 1, 12, 12, tzinfo=UTC)
    assert issue.weeks_between(first, last, LIMA) == ["2026-W52", "2026-W53", "2027-W01"]
    assert issue.weeks_between(first, first, LIMA) == []


@pytest.mark.parametrize("week", ["2026-W54", "2025-W53", "2026-13", "2026-W00", "", "w46", "2026-W46-1"])
def test_weeks_that_do_not_exist(week: str) -> None:
    """Named as given, with the form that is wanted."""
    with pytest.raises(UsageError) as caught:
        issue.check_week(week, START, LIMA)
    assert "2026-W46" in caught.value.hint


def test_a_week_that_has_not_begun_is_refused() -> None:
    """The running week may be looked at, the next may not."""
    issue.check_week("2026-W46", START, LIMA)
    with pytest.raises(UsageError, match="has not begun"):
        issue.check_week("2026-W47", START, LIMA)


def test_due_at_the_configured_hour_after_the_week(tmp_path: Path) -> None:
    """Monday 06:30 in Lima, or the day and hour that were configured."""
    config = settings(tmp_path, source())
    assert issue.digest_due_at(config, "2026-W46") == datetime(2026, 11, 16, 11, 30, tzinfo=UTC)
    late = replace(config, schedule=ScheduleSettings(digest_day="tue", digest_hour=18, digest_minute=0))
    assert issue.digest_due_at(late, "2026-W46") == datetime(2026, 11, 17, 23, 0, tzinfo=UTC)


def test_file_names() -> None:
    """One per language; what was known at another time has a name of its own."""
    assert issue.file_stem("2026-W46", "en") == "2026-W46"
    as_of = START.astimezone()
    assert issue.file_stem("2026-W46", "es", as_of) == "2026-W46.es.as-of-20261109T120000Z"


def test_the_first_freezing_holds(tmp_path: Path) -> None:
    """A second freezing gives back the first: bytes, instant and run, whatever is known by then."""
    config = settings(tmp_path / "state", source())
    warehouse = blank_warehouse(config.state)
    with pytest.raises(NoSnapshotError):
        issue.sent(config, "2026-W46", "en")
    warehouse.publish()
    first = issue.freeze(config, issue.build(config, "2026-W46", "en", START), START)
    later = START + timedelta(days=9)
    built = issue.build(config, "2026-W46", "en", later)
    assert digest.render(built).content_hash != first.rendered.content_hash
    assert issue.freeze(config, built, later) == first
    warehouse.publish()
    assert issue.sent(config, "2026-W46", "en") == first
    assert issue.sent(config, "2026-W46", "es") is None
