"""Terms of articles, weighed once when they are taken in and kept: grouping reads no text twice. Groups nothing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from monitor.stages.repeats import Stamp, Taken
from monitor.stories.grouping import Member, Members, Remembered, Title
from monitor.stories.sparse import SEPARATOR, Lexicon
from monitor.stories.vectors import Frequencies, Profile, TermCounts, TermReader
from monitor.warehouse import Session

IDF_DAYS = timedelta(days=30)  # an idf from older news would keep yesterday's names heavy for ever
WINDOW = timedelta(days=7)  # before and after the articles that are placed
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Weighed:
    """Articles ready to be placed, and the version of the idf they were weighed with."""

    members: Members
    idf_version: int


def weigh(session: Session, taken: Sequence[Taken], stamp: Stamp, terms: TermReader) -> Weighed:
    """Count the terms of new articles, weigh them by the news of the last weeks with these, and store both."""
    version = taken[0].seq
    lexicon = terms.lexicon
    counted = [(one, one.prepared.counts if one.prepared else terms.counts(one.article)) for one in taken]
    session.run("create_counted")
    session.append("counted", list(_count_rows(counted, version, stamp, lexicon)))
    since, until = min(one.day for one in taken) - IDF_DAYS, max(one.day for one in taken)
    idf = {"idf_version": version, "since_on": since, "until_on": until, "articles": len(taken)}
    session.append("idf", [{**idf, "run_id": stamp.run_id, "known_at": stamp.at}])
    frequencies = _frequencies(session, version, lexicon)
    profiles = [frequencies.profile(counts) for _, counts in counted]
    session.append(
        "article_terms", [_terms_row(*both, version, stamp, lexicon) for both in zip(taken, profiles, strict=True)]
    )
    known = (Member.of(one.article, profile) for one, profile in zip(taken, profiles, strict=True))
    return Weighed({member.article_id: member for member in known}, version)


def window(session: Session, taken: Sequence[Taken], remembered: Remembered) -> Members:
    """Placed articles that those of a batch may join, with their stories as they stand now."""
    since, until = min(one.article.at for one in taken) - WINDOW, max(one.article.at for one in taken) + WINDOW
    found = session.rows("select_story_window", since=since, until=until)
    return recalled(session, {row["article_id"]: row["story_id"] for row in found}, remembered)


def recalled(session: Session, story_of: Mapping[int, int], remembered: Remembered) -> Members:
    """Placed articles, with the stories given for them; only what is not remembered is read."""
    missing = sorted(story_of.keys() - remembered.members.keys())
    rows = session.rows("select_members", ids=missing) if missing else []
    known = remembered.members | {row["article_id"]: _member(row, remembered.lexicon) for row in rows}
    return {one: _in_story(known[one], story) for one, story in story_of.items() if one in known}


def _in_story(member: Member, story_id: int) -> Member:
    return member if member.story_id == story_id else replace(member, story_id=story_id)


def _member(row: Row, lexicon: Lexicon) -> Member:
    parts = ((row[f"{kind}terms"], row[f"{kind}weights"]) for kind in ("", "shared_", "title_"))
    profile = Profile.unpacked(row["lang"], parts, lexicon)
    return Member(row["article_id"], row["effective_at"], Title(row["title"], row["lang"]), profile)


def _count_rows(
    counted: Iterable[tuple[Taken, TermCounts]], version: int, stamp: Stamp, lexicon: Lexicon
) -> Iterator[Row]:
    by_day: dict[date, Frequencies] = defaultdict(lambda: Frequencies(lexicon))
    for one, counts in counted:
        by_day[one.day].add(counts)
    for day, of_day in by_day.items():
        for lang, shared, terms, articles in of_day.parts():
            yield {
                "day": day,
                "lang": lang,
                "shared": shared,
                "terms": SEPARATOR.join(terms),
                "articles": " ".join(map(str, articles)),
                "idf_version": version,
                "known_at": stamp.at,
            }


def _frequencies(session: Session, version: int, lexicon: Lexicon) -> Frequencies:
    found = session.rows("select_frequencies", version=version)
    split = ((row["lang"], row["shared"], row["terms"].split(SEPARATOR), row["articles"]) for row in found)
    return Frequencies.of(split, lexicon)


def _terms_row(one: Taken, profile: Profile, version: int, stamp: Stamp, lexicon: Lexicon) -> Mapping[str, object]:
    terms, weights = profile.own.packed(lexicon)
    shared_terms, shared_weights = profile.shared.packed(lexicon)
    title_terms, title_weights = profile.title.packed(lexicon)
    return {
        "article_id": one.article.article_id,
        "lang": one.article.lang,
        "day": one.day,
        "seq": one.seq,
        "terms": terms,
        "weights": weights,
        "shared_terms": shared_terms,
        "shared_weights": shared_weights,
        "title_terms": title_terms,
        "title_weights": title_weights,
        "idf_version": version,
        "known_at": stamp.at,
    }
