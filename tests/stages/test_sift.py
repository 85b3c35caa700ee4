"""Every entry gets exactly one outcome, and the counts add up whatever a feed holds."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st
from world import START, source

from monitor.errors import Reason
from monitor.model import DateQuality, Entry, Moment, Parsed, Rejected, Relevance, Source
from monitor.stages.sift import Known, Sieve, prior_of
from monitor.text import digest_of, stable_id

OUTLET = source()


def entry(slug: str, title: str, hour: int = 0) -> Entry:
    link = f"http://andino.example/{slug}"
    at = Moment("", START + timedelta(hours=hour), DateQuality.EXACT)
    return Entry("andino", link, link, link, title, published=at)


def about_peru(_: Source, item: Entry) -> Relevance:
    return Relevance("Peru" in item.title, 0.5, ())


def sieve(known: dict[int, Known] | None = None) -> Sieve:
    return Sieve(known or {}, about_peru)


def outcomes(one: Sieve, *entries: Entry) -> list[str]:
    return [sighting.outcome for sighting in one.sift(OUTLET, Parsed(entries)).sightings]


def test_new_seen_changed_rejected() -> None:
    """First sight, the same again, another wording, and news of elsewhere."""
    one = sieve()
    assert outcomes(one, entry("a", "Peru votes")) == ["new"]
    assert outcomes(one, entry("a", "Peru votes")) == []
    assert outcomes(one, entry("a", "Peru voted")) == ["changed"]
    assert outcomes(one, entry("b", "Quito votes")) == ["rejected"]
    assert outcomes(one, entry("b", "Quito votes")) == []


def test_an_old_wording_counts_only_under_a_newer_date() -> None:
    """A cache serves the first wording under its old date: nothing. An outlet that undoes its edit: a change."""
    one = sieve()
    assert outcomes(one, entry("a", "Peru votes"), entry("a", "Peru voted", hour=1)) == ["new", "changed"]
    assert outcomes(one, entry("a", "Peru votes")) == []
    assert outcomes(one, entry("a", "Peru votes", hour=2)) == ["changed"]


def test_what_the_warehouse_knows_is_seen() -> None:
    """Known wordings come from the warehouse, and one feed teaches the next of the same run."""
    held = entry("a", "Peru votes")
    text_hash = digest_of(held.title, held.summary)
    one = sieve({stable_id(held.key): Known(frozenset({text_hash}), text_hash, START)})
    assert outcomes(one, held) == []


def test_the_longest_section_rule_decides() -> None:
    """A home outlet's world section is not home."""
    assert prior_of(OUTLET, "http://andino.example/mundo/nota") != prior_of(OUTLET, "http://andino.example/peru/nota")


TITLES = st.sampled_from(["Peru votes", "Peru voted", "Quito votes", "Lima, Peru"])
ENTRIES = st.builds(entry, st.sampled_from("abc"), TITLES, st.integers(0, 3))


@given(st.lists(st.lists(ENTRIES, max_size=8), max_size=4), st.integers(0, 3))
@examples(max_examples=60, deadline=None)
def test_counts_add_up(documents: list[list[Entry]], turned_away: int) -> None:
    """fetched = new + seen + changed + rejected for any documents, and reasons stand for each rejection."""
    one = sieve()
    for entries in documents:
        parsed = Parsed(tuple(entries), rejected=(Rejected(Reason.NO_LINK),) * turned_away)
        sifted = one.sift(OUTLET, parsed)
        assert sifted.counts.balanced
        assert sifted.counts.fetched == len(entries) + turned_away
        assert len(sifted.rejected) == sifted.counts.rejected
        assert len({sighting.article_id for sighting in sifted.sightings}) <= 3
    assert all(one.sift(OUTLET, Parsed(tuple(entries[-1:]))).counts.new == 0 for entries in documents)
