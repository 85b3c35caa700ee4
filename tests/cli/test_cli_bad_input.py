"""Bad input at the command line: what, where, what to do, and the right exit code."""

from __future__ import annotations

import fcntl
import json
import subprocess
import sys
from pathlib import Path

import pytest
from cli_world import BUS, LATER, Desk, publish_bus
from fakes import Raw, Reply
from world import START, feed, item, rows, settings

from monitor.warehouse import Warehouse


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["rum"], 'did you mean "run"'),
        (["run", "--forse"], "Did you mean '--force'"),
        (["run", "--state", "x"], "goes before the verb"),
        (["digest", "2026-W54"], "2026-W54"),
        (["digest", "2026-13"], "2026-W46"),
        (["digest", "2027-W10"], "has not begun yet"),
        (["digest", "--as-of", "yesterday"], "2026-11-16T06:30-05:00"),
        (["digest", "--as-of", "2026-11-16T06:30"], "has no zone"),
        (["digest", "--to", "ana@example.org"], "add --send"),
        (["digest", "--send", "--to", "ana"], "not a mail address"),
        (["digest", "--send", "--as-of", "2026-11-16T06:30-05:00"], "--as-of writes files only"),
        (["run", "--source", "andin"], 'did you mean "andino"'),
        (["sources", "check", "andinoo"], 'did you mean "andino"'),
        (["sql", "theme"], 'did you mean "themes"'),
        (["sql", "  "], "empty"),
        (["sql", "-f", "/nowhere.sql"], "/nowhere.sql"),
        (["sql", "x", "-f", "-"], "not both"),
        (["sql", "--timeout", "0"], "0.1"),
        (["replay"], "no archive"),
        (["replay", "/nowhere.warc"], "/nowhere.warc"),
        (["replay", "--demo", "x.warc"], "leave out the files"),
    ],
)
def test_usage_errors_name_what_and_what_instead(desk: Desk, args: list[str], said: str) -> None:
    """Exit 2, nothing on stdout, a message that says it; with --json the same as one object."""
    ended = desk(*args)
    assert (ended.code, ended.out) == (2, "")
    assert said in ended.err
    assert "Traceback" not in ended.err
    if args[0] != "replay" or "/nowhere.warc" not in args:
        error = desk(*args, "--json").json["error"]
        assert error["code"] == 2
        assert said in error["message"] + error["hint"]


def test_a_missing_or_broken_configuration_is_78(desk: Desk) -> None:
    """Every problem with file and line, and nothing is written."""
    missing = desk.bare("--config", desk.folder / "no.toml", "--state", desk.state, "run")
    assert missing.code == 78
    assert "no.toml: cannot read the configuration: no such file" in missing.err
    desk.config.write_text('[fetch]\nhost_gap = 3\n[[source]]\nid = "A b"\n')
    broken = desk.bare(*desk.words("run"))
    assert broken.code == 78
    assert f"{desk.config}:2: host_gap" in broken.err
    assert f"{desk.config}:4: id" in broken.err
    assert desk("status", "--json").json["error"]["code"] == 78
    assert not desk.state.exists()


@pytest.mark.parametrize("verb", [["sql", "FROM article"], ["why", "1"], ["digest", "2026-W45"], ["digest", "--send"]])
def test_no_snapshot_yet_is_69_and_says_what_to_do(desk: Desk, verb: list[str]) -> None:
    """Before the first run there is nothing to read: not a bug, not a usage error."""
    desk.configure("andino", extra=MAIL)
    ended = desk(*verb)
    assert (ended.code, ended.out) == (69, "")
    assert "peru-monitor run" in ended.err
    assert not Warehouse(desk.state).path.exists()


MAIL = """
[mail]
transport = "smtp"
host = "127.0.0.1"
port = 9
security = "plain"
[digest]
sender = "digest@desk.example.org"
recipients = ["ana@example.org"]
"""


def test_status_before_the_first_run_is_69(desk: Desk) -> None:
    """A monitoring system sees that nothing has been collected yet."""
    assert desk("status").code == 69
    assert desk("status", "--json").json["problems"] == ["no run yet"]


def test_why_of_an_unknown_article_is_2(desk: Desk) -> None:
    """An id, an address and nonsense that nothing is known of."""
    publish_bus(desk.web)
    desk("run")
    for wanted in ("1", "http://andino.example/other", "http://[bad", "bus", "9" * 40):
        ended = desk("why", wanted)
        assert ended.code == 2, ended
        assert f"nothing is known of {wanted}" in ended.err


def test_a_held_lock_is_75_and_silent_when_quiet(desk: Desk) -> None:
    """Another run is everyday life under cron: it says who, or with --quiet nothing at all."""
    publish_bus(desk.web)
    desk.state.mkdir()
    with (desk.state / "monitor.lock").open("w+") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        lock.write(json.dumps({"pid": 121, "since": START.isoformat(), "command": "run"}))
        lock.flush()
        loud, quiet = desk("run"), desk("run", "--quiet")
    assert (loud.code, quiet.code) == (75, 75)
    assert "another run (pid 121, since 12:00:00 UTC, `run`)" in loud.err
    assert (quiet.out, quiet.err) == ("", "")
    assert desk.web.log == []


def test_a_warehouse_held_by_another_process_is_75(desk: Desk) -> None:
    """The message names the process that opened the writer's file and what to open instead; no request goes out."""
    publish_bus(desk.web)
    assert desk("run").code == 0
    asked = len(desk.web.log)
    path = Warehouse(desk.state).path
    hold = f"import duckdb, sys; c = duckdb.connect({str(path)!r}); print(1, flush=True); sys.stdin.read(); c.close()"
    holder = subprocess.Popen([sys.executable, "-c", hold], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    try:
        assert holder.stdout is not None
        holder.stdout.readline()
        ended = desk("run", at=LATER)
    finally:
        holder.communicate()
    assert ended.code == 75
    assert f"held open by process {holder.pid}" in ended.err
    assert "snapshots/peru.duckdb" in ended.err
    assert len(desk.web.log) == asked
    assert desk("run", at=LATER).code == 0


def test_a_full_disk_is_75_and_nothing_is_fetched(desk: Desk) -> None:
    """Room that the run would need is asked for before the first request."""
    desk.configure("andino")
    desk.config.write_text(desk.config.read_text().replace("min_free_bytes = 0", "min_free_bytes = 900000000000000"))
    ended = desk("run")
    assert ended.code == 75
    assert "MB needed" in ended.err
    assert desk.web.log == []


@pytest.mark.parametrize("args", [["run"], ["replay", "--demo"]])
def test_a_state_folder_that_cannot_be_used_is_78(desk: Desk, args: list[str]) -> None:
    """A file stands where the folder should be: named, with the option that names another."""
    desk.state.write_text("")
    ended = desk.bare(*desk.words(*args))
    assert ended.code == 78
    assert f"{desk.state}" in ended.err
    assert "--state DIR" in ended.err


def test_files_that_are_no_archive_are_65(desk: Desk) -> None:
    """Noise, and a cut gzip: bad data, named; no half warehouse is published."""
    for name, content in (("noise.warc", b"\x00\x01 noise" * 99), ("cut.warc.gz", b"\x1f\x8b\x08\x00" + b"\x00" * 40)):
        file = desk.folder / name
        file.write_bytes(content)
        ended = desk("replay", file, "--into", desk.folder / "again")
        assert ended.code == 65, ended
        assert name in ended.err
        assert not Warehouse(desk.folder / "again").snapshot.exists()


def test_a_replay_never_replaces_the_live_warehouse(desk: Desk) -> None:
    """--into the state of live runs would lose its outbox."""
    publish_bus(desk.web)
    desk("run")
    ended = desk("replay", "--into", desk.state)
    assert ended.code == 2
    assert "another folder" in ended.err
    assert desk("status").code == 0


def test_bad_documents_stop_no_other_source(desk: Desk) -> None:
    """Noise, HTML, an empty 200, a cut body, a 404: each has its reason; the good source is stored; exit 0."""
    bad = {
        "noise": Reply(b"\x00\x01 not a feed"),
        "html": Reply(b"<html><title>Mantenimiento</title><body>Volvemos pronto</body></html>"),
        "empty": Reply(b""),
        "cut": Raw(b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n<rss>"),
        "missing": Reply(status=404),
    }
    desk.configure("andino", *bad)
    publish_bus(desk.web)
    for name, answer in bad.items():
        desk.web.script(f"http://{name}.example/rss", answer)
    ended = desk("run", "--json")
    assert ended.code == 0
    reasons = {source["source"]: source["reason"] for source in ended.json["sources"]}
    assert reasons == {
        "andino": None,
        "noise": "not_a_feed",
        "html": "not_a_feed",
        "empty": "empty",
        "cut": "truncated",
        "missing": "not_found",
    }
    assert all(source["detail"] for source in ended.json["sources"] if source["reason"])
    assert ended.json["new_articles"] == 1


def test_a_page_without_text_and_a_date_without_zone(desk: Desk) -> None:
    """Both are stored with what is known and say what is not: feed text with its reason, the date as local time."""
    entry = item("peru/bus", *BUS).replace("Mon, 09 Nov 2026 12:00:00 +0000", "2026-11-09 06:30:00")
    assert "06:30:00" in entry
    desk.web.script("/rss", Reply(feed(entry)))
    desk.web.script("/peru/bus", Reply(b"<html><body></body></html>", headers={"Content-Type": "text/html"}))
    assert desk("run").code == 0
    [article] = rows(settings(desk.state), "FROM article_current")
    assert (article["text_from"], article["published_quality"]) == ("feed", "naive_local")
    assert article["published_at"] == START.replace(hour=11, minute=30)
    assert article["reason"] in ("no_text", "empty")
    why = desk("why", "http://andino.example/peru/bus")
    assert "text from feed" in why.out


def test_no_network_names_every_source_and_exits_69(desk: Desk) -> None:
    """Nothing can be reached: one line per source with its reason, a summary, nothing stored, and status agrees."""
    desk.configure("uno", "dos", "tres")
    for name in ("uno", "dos", "tres"):
        desk.config.write_text(desk.config.read_text().replace(f"http://{name}.example", f"https://{name}.invalid"))
    ended = desk("run")
    assert ended.code == 69
    lines = [line for line in ended.err.splitlines() if ": unreachable" in line]
    assert len(lines) == 3
    assert ended.out.startswith("FAILED  0/3 sources")
    assert rows(settings(desk.state), "SELECT count(*) AS n FROM entry") == [{"n": 0}]
    status = desk("status")
    assert status.code == 69
    assert "exit code 69" in status.out
    checked = desk("sources", "check", "--json")
    assert checked.code == 69
    assert {source["reason"] for source in checked.json["sources"]} == {"unreachable"}


def test_a_crash_is_70_with_its_traceback(desk: Desk, tmp_path: Path) -> None:
    """What nobody foresaw: the traceback for us, one sentence for the user, one object with --json."""
    boom = "import sys; from monitor.cli import main, VERBS; VERBS['run'] = ('nowhere', ''); main(['run', '--json'])"
    done = subprocess.run([sys.executable, "-c", boom], capture_output=True, text=True, check=False, cwd=tmp_path)
    assert done.returncode == 70
    assert "Traceback" in done.stderr
    assert "this is a bug" in done.stderr
    assert json.loads(done.stdout)["error"]["code"] == 70
