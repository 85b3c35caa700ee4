"""The section files against a real warehouse: what they count, and what they leave out."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from digest_world import AS_OF, MONDAY, SECTIONS, SPECS, World, lima

from monitor.digest import check_columns, render_text
from monitor.extract import Change
from monitor.text import digest_of

MINING = "mining-minerals"


def theme(world: World, slug: str = MINING, **given: Any) -> dict[str, Any]:
    return next(row for row in world.section("02_theme_change", **given) if row["theme"] == slug)


@pytest.mark.parametrize("name", SECTIONS)
def test_runs_on_an_empty_warehouse(world: World, name: str) -> None:
    """Every section answers before the first run, with the columns its layout draws."""
    columns, rows = world.result(name)
    check_columns(SPECS[name], columns)
    assert len(rows) == (1 if name == "01_summary" else 0)


def test_files_are_one_statement_each() -> None:
    """A section file holds one statement with a title in both languages."""
    for name, sql in SECTIONS.items():
        code = "\n".join(line for line in sql.splitlines() if not line.lstrip().startswith("--"))
        assert code.rstrip().count(";") == 1, name
        assert SPECS[name].title
        assert SPECS[name].title_es != SPECS[name].title


class TestThemeChange:
    def seed(self, world: World, before: tuple[int, ...], now: int) -> None:
        world.themes()
        world.source("a")
        world.collect(["a"], range(-len(before), 1))
        for back, count in zip(range(-len(before), 0), before, strict=True):
            for _ in range(count):
                world.article("a", lima(world.day(back)), themes=[MINING])
        for _ in range(now):
            world.article("a", lima(world.day(0)), themes=[MINING])

    def test_compares_with_last_week_and_the_median(self, world: World) -> None:
        """Eight earlier weeks: last week, median, mean, z and the flag."""
        self.seed(world, (3, 4, 2, 3, 9, 3, 4, 5), 12)
        row = theme(world)
        assert (row["stories"], row["stories_last"], row["change"]) == (12, 5, 7)
        assert (row["usual"], row["mean_like"], row["weeks_usable"]) == (3.5, 4.13, 8)
        assert row["z"] == pytest.approx(2 * (12**0.5 - 4.125**0.5), abs=0.01)
        assert row["flagged"]
        assert row["history"] == [3, 4, 2, 3, 9, 3, 4, 5, 12]

    def test_says_nothing_is_usual_before_four_weeks(self, world: World) -> None:
        """Three weeks of history give no median, no z and no flag."""
        self.seed(world, (1, 1, 1), 12)
        row = theme(world)
        assert (row["usual"], row["z"], row["flagged"], row["weeks_usable"]) == (None, None, False, 3)
        assert row["stories_last"] == 1

    def test_flags_no_small_numbers(self, world: World) -> None:
        """From 0 to 4 stories z is above 2, but four stories are too few to call it a change."""
        self.seed(world, (0, 0, 0, 0, 0), 4)
        row = theme(world)
        assert row["z"] == 4
        assert not row["flagged"]

    def test_a_wave_is_not_unusual(self, world: World) -> None:
        """After one week of thirty stories five are few by the mean, but there were weeks with fewer."""
        self.seed(world, (4, 3, 3, 30, 3, 4), 4)
        row = theme(world)
        assert row["z"] < -1.5
        assert (row["low"], row["high"], row["flagged"]) == (3, 30, False)

    def test_flags_a_fall(self, world: World) -> None:
        """From nine stories a week to one."""
        self.seed(world, (9, 9, 9, 9), 1)
        row = theme(world)
        assert row["flagged"]
        assert row["z"] == -4

    def test_weeks_without_collection_are_not_zero(self, world: World) -> None:
        """A week in which nothing was fetched is unknown, not quiet; so is one in which collection only began."""
        world.themes()
        world.source("a")
        began = lima(world.day(-3, 4))  # a Friday
        world.fetch("a", began)
        world.collect(["a"], (-1, 0))
        for week in (-3, -1, 0):
            world.article("a", lima(world.day(week, 5)), themes=[MINING])
        row = theme(world)
        assert row["history"][-4:] == [None, None, 1, 1]
        assert row["weeks_usable"] == 1

    def test_a_new_source_is_not_news(self, world: World) -> None:
        """Ten stories more from a source that was not there before raise the count, never the flag."""
        self.seed(world, (3, 3, 3, 3), 3)
        world.source("b")
        world.collect(["b"], (0,))
        for _ in range(10):
            world.article("b", lima(world.day(0)), themes=[MINING])
        row = theme(world)
        assert (row["stories"], row["stories_like"], row["z"], row["flagged"]) == (13, 3, 0, False)

    def test_counts_a_story_once_and_a_copy_not_as_a_voice(self, world: World) -> None:
        """Three outlets, two owners, one of them only with the other's text: one story, one owner group."""
        world.themes()
        for source, owner in (("a", "x"), ("b", "x"), ("c", "y")):
            world.source(source, owner)
        world.collect(["a", "b", "c"], range(-4, 1))
        first = world.article("a", lima(MONDAY), themes=[MINING])
        world.article("b", lima(MONDAY, 10), themes=[MINING], story=first)
        world.article("c", lima(MONDAY, 11), themes=[MINING], story=first, copy_of=first)
        row = theme(world)
        assert (row["stories"], row["articles"], row["texts"], row["outlets"], row["owners"]) == (1, 3, 2, 3, 1)

    def test_a_week_ends_at_midnight_in_lima(self, world: World) -> None:
        """Sunday 23:59 in Lima is 04:59 UTC on Monday, and still last week."""
        self.seed(world, (1, 1), 0)
        world.article("a", datetime(2026, 11, 16, 4, 59, tzinfo=UTC), themes=[MINING])
        world.article("a", datetime(2026, 11, 16, 5, 0, tzinfo=UTC), themes=[MINING])
        assert theme(world)["stories"] == 1
        assert theme(world, monday=MONDAY + timedelta(7))["stories"] == 1

    def test_leaves_out_bait_and_irrelevant_pages(self, world: World) -> None:
        """Advice pages and pages not about Peru are in no figure."""
        self.seed(world, (1, 1), 1)
        world.article("a", lima(MONDAY), themes=[MINING], bait=True)
        world.article("a", lima(MONDAY), themes=[MINING], relevant=False)
        assert theme(world)["stories"] == 1
        assert world.section("01_summary")[0]["articles_bait"] == 1

    def test_shows_the_state_of_knowledge_asked_for(self, world: World) -> None:
        """What became known after `as_of` is not there."""
        self.seed(world, (1, 1), 1)
        world.article("a", lima(world.day(0)), themes=[MINING], known_at=AS_OF + timedelta(hours=1))
        assert theme(world)["stories"] == 1
        assert theme(world, as_of=AS_OF + timedelta(hours=2))["stories"] == 2

    def test_new_continuing_and_quiet(self, world: World) -> None:
        """A story is new in the week of its first article; it is quiet when two outlets had it and none has now."""
        self.seed(world, (1,) * 6, 2)
        world.source("b")
        goes_on = world.article("a", lima(world.day(-1)), themes=[MINING])
        world.article("b", lima(world.day(0)), themes=[MINING], story=goes_on)
        ends = world.article("a", lima(world.day(-1)), themes=[MINING])
        world.article("b", lima(world.day(-1)), themes=[MINING], story=ends)
        row = theme(world)
        assert (row["stories"], row["new_n"], row["continuing_n"], row["quiet_n"]) == (3, 2, 1, 1)

    def test_themes_without_a_story_are_listed_with_zero(self, world: World) -> None:
        """Silence is a figure too."""
        self.seed(world, (1,), 1)
        assert theme(world, "disasters")["stories"] == 0


class TestThemeLeads:
    def test_ranks_by_owner_groups_and_lists_five(self, world: World) -> None:
        """Six stories: the one with most owner groups leads, the sixth is only counted."""
        world.themes()
        for number in range(4):
            world.source(f"s{number}", f"o{number // 2}")
        world.collect([f"s{number}" for number in range(4)], range(-1, 1))
        for _ in range(5):
            world.article("s0", lima(MONDAY), themes=[MINING])
        wide = world.article("s1", lima(MONDAY, 12), "La de dos dueños", themes=[MINING], regions=["puno"])
        world.article("s3", lima(MONDAY, 13), themes=[MINING], story=wide, regions=["puno", "cusco"])
        rows = world.section("03_theme_leads")
        assert [row["rank"] for row in rows] == [1, 2, 3, 4, 5]
        top = rows[0]
        assert (top["title"], top["owner_n"], top["outlet_n"], top["theme_stories"]) == ("La de dos dueños", 2, 2, 6)
        assert top["regions"] == ["puno", "cusco"]
        assert [voice["outlet"] for voice in top["outlets"]] == ["S1", "S3"]

    def test_prints_the_statement_that_lists_all(self, world: World) -> None:
        """The SQL beside "+n more" runs as printed and lists every story of the theme."""
        world.themes()
        world.source("a")
        world.collect(["a"], (0,))
        for _ in range(7):
            world.article("a", lima(MONDAY), themes=[MINING])
        statement = world.section("03_theme_leads")[0]["more_sql"]
        listed = world.con.execute(statement.replace(")", ", as_of := TIMESTAMPTZ '2026-11-16 11:30:00Z')")).fetchall()
        assert len(listed) == 7

    def test_takes_the_headline_others_resemble(self, world: World) -> None:
        """Not the first article but the one that the others were linked to."""
        world.themes()
        world.source("a")
        world.source("b")
        world.collect(["a", "b"], (0,))
        first = world.article("a", lima(MONDAY, 8), "Primero", themes=[MINING])
        middle = world.article("b", lima(MONDAY, 9), "Central", themes=[MINING], story=first, linked_to=first)
        for hour in (10, 11):
            world.article("a", lima(MONDAY, hour), themes=[MINING], story=first, linked_to=middle)
        assert world.section("03_theme_leads")[0]["title"] == "Central"

    @pytest.mark.parametrize(
        ("weeks", "state"), [((), "new"), ((-1,), "continuing"), ((-2,), "continuing"), ((-4,), "resurfaced")]
    )
    def test_state_follows_from_the_weeks_before(self, world: World, weeks: tuple[int, ...], state: str) -> None:
        """New without earlier articles, continuing with recent ones, resurfaced after three silent weeks."""
        world.themes()
        world.source("a")
        world.collect(["a"], range(-5, 1))
        story = None
        for week in weeks:
            story = world.article("a", lima(world.day(week)), story=story)
        world.article("a", lima(MONDAY), themes=[MINING], story=story)
        assert world.section("03_theme_leads")[0]["state"] == state

    def test_growing_means_more_owner_groups(self, world: World) -> None:
        """One owner last week, two this week."""
        world.themes()
        world.source("a")
        world.source("b")
        world.collect(["a", "b"], range(-2, 1))
        story = world.article("a", lima(world.day(-1)))
        world.article("a", lima(MONDAY), themes=[MINING], story=story)
        world.article("b", lima(MONDAY), themes=[MINING], story=story)
        assert world.section("03_theme_leads")[0]["state"] == "growing"

    def test_nothing_is_called_new_that_predates_collection(self, world: World) -> None:
        """In the first week an article from before the first fetch may belong to an old story."""
        world.themes()
        world.source("a")
        world.fetch("a", lima(world.day(0, 2)))
        world.article("a", lima(MONDAY), themes=[MINING], known_at=lima(world.day(0, 2)))
        assert world.section("03_theme_leads")[0]["state"] is None


class TestEdits:
    def edit(
        self, world: World, old: tuple[str, str, str], new: tuple[str, str, str], **more: Any
    ) -> list[dict[str, Any]]:
        world.source("a")
        article = world.article("a", lima(MONDAY), old[0], summary=old[1], body=old[2])
        world.edited(article, lima(world.day(0, 2)), *new, **more)
        return world.section("04_edits")

    @pytest.mark.parametrize(
        ("old", "new", "change"),
        [
            (("Mueren dos", "", ""), ("Mueren cinco", "", ""), "figure"),
            (("Mueren dos", "", ""), ("Mueren 2", "", ""), "headline"),
            (("Caída", "", "Eran 1.200 casas."), ("Caída", "", "Eran 1.500 casas."), "figure"),
            (("Ministro mintió", "", ""), ("Ministro se contradijo", "", ""), "headline"),
            (("Igual", "Una bajada", ""), ("Igual", "Otra bajada", ""), "summary"),
            (("Igual", "", "Ana Quispe Ríos mintió."), ("Igual", "", "La asesora mintió."), "name"),
            (("Igual", "", "Llovió, dijo el alcalde."), ("Igual", "", "Llovió."), "attribution"),
            (("Igual", "", "Llovió."), ("Igual", "", "Llovió.\nFe de erratas: no llovió."), "correction"),
        ],
    )
    def test_grades_the_change(
        self, world: World, old: tuple[str, str, str], new: tuple[str, str, str], change: str
    ) -> None:
        """By the grades stored with the edit; a figure of the headline goes before everything."""
        assert [row["change"] for row in self.edit(world, old, new)] == [change]

    @pytest.mark.parametrize(
        ("old", "new"),
        [
            (("Un «titular»", "", ""), ('Un  "titular"', "", "")),
            (("Son 1.200 casas", "", ""), ("Son 1.200\u00a0casas", "", "")),
            (("A las 10:45", "", "Cifra 3 a las 10:45."), ("A las 10:45", "", "Cifra 3 a las 11:20.")),
            (("Titular", "", "Hay 3."), ("Titular", "", "Hay 3. Después fueron 7.")),
        ],
    )
    def test_white_space_quotes_times_and_additions_never_count(
        self, world: World, old: tuple[str, str, str], new: tuple[str, str, str]
    ) -> None:
        """Such versions exist, but nobody needs to read of them."""
        assert self.edit(world, old, new) == []

    @pytest.mark.parametrize(
        ("old", "new", "recounted"),
        [
            (
                "Hay 2 muertos y 11 heridos.",
                "Hay 5 muertos y 19 heridos.",
                [("heridos", "11", "19"), ("muertos", "2", "5")],
            ),
            ("Hay dos muertos.", "Los muertos son 12: hay cinco muertos.", [("muertos", "2", "5")]),
            ("Son 1 900 hectáreas.", "Son 2\u00a0100 hectáreas.", [("hectareas", "1900", "2100")]),
            ("Usó 3 buses y 4 buses.", "Usó 5 buses y 4 buses.", [("buses", "3", "5")]),
            ("Subió 2,5 % en mayo.", "Subió 3,1 % en mayo.", [("%", "2.5", "3.1")]),
            ("Costará S/ 900 al mes.", "Costará US$ 900 al mes.", [("", "S/ 900", "US$ 900")]),
            ("Será el 12 de mayo.", "Será el 19 de mayo.", [("", "12 de mayo", "19 de mayo")]),
        ],
    )
    def test_names_the_figure_that_changed(
        self, world: World, old: str, new: str, recounted: list[tuple[str, str, str]]
    ) -> None:
        """With what it counts; a date and an amount of other money as they are written."""
        (row,) = self.edit(world, ("Igual", "", old), ("Igual", "", new))
        assert [(pair["noun"], pair["old"], pair["new"]) for pair in row["recounted"]] == recounted

    def test_a_rewritten_headline_is_no_changed_figure(self, world: World) -> None:
        """Another sentence with another number corrects nothing."""
        old, new = "Comunidad aprueba mina de US$2 100 millones", "Comuneros venden 1 900 hectáreas para un tajo"
        assert [row["change"] for row in self.edit(world, (old, "", ""), (new, "", ""))] == ["headline"]

    def test_edits_of_articles_without_a_theme_come_last(self, world: World) -> None:
        """A changed score is of less interest than a reworded headline on a subject we follow."""
        world.themes()
        world.source("a")
        score = world.article("a", lima(MONDAY), "Melgar gana por 2 goles")
        world.edited(score, lima(MONDAY, 12), "Melgar gana por 3 goles")
        mine = world.article("a", lima(MONDAY), "Ministro mintió", themes=[MINING])
        world.edited(mine, lima(MONDAY, 12), "Ministro se contradijo")
        assert [row["article_id"] for row in world.section("04_edits")] == [mine, score]

    def test_text_from_elsewhere_is_no_edit(self, world: World) -> None:
        """The feed's short text followed by the page's long one says nothing about the outlet."""
        assert self.edit(world, ("Dos muertos", "", ""), ("Tres muertos", "", ""), text_from="feed") == []

    def test_several_edits_show_first_and_last(self, world: World) -> None:
        """Three wordings in one week are one line."""
        world.source("a")
        article = world.article("a", lima(MONDAY), "Mueren dos")
        world.edited(article, lima(MONDAY, 12), "Mueren tres")
        world.edited(article, lima(MONDAY, 15), "Mueren cuatro")
        (row,) = world.section("04_edits")
        assert (row["old_title"], row["new_title"], row["edits"]) == ("Mueren dos", "Mueren cuatro", 2)
        assert row["recounted"] == [{"noun": "", "old": "2", "new": "4"}]

    def test_what_was_changed_back_is_not_told(self, world: World) -> None:
        """A headline and a figure that ended as they began are no line."""
        world.source("a")
        article = world.article("a", lima(MONDAY), "Mueren dos", body="Hay 2 muertos en Ica.")
        world.edited(article, lima(MONDAY, 12), "Mueren tres", "", "Hay 3 muertos en Ica.")
        world.edited(article, lima(MONDAY, 15), "Mueren dos", "", "Hay 2 muertos en Ica.")
        assert world.section("04_edits") == []

    def test_a_live_page_is_told_only_for_what_it_takes_back(self, world: World) -> None:
        """Its toll and its headline move by the hour; a correction is news."""
        world.source("a")
        for slug, note in (("uno", "Hay 3 muertos en Ica."), ("dos", "Fe de erratas: eran 2.")):
            live = world.article("a", lima(MONDAY), f"En vivo {slug}", body="Hay 2 muertos en Ica.", kind="live")
            world.edited(live, lima(MONDAY, 12), f"En vivo {slug}", "", note, kind="live")
        assert [row["change"] for row in world.section("04_edits")] == ["correction"]

    def test_a_withdrawn_page_is_shown(self, world: World) -> None:
        """A page that we read before and that is gone now: one line, with the headline it had before any edit."""
        world.source("a")
        article = world.article("a", lima(MONDAY), "Una denuncia contra un juez")
        world.edited(article, lima(MONDAY, 12), "Nota en revisión")
        world.graded(article, 2, lima(world.day(0, 3)), Change("withdrawn", "page", "Nota en revisión", ""))
        (row,) = world.section("04_edits")
        assert (row["change"], row["old_title"], row["new_title"]) == (
            "withdrawn",
            "Una denuncia contra un juez",
            "Nota en revisión",
        )

    @pytest.mark.parametrize(
        ("old", "new", "change", "cited"),
        [
            ("Otro texto.", "Otro texto.\nFe de erratas: eran cinco.", "correction", "Fe de erratas: eran cinco."),
            ("Fueron tres, según la Policía.", "Fueron tres.", "attribution", "Fueron tres, según la Policía."),
            ("Fue Ana Quispe Ríos.", "Fue la asesora.", "name", "Ana Quispe Ríos"),
        ],
    )
    def test_what_only_sentences_can_tell_is_quoted(
        self, world: World, old: str, new: str, change: str, cited: str
    ) -> None:
        """A correction note, a source and a name that were dropped, though headline and figures stay."""
        (row,) = self.edit(world, ("Choque en Ica", "", old), ("Choque en Ica", "", new))
        assert (row["change"], row["cited"], row["new_title"]) == (change, cited, "Choque en Ica")

    def test_words_of_agrees_with_the_hash_of_a_version(self, world: World) -> None:
        """What the warehouse stores as the same wording, the digest shows as no edit."""
        pair = ("«Perú» crece: 2,5 %", "Perú  crece 2.5%")
        assert digest_of(pair[0]) == digest_of(pair[1])
        assert world.one("SELECT words_of($a) = words_of($b)", a=pair[0], b=pair[1]) == (True,)


class TestQuietAndLate:
    @pytest.fixture
    def pair(self, world: World) -> World:
        world.themes()
        for source in ("a", "b"):
            world.source(source)
        return world

    def test_gone_quiet_needs_two_outlets_a_theme_and_silence(self, pair: World) -> None:
        """One outlet is no story to miss, nor is one without a theme; a story that goes on is not quiet."""
        pair.collect(["a", "b"], range(-1, 1))
        last = lima(pair.day(-1))
        quiet = pair.article("a", last, "Callada", themes=[MINING])
        pair.article("b", last, story=quiet)
        pair.article("a", last, "De uno solo", themes=[MINING])
        sport = pair.article("a", last, "Un fichaje")
        pair.article("b", last, story=sport)
        goes_on = pair.article("a", last, themes=[MINING])
        pair.article("b", last, story=goes_on)
        pair.article("a", lima(pair.day(0)), story=goes_on)
        rows = pair.section("05_gone_quiet")
        assert [(row["title"], row["unheard"], row["outlet_n"]) for row in rows] == [("Callada", False, 2)]

    def test_a_dead_source_is_not_a_quiet_story(self, pair: World) -> None:
        """Where none of its sources answered, the section says so."""
        pair.collect(["a", "b"], (-1,))
        quiet = pair.article("a", lima(pair.day(-1)), themes=[MINING])
        pair.article("b", lima(pair.day(-1)), story=quiet)
        assert pair.section("05_gone_quiet")[0]["unheard"]

    def late(self, world: World, title: str, known_at: datetime, week: int = -1, **more: Any) -> None:
        world.article("a", lima(world.day(week, 6), 23), title, known_at=known_at, themes=[MINING], **more)

    def test_learned_later_is_dated_before_and_known_now(self, pair: World) -> None:
        """Articles of weeks that we collected; not what feeds still held when we began."""
        pair.collect(["a"], range(-2, 1))
        known = lima(pair.day(0, 2))
        story = pair.article("a", lima(pair.day(-1)))
        self.late(pair, "Tardía", known)
        self.late(pair, "Tardía conocida", known, story=story)
        self.late(pair, "De antes", known, week=-5)
        rows = pair.section("06_learned_later")
        assert {row["title"]: row["adds_story"] for row in rows} == {"Tardía": True, "Tardía conocida": False}
        assert {row["week"] for row in rows} == {"2026-W45"}
        assert pair.section("01_summary")[0]["articles_backlog"] == 1

    def test_what_the_last_issue_knew_is_not_late(self, pair: World) -> None:
        """From one issue to the next: nothing twice, nothing lost between."""
        pair.collect(["a"], range(-2, 2))
        sent = lima(MONDAY, 10)
        pair.insert("digest_issue", week="2026-W45", language="en", as_of=sent, known_at=sent)
        self.late(pair, "Conocida", sent - timedelta(minutes=1))
        self.late(pair, "Tras el envío", sent + timedelta(minutes=1))
        self.late(pair, "Del lunes siguiente", lima(pair.day(1, 0), 5))
        titles = [
            {
                row["title"]
                for row in pair.section("06_learned_later", MONDAY + timedelta(7 * week), AS_OF + timedelta(7 * week))
            }
            for week in (0, 1)
        ]
        assert titles == [{"Tras el envío", "Del lunes siguiente"}, set()]

    def test_a_story_joined_or_taken_apart_is_told_once(self, pair: World) -> None:
        """Where articles of an earlier week moved: in the issue after it, with the weeks whose figures change."""
        pair.collect(["a", "b"], range(-2, 2))
        known = lima(pair.day(0, 2))
        older = pair.article("a", lima(pair.day(-1)), "Primera")
        other = pair.article("b", lima(pair.day(-1, 1)), "Segunda")
        guest = pair.article("b", lima(pair.day(-1, 2)), "Ajena", story=older)
        fresh = [pair.article(name, lima(pair.day(0)), name) for name in ("a", "b")]
        for story, into in ((other, older), (fresh[1], fresh[0])):
            pair.insert("story_event", action="merge", story_id=story, into_id=into, known_at=known)
        split = {"action": "split", "story_id": older, "article_id": guest, "into_id": guest, "author": "ana"}
        pair.insert("story_decision", **split, known_at=known + timedelta(hours=1))
        rows = pair.section("06_regrouped")
        assert {(row["action"], row["title"], row["other_title"], row["author"]) for row in rows} == {
            ("merge", "Segunda", "Primera", None),
            ("split", "Ajena", "Primera", "ana"),
        }
        assert {tuple(row["weeks"]) for row in rows} == {("2026-W45",)}
        assert pair.section("06_regrouped", MONDAY + timedelta(7), AS_OF + timedelta(7)) == []

    def test_a_regrouping_is_told_in_both_languages(self, pair: World) -> None:
        """The section stands in the issue only where something changed."""
        pair.collect(["a"], range(-2, 1))
        older, other = (pair.article("a", lima(pair.day(-1, n)), f"Titular {n}") for n in (0, 1))
        assert "06_regrouped" not in {section.name for section in pair.digest().sections}
        at = lima(pair.day(0, 2))
        pair.insert("story_event", action="merge", story_id=other, into_id=older, known_at=at)
        for language, said in (("en", "now part of “Titular 0”"), ("es", "ahora parte de «Titular 0»")):
            issue = pair.digest(language)
            (row,) = next(section.rows for section in issue.sections if section.name == "06_regrouped")
            assert (row["title"], row["outlet"]) == ("Titular 1", said)
            assert "W45" in row["note"]

    def test_copies_of_one_agency_are_one_voice(self, pair: World) -> None:
        """Two owners that carry one agency's texts count once, in the summary, the theme and the story alike."""
        pair.collect(["a", "b"], (0,))
        story = pair.article("a", lima(pair.day(0)), themes=[MINING])
        pair.article("b", lima(pair.day(0)), story=story, themes=[MINING])

        def counted() -> set[int]:
            theme = next(row for row in pair.section("02_theme_change") if row["theme"] == MINING)
            return {
                pair.section("01_summary")[0]["owners"],
                theme["owners"],
                pair.section("03_theme_leads")[0]["owner_n"],
            }

        assert counted() == {2}
        pair.con.execute("UPDATE article_version SET agency = 'EFE'")
        assert counted() == {1}


class TestCoverage:
    def states(self, world: World) -> dict[str, str]:
        return {row["source_id"]: row["state"] for row in world.section("07_coverage")}

    def test_tells_quiet_from_dead(self, world: World) -> None:
        """Every way in which a source can fail us has its own name."""
        for source in ("fine", "dead", "walled", "mute", "never", "unasked", "thin", "cut", "shaky", "fallen"):
            world.source(source)
        world.source("off", enabled=False)
        world.collect(["fine", "cut", "shaky", "fallen"], range(-5, 1))
        world.fetch("fallen", lima(world.day(0, 5)), "failed", 0, reason="http_server")
        world.collect(["dead", "mute"], range(-5, 0))
        world.collect(["thin"], range(-5, 0), new=40)
        at = lima(world.day(0, 3))
        world.fetch("dead", at, "failed", 0, reason="timeout")
        world.fetch("walled", at, "failed", 0, reason="challenge")
        world.fetch("never", at, "failed", 0, reason="not_a_feed")
        world.collect(["mute"], (0,), new=0)
        world.fetch("thin", at, new=3)
        for hour in (1, 2, 3, 4):
            world.fetch("shaky", at + timedelta(hours=hour), "failed", 0, reason="http_server")
        world.fetch("shaky", at + timedelta(days=3), new=0)
        for hour in range(4):
            world.article("cut", lima(MONDAY, hour), access="teaser")
        assert self.states(world) == {
            "walled": "blocked",
            "dead": "failed",
            "never": "never_answered",
            "unasked": "not_tried",
            "fallen": "failing",
            "mute": "silent",
            "thin": "shrinking",
            "shaky": "unsteady",
            "cut": "teaser_only",
            "fine": "ok",
        }

    def test_silence_is_measured_against_a_sources_own_pauses(self, world: World) -> None:
        """Daily news for weeks and none for six days is silence; one entry a fortnight is not."""
        world.source("daily")
        world.source("rare")
        for days in range(60, -1, -1):
            at = lima(MONDAY + timedelta(days=6 - days))
            world.fetch("daily", at, new=5 if days > 6 else 0)
            world.fetch("rare", at, new=1 if days % 14 == 10 else 0)
        assert self.states(world) == {"daily": "silent", "rare": "ok"}

    def test_a_source_that_failed_at_the_end_of_the_week_is_failing_now(self, world: World) -> None:
        """Most of its fetches were usable, but none since Saturday; one that came back is well again, and so is one
        that missed its last fetch only."""
        for source in ("desk", "back", "slip"):
            world.source(source)
        first = lima(MONDAY, 0)
        for step in range(21):
            at = first + timedelta(hours=8 * step)
            broken = step >= 15
            world.fetch("desk", at, "failed" if broken else "ok", 0 if broken else 1, reason="http_server")
            world.fetch("back", at, "failed" if broken and step < 20 else "ok", 0 if broken else 1, reason="timeout")
            world.fetch("slip", at, "failed" if step == 20 else "ok", 0 if step == 20 else 1, reason="timeout")
        rows = {row["source_id"]: row for row in world.section("07_coverage")}
        assert {name: row["state"] for name, row in rows.items()} == {"desk": "failing", "back": "ok", "slip": "ok"}
        assert (rows["desk"]["ok"], rows["desk"]["failed"]) == (15, 6)
        assert rows["desk"]["failing_since"] == first + timedelta(hours=8 * 15)
        assert "Desk: failing now" in render_text(world.digest())

    def test_entries_turned_away_are_signs_of_life(self, world: World) -> None:
        """A foreign source whose news of the week is about other countries is not silent."""
        for source in ("abroad", "mute"):
            world.source(source)
        for days in range(40, -1, -1):
            at = lima(MONDAY + timedelta(days=6 - days))
            for source in ("abroad", "mute"):
                world.fetch(source, at, new=1 if days > 9 else 0)
            world.entry("abroad", at, "rejected", f"abroad {days}")
        rows = {row["source_id"]: row for row in world.section("07_coverage")}
        assert {name: row["state"] for name, row in rows.items()} == {"abroad": "ok", "mute": "silent"}
        assert (rows["abroad"]["entries_new"], rows["abroad"]["turned_away"]) == (0, 7)
        assert rows["abroad"]["last_new_at"] == lima(MONDAY + timedelta(days=6))

    def test_says_what_a_gap_biases(self, world: World) -> None:
        """The share of a theme's articles that the source gave in the weeks before."""
        world.themes()
        for source in ("a", "b"):
            world.source(source)
        world.collect(["a", "b"], range(-4, 0))
        for source, count in (("a", 3), ("b", 1)):
            for _ in range(count):
                world.article(source, lima(world.day(-2)), themes=[MINING])
        row = next(row for row in world.section("07_coverage") if row["source_id"] == "a")
        assert row["themes"] == [
            {
                "theme": MINING,
                "label_en": "Mining & critical minerals",
                "label_es": "Minería y minerales críticos",
                "articles": 3,
                "share": 0.75,
            }
        ]


def test_rejections_add_up_by_reason(world: World) -> None:
    """Entries, pages and uncounted pages, each with its reason and one example. What a feed serves in every fetch
    counts once, as far as entries can be told apart."""
    world.source("a")
    for key in ("x", "y", "z"):
        world.entry("a", lima(MONDAY), "rejected", key)
    world.entry("a", lima(MONDAY, 12), "rejected", "x")
    for hour in (9, 12):
        world.insert(
            "rejection",
            run_id="x",
            source_id="a",
            reason="not_about_peru",
            n=2,
            example_title="C",
            example_link="",
            known_at=lima(MONDAY, hour),
        )
    for n in (3, 4):
        world.insert(
            "rejection",
            run_id="x",
            source_id="a",
            reason="no_link",
            n=n,
            example_title=f"T{n}",
            example_link="",
            known_at=lima(MONDAY),
        )
    article = world.article("a", lima(MONDAY), relevant=False)
    world.insert(
        "page", run_id="x", article_id=article, source_id="a", outcome="rejected", url="u", known_at=lima(MONDAY)
    )
    world.article("a", lima(MONDAY), bait=True)
    columns = ("stage", "reason", "n", "served", "fetches", "example_title")
    rows = [tuple(row[name] for name in columns) for row in world.section("08_rejections")]
    assert rows[0] == ("entry", "no_link", 4, 7, 2, "T4")
    assert rows[1] == ("entry", "not_about_peru", 3, 4, 2, "C")
    assert [row[:3] for row in rows[2:]] == [("page", "not_about_peru", 1), ("count", "seo_bait", 1)]
    assert "without a link 4, served in 2 fetches" in render_text(world.digest())


def test_summary_counts_the_week(world: World) -> None:
    """One row: articles, stories, sources that answered of those enabled, and what is known of the runs."""
    world.source("a")
    world.source("b")
    world.source("off", enabled=False)
    world.collect(["a"], (-1, 0))
    world.fetch("b", lima(MONDAY), "failed", 0)
    world.run(lima(world.day(0, 5)), failed_checks=("counts_add_up",))
    world.run(lima(world.day(0, 6)), ended=False)
    first = world.article("a", lima(MONDAY))
    world.article("a", lima(MONDAY), story=first, copy_of=first)
    (row,) = world.section("01_summary")
    assert (row["articles"], row["texts"], row["stories"], row["stories_new"]) == (2, 1, 1, 1)
    assert (row["sources_answered"], row["sources_enabled"], row["fetches_failed"]) == (1, 2, 1)
    assert (row["failed_checks"], row["runs_cut_off"], row["week_over"]) == (["counts_add_up"], 1, True)
    assert row["began_on"] == date(2026, 11, 2)
    assert not world.section("01_summary", as_of=AS_OF - timedelta(days=1))[0]["week_over"]
