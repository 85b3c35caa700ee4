"""From rows to an issue: the bottom line, the subject, the renderers, and what hostile titles can do in them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from html.parser import HTMLParser
from typing import Any

import pytest
from digest_world import AS_OF, MONDAY, SECTIONS, SPECS, THEMES, WEEK, World, lima
from hypothesis import given, settings
from hypothesis import strategies as st
from invented_week import fill

from monitor.digest import (
    Result,
    SectionSpec,
    build,
    encoded_size,
    parse_header,
    render,
    render_html,
    render_markdown,
    render_text,
)
from monitor.digest.fit import LIMIT, fit
from monitor.digest.frame import bars, safe_link
from monitor.digest.phrases import PHRASES, REASONS
from monitor.digest.statements import shorten
from monitor.digest.voices import confidence
from monitor.errors import ConfigError, Reason, UsageError
from monitor.model import Digest

MINING = "mining-minerals"


@pytest.fixture(scope="module")
def full() -> Iterator[World]:
    """Nine invented weeks, filled once: the tests below only read it."""
    made = fill(World())
    yield made
    made.close()


@pytest.fixture(scope="module")
def results(full: World) -> dict[str, Result]:
    return {name: full.result(name) for name in SECTIONS}


@pytest.fixture(scope="module")
def issue(results: dict[str, Result]) -> Digest:
    return made_of(results)


@pytest.fixture(scope="module")
def spanish(results: dict[str, Result]) -> Digest:
    return made_of(results, language="es")


def made_of(results: Mapping[str, Result], specs: Mapping[str, SectionSpec] = SPECS, language: str = "en") -> Digest:
    return build(
        WEEK,
        language,
        results,
        specs,
        as_of=AS_OF,
        data_until=lima(MONDAY + timedelta(days=7), 6, 7),
        run_id="8f31c2",
        rules_version="r1",
        zone="America/Lima",
    )


class Page(HTMLParser):
    """Tags, links and text of a document."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())


def hostile(world: World, title: str, **more: Any) -> Digest:
    world.themes()
    for source in ("a", "b"):
        world.source(source)
    world.collect(["a", "b"], range(-1, 1))
    story = world.article("a", lima(MONDAY), title, themes=[MINING], **more)
    world.article("b", lima(MONDAY, 10), title, themes=[MINING], story=story, linked_to=story)
    return world.digest()


class TestHeader:
    def test_reads_title_and_layout(self) -> None:
        """The comment lines at the top of the file."""
        spec = parse_header("-- title: A\n-- title_es: B\n-- layout: table\n-- more\nSELECT 1", "09_x")
        assert (spec.name, spec.title_in("en"), spec.title_in("es"), spec.layout) == ("09_x", "A", "B", "table")

    @pytest.mark.parametrize("sql", ["SELECT 1", "-- title: A\n-- layout: pie\nSELECT 1"])
    def test_refuses_a_header_it_cannot_draw(self, sql: str) -> None:
        """No title, or a layout that does not exist."""
        with pytest.raises(ConfigError, match="09_x"):
            parse_header(sql, "09_x")

    def test_refuses_columns_that_do_not_suit(self) -> None:
        """A section that lost a column is named with the column."""
        with pytest.raises(ConfigError, match=r"08_rejections\.sql: .* needs column fetches, n, reason, served"):
            made_of({"08_rejections": (["stage", "sources", "example_title", "example_link"], [])})


@pytest.mark.parametrize(
    ("week", "language"), [("2026-W54", "en"), ("2026-46", "en"), ("2025-W53", "en"), (WEEK, "fr")]
)
def test_refuses_weeks_and_languages_that_do_not_exist(week: str, language: str) -> None:
    """2026 has 53 weeks, 2025 has 52; the frame speaks English and Spanish."""
    with pytest.raises(UsageError):
        build(week, language, {}, {}, as_of=AS_OF, data_until=None, run_id="", rules_version="")


class TestBottomLine:
    def test_states_claim_number_last_week_and_basis(self, issue: Digest) -> None:
        """The flagged theme first, then the most covered story, then the gap."""
        assert issue.bottom_line == (
            "Illegal mining & logging: 15 stories; 3 last week, 2.5 in a usual week (from 2 to 3), well above its "
            "usual range; most covered: “Destruyen 14 dragas en un operativo en La Pampa”. "
            "[31 articles, 11 outlets, 10 owner groups · high confidence]",
            "Most widely covered: “Incautan 2,3 toneladas de cocaína en el puerto de Paita”; new this week. "
            "[8 outlets, 8 owner groups · high confidence]",
            "Extortion & citizen security: 5 stories; 9 last week, 9.5 in a usual week (from 9 to 10), outside its "
            "usual range, but too little to flag. "
            "[17 articles, 7 outlets, 7 owner groups · high confidence]",
            "Nothing new from 2 sources this week: Noticias Del Centro, Correo De La Selva; Public health may be "
            "undercounted: 67% of it came from there in the weeks before.",
        )

    def test_subject_carries_the_finding(self, issue: Digest, spanish: Digest) -> None:
        """The strongest flag, in both languages."""
        assert issue.subject == "Peru W46: Illegal mining & logging up, 15 (was 3)"
        assert spanish.subject == "Perú W46: Minería y tala ilegal sube a 15 (antes 3)"

    def test_a_story_leads_where_nothing_is_flagged(self, world: World) -> None:
        """A headline that two owner groups carry, cut at a word to sixty characters."""
        made = hostile(world, "El Senado aprueba por amplia mayoría la reforma del sistema de pensiones")
        assert made.subject == "Peru W46: El Senado aprueba por amplia mayoría la reforma…"
        assert "no usual range yet (1 of 4 weeks needed)" in " ".join(made.bottom_line)

    def test_percentages_start_at_ten(self, world: World) -> None:
        """From 20 to 25 stories is +25%; from 2 to 9 is a difference."""
        world.themes()
        world.source("a")
        world.collect(["a"], range(-1, 1))
        for slug, before, now in ((MINING, 20, 25), ("disasters", 2, 9)):
            for week, count in ((-1, before), (0, now)):
                for _ in range(count):
                    world.article("a", lima(world.day(week)), themes=[slug])
        told = world.digest().bottom_line
        assert any("25 stories; 20 last week (+25%)" in line for line in told)
        assert any("9 stories; 2 last week, " in line for line in told)

    def test_without_history_the_largest_changes_lead(self, world: World) -> None:
        """A rise with its best-known story, the most widely covered story and the newest one, then a fall: no event
        twice, and a theme that rose from 0 to 3 is not among them."""
        security, mining, crime = "citizen-security", "illegal-mining-logging", "disasters"
        world.themes()
        sources = [f"s{number}" for number in range(6)]
        for source in sources:
            world.source(source)
        world.collect(sources, range(-1, 1))

        def told(title: str, theme: str, outlets: int, week: int = 0, story: int | None = None) -> int:
            for source in sources[:outlets]:
                found = world.article(source, lima(world.day(week)), title, themes=[theme], story=story)
                story = story or found
            return story or 0

        for week, counts in ((-1, {security: 2, mining: 6}), (0, {security: 9, mining: 1, crime: 3})):
            for theme, count in counts.items():
                for number in range(count):
                    told(f"Nota {theme} {week} {number}", theme, 1, week)
        told("Transportistas paran Trujillo por extorsiones", security, 5)
        vote = told("Diputados otorgan la confianza al gabinete", "political-stability", 3, -1)
        told("Diputados otorgan la confianza al gabinete", "political-stability", 4, 0, vote)
        told("El gabinete logra la confianza de los diputados", "political-stability", 3)
        told("Cumbre andina termina con un acuerdo", "china-russia", 2)
        lines = world.digest().bottom_line
        assert [line.split(";")[0] for line in lines] == [
            "Extortion & citizen security: 10 stories",
            "Also widely covered: “Diputados otorgan la confianza al gabinete”",
            "Most widely covered of the new stories: “Cumbre andina termina con un acuerdo”. "
            "[2 outlets, 2 owner groups · moderate confidence]",
            "Illegal mining & logging: 1 story",
        ]
        assert "most covered: “Transportistas paran Trujillo por extorsiones”" in lines[0]

    def test_headlines_are_quoted_in_the_language_of_the_frame(self, world: World) -> None:
        """Where a story has one under another of its themes."""
        world.themes()
        for source in ("a", "b"):
            world.source(source)
        world.collect(["a", "b"], range(-1, 1))
        story = world.article("a", lima(MONDAY), "Cabinet wins the vote", themes=["china-russia"], lang="en")
        world.article("b", lima(MONDAY, 12), "El gabinete gana el voto", themes=["political-stability"], story=story)
        for language, title in (("en", "Cabinet wins the vote"), ("es", "El gabinete gana el voto")):
            assert any(f"“{title}”" in line for line in world.digest(language).bottom_line)

    def test_a_loud_story_that_went_quiet_is_told(self, world: World) -> None:
        """Where no theme fell, the most widely covered story of last week that nobody tells any more."""
        world.themes()
        for source in ("a", "b", "c"):
            world.source(source)
        world.collect(["a", "b", "c"], range(-1, 1))
        quiet = world.article("a", lima(world.day(-1)), "Derrame en el río Tigre", themes=[MINING])
        for source in ("b", "c"):
            world.article(source, lima(world.day(-1)), "Derrame en el río Tigre", story=quiet, linked_to=quiet)
        world.article("a", lima(MONDAY), themes=[MINING])
        told = "Gone quiet: “Derrame en el río Tigre”; covered last week, by nobody this week."
        assert any(line.startswith(told) for line in world.digest().bottom_line)

    def test_a_silent_source_that_biases_a_theme_is_told(self, world: World) -> None:
        """It answers and brings nothing: its theme may be undercounted."""
        world.themes()
        for source in ("a", "b"):
            world.source(source)
        world.collect(["a", "b"], range(-5, 0))
        world.collect(["a"], (0,))
        world.collect(["b"], (0,), new=0)
        for source, count in (("a", 5), ("b", 5)):
            for _ in range(count):
                world.article(source, lima(world.day(-2)), themes=[MINING])
        world.article("a", lima(MONDAY), themes=[MINING])
        assert world.digest().bottom_line[-1] == (
            "Nothing new from 1 source this week: B; Mining & critical minerals may be undercounted: 50% of it came "
            "from there in the weeks before."
        )

    @pytest.mark.parametrize(("owners", "word"), [(1, "low"), (2, "moderate"), (4, "moderate"), (5, "high")])
    def test_confidence_counts_owner_groups(self, owners: int, word: str) -> None:
        """High from five, moderate from two."""
        assert confidence(owners) == word

    def test_an_empty_week_says_why(self, world: World) -> None:
        """No source answered is another matter than no news."""
        deaf = world.digest()
        assert deaf.bottom_line[0].startswith("Nothing was collected this week: no source gave a usable answer")
        assert deaf.subject == "Peru W46: no news collected"
        world.source("a")
        world.collect(["a"], (0,), new=0)
        assert world.digest().bottom_line[0] == "No news about Peru this week in the 1 source that answered."

    def test_a_running_week_is_marked(self, world: World) -> None:
        """Figures of an unfinished week come with a warning in front of them."""
        world.source("a")
        world.collect(["a"], (0,))
        assert "The week is not over" in render_text(world.digest(as_of=lima(world.day(0, 4))))
        assert "The week is not over" not in render_text(world.digest())

    def test_a_change_of_rules_is_told_apart(self, world: World) -> None:
        """Weeks judged by different rule sets are not silently compared."""
        world.themes()
        world.source("a")
        world.collect(["a"], range(-1, 1))
        world.article("a", lima(world.day(-1)), themes=[MINING])
        world.article("a", lima(world.day(0)), themes=[MINING], rules="r2")
        assert "The theme rules changed within the weeks compared (r1 → r2)" in " ".join(world.digest().facts["alerts"])


class TestRenderers:
    @pytest.mark.parametrize("which", ["issue", "spanish", "empty"])
    def test_every_form_says_the_same(self, request: pytest.FixtureRequest, which: str) -> None:
        """Headings, bottom line and headlines stand in HTML, text and Markdown alike."""
        made = request.getfixturevalue("world").digest() if which == "empty" else request.getfixturevalue(which)
        page = Page(render_html(made)).text
        text = " ".join(render_text(made).split())
        plain = " ".join(re.sub(r"\\(.)", r"\1", render_markdown(made)).split())
        wanted = [section.title for section in made.sections if section.layout != "summary"]
        wanted += [told.claim for told in made.facts["statements"]]
        for section in made.sections:
            if section.layout == "theme_leads":
                wanted += [story["title"] for row in section.rows for story in row["stories"]]  # type: ignore[attr-defined]
        for words in wanted:
            assert words in page
            assert words in text
            assert words in plain

    def test_text_keeps_to_72_columns(self, issue: Digest, spanish: Digest) -> None:
        """Only addresses are longer."""
        for made in (issue, spanish):
            for line in render_text(made).splitlines():
                assert len(line) <= 72 or line.startswith("["), line

    def test_html_loads_nothing(self, issue: Digest) -> None:
        """No image, script, style sheet or font from anywhere; every link is http(s)."""
        page = Page(render_html(issue))
        names = {name for name, _ in page.tags}
        assert names.isdisjoint({"img", "script", "link", "iframe", "object", "form"})
        assert all((attrs.get("href") or "").startswith("https://") for name, attrs in page.tags if name == "a")
        assert "url(" not in render_html(issue)

    def test_headlines_name_their_language(self, issue: Digest, spanish: Digest) -> None:
        """A Spanish headline in the English frame carries lang, an English one does not, and the reverse."""
        for made, other in ((issue, "es"), (spanish, "en")):
            langs = {attrs.get("lang") for name, attrs in Page(render_html(made)).tags if name in ("a", "span")}
            assert langs == {None, other}

    def test_contrast_is_legible(self, issue: Digest) -> None:
        """Text colours stand 4.5:1 against both backgrounds (WCAG 2.2, 1.4.3)."""
        html = render_html(issue)
        light, dark = html.split("@media (prefers-color-scheme", 1)
        dark, inline = dark.split("</style>", 1)
        assert min(_contrast(colour, "#f3f2ee") for colour in _colours(light + inline)) >= 4.5
        assert min(_contrast(colour, "#1d2125") for colour in _colours(dark)) >= 4.5

    def test_same_rows_same_bytes(self, full: World, issue: Digest, spanish: Digest) -> None:
        """An issue rebuilt from the same state is the same issue, hash included."""
        assert render(full.digest()) == render(issue)
        assert render(issue).content_hash != render(spanish).content_hash

    def test_figures_agree_with_the_sql(self, full: World, issue: Digest) -> None:
        """The table prints what the section returns."""
        rows = {row["theme"]: row for row in full.section("02_theme_change")}
        drawn = next(section for section in issue.sections if section.layout == "theme_table").rows
        assert {row["theme"]: row["stories"] for row in drawn} == {
            key: str(row["stories"]) for key, row in rows.items()
        }

    def test_changed_figures_stand_side_by_side(self, issue: Digest) -> None:
        """Each with the word it counts, that of the headline first."""
        assert "2 → 5 muertos, 11 → 19 heridos" in render_text(issue)

    def test_times_are_shown_in_lima(self, issue: Digest) -> None:
        """11:07 UTC is 06:07."""
        assert "data until Mon 16 Nov 06:07 Lima time" in " ".join(render_text(issue).split())

    def test_the_largest_change_stands_first(self, issue: Digest) -> None:
        """Flags, then changes by size; themes that hardly changed follow, and stories come in the same order."""
        table = next(section for section in issue.sections if section.layout == "theme_table").rows
        changes = [abs(int(str(row["change"]).replace("−", "-"))) for row in table if not row["flag"]]
        assert [bool(row["flag"]) for row in table] == sorted((bool(row["flag"]) for row in table), reverse=True)
        assert changes == sorted(changes, reverse=True)
        assert [row["minor"] for row in table] == [
            not row["flag"] and change <= 1 for row, change in zip(table, [9, *changes], strict=True)
        ]
        order = [row["theme"] for row in table]
        assert [order.index(group["theme"]) for group in leads_of(issue)] == sorted(
            order.index(group["theme"]) for group in leads_of(issue)
        )

    def test_a_headline_s_own_outlet_is_not_linked_twice(self, issue: Digest) -> None:
        """The outlet behind the headline comes first, by name."""
        for group in leads_of(issue):
            for story in group["stories"]:
                assert story["outlets"][0]["url"] == ""
                assert story["url"] not in [outlet["url"] for outlet in story["outlets"]]

    def test_reading_time_tells_the_first_screen_from_the_whole(self, issue: Digest) -> None:
        """Two minutes at most for what every reader reads, more for the rest."""
        first, whole = re.findall(r"(\d+) min", str(issue.facts["reading"]))
        assert int(first) <= 2
        assert int(whole) > 3

    def test_length_is_printed(self, issue: Digest) -> None:
        """Words and minutes, counted over what is printed."""
        printed = len(render_text(issue).rsplit("\n\n[1] ", 1)[0].split())
        assert issue.facts["words"] == pytest.approx(printed, abs=4)

    def test_a_section_of_one_s_own_is_drawn(self) -> None:
        """A new file with `layout: table` needs no code."""
        spec = parse_header("-- title: Sources by country\nSELECT 1", "09_countries")
        made = made_of(
            {"09_countries": (["country", "n"], [{"country": "PE|<b>", "n": 1234}])},
            {"09_countries": spec},
        )
        assert "PE&lt;b&gt;" not in render_html(made)
        assert "PE|&lt;b&gt;" in render_html(made)
        assert "- PE|<b> · 1,234" in render_text(made)
        assert r"| PE\|\<b\> | 1,234 |" in render_markdown(made)


def crowd(
    results: Mapping[str, Result], themes: int, stories: int, shared: int = 0, words: int = 4
) -> dict[str, Result]:
    """The same week with so many themes of so many stories each; `shared` of them stand under every theme."""
    columns, rows = results["03_theme_leads"]
    voices = [
        {"outlet": f"Outlet {n}", "url": f"https://outlet-{n}.example/{'nota-' * 12}", "copy": False} for n in range(6)
    ]
    made = [
        {
            **rows[0],
            "theme": f"t{theme}",
            "label_en": f"Theme {theme}",
            "label_es": f"Tema {theme}",
            "rank": rank,
            "theme_stories": stories + 4,
            "title": f"Título {theme}-{rank} de la semana, " + "región " * words,
            "url": f"https://outlet-0.example/{'nota-' * 12}{theme}-{rank}",
            "outlets": voices,
            "outlet_n": 9 - rank,
            "owner_n": 9 - rank,
            "story_id": rank if rank <= shared else theme * 100 + rank,
        }
        for theme in range(themes)
        for rank in range(1, stories + 1)
    ]
    columns_of, table = results["02_theme_change"]
    lines = [{**table[0], "theme": f"t{theme}", "label_en": f"Theme {theme}"} for theme in range(themes)]
    return {**results, "03_theme_leads": (columns, made), "02_theme_change": (columns_of, lines)}


def leads_of(issue: Digest) -> Sequence[Mapping[str, Any]]:
    return next(section for section in issue.sections if section.layout == "theme_leads").rows


class TestFit:
    def test_every_theme_keeps_a_story(self, results: dict[str, Result]) -> None:
        """Twenty-five themes of eight stories: each keeps one, the top six two, before any keeps a fourth."""
        made = made_of(crowd(results, 25, 8))
        assert encoded_size(render_html(made)) <= LIMIT
        shown = [len(group["stories"]) for group in leads_of(made)]
        assert min(shown) >= 1
        assert min(shown[:6]) >= 2
        assert max(shown) < 8
        assert max(shown) < 4 or min(shown) >= 3
        text, page = render_text(made), Page(render_html(made)).text
        for theme in range(25):
            assert f"Título {theme}-1 de" in text
            assert f"Título {theme}-1 de" in page

    def test_what_goes_is_counted(self, results: dict[str, Result]) -> None:
        """Forty themes with long headlines are cut to just below the limit; the rest is a number."""
        made = made_of(crowd(results, 40, 5, words=14))
        html = render_html(made)
        groups = leads_of(made)
        assert 0.98 * LIMIT < encoded_size(html) <= LIMIT
        assert all(group["stories"] for group in groups)
        assert f"+{groups[-1]['total'] - len(groups[-1]['stories'])} more" in Page(html).text
        assert made.facts["contact"] in html

    def test_outlets_lose_their_links_before_a_theme_loses_its_second_story(self, results: dict[str, Result]) -> None:
        """Names without links cost little; a second story says more than a second link."""
        groups = leads_of(made_of(crowd(results, 40, 5, words=6)))
        linked = [any(outlet["url"] for outlet in story["outlets"]) for group in groups for story in group["stories"]]
        assert not all(linked)
        assert min(len(group["stories"]) for group in groups[:6]) >= 2

    def test_no_pointer_leads_to_a_story_that_was_cut(self, results: dict[str, Result]) -> None:
        """`see Theme 0` stands only where the story is printed in full under Theme 0."""
        groups = leads_of(made_of(crowd(results, 40, 5, shared=2, words=14)))
        full = {story["story_id"]: group["label"] for group in groups for story in group["stories"] if not story["see"]}
        pointers = [story for group in groups for story in group["stories"] if story["see"]]
        assert pointers
        assert all(full[story["story_id"]] == story["see"] for story in pointers)

    def test_a_small_issue_is_left_alone(self, issue: Digest) -> None:
        """What fits is not touched."""
        assert fit(issue) == issue

    def test_drops_the_least_covered_of_the_last_places_first(self, issue: Digest) -> None:
        """A little over the limit costs a fifth story that one outlet carried."""
        cut = fit(issue, encoded_size(render_html(issue)) - 1)
        before, after = (
            {story["title"]: story["weight"] for row in leads_of(made) for story in row["stories"]}
            for made in (issue, cut)
        )
        assert [before[title] for title in before.keys() - after.keys()] == [(1, 1)]


class TestHostileTitles:
    @pytest.mark.parametrize(
        "title",
        [
            "<script>alert(1)</script><img src=x onerror=alert(1)>",
            '"><a href="javascript:alert(1)">click</a>',
            "Alza\r\nBcc: everyone@example.org\r\n\r\nbody",
            "Precio \u202egnp.exe\u202c sube\u200b",
            "](https://evil.example) [x](javascript:alert(1)) `code` | cell",
            "{{ 7*7 }} {% raw %}",
        ],
    )
    def test_they_stay_text(self, world: World, title: str) -> None:
        """No markup, header line or change of direction gets out of a headline."""
        made = hostile(world, title)
        page = Page(render_html(made))
        assert {"script", "img"}.isdisjoint(name for name, _ in page.tags)
        assert {(attrs.get("href") or "")[:18] for name, attrs in page.tags if name == "a"} <= {
            "https://a.example/",
            "https://b.example/",
        }
        for form in (made.subject, made.preheader, render_html(made), render_text(made), render_markdown(made)):
            assert "\u202e" not in form
            assert "49" not in form or "7*7" in form
        assert "\n" not in made.subject
        assert "\nBcc" not in render_text(made)
        assert not re.search(r"(?<!\\)\]\((?!<https://[ab]\.example/)", render_markdown(made))

    @pytest.mark.parametrize(
        ("url", "kept"),
        [
            ("javascript:alert(1)", ""),
            ("https://user@a.example/", ""),
            ("data:text/html,x", ""),
            ("https://[broken/", ""),
            ("//a.example/x", ""),
            ('https://a.example/a"b<c>', "https://a.example/a%22b%3Cc%3E"),
            ("https://a.example/año?x=1&y=2#z", "https://a.example/a%C3%B1o?x=1&y=2#z"),
            ("https://a.example/%C3%B1", "https://a.example/%C3%B1"),
        ],
    )
    def test_links_are_http_or_nothing(self, url: str, kept: str) -> None:
        """What a browser might run, or a reader misread, is no link."""
        assert safe_link(url) == kept

    @given(st.text(max_size=80))
    @settings(max_examples=60, deadline=None)
    def test_any_url_is_safe_or_gone(self, url: str) -> None:
        """Whatever is given, only a plain http(s) address comes out, and it is stable."""
        link = safe_link(f"https://a.example/{url}")
        assert link == "" or re.fullmatch(r"https?://[!-~]+", link)
        assert not set(link) & set('<>"`\\ ')
        assert safe_link(link) == link


@given(st.text(max_size=200), st.integers(10, 60))
@settings(max_examples=60, deadline=None)
def test_shortened_text_fits(text: str, room: int) -> None:
    """Never longer than the room there is."""
    assert len(shorten(text, room)) <= room


def test_subjects_always_fit(results: dict[str, Result]) -> None:
    """A theme with a long name gives way to the next finding; sixty characters are never passed."""
    columns, rows = results["02_theme_change"]
    long = [{**row, "label_en": "A theme whose name alone is longer than any subject may ever be"} for row in rows]
    made = made_of({**results, "02_theme_change": (columns, long)})
    assert len(made.subject) <= 60
    assert made.subject.startswith("Peru W46: Incautan")


def test_bars_show_gaps_and_zero() -> None:
    """Unknown is a dot, zero the lowest block, and one story is more than zero."""
    assert bars([None, 0, 1, 8, 16]) == "·▁▂▅█"
    assert bars([None, 0]) == "·▁"


def test_phrases_are_complete() -> None:
    """Both languages take the same values, and every reason has its words."""
    for key, (english, spanish) in PHRASES.items():
        assert set(re.findall(r"{(\w+)}", english)) == set(re.findall(r"{(\w+)}", spanish)), key
        assert english, key
    assert {str(reason) for reason in Reason} <= set(REASONS)


def test_silent_themes_are_a_sentence(world: World) -> None:
    """A theme without a story this week or last is named below the table, not drawn as a row of zeros."""
    world.themes()
    world.source("a")
    world.collect(["a"], range(-2, 1))
    for week, theme in ((0, MINING), (-1, "disasters"), (-2, "public-health")):
        world.article("a", lima(world.day(week)), themes=[theme])
    made = world.digest()
    table = next(section for section in made.sections if section.layout == "theme_table")
    assert {row["theme"] for row in table.rows} == {MINING, "disasters"}
    silent = next(note for note in made.facts["notes"][table.name] if note.startswith("No stories"))  # type: ignore[index]
    assert all(THEMES[theme][0] in silent for theme in THEMES if theme not in (MINING, "disasters"))


def test_a_story_is_printed_in_full_once(world: World) -> None:
    """Under its second theme the headline points to the first."""
    world.themes()
    world.source("a")
    world.collect(["a"], range(-2, 1))
    world.article("a", lima(MONDAY), "Doble", themes=[MINING, "protest-unrest"])
    text = render_text(world.digest())
    assert text.count("NEW: Doble [1]") == 2
    assert text.count("NEW: Doble [1] → see Mining & critical minerals") == 1


def _colours(css: str) -> set[str]:
    return set(re.findall(r"(?<![-\w])color:\s*(#[0-9a-f]{6})", css)) - {"#f3f2ee"}


def _contrast(one: str, other: str) -> float:
    bright, dim = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (bright + 0.05) / (dim + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
