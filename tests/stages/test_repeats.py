"""Duplicates found through stored fingerprints: the same however articles come in, and bounded whatever comes in."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from kiosk import START, Item, opened, prose, store, undone

from monitor.model import StoryInput
from monitor.stages import placing
from monitor.stories import near_duplicates
from monitor.stories.candidates import FURNITURE, WINDOW_DAYS
from monitor.stories.duplicates import LEAST
from monitor.stories.fingerprints import PARAMS
from monitor.warehouse import Session, Warehouse

Found = tuple[list[tuple[int, int, str]], set[frozenset[int]]]
SETTINGS = settings(max_examples=2, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Warehouse]:
    """One warehouse with eighty sources for the module; every test takes back what it did."""
    with opened(tmp_path_factory.mktemp("repeats"), sources=80) as warehouse:
        yield warehouse


@pytest.fixture(scope="module")
def at_once(empty: Warehouse) -> Found:
    """Relations and groups of the week taken in by one run."""
    with undone(empty) as session:
        run(session, WEEK)
        return relations(session), groups(session)


def item(number: int, body: str, *, source: int = 0, hours: float = 0, title: str = "", **other: str) -> Item:
    at = START + timedelta(hours=hours)
    return {
        "id": number,
        "source": f"s{source}",
        "at": at,
        "title": title or prose(900 + number, 7),
        "body": body,
        **other,
    }


def run(session: Session, articles: Sequence[Item], *, hours: float = 0) -> None:
    at = START + timedelta(hours=hours)
    store(session, articles, at)
    placing.place(session, f"r{hours}", at)


def relations(session: Session) -> list[tuple[int, int, str]]:
    found = session.select("SELECT article_id, of_id, relation FROM duplicate ORDER BY ALL")
    return [tuple(row.values()) for row in found]


def groups(session: Session) -> set[frozenset[int]]:
    """Articles that are one text, as they stand."""
    found: dict[int, set[int]] = {}
    for row in session.select("FROM duplicate_group_at('infinity'::TIMESTAMPTZ)"):
        found.setdefault(row["group_id"], set()).add(row["article_id"])
    return {frozenset(members) for members in found.values() if len(members) > 1}


def invented_week() -> list[Item]:
    """In order of time: originals, and copies, reissues, excerpts and quotations of them; a chain of versions."""
    chance, found = random.Random(11), list[Item]()
    for number in range(5):
        text, title = prose(number, 120), prose(50 + number, 8)
        base, start = 10 * number, 30.0 * number
        found += [
            item(base + 1, text, source=0, hours=start, title=title),
            item(base + 2, text, source=1, hours=start + chance.uniform(1, 30)),
            item(base + 3, f"{prose(70 + number, 9)} {text}", source=2, hours=start + chance.uniform(1, 30)),
            item(base + 4, f"{text} {prose(80 + number, 12)}", source=0, hours=start + 9, title=title),
            item(base + 5, " ".join(text.split()[:70]), source=3, hours=start + chance.uniform(1, 30)),
            item(base + 6, f"{prose(90 + number, 130)} {text}", source=4, hours=start + chance.uniform(1, 30)),
        ]
    return sorted(found, key=lambda one: (one["at"], one["id"]))


WEEK = invented_week()


def cut(articles: Sequence[Item], chance: random.Random) -> list[list[Item]]:
    """The same sequence in runs of seven to sixteen articles, shuffled inside each."""
    runs, rest = [], list(articles)
    while rest:
        size = chance.randint(7, 16)
        runs.append(chance.sample(rest[:size], len(rest[:size])))
        rest = rest[size:]
    return runs


def tables(session: Session) -> dict[str, list[dict[str, Any]]]:
    return {
        table: session.select(f"FROM {table} ORDER BY ALL") for table in ("fingerprint", "duplicate", "duplicate_group")
    }


def test_the_relations_of_a_week_have_their_names_and_figures(empty: Warehouse) -> None:
    """A copy, a reissue, an excerpt and a quotation of each original, every figure with it."""
    with undone(empty) as session:
        run(session, WEEK)
        names = Counter(relation for _, of_id, relation in relations(session) if of_id % 10 == 1)
        rows = session.select("FROM duplicate")
        assert len(groups(session)) == 5
    assert names == {"exact": 5, "near": 5, "update": 5, "excerpt_of": 5, "shares_passage": 5}
    assert all(None not in row.values() for row in rows)
    assert all(row["passage_words"] >= 60 and row["detail"] for row in rows)


@SETTINGS
@given(chance=st.randoms(use_true_random=False))
def test_however_a_sequence_is_cut_into_runs_the_duplicates_are_the_same(
    empty: Warehouse, at_once: Found, chance: random.Random
) -> None:
    """Order inside a run and batches make no difference, a run again adds nothing, and all can be found anew."""
    with undone(empty) as session:
        for number, articles in enumerate(cut(WEEK, chance)):
            run(session, articles, hours=number)
        assert (relations(session), groups(session)) == at_once
        before = tables(session)
        placing.place(session, "again", START + timedelta(days=9))
        assert tables(session) == before
        placing.rebuild_duplicates(session)
        assert tables(session) == before


@SETTINGS
@given(chance=st.randoms(use_true_random=False))
def test_late_arrivals_end_up_where_they_would_have_been(
    empty: Warehouse, at_once: Found, chance: random.Random
) -> None:
    """Whatever comes first, the texts that are one are found to be one."""
    with undone(empty) as session:
        for number, articles in enumerate(cut(chance.sample(WEEK, len(WEEK)), chance)):
            run(session, articles, hours=number)
        assert groups(session) == at_once[1]


@SETTINGS
@given(seed=st.integers(0, 10_000))
def test_stored_fingerprints_propose_what_the_texts_themselves_would(empty: Warehouse, seed: int) -> None:
    """The queries and the pure functions agree, with furniture, common phrases and all."""
    chance = random.Random(seed)
    blocks = [prose(500 + number, 30) for number in range(6)]
    menus = [prose(600 + source, 25) for source in range(3)]
    articles = []
    for number in range(1, 40):
        source, parts = chance.randrange(3), chance.choices(blocks, k=chance.randint(0, 3))
        text = f"{menus[source]} {' '.join(parts)} {prose(1000 * seed + number, chance.randint(20, 60))}"
        articles.append(item(number, text, source=source, hours=chance.uniform(0, 40)))
    early, late = articles[:15], articles[15:]
    with undone(empty) as session:
        run(session, early)
        run(session, late, hours=1)
        found = set(relations(session))
    expected = near_duplicates(inputs(early), ()) + near_duplicates(inputs(late), inputs(early))
    assert found == {(one.article_id, one.of_id, one.relation) for one in expected}


def inputs(articles: Sequence[Item]) -> list[StoryInput]:
    return [
        StoryInput(one["id"], one["source"], "", "es", one["at"], one["title"], "", one["body"]) for one in articles
    ]


def test_a_group_keeps_its_id_when_an_earlier_text_turns_up(empty: Warehouse) -> None:
    """The earliest becomes the canonical article; the name of the group stays, and what was known stays on record."""
    text = prose(1, 120)
    with undone(empty) as session:
        run(session, [item(5, text, hours=20), item(6, text, source=1, hours=22)])
        run(session, [item(3, f"{prose(2, 6)} {text}", source=2, hours=1)], hours=30)
        now = session.select("FROM duplicate_group_at('infinity'::TIMESTAMPTZ) ORDER BY article_id")
        then = session.select(f"FROM duplicate_group_at('{START}'::TIMESTAMPTZ)")
        [shown] = session.select("SELECT group_id, canonical_id, articles, owners, origin FROM text_current")
    assert [(row["article_id"], row["group_id"], row["canonical_id"]) for row in now] == [
        (3, 5, 3),
        (5, 5, 3),
        (6, 5, 3),
    ]
    assert {row["canonical_id"] for row in then} == {5}
    assert list(shown.values()) == [5, 3, 3, 3, "O2"]


def test_a_text_that_only_resembles_a_member_stays_apart(empty: Warehouse) -> None:
    """Three versions, each like the one before: the third is not like the first, which stands for the group."""
    parts = [prose(number, 60) for number in range(1, 5)]
    versions = [" ".join(parts[:2]), " ".join((*parts[:2], parts[2])), " ".join((parts[2], parts[1], parts[3]))]
    with undone(empty) as session:
        run(session, [item(number, text, source=number, hours=number) for number, text in enumerate(versions)])
        assert groups(session) == {frozenset({0, 1})}


def test_the_agency_named_in_a_copy_is_the_probable_origin(empty: Warehouse) -> None:
    """The outlet that was first took its text from the agency that the second one names."""
    text = prose(1, 120)
    with undone(empty) as session:
        run(session, [item(1, text), item(2, f"Lima, 3 jun (EFE).- {text}", source=1, hours=2)])
        assert session.select("SELECT origin FROM text_current") == [{"origin": "EFE"}]


def test_pages_under_one_canonical_address_are_one_unless_they_have_nothing_in_common(empty: Warehouse) -> None:
    """A mobile and a desktop page are the same; an outlet that gives every page its home address is seen through."""
    text, url = prose(1, 120), "https://uno.example/nota"
    with undone(empty) as session:
        run(session, [item(1, text, url=url), item(2, f"{prose(2, 90)} {text}", source=1, hours=40, url=url)])
        run(session, [item(3, prose(3, 120), source=1, hours=41, url=url)], hours=50)
        assert relations(session) == [(2, 1, "same_url")]


def test_pages_under_one_address_are_found_anew_by_the_run_that_took_them_in(empty: Warehouse) -> None:
    """Several runs of a day: a run knows nothing of what later ones take in."""
    text, url = prose(1, 120), "https://uno.example/nota"
    with undone(empty) as session:
        run(session, [item(1, text, url=url)])
        run(session, [item(2, f"{prose(2, 9)} {text}", source=1, hours=1, url=url)], hours=2)
        run(session, [item(3, f"{prose(3, 9)} {text}", source=2, hours=3, url=url)], hours=4)
        before = tables(session)
        assert [row["relation"] for row in before["duplicate"]].count("same_url") == 2
        placing.rebuild_duplicates(session)
        assert tables(session) == before


def test_only_what_shares_enough_is_read(empty: Warehouse) -> None:
    """Of texts with a passage in common, those are alike of which it is a third or so, without the menus of sources."""
    menu, passage = prose(1, 60), prose(2, 60)
    pages = [item(number, f"{menu} {prose(number, 60)}", hours=number) for number in range(10, 15)]
    mixed = [
        item(1, f"{menu} {passage} {prose(3, 60)}", hours=20),
        item(2, f"{prose(4, 60)} {passage}", source=1, hours=21),
        item(3, f"{passage} {prose(5, 300)}", source=2, hours=22),
        item(4, f"{prose(6, 20)} {' '.join(passage.split()[:20])} {prose(7, 60)}", source=2, hours=23),
    ]
    pairs = {"ones": [2, 3, 3, 4, 14], "others": [1, 1, 2, 2, 13]}
    limits = {"day": START.date(), "window": WINDOW_DAYS, "furniture": FURNITURE, "params": PARAMS, "least": LEAST}
    with undone(empty) as session:
        run(session, [*pages, *mixed])
        alike = session.rows("select_alike", **pairs, **limits)
    assert {(row["article_id"], row["other_id"]) for row in alike} == {(2, 1), (3, 1), (3, 2)}


# ---------------------------------------------------------------- whatever comes in


def test_six_hundred_copies_of_a_text_in_a_day_are_one_group(empty: Warehouse) -> None:
    """One relation for each copy, to the first, and one row for each in the group: nothing grows with its square."""
    text, title = prose(1, 60), prose(2, 8)
    copies = [item(number, text, source=number % 7, hours=number / 60, title=title) for number in range(1, 601)]
    with undone(empty) as session:
        run(session, copies)
        assert Counter(relations(session)) == {(number, 1, "exact"): 1 for number in range(2, 601)}
        assert groups(session) == {frozenset(range(1, 601))}
        assert session.select("SELECT count(*) AS n FROM duplicate_group") == [{"n": 600}]
        assert session.select("SELECT count(DISTINCT story_id) AS n FROM story_member") == [{"n": 1}]


def test_two_hundred_edited_copies_are_held_against_a_bounded_number(empty: Warehouse) -> None:
    """Every copy has an opening of its own; each is compared with at most thirty others."""
    text = prose(1, 60)
    copies = [
        item(number, f"{prose(5000 + number, 9)} {text}", source=number % 80, hours=number / 50)
        for number in range(200)
    ]
    with undone(empty) as session:
        run(session, copies)
        assert max(Counter(article_id for article_id, _, _ in relations(session)).values()) <= 30


def test_texts_of_no_length_are_placed_and_repeat_nothing(empty: Warehouse) -> None:
    """Empty bodies and nineteen words are alike by chance; twenty equal words are a copy."""
    bodies = ["", "", prose(1, 19), prose(1, 19), prose(2, 20), prose(2, 20)]
    with undone(empty) as session:
        run(session, [item(number, body, source=number % 2) for number, body in enumerate(bodies)])
        assert relations(session) == [(5, 4, "exact")]
        assert session.select("SELECT count(*) AS n FROM story_member") == [{"n": 6}]


def test_a_wall_that_a_source_shows_instead_of_its_pages_is_no_giant_copy(empty: Warehouse) -> None:
    """The same notice under forty titles: after the first few it is known for what it is, and each page stays alone."""
    wall = prose(1, 80)
    with undone(empty) as session:
        run(session, [item(number, wall, hours=number / 10) for number in range(1, 41)])
        assert max(map(len, groups(session))) == 4


def test_pages_behind_one_notice_are_no_story(empty: Warehouse) -> None:
    """An outlet shows one notice instead of forty pages: but for the first few, most are a story of their own."""
    wall = prose(1, 80)
    pages = [item(number, wall, hours=number / 10, title=prose(900 + number, 7)) for number in range(1, 41)]
    with undone(empty) as session:
        run(session, pages)
        sizes = session.select("SELECT count(*) AS n FROM story_member GROUP BY story_id ORDER BY n DESC")
        assert sizes[0]["n"] <= 6
        assert len(sizes) > 30


def test_a_live_page_of_thousands_of_paragraphs_is_compared_by_its_beginning(empty: Warehouse) -> None:
    """Its growth is an update of the same page, and the report it opens with is found in it."""
    paragraphs = [prose(number, 9) for number in range(5000)]
    pages = [
        item(1, "\n".join(paragraphs[:4990]), hours=1, title="en vivo"),
        item(2, "\n".join(paragraphs), hours=3, title="en vivo"),
    ]
    with undone(empty) as session:
        run(session, pages)
        assert relations(session) == [(2, 1, "update")]
        assert session.select("SELECT max(words) AS n FROM placed")[0]["n"] < 2000


def test_dates_out_of_place_keep_to_themselves(empty: Warehouse) -> None:
    """A page dated years ahead or back is placed, and held against what is dated around it."""
    text, later = prose(1, 120), 24 * 365 * 20
    pages = [
        item(1, text),
        item(2, f"{text} fin", source=1, hours=later),
        item(3, f"{text} {prose(4, 3)}", source=2, hours=later + 1),
    ]
    with undone(empty) as session:
        run(session, pages)
        assert relations(session) == [(3, 2, "near")]


def test_a_source_that_changes_every_address_overnight_repeats_itself_once(empty: Warehouse) -> None:
    """Sixty pages come again under new addresses: sixty pairs."""
    pages = [
        item(number, prose(number, 60), hours=number / 10, title=prose(300 + number, 6)) for number in range(1, 61)
    ]
    again = [{**page, "id": 100 + page["id"], "at": page["at"] + timedelta(hours=12)} for page in pages]
    with undone(empty) as session:
        run(session, pages)
        run(session, again, hours=12)
        assert relations(session) == [(100 + number, number, "exact") for number in range(1, 61)]
        assert {len(group) for group in groups(session)} == {2}
