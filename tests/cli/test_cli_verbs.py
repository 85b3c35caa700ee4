"""What each verb prints when all is well: the summary line, tables, JSON, explanations, digest files."""

from __future__ import annotations

import csv
import io
from datetime import timedelta

import pytest
from cli_world import BUS, LATER, Desk, publish_bus
from fakes import Reply
from world import START, feed, item

from monitor.cli import VERBS
from monitor.cli.output import as_csv, as_markdown, emit_json, table


def test_a_run_prints_one_line_where_nobody_looks(desk: Desk) -> None:
    """Under cron: the summary and nothing else; the same figures as JSON; with --quiet nothing at all."""
    publish_bus(desk.web)
    first = desk("run")
    assert (first.code, first.err) == (0, "")
    assert first.out == "ok  1/1 sources  1 new articles → 1 new stories  0 edits  0 s\n"
    second = desk("run", "--json", at=START + timedelta(hours=2))
    assert second.err == ""
    assert second.json["entries"] | {"rejected_by_reason": {}} == {
        "fetched": 0,
        "new": 0,
        "seen": 0,
        "changed": 0,
        "rejected": 0,
        "rejected_by_reason": {},
    }
    assert second.json["started_at"] == "2026-11-09T09:00:00-05:00"
    assert [source["status"] for source in second.json["sources"]] == ["unchanged"]
    assert second.json["rechecks"] == {"unchanged": 1}
    third = desk("run", "--quiet", at=START + timedelta(hours=4))
    assert (third.code, third.out, third.err) == (0, "", "")
    early = desk("run", at=START + timedelta(hours=4, minutes=5))
    assert early.out.startswith("ok  no source due")


def test_quiet_speaks_of_a_source_once_it_is_certain(desk: Desk) -> None:
    """One failure is no news; the third in a row is told, once; so is a source without news for a week."""
    desk.configure("andino", "norte")
    publish_bus(desk.web)
    desk.web.script("http://norte.example/rss", Reply(status=403))
    said = [desk("run", "--quiet", "--force", at=START + timedelta(hours=hours)) for hours in (0, 2, 4, 6)]
    assert [ended.code for ended in said] == [0, 0, 0, 0]
    assert [ended.err.count("norte is blocked") for ended in said] == [0, 0, 1, 0]
    assert all(ended.out == "" for ended in said)
    later = [desk("run", "--quiet", "--force", at=START + timedelta(days=days)) for days in (6, 8, 9)]
    assert [ended.err.count("andino is silent: nothing new since 2026-11-09") for ended in later] == [0, 1, 0]


def test_a_failed_run_is_told_also_when_quiet(desk: Desk) -> None:
    """Nothing answered: one line per source and the summary, so that cron mails it; exit 69."""
    desk.web.script("/rss", Reply(status=500))
    ended = desk("run", "--quiet")
    assert (ended.code, ended.out) == (69, "")
    assert "andino: http_server" in ended.err
    assert "FAILED  0/1 sources" in ended.err


def test_status_speaks_of_runs_that_stopped_coming(desk: Desk) -> None:
    """A monitoring system learns from `status` that nobody starts the runs any more."""
    publish_bus(desk.web)
    desk("run")
    assert desk("status", at=START + timedelta(hours=3)).code == 0
    late = desk("status", at=START + timedelta(days=3))
    assert late.code == 69
    assert "no run for 3 days" in late.out
    found = desk("status", "--json").json
    assert (found["healthy"], found["articles"], found["warehouse_schema"] >= 1) == (True, 1, True)


def test_the_bare_command_shows_state_and_usual_commands(desk: Desk) -> None:
    """Nobody has to read the manual to find the next step, before the first run and after it."""
    publish_bus(desk.web)
    before = desk()
    assert before.code == 0
    assert "none yet" in before.out
    assert "replay --demo" in before.out
    desk("run")
    after = desk()
    assert "1 articles about Peru" in after.out
    assert all(f" {verb} " in after.out for verb in ("run", "digest", "sql"))


def test_why_shows_evidence_story_and_relevance(desk: Desk) -> None:
    """By address (also with tracking parameters) and by id: the words that earned each theme."""
    publish_bus(desk.web)
    desk("run")
    by_address = desk("why", "http://andino.example/peru/bus?utm_source=x", "--json").json
    article = by_address["article"]
    assert article["title"] == BUS[0]
    theme = next(theme for theme in by_address["themes"] if theme["theme"] == "citizen-security")
    assert all(span["matched"] for span in theme["evidence"])
    text = desk("why", article["article_id"]).out
    assert "about Peru: yes" in text
    assert "citizen-security" in text
    assert f"story {article['story_id']}" in text


def test_why_explains_what_was_turned_away(desk: Desk) -> None:
    """An entry that the gate refused: the reasons, worked out again."""
    entry = item("mundo/madrid", "Madrid aprueba presupuesto", "El ayuntamiento de la capital española.")
    desk.web.script("/rss", Reply(feed(entry)))
    desk("run")
    desk.config.write_text(desk.config.read_text())
    ended = desk("why", "http://andino.example/mundo/madrid")
    assert ended.code == 0
    assert "turned away before its page was read: not_about_peru" in ended.out
    assert "NO (0." in ended.out
    assert desk("why", "http://andino.example/mundo/madrid", "--json").json["relevance"]["relevant"] is False


def test_sql_prints_tables_csv_markdown_and_json(desk: Desk) -> None:
    """Instants in Lima, lists without brackets, NULL as nothing; the row count goes to stderr."""
    publish_bus(desk.web)
    desk("run")
    query = "SELECT title, effective_at, NULL AS nothing, ['á', 'b'] AS both FROM article_current"
    plain = desk("sql", query)
    assert plain.out.splitlines()[2].split("  ")[0] == BUS[0]
    assert "2026-11-09 07:00 Lima" in plain.out
    assert "á, b" in plain.out
    assert "(1 row; snapshot of " in plain.err
    [row] = list(csv.DictReader(io.StringIO(desk("sql", query, "--csv").out)))
    assert row == {"title": BUS[0], "effective_at": "2026-11-09T07:00:00-05:00", "nothing": "", "both": '["á", "b"]'}
    assert desk("sql", query, "--json").json["rows"] == [
        {"title": BUS[0], "effective_at": "2026-11-09T07:00:00-05:00", "nothing": None, "both": ["á", "b"]}
    ]
    assert f"| {BUS[0]} | 2026-11-09 07:00 Lima |  | á, b |" in desk("sql", query, "--md").out


def test_every_saved_query_runs(desk: Desk) -> None:
    """Each one that `sql` lists answers on a warehouse with one article."""
    publish_bus(desk.web)
    desk("run")
    names = [saved["name"] for saved in desk("sql", "--json").json["saved"]]
    assert {"themes", "tables", "edits"} <= set(names)
    for name in names:
        assert desk("sql", name, "--json").code == 0, name


def test_sources_list_and_check(desk: Desk) -> None:
    """The list needs no network; a check asks once, stores nothing and says what came."""
    publish_bus(desk.web)
    assert desk("sources", "list", "--json").json["sources"][0]["id"] == "andino"
    assert desk.web.log == []
    checked = desk("sources", "check", "andino")
    assert checked.code == 0
    assert "2026-11-09 07:00 Lima" in checked.out
    assert not desk.state.exists()


def test_digest_writes_three_files_and_keeps_what_was_known_apart(desk: Desk) -> None:
    """The files of a week; --as-of goes beside them and never over them; --if-due does it once."""
    publish_bus(desk.web)
    desk("run")
    assert desk("digest", "--if-due", at=START + timedelta(days=6)).out == ""
    written = desk("digest", "--if-due", at=LATER)
    assert [line.rsplit(".", 1)[1] for line in written.out.splitlines()] == ["html", "txt", "md"]
    issue = desk.state / "digests" / "2026-W46.html"
    assert BUS[0] in issue.read_text()
    assert "nothing to do" in desk("digest", "--if-due", at=LATER).err
    assert desk("digest", "--if-due", "--json", at=LATER).json["due"] is False
    before = issue.read_bytes()
    past = desk("digest", "2026-W46", "--as-of", "2026-11-09T06:00-05:00", at=LATER)
    assert "2026-W46.as-of-20261109T110000Z.html" in past.out
    assert issue.read_bytes() == before
    spanish = desk("digest", "2026-W46", "--lang", "es", "--json", at=LATER).json["files"]
    assert spanish["html"].endswith("2026-W46.es.html")


def test_a_week_before_the_first_run_is_not_due(desk: Desk) -> None:
    """Installed on a Tuesday, it does not mail an empty digest of the week before."""
    publish_bus(desk.web)
    desk("run")
    assert desk("digest", "--if-due", at=START + timedelta(days=1)).out == ""
    assert not (desk.state / "digests").exists()


def test_replay_rebuilds_and_names_a_command_that_works(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """The archive of the state, into its own folder; the `next` line can be typed as it stands."""
    publish_bus(desk.web)
    desk("run")
    monkeypatch.chdir(desk.folder)
    ended = desk("replay")
    assert ended.code == 0
    assert "replayed 1 runs: 1 entries → 1 articles → 1 stories" in ended.out
    following = ended.out.splitlines()[-1].split()
    assert following[0] == "next"
    assert following[-4:] == ["--state", "state/replay", "sql", "themes"]
    assert desk.bare(*following[-4:]).code == 0
    totals = desk("replay", "--json").json
    assert (totals["runs"], totals["new_articles"], totals["failed_checks"]) == (1, 1, [])


def test_help_of_every_verb(desk: Desk) -> None:
    """Each verb loads and explains itself."""
    for verb in VERBS:
        assert "Usage: peru-monitor " + verb in desk.bare(verb, "--help").out


def test_tables_cut_long_cells_and_align_numbers() -> None:
    """Text to the left, numbers to the right, line breaks removed, nothing wider than its limit."""
    shown = table(("name", "n"), [("a\nb", 5), ("x" * 70, 1234)], limit=20).splitlines()
    assert shown[2] == "a b" + " " * 17 + "     5"
    assert shown[3] == "x" * 19 + "…" + "  1234"


def test_values_that_json_csv_and_markdown_do_not_know(capsys: pytest.CaptureFixture[str]) -> None:
    """No NaN in JSON, no bare pipe in Markdown, no unquoted comma in CSV."""
    emit_json({"nan": float("nan"), "days": timedelta(days=1)})
    assert '"nan": null' in capsys.readouterr().out
    assert as_markdown(("a",), [("x|y",)]).splitlines()[-1] == "| x\\|y |"
    assert as_csv(("a",), [("x,y",)]) == 'a\n"x,y"'
