"""Terms of articles, weighed once when they are taken in and kept: grouping reads no text twice. Groups nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from monitor.stages.repeats import Stamp, Taken
from monitor.stories.grouping import Member
from monitor.stories.vectors import SEPARATOR, Frequencies, Profile, TermCounts, packed, term_counts, unpacked
from monitor.warehouse import Session

IDF_DAYS = timedelta(days=30)  # an idf from older news would keep yesterday's names heavy for ever
WINDOW = timedelta(days=7)  # before and after the articles that are placed
Row = dict[str, Any]
Members = dict[int, Member]


@dataclass(frozen=True, slots=True)
class Weighed:
    """Articles ready to be placed, and the version of the idf they were weighed with."""

    members: Members
    idf_version: int


def weigh(session: Session, taken: Sequence[Taken], stamp: Stamp) -> Weighed:
    """Count the terms of new articles, weigh them by the news of the last weeks with these, and store both."""
    version = taken[0].seq
    counted = [(one, term_counts(one.article)) for one in taken]
    session.run("create_counted")
    session.append("counted", list(_count_rows(counted, version, stamp)))
    since, until = min(one.day for one in taken) - IDF_DAYS, max(one.day for one in taken)
    idf = {"idf_version": version, "since_on": since, "until_on": until, "articles": len(taken)}
    session.append("idf", [{**idf, "run_id": stamp.run_id, "known_at": stamp.at}])
    frequencies = _frequencies(session, version)
    members = {one.article.article_id: Member.of(one.article, frequencies.profile(counts)) for one, counts in counted}
    session.append(
        "article_terms", [_terms_row(one, members[one.article.article_id].profile, version, stamp) for one in taken]
    )
    return Weighed(members, version)


def window(session: Session, taken: Sequence[Taken], members: Members) -> Members:
    """Placed articles that those of a batch may join, with their stories as they stand now.

    `members` are remembered from earlier batches; only what is not among them is read.
    """
    since, until = min(one.article.at for one in taken) - WINDOW, max(one.article.at for one in taken) + WINDOW
    story_of = {
        row["article_id"]: row["story_id"] for row in session.rows("select_story_window", since=since, until=until)
    }
    missing = sorted(story_of.keys() - members.keys())
    read = {row["article_id"]: _member(row) for row in session.rows("select_members", ids=missing)} if missing else {}
    known = {**members, **read}
    return {one: _in_story(known[one], story) for one, story in story_of.items() if one in known}


def _in_story(member: Member, story_id: int) -> Member:
    return member if member.story_id == story_id else replace(member, story_id=story_id)


def _member(row: Row) -> Member:
    own, shared, title = (unpacked(row[f"{kind}terms"], row[f"{kind}weights"]) for kind in ("", "shared_", "title_"))
    return Member(row["article_id"], row["effective_at"], row["title"], Profile(row["lang"], own, shared, title))


def _count_rows(counted: Iterable[tuple[Taken, TermCounts]], version: int, stamp: Stamp) -> Iterator[Row]:
    by_day: dict[date, Frequencies] = {}
    for one, counts in counted:
        by_day.setdefault(one.day, Frequencies()).add(counts)
    for day, of_day in by_day.items():
        for lang, shared, used_by in of_day.parts():
            yield {
                "day": day,
                "lang": lang,
                "shared": shared,
                "terms": SEPARATOR.join(used_by),
                "articles": " ".join(map(str, used_by.values())),
                "idf_version": version,
                "known_at": stamp.at,
            }


def _frequencies(session: Session, version: int) -> Frequencies:
    found = session.rows("select_frequencies", version=version)
    return Frequencies.of((row["lang"], row["shared"], _counts(row["terms"], row["articles"])) for row in found)


def _counts(terms: str, articles: str) -> Counter[str]:
    return Counter(dict(zip(terms.split(SEPARATOR), map(int, articles.split()), strict=True)))


def _terms_row(one: Taken, profile: Profile, version: int, stamp: Stamp) -> Mapping[str, object]:
    terms, weights = packed(profile.own)
    shared_terms, shared_weights = packed(profile.shared)
    title_terms, title_weights = packed(profile.title)
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
