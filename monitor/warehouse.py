"""DuckDB, and nothing else: open late, whole transactions, close before any wait; migrate;
run named SQL; publish a snapshot.

Analysts never open the writer's file: a reader would lock the writer out. They open the snapshot, which is
replaced by copy, fsync and rename after every run, so a reader always holds one complete state.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import duckdb

from monitor.errors import DiskFullError, LockedError, NoSnapshotError, QueryError, WarehouseError
from monitor.resources import resource

Row = dict[str, Any]

# Readable by DuckDB 1.5 tools (CLI, JDBC, BI); the default of 2.0, storage version 69, is not.
STORAGE = "v1.5.0"
# DuckDB would take 80 % of the machine; a normal run must stay small (and below systemd's MemoryMax).
MEMORY_LIMIT = "256MB"
# A run's statements are small: a second thread takes more CPU than it saves time. Analysts' queries are not.
THREADS = {"writer": 1, "reader": 2}
_Config = dict[str, str | bool | int | float | list[str]]
# What DuckDB calls the rows that an appender hands to its statement; `batch` in our files.
_BATCH = "appender_data"
_HOLDER = re.compile(r"PID (\d+)")


class Warehouse:
    """The warehouse of one state folder. Outside `hold`, each `write` or `read` has a connection of its own."""

    def __init__(self, state: Path) -> None:
        self.state = state
        self.path = state / "warehouse.duckdb"
        self.snapshot = state / "snapshots" / "peru.duckdb"
        self._held: ExitStack | None = None  # closes the connection that is kept
        self._kept: Session | None = None
        self._rests = True
        self._together = False

    @contextmanager
    def hold(self, *, rests: bool = True) -> Iterator[None]:
        """Keep one connection from its first use to the next `rest` or the end of the block.

        Opening and closing cost more than most of what is done in between. With `rests=False` it is kept through every
        `rest`: for work that waits for nobody, such as a replay. A hold inside a hold changes nothing.
        """
        if self._held is not None:
            yield
            return
        with ExitStack() as self._held:
            self._rests = rests
            try:
                yield
            finally:
                self._close()
                self._held = None

    def rest(self) -> None:
        """Close the connection before a wait for others; the next use opens another."""
        if self._rests:
            self._close()

    def _close(self) -> None:
        if self._held is not None:
            self._kept = None
            with _translated(self.path):
                self._held.close()

    @contextmanager
    def write(self) -> Iterator[Session]:
        """One transaction in the writer's file: committed at the end, rolled back on any error.

        Raises LockedError when another process has the file open, DiskFullError, WarehouseError.
        """
        with _translated(self.path), self._writer() as session:
            if self._together:
                yield session
                return
            with session.transaction():
                yield session

    @contextmanager
    def together(self) -> Iterator[None]:
        """One transaction for every `write` in the block: for work that nobody waits for, inside `hold(rests=False)`.

        A commit of its own for each step costs a small run more than the step.
        """
        with self.write():
            self._together = True
            try:
                yield
            finally:
                self._together = False

    @contextmanager
    def read(self) -> Iterator[Session]:
        """The writer's file, read-only; only for callers that hold the state lock."""
        with _translated(self.path), self._writer(read_only=True) as session:
            yield session

    def _writer(self, *, read_only: bool = False) -> AbstractContextManager[Session]:
        if self._held is None:
            return _session(self.path, read_only=read_only)
        if self._kept is None:
            self._kept = self._held.enter_context(_session(self.path, read_only=False))
        return nullcontext(self._kept)

    @contextmanager
    def read_snapshot(self) -> Iterator[Session]:
        """The published snapshot. Raises NoSnapshotError when no run has published one yet."""
        snapshot = self.published()
        with _translated(snapshot), _session(snapshot, read_only=True) as session:
            yield session

    def published(self) -> Path:
        """Path of the snapshot. Raises NoSnapshotError when no run has published one yet."""
        if not self.snapshot.exists():
            raise NoSnapshotError(
                f"no warehouse snapshot at {self.snapshot}",
                hint="it appears after the first `peru-monitor run`; another folder: `peru-monitor --state DIR ...`",
            )
        return self.snapshot

    def migrate(self, now: datetime) -> tuple[str, ...]:
        """Create the file or bring it up to date; names of the migrations applied. Idempotent.

        Each migration and its row in schema_version commit together. Views and macros follow their files.
        Raises WarehouseError when an applied migration was edited or the file is newer than this program.
        """
        self.path.parent.joinpath("tmp").mkdir(parents=True, exist_ok=True)
        with self.hold():
            return self._migrate(now)

    def _migrate(self, now: datetime) -> tuple[str, ...]:
        with self.write() as session:
            session.run("create_schema_version")
            applied = {row["version"]: row["sha256"] for row in session.rows("select_schema_version")}
            pending = [(version, path) for version, path in _migrations() if not _is_applied(applied, version, path)]
            if not pending:
                _renew_views(session, applied, now)
        for version, path in pending:
            with self.write() as session:
                session.execute(path.read_text(encoding="utf-8"))
                session.run("insert_schema_version", version=version, name=path.stem, sha256=_sha256(path), now=now)
        if pending:
            with self.write() as session:
                _renew_views(session, applied, now)
        return tuple(path.stem for _, path in pending)

    def publish(self) -> Path:
        """Copy the closed writer's file to the snapshot, durably and at once. Returns the snapshot's path."""
        self._close()  # all that was committed is then in the one file
        folder = self.snapshot.parent
        temporary = folder / ".tmp.duckdb"
        try:
            folder.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(self.path, temporary)
            with temporary.open("rb+") as copy:
                os.fsync(copy.fileno())
            temporary.replace(self.snapshot)
            _sync_folder(folder)
        except OSError as error:
            temporary.unlink(missing_ok=True)
            raise _disk_error(error, self.snapshot) from error
        return self.snapshot

    def free_bytes(self) -> int:
        """Free bytes on the disk that holds the state."""
        self.state.mkdir(parents=True, exist_ok=True)
        return shutil.disk_usage(self.state).free


class Session:
    """An open connection inside `write` or `read`. SQL comes from `warehouse/queries/<name>.sql`."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection
        self._appenders: dict[str, tuple[tuple[str, ...], duckdb.Appender]] = {}  # by table, with its columns
        self._parsed: dict[str, duckdb.Statement] = {}  # by text: of our files, so few

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Committed at the end, rolled back on any error."""
        self._connection.execute("BEGIN")
        try:
            yield
            self._connection.execute("COMMIT")
        except BaseException:
            self._appenders.clear()
            _roll_back(self._connection)
            raise

    def rows(self, name: str, /, **parameters: object) -> list[Row]:
        """Rows of a named query as dicts."""
        return self.select(query(name), parameters)

    def run(self, name: str, /, **parameters: object) -> None:
        """Run a named statement."""
        self.execute(query(name), parameters)

    def select(self, sql: str, parameters: Mapping[str, object] | None = None) -> list[Row]:
        """Rows of any statement as dicts."""
        columns, rows = self.table(sql, parameters)
        return [dict(zip(columns, row, strict=True)) for row in rows]

    def table(
        self, sql: str, parameters: Mapping[str, object] | None = None
    ) -> tuple[tuple[str, ...], list[tuple[Any, ...]]]:
        """Column names and rows of any statement. Parameters that the statement does not name are left out."""
        statement = self._parsed.get(sql) or self._parse(sql)
        used = {k: v for k, v in (parameters or {}).items() if k in statement.named_parameters}
        cursor = self._connection.execute(statement, used or None)
        columns = tuple(column[0] for column in cursor.description or ())
        return columns, cursor.fetchall()

    def _parse(self, sql: str) -> duckdb.Statement:
        """Parsed once a connection: of a small question, that is a tenth of the time."""
        (self._parsed[sql],) = self._connection.extract_statements(sql)
        return self._parsed[sql]

    def execute(self, sql: str, parameters: Mapping[str, object] | None = None) -> None:
        """Run any statement; several without parameters."""
        self._connection.execute(sql, parameters or None)

    def append(self, table: str, rows: Sequence[Mapping[str, object]]) -> None:
        """Append rows to a table in one set-wise insert.

        Rows already there (by the key in `warehouse/queries/append_<table>.sql`) are left alone, so running twice
        changes nothing. Raises KeyError when a row lacks a column.
        """
        if not rows:
            return
        columns, appender = self._appenders.get(table) or self._appender(table)
        appender.append_rows([tuple([row[column] for column in columns]) for row in rows])
        appender.flush()

    def _appender(self, table: str) -> tuple[tuple[str, ...], duckdb.Appender]:
        """What hands rows to the insert of a table, made once a connection: that costs as much as the insert."""
        # The name is one of our own tables, never input.
        described = self._connection.execute(_named(query("select_columns"), "target", table)).description or ()
        columns = {str(name): kind for name, kind, *_ in described}
        insert = _named(query(f"append_{table}"), "batch", _BATCH)
        self._appenders[table] = tuple(columns), self._connection.query_appender(insert, columns)
        return self._appenders[table]


@cache
def query(name: str) -> str:
    """Text of `warehouse/queries/<name>.sql`."""
    return resource("warehouse", "queries", f"{name}.sql").read_text(encoding="utf-8")


def _named(sql: str, name: str, table: str) -> str:
    """The statement with a table in the place of a name that stands for it."""
    return re.sub(rf"\b{name}\b", table, sql)


def named_files(folder: str) -> dict[str, str]:
    """Name -> SQL of every file in `warehouse/<folder>/`, in order of name."""
    return {path.stem: path.read_text(encoding="utf-8") for path in sorted(resource("warehouse", folder).glob("*.sql"))}


def analyst_query(
    snapshot: Path, sql: str, *, exports: Path, timeout: float
) -> tuple[tuple[str, ...], list[tuple[Any, ...]]]:
    """Run an analyst's SQL on the snapshot, read-only and shut off from files and the network.

    `exports` is the only folder COPY may write to; `timeout` in seconds. Raises QueryError.
    """
    with _translated(snapshot), _connect(snapshot, read_only=True) as connection:
        exports.mkdir(parents=True, exist_ok=True)
        allowed = str(exports.resolve()).replace("'", "''")
        connection.execute(f"SET allowed_directories=['{allowed}/']")
        connection.execute("SET enable_external_access=false")
        connection.execute("SET lock_configuration=true")
        timer = threading.Timer(timeout, connection.interrupt)
        timer.start()
        try:
            cursor = connection.execute(sql)
            return tuple(column[0] for column in cursor.description or ()), cursor.fetchall()
        except duckdb.InterruptException as error:
            raise QueryError(f"the query ran longer than {timeout:.0f} s and was stopped") from error
        except duckdb.Error as error:
            raise QueryError(str(error), hint="tables and columns: `peru-monitor sql tables`") from error
        finally:
            timer.cancel()


# ---------------------------------------------------------------- connections


@contextmanager
def _session(path: Path, *, read_only: bool) -> Iterator[Session]:
    with _connect(path, read_only=read_only) as connection:
        yield Session(connection)


@contextmanager
def _connect(path: Path, *, read_only: bool) -> Iterator[duckdb.DuckDBPyConnection]:
    config: _Config = {"memory_limit": MEMORY_LIMIT, "threads": str(THREADS["reader" if read_only else "writer"])}
    if not read_only:
        config["storage_compatibility_version"] = STORAGE
        config["temp_directory"] = str(path.parent / "tmp")
    connection = _open(path, read_only, config)
    # Always closed: 2.0.0 can hang or abort at interpreter exit with a result still open (duckdb-python 2.0.1 notes).
    try:
        connection.execute("SET TimeZone='UTC'")
        connection.execute("SET enable_progress_bar = false")  # it goes to stdout, into whatever is read from there
        yield connection
    finally:
        connection.close()


def _open(path: Path, read_only: bool, config: _Config) -> duckdb.DuckDBPyConnection:
    try:
        return duckdb.connect(str(path), read_only=read_only, config=config)
    except duckdb.Error as error:
        if read_only or "WAL" not in str(error):
            raise
        # A torn log (power loss) must not stop the job: what it held is still in the feeds and the archive.
        wal = path.with_name(path.name + ".wal")
        wal.rename(wal.with_name(f"{wal.name}.corrupt-{wal.stat().st_mtime_ns}"))
        return duckdb.connect(str(path), read_only=read_only, config=config)


def _roll_back(connection: duckdb.DuckDBPyConnection) -> None:
    try:
        connection.execute("ROLLBACK")
    except duckdb.Error:
        return  # the database was invalidated by a fatal error; closing it is all that is left


@contextmanager
def _translated(path: Path) -> Iterator[None]:
    """DuckDB's errors as ours: what, where, what to do."""
    try:
        yield
    except duckdb.Error as error:
        raise _explain(error, path) from error


def _explain(error: duckdb.Error, path: Path) -> WarehouseError | LockedError:
    text = str(error)
    if "Conflicting lock" in text:
        holder = _HOLDER.search(text)
        who = f" by process {holder.group(1)}" if holder else ""
        return LockedError(
            f"{path} is held open{who}",
            hint=f"close it there; for queries open {path.parent / 'snapshots' / 'peru.duckdb'} instead",
        )
    if "No space left" in text:
        return DiskFullError(f"no space left on the disk of {path}", hint="free some space and run again")
    if "version number" in text and "read" in text:
        return WarehouseError(f"{path} was written by another DuckDB version: {text}")
    return WarehouseError(f"{path}: {text}")


def _disk_error(error: OSError, path: Path) -> WarehouseError:
    if error.errno in (28, 122):  # ENOSPC, EDQUOT
        return DiskFullError(f"no space left on the disk of {path}", hint="free some space and run again")
    return WarehouseError(f"cannot write {path}: {error.strerror}")


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


# ---------------------------------------------------------------- migrations


def _migrations() -> list[tuple[int, Path]]:
    files = sorted(resource("warehouse", "migrations").glob("[0-9]*.sql"))
    return [(int(path.name[:4]), path) for path in files]


def _renew_views(session: Session, applied: Mapping[int, str], now: datetime) -> None:
    """Re-create views and macros when their files changed; row 0 of schema_version remembers their hash."""
    files = sorted(resource("warehouse", "views").glob("*.sql"))
    sha256 = hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest()
    if applied.get(0) == sha256:
        return
    for path in files:
        session.execute(path.read_text(encoding="utf-8"))
    session.run("delete_schema_version", version=0)
    session.run("insert_schema_version", version=0, name="views", sha256=sha256, now=now)


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _is_applied(applied: Mapping[int, str], version: int, path: Path) -> bool:
    if version not in applied:
        return False
    if applied[version] != _sha256(path):
        raise WarehouseError(
            f"migration {path.name} was changed after it had been applied",
            hint="restore the file; schema changes go into a new migration",
        )
    return True
