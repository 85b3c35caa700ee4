"""The warehouse on a real DuckDB file: migrations, transactions, publishing, locks, crashes, analysts' limits."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import pytest

from monitor.errors import LockedError, QueryError, WarehouseError
from monitor.stages.ledger import failed_checks
from monitor.warehouse import STORAGE, Warehouse, analyst_query, named_files

NOW = datetime(2026, 11, 9, 12, tzinfo=UTC)
PAUSE = {"host": "a.example", "not_before_at": NOW, "known_at": NOW}


@pytest.fixture
def warehouse(tmp_path: Path) -> Warehouse:
    made = Warehouse(tmp_path)
    made.migrate(NOW)
    return made


def hosts(warehouse: Warehouse) -> list[str]:
    with warehouse.read() as session:
        return [row["host"] for row in session.select("SELECT host FROM host_pause ORDER BY host")]


def test_migrating_twice_applies_nothing_the_second_time(tmp_path: Path) -> None:
    """Every migration is applied once, in order."""
    assert Warehouse(tmp_path).migrate(NOW)[0] == "0001_init"
    assert Warehouse(tmp_path).migrate(NOW) == ()


def test_an_edited_migration_is_refused(warehouse: Warehouse) -> None:
    """A migration whose file no longer matches what was applied stops the program with a clear message."""
    with warehouse.write() as session:
        session.execute("UPDATE schema_version SET sha256 = 'other' WHERE version = 1")
    with pytest.raises(WarehouseError, match=r"0001_init\.sql was changed after it had been applied"):
        warehouse.migrate(NOW)


def test_what_is_written_together_is_kept_or_lost_together(warehouse: Warehouse) -> None:
    """One transaction however many `write`s; after one that failed, the next stores as if it had never been."""

    def fail() -> None:
        with warehouse.together():
            for name in ("a.example", "b.example"):
                with warehouse.write() as session:
                    session.append("host_pause", [{**PAUSE, "host": name}])
            assert hosts(warehouse) == ["a.example", "b.example"]
            raise ZeroDivisionError

    with warehouse.hold(rests=False):
        with pytest.raises(ZeroDivisionError):
            fail()
        assert hosts(warehouse) == []
        with warehouse.together(), warehouse.write() as session:
            session.append("host_pause", [PAUSE])
    assert hosts(warehouse) == ["a.example"]


def test_rows_that_waited_once_are_not_stored_again(warehouse: Warehouse) -> None:
    """A connection appends to a table again and again: each time what it is given; what is there stays as it is."""
    with warehouse.hold(), warehouse.write() as session:
        for name in ("a.example", "b.example") * 2:
            session.append("host_pause", [{**PAUSE, "host": name}])
    assert hosts(warehouse) == ["a.example", "b.example"]


def test_a_held_warehouse_is_closed_while_its_holder_waits(warehouse: Warehouse) -> None:
    """One connection for what is done in a row; at rest, others can open the file; what was written stays."""
    with warehouse.hold():
        with warehouse.write() as session:
            session.append("host_pause", [PAUSE])
        assert hosts(warehouse) == ["a.example"]
        assert opened_elsewhere(warehouse).startswith("Conflicting lock")
        warehouse.rest()
        assert opened_elsewhere(warehouse) == "1"
        with warehouse.write() as session:
            session.append("host_pause", [PAUSE | {"host": "b.example"}])
    assert opened_elsewhere(warehouse) == "2"


def test_an_error_in_a_held_warehouse_takes_back_one_transaction(warehouse: Warehouse) -> None:
    """What was committed before stays, and the file is closed."""

    def fail() -> None:
        with warehouse.hold():
            with warehouse.write() as session:
                session.append("host_pause", [PAUSE])
            with warehouse.write() as session:
                session.append("host_pause", [PAUSE | {"host": "b.example"}])
                raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert opened_elsewhere(warehouse) == "1"


def opened_elsewhere(warehouse: Warehouse) -> str:
    """What another process finds: the number of pauses, or why it cannot open the file."""
    program = (
        f"import duckdb\ntry:\n  with duckdb.connect({str(warehouse.path)!r}, read_only=True) as c:\n"
        "    print(c.execute('SELECT count(*) FROM host_pause').fetchone()[0])\n"
        "except duckdb.IOException as error: print('Conflicting lock' if 'Conflicting lock' in str(error) else error)"
    )
    return subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout.strip()


def test_every_table_view_and_column_of_tables_is_commented(warehouse: Warehouse) -> None:
    """An analyst can read what everything means inside the database."""
    with warehouse.read() as session:
        bare = session.select(
            "SELECT table_name, column_name FROM duckdb_columns() AS c JOIN duckdb_tables() AS t USING (table_name) "
            "WHERE c.comment IS NULL AND NOT c.internal"
        )
        tables = session.select("SELECT table_name FROM duckdb_tables() WHERE comment IS NULL AND NOT internal")
        views = session.select("SELECT view_name FROM duckdb_views() WHERE comment IS NULL AND NOT internal")
    assert (bare, tables, views) == ([], [], [])


def test_an_error_rolls_the_whole_transaction_back(warehouse: Warehouse) -> None:
    """Nothing of a failed transaction stays."""

    def fail() -> None:
        with warehouse.write() as session:
            session.append("host_pause", [PAUSE])
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert hosts(warehouse) == []


def test_appending_the_same_rows_again_stores_nothing(warehouse: Warehouse) -> None:
    """Appends are idempotent by key."""
    for _ in range(2):
        with warehouse.write() as session:
            session.append("host_pause", [PAUSE])
        assert hosts(warehouse) == ["a.example"]


def test_a_row_without_a_column_is_refused(warehouse: Warehouse) -> None:
    """A forgotten column is an error, never a silent NULL."""
    with pytest.raises(KeyError, match="not_before_at"), warehouse.write() as session:
        session.append("host_pause", [{"host": "a", "known_at": NOW}])


def test_closing_leaves_no_log_behind(warehouse: Warehouse) -> None:
    """After every transaction the file is whole by itself, so a copy of it is a complete snapshot."""
    with warehouse.write() as session:
        session.append("host_pause", [PAUSE])
    assert not list(warehouse.state.glob("*.wal"))


def test_the_file_can_be_read_by_older_duckdb_tools(warehouse: Warehouse) -> None:
    """It is written in the storage version that DuckDB 1.5 reads (version 68 or lower)."""
    with duckdb.connect(str(warehouse.path), read_only=True) as connection:
        tags = connection.execute("SELECT tags FROM duckdb_databases() WHERE database_name = 'warehouse'").fetchone()
    assert tags is not None
    assert re.match(r"v1\.[0-5]", str(tags[0]["storage_version"])), (STORAGE, tags)


def test_bodies_are_compressed_with_zstd(warehouse: Warehouse) -> None:
    """Long text is stored compressed; DuckDB's default would leave it as it is."""
    with warehouse.write() as session:
        text = "El Congreso debatirá la moción. " * 200
        session.execute(
            "INSERT INTO article_version BY NAME SELECT i AS article_id, 1 AS version, $text || i::VARCHAR AS body "
            "FROM range(4000) AS r(i)",
            {"text": text},
        )
    with warehouse.read() as session:
        kinds = session.select(
            "SELECT DISTINCT compression FROM pragma_storage_info('article_version') "
            "WHERE column_name = 'body' AND segment_type = 'VARCHAR'"
        )
    assert {row["compression"] for row in kinds} == {"ZSTD"}


def test_a_reader_of_the_snapshot_never_blocks_the_writer(warehouse: Warehouse) -> None:
    """With an analyst's connection open, the next transaction and publication succeed; a new reader sees them."""
    warehouse.publish()
    with duckdb.connect(str(warehouse.snapshot), read_only=True) as analyst:
        with warehouse.write() as session:
            session.append("host_pause", [PAUSE])
        warehouse.publish()
        assert analyst.execute("SELECT count(*) FROM host_pause").fetchone() == (0,)
    with warehouse.read_snapshot() as session:
        assert session.select("SELECT count(*) AS n FROM host_pause") == [{"n": 1}]


def test_a_file_held_by_another_process_is_named_with_its_holder(warehouse: Warehouse) -> None:
    """The message says which process holds the file and where to query instead."""
    code = f"import duckdb, sys; c = duckdb.connect({str(warehouse.path)!r}); print(1, flush=True); sys.stdin.read()"
    holder = subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    try:
        assert holder.stdout is not None
        holder.stdout.readline()
        with pytest.raises(LockedError, match=f"held open by process {holder.pid}") as caught, warehouse.write():
            pass
        assert "peru.duckdb" in caught.value.hint
    finally:
        holder.communicate()


def test_a_killed_writer_loses_no_committed_transaction(warehouse: Warehouse) -> None:
    """kill -9 in the middle of writing: every acknowledged row is there, nothing half-written is."""
    code = f"""
from datetime import UTC, datetime
from pathlib import Path
from monitor.warehouse import Warehouse
w = Warehouse(Path({str(warehouse.state)!r}))
now = datetime(2026, 11, 9, 12, tzinfo=UTC)
for i in range(100000):
    with w.write() as s:
        s.append("host_pause", [{{"host": f"h{{i:06}}", "not_before_at": now, "known_at": now}}])
        copy = {{"host": f"h{{i:06}}", "fetched_at": now, "status": 200, "body": "x", "etag": "", "last_modified": ""}}
        s.append("robots", [{{**copy, "failing_since": None, "forbids": [], "known_at": now}}])
    print(i, flush=True)
"""
    process = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    acknowledged = [process.stdout.readline() for _ in range(8)]
    os.kill(process.pid, signal.SIGKILL)
    process.communicate()
    found = hosts(warehouse)
    assert len(found) >= len(acknowledged)
    with warehouse.read() as session:
        assert [row["host"] for row in session.select("SELECT host FROM robots ORDER BY host")] == found


def test_a_torn_log_is_set_aside_and_the_file_opens(warehouse: Warehouse) -> None:
    """A corrupt write-ahead log must not stop the job for good: it is kept under another name."""
    wal = warehouse.path.with_name("warehouse.duckdb.wal")
    work = "c.execute('CREATE TABLE t AS FROM range(9999)')"
    code = f"import duckdb, os; c = duckdb.connect({str(warehouse.path)!r}); {work}; os._exit(1)"
    subprocess.run([sys.executable, "-c", code], check=False)
    assert wal.exists()
    damaged = bytearray(wal.read_bytes())
    damaged[len(damaged) // 2] ^= 0xFF
    wal.write_bytes(damaged)
    with warehouse.write() as session:
        session.append("host_pause", [PAUSE])
    assert list(warehouse.state.glob("*.wal.corrupt-*"))
    assert hosts(warehouse) == ["a.example"]


@pytest.mark.parametrize(
    "sql",
    [
        "FROM read_csv('/etc/passwd')",
        "COPY host_pause TO '/tmp/peru-monitor-out.csv'",
        "ATTACH '/tmp/peru-monitor-other.duckdb'",
        "INSERT INTO host_pause VALUES ('x', now(), now())",
        "SET enable_external_access = true",
        "INSTALL httpfs",
    ],
)
def test_an_analyst_cannot_reach_out_of_the_snapshot(warehouse: Warehouse, sql: str) -> None:
    """Files, other databases, writes, settings and extensions are closed to ad-hoc SQL."""
    warehouse.publish()
    with pytest.raises(QueryError):
        analyst_query(warehouse.snapshot, sql, exports=warehouse.state / "exports", timeout=20)


def test_an_analyst_may_export_into_the_exports_folder(warehouse: Warehouse) -> None:
    """COPY works into <state>/exports."""
    warehouse.publish()
    target = warehouse.state / "exports" / "pauses.csv"
    analyst_query(warehouse.snapshot, f"COPY host_pause TO '{target}'", exports=target.parent, timeout=20)
    assert target.read_text().startswith("host,")


def test_a_runaway_query_is_stopped(warehouse: Warehouse) -> None:
    """A query over its time is interrupted with a message, and the process lives on."""
    warehouse.publish()
    endless = "SELECT count(*) FROM range(10000000) AS a, range(10000000) AS b WHERE (a.range * b.range) % 7 = 3"
    with pytest.raises(QueryError, match="ran longer than"):
        analyst_query(warehouse.snapshot, endless, exports=warehouse.state / "exports", timeout=0.3)


@pytest.mark.parametrize("name", sorted(named_files("saved")))
def test_every_saved_query_runs_and_says_what_it_is(warehouse: Warehouse, name: str) -> None:
    """Saved queries run on an empty warehouse and start with a comment line for the list."""
    warehouse.publish()
    sql = named_files("saved")[name]
    assert sql.startswith("-- ")
    analyst_query(warehouse.snapshot, sql, exports=warehouse.state / "exports", timeout=20)


@pytest.mark.parametrize("name", sorted(named_files("checks")))
def test_every_check_passes_on_an_empty_warehouse(warehouse: Warehouse, name: str) -> None:
    """A data check returns rows only when something is wrong."""
    with warehouse.read() as session:
        assert session.select(named_files("checks")[name]) == []


def test_unbalanced_counts_fail_their_check(warehouse: Warehouse) -> None:
    """The check on counts finds a document whose entries do not add up."""
    with warehouse.write() as session:
        session.execute(
            "INSERT INTO source_fetch BY NAME SELECT 'r' AS run_id, 's' AS source_id, 5 AS fetched_n, 1 AS new_n, "
            "1 AS seen_n, 1 AS changed_n, 1 AS rejected_n, now() AS known_at"
        )
    with warehouse.read() as session:
        assert len(session.select(named_files("checks")["counts_add_up"])) == 1


def test_checks_look_at_what_is_new_until_one_fails(warehouse: Warehouse) -> None:
    """Rows that a run has checked are not read again; a check that failed reads everything until it holds again."""
    bad = "INSERT INTO source_fetch BY NAME SELECT $at AS known_at, 5 AS fetched_n, 1 AS new_n, 1 AS seen_n"
    end = "INSERT INTO run_end BY NAME SELECT $at AS known_at, $failed::VARCHAR[] AS failed_checks"
    names = ("counts_add_up",)
    with warehouse.write() as session:
        session.execute(bad + ", 1 AS changed_n, 1 AS rejected_n", {"at": NOW})
        found = [failed_checks(session)]
        for hours, said in enumerate((names, names, ()), 1):
            session.execute(end, {"at": NOW + timedelta(hours=hours), "failed": list(said)})
            found.append(failed_checks(session))
        session.execute(bad + ", 1 AS changed_n, 1 AS rejected_n", {"at": NOW + timedelta(hours=4)})
        found.append(failed_checks(session))
    assert [set(names) & set(each) for each in found] == [{*names}, {*names}, {*names}, set(), {*names}]


def test_instants_mean_the_same_in_every_zone(warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch) -> None:
    """An aware instant comes back as the same instant whatever TZ the process runs under; weeks are Lima weeks."""
    monkeypatch.setenv("TZ", "Asia/Kathmandu")
    time.tzset()
    try:
        with warehouse.write() as session:
            session.append("host_pause", [PAUSE])
            [row] = session.select("SELECT not_before_at FROM host_pause")
            weeks = session.select(
                "SELECT week_name(lima_week(t)) AS week FROM (VALUES (TIMESTAMPTZ '2026-11-16 04:59:00Z'), "
                "(TIMESTAMPTZ '2026-11-16 05:00:00Z'), (TIMESTAMPTZ '2027-01-01 12:00:00Z')) AS v(t)"
            )
    finally:
        monkeypatch.undo()
        time.tzset()
    assert row["not_before_at"] == NOW
    assert [row["week"] for row in weeks] == ["2026-W46", "2026-W47", "2026-W53"]
