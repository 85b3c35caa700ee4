"""The archive keeps what was fetched, survives crashes and answers a replay with exactly what the run saw."""

from __future__ import annotations

import asyncio
import logging
import resource
import signal
import subprocess
import sys
import textwrap
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from warcio.archiveiterator import ArchiveIterator

from monitor.archive import ArchivedRun, ArchiveWriter, archive_files, read_runs
from monitor.errors import ArchiveError, DiskFullError, FetchError, Reason
from monitor.model import Fetched, NotModified, Purpose, Redirect, Request, Validators

T0 = datetime(2026, 6, 1, 12, 7, 0, 123456, tzinfo=UTC)
T1 = T0 + timedelta(seconds=1.5)
FEED = Request(
    "https://diario.example/rss", "diario", Purpose.FEED, Validators('W/"a"', "Mon, 01 Jun 2026 10:00:00 GMT")
)
PAGE = Request("https://diario.example/nota/ñandú?a=1", "diario", Purpose.PAGE, group="grupo")
ROBOTS = Request("https://diario.example/robots.txt", "diario", Purpose.ROBOTS)
HEADERS = (("Content-Type", "text/xml"), ("content-encoding", "gzip"), ("Content-Length", "7"), ("Set-Cookie", "a=1"))


def fetched(request: Request, body: bytes = b"<rss/>", status: int = 200) -> Fetched:
    redirects = (Redirect("https://diario.example/otro", 301),)
    return Fetched(request, request.url + "#x", status, HEADERS, body, T0, T1, redirects, wire_bytes=7)


def write(path: Path, count: int = 3, run_id: str = "run-1") -> Path:
    with ArchiveWriter(path, run_id, "run", T0, single_file=True) as writer:
        for number in range(count):
            request = Request(f"https://diario.example/{number}", "diario")
            writer.record(request, fetched(request, str(number).encode() * 300), None, T0, T1)
    return path


def only_run(*paths: Path) -> ArchivedRun:
    (run,) = read_runs(paths)
    return run


def ask(run: ArchivedRun, request: Request) -> Fetched | NotModified:
    return asyncio.run(run.fetch(request))


def test_every_kind_of_answer_comes_back_as_it_was(tmp_path: Path) -> None:
    """Documents, 304s, errors with a body and errors without one replay field by field."""
    gone = Request("https://diario.example/gone", "diario", Purpose.PAGE)
    dead = Request("https://muerto.example/rss", "muerto")
    unchanged = NotModified(FEED, FEED.url, (("ETag", 'W/"a"'),), T0, T1, (Redirect("https://x.example/", 302),))
    refused = FetchError(Reason.RATE_LIMITED, "asked to wait", status=429, retry_at=T1, final_url="https://z.example/")
    with ArchiveWriter(tmp_path, "run-1", "run --now", T0) as writer:
        writer.record(ROBOTS, fetched(ROBOTS, b"User-agent: *"), None, T0, T1)
        writer.record(FEED, unchanged, None, T0, T1)
        writer.record(PAGE, fetched(PAGE, b"\x00\xff<p>a\xc3\xb1o</p>\r\n\r\nWARC/1.1"), None, T0, T1)
        writer.record(gone, fetched(gone, b"lost", 429), refused, T0, T1)
        writer.record(dead, None, FetchError(Reason.UNREACHABLE, "no route"), T0, T1)

    run = only_run(*archive_files(tmp_path))
    assert (run.run_id, run.command, run.started_at) == ("run-1", "run --now", T0)
    assert run.requests == (FEED, dead)
    assert ask(run, FEED) == unchanged
    assert ask(run, PAGE) == fetched(PAGE, b"\x00\xff<p>a\xc3\xb1o</p>\r\n\r\nWARC/1.1")
    with pytest.raises(FetchError) as caught:
        ask(run, gone)
    told = caught.value
    assert (told.reason, told.message, told.status, told.retry_at, told.final_url) == (
        Reason.RATE_LIMITED,
        "asked to wait",
        429,
        T1,
        "https://z.example/",
    )
    with pytest.raises(FetchError) as caught:
        ask(run, dead)
    assert (caught.value.reason, caught.value.status, caught.value.retry_at) == (Reason.UNREACHABLE, None, None)


def test_what_was_never_asked_is_not_archived(tmp_path: Path) -> None:
    """A request the run did not make, and any robots file, has no answer here."""
    with ArchiveWriter(tmp_path, "run-1", "run", T0) as writer:
        writer.record(ROBOTS, fetched(ROBOTS), None, T0, T1)
    run = only_run(*archive_files(tmp_path))
    for request in (FEED, ROBOTS):
        with pytest.raises(FetchError) as caught:
            ask(run, request)
        assert caught.value.reason is Reason.NOT_ARCHIVED


def test_an_answer_is_found_by_source_first_and_by_address_second(tmp_path: Path) -> None:
    """Two sources may share an address; a source that was added later may still use what another one fetched."""
    other = Request(FEED.url, "otro")
    with ArchiveWriter(tmp_path, "run-1", "run", T0) as writer:
        writer.record(FEED, fetched(FEED, b"first"), None, T0, T1)
        writer.record(other, fetched(other, b"second"), None, T0, T1)
    run = only_run(*archive_files(tmp_path))
    bodies = [ask(run, Request(FEED.url, source)) for source in ("diario", "otro", "tercero")]
    assert [answer.body for answer in bodies if isinstance(answer, Fetched)] == [b"first", b"second", b"second"]


def test_a_retry_wins_over_the_attempt_before_it(tmp_path: Path) -> None:
    """The run went on with the last answer, so the replay does too; the feed is asked for once."""
    with ArchiveWriter(tmp_path, "run-1", "run", T0) as writer:
        writer.record(FEED, fetched(FEED, b"", 503), FetchError(Reason.HTTP_SERVER, "503", status=503), T0, T1)
        writer.record(FEED, fetched(FEED, b"good"), None, T0, T1)
    run = only_run(*archive_files(tmp_path))
    assert run.requests == (FEED,)
    assert ask(run, FEED) == fetched(FEED, b"good")


def test_the_same_input_gives_the_same_bytes(tmp_path: Path) -> None:
    """No clock, no random id, no file name goes into the archive."""
    assert write(tmp_path / "a.warc.gz").read_bytes() == write(tmp_path / "b.warc.gz").read_bytes()


def test_a_standard_reader_understands_the_file(tmp_path: Path) -> None:
    """Digests hold, wire headers are renamed, the length is that of the decoded body, records point to each other."""
    with ArchiveWriter(tmp_path / "a.warc.gz", "run-1", "run", T0, single_file=True) as writer:
        writer.record(FEED, fetched(FEED, b"<rss>1</rss>"), None, T0, T1)
    with (tmp_path / "a.warc.gz").open("rb") as file:
        seen = [
            (record.rec_type, record.rec_headers, record.http_headers, record.content_stream().read())
            for record in ArchiveIterator(file, check_digests="raise")
        ]
    assert [kind for kind, *_ in seen] == ["warcinfo", "response", "metadata"]
    _, headers, http, body = seen[1]
    assert body == b"<rss>1</rss>"
    assert headers.get_header("WARC-Target-URI") == FEED.url + "#x"
    assert headers.get_header("WARC-Date") == "2026-06-01T12:07:00.123456Z"
    assert http.get_statuscode() == "200"
    assert http.get_header("X-Archive-Orig-content-encoding") == "gzip"
    assert http.get_header("X-Archive-Orig-Content-Length") == "7"
    assert [value for name, value in http.headers if name == "Content-Length"] == ["12"]
    assert seen[2][1].get_header("WARC-Refers-To") == headers.get_header("WARC-Record-ID")


@settings(max_examples=40, deadline=None)
@given(
    st.binary(max_size=300),
    st.lists(st.tuples(st.text(max_size=12), st.text(max_size=30)), max_size=4),
    st.text(max_size=40),
)
def test_any_body_header_and_address_survives(
    tmp_path_factory: pytest.TempPathFactory, body: bytes, headers: list[tuple[str, str]], tail: str
) -> None:
    """Line breaks, NULs and odd characters in what a server sent neither get lost nor forge another record."""
    path = tmp_path_factory.mktemp("any") / "a.warc.gz"
    request = Request("https://diario.example/" + tail, "diario")
    answer = Fetched(request, request.url, 200, tuple(headers), body, T0, T1)
    with ArchiveWriter(path, "run-1", "run", T0, single_file=True) as writer:
        writer.record(request, answer, None, T0, T1)
    assert ask(only_run(path), request) == answer


def test_a_file_cut_anywhere_keeps_all_whole_exchanges_and_can_be_continued(tmp_path: Path) -> None:
    """Whatever a crash leaves: earlier exchanges are read, and a later run is readable behind them."""
    whole = write(tmp_path / "whole.warc.gz", count=8).read_bytes()
    kept_before = 0
    for cut in [*range(0, len(whole), 200), len(whole) - 1]:
        path = tmp_path / "cut.warc.gz"
        path.write_bytes(whole[:cut])
        runs = list(read_runs([path]))
        kept = len(runs[0].exchanges) if runs else 0
        assert kept >= kept_before
        kept_before = kept
        write(path, count=1, run_id="run-2")
        again = list(read_runs([path]))
        assert [run.run_id for run in again] == [run.run_id for run in runs] + ["run-2"]
        assert [len(run.exchanges) for run in again] == [len(run.exchanges) for run in runs] + [1]
        for run in again:
            for exchange in run.exchanges:
                assert ask(run, exchange.request).status == 200  # type: ignore[union-attr]
        path.unlink()
    assert kept_before == 7


def test_zeros_left_by_a_power_cut_are_cut_off(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """A file system may lengthen a file before its data arrive; the zeros cost nothing but a warning."""
    path = write(tmp_path / "a.warc.gz")
    with path.open("ab") as file:
        file.write(bytes(5000))
    with caplog.at_level(logging.WARNING):
        assert len(only_run(path).exchanges) == 3
        write(path, run_id="run-2")
    assert [len(run.exchanges) for run in read_runs([path])] == [3, 3]
    assert len(caplog.records) == 2


def test_damage_before_the_end_is_an_error_that_says_where(tmp_path: Path) -> None:
    """A flipped byte amid good records is not passed over in silence."""
    path = write(tmp_path / "a.warc.gz", count=4)
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 0xFF
    path.write_bytes(bytes(data))
    with pytest.raises(ArchiveError, match=r"a\.warc\.gz: damaged at offset \d+"):
        list(read_runs([path]))


def test_other_files_are_refused_by_name(tmp_path: Path) -> None:
    """Text, a foreign archive and a missing file each give an error; nothing is appended to a foreign file."""
    text = tmp_path / "notes.warc.gz"
    text.write_text("not an archive")
    foreign = tmp_path / "foreign.warc.gz"
    whole = write(tmp_path / "a.warc.gz").read_bytes()
    foreign.write_bytes(whole[whole.index(b"\x1f\x8b\x08", 10) :])
    for path, said in ((text, "offset 0"), (foreign, "without its run"), (tmp_path / "none.warc.gz", "cannot read")):
        with pytest.raises(ArchiveError, match=said):
            list(read_runs([path]))
    with pytest.raises(ArchiveError, match="notes"):
        ArchiveWriter(text, "run-1", "run", T0, single_file=True)
    assert text.read_text() == "not an archive"


def test_one_file_a_day_and_a_new_one_when_it_is_full(tmp_path: Path) -> None:
    """Days are UTC; a run that spills over into further files is still one run, and later runs follow it."""
    late = datetime(2026, 6, 1, 23, 30, tzinfo=UTC).astimezone(tz=None)
    bodies = [bytes([65 + number]) * 40 for number in range(6)]
    for run_id, at in (("run-1", late), ("run-2", late + timedelta(minutes=10)), ("run-3", late + timedelta(hours=1))):
        with ArchiveWriter(tmp_path, run_id, "run", at, rotate_at=3000) as writer:
            for number, body in enumerate(bodies):
                request = Request(f"https://diario.example/{number}", "diario")
                writer.record(request, fetched(request, body), None, T0, T1)
    files = archive_files(tmp_path)
    assert len(files) > 4
    assert files[0].name == "2026-06-01.warc.gz"
    assert files[1].name == "2026-06-01_002.warc.gz"
    assert all(path.stat().st_size <= 3000 for path in files)
    runs = list(read_runs(files))
    assert [(run.run_id, len(run.exchanges)) for run in runs] == [("run-1", 6), ("run-2", 6), ("run-3", 6)]
    for run in runs:
        answers = [ask(run, request) for request in run.requests]
        assert [answer.body for answer in answers if isinstance(answer, Fetched)] == bodies


WRITER = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from monitor.archive import ArchiveWriter
from monitor.model import Fetched, Request
at = datetime(2026, 6, 1, 12, 7, tzinfo=UTC)
with ArchiveWriter(Path(sys.argv[1]), "killed", "run", at) as writer:
    for number in range(100000):
        request = Request(f"https://diario.example/{number}", "diario")
        body = bytes((number * index * 7) % 256 for index in range(3000))
        writer.record(request, Fetched(request, request.url, 200, (), body, at, at), None, at, at)
        print(number, flush=True)
"""


def test_a_killed_writer_loses_nothing_it_had_recorded(tmp_path: Path) -> None:
    """kill -9 in the middle of a run: every exchange whose record() returned is there, and the next run goes on."""
    process = subprocess.Popen([sys.executable, "-c", WRITER, str(tmp_path)], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    for line in process.stdout:
        if int(line) >= 25:
            break
    process.send_signal(signal.SIGKILL)
    told = 25 + sum(1 for _ in process.stdout)
    process.stdout.close()
    process.wait(timeout=10)
    with ArchiveWriter(tmp_path, "after", "run", T0) as writer:
        writer.record(FEED, fetched(FEED), None, T0, T1)
    killed, after = read_runs(archive_files(tmp_path))
    assert len(killed.exchanges) >= told
    assert len(after.exchanges) == 1


def test_a_full_disk_is_said_so(tmp_path: Path) -> None:
    """No room gives DiskFullError with the file's name."""
    with pytest.raises(DiskFullError, match="no room to write /dev/full"):
        ArchiveWriter(Path("/dev/full"), "run-1", "run", T0, single_file=True)


LIMITED = """
import resource, sys
from datetime import UTC, datetime
from pathlib import Path
from monitor.archive import ArchiveWriter
from monitor.errors import DiskFullError
from monitor.model import Fetched, Request
at = datetime(2026, 6, 1, 12, 7, tzinfo=UTC)
with ArchiveWriter(Path(sys.argv[1]), "tight", "run", at) as writer:
    resource.setrlimit(resource.RLIMIT_FSIZE, (9000, resource.RLIM_INFINITY))
    for number in range(1000):
        request = Request(f"https://diario.example/{number}", "diario")
        body = bytes((number * index * 7) % 256 for index in range(3000))
        try:
            writer.record(request, Fetched(request, request.url, 200, (), body, at, at), None, at, at)
        except DiskFullError:
            print(number)
            break
"""


def test_what_did_not_fit_is_taken_back_whole(tmp_path: Path) -> None:
    """When the room ends inside a record the file still ends with the record before it."""
    assert resource.getrlimit(resource.RLIMIT_FSIZE)[1] == resource.RLIM_INFINITY
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(LIMITED), str(tmp_path)], capture_output=True, text=True, check=True
    )
    (run,) = read_runs(archive_files(tmp_path))
    assert len(run.exchanges) == int(done.stdout)
    with archive_files(tmp_path)[0].open("rb") as file:
        kinds = [record.rec_type for record in ArchiveIterator(file)]
    assert kinds == ["warcinfo"] + ["response", "metadata"] * int(done.stdout)


def test_a_folder_that_cannot_be_written_gives_an_archive_error(tmp_path: Path) -> None:
    """Anything but a full disk is an ArchiveError with the path."""
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(ArchiveError, match="cannot write"):
        ArchiveWriter(tmp_path / "file", "run-1", "run", T0)


def test_a_folder_without_files_has_none(tmp_path: Path) -> None:
    """Nothing archived yet is not an error."""
    assert archive_files(tmp_path / "missing") == ()
    assert list(read_runs([])) == []
