"""Between values and table rows, both ways. Column names are those of warehouse/migrations."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from monitor.errors import Reason, ReasonedError
from monitor.extract import agency_of
from monitor.model import (
    DateQuality,
    Duplicate,
    Entry,
    FeedHints,
    Fetched,
    HostState,
    Moment,
    NotModified,
    Outcome,
    Rejected,
    RobotsRecord,
    Source,
    SourceState,
    StoryInput,
    StoryLink,
    Validators,
)
from monitor.stages.collect import Harvest
from monitor.stages.judge import Judged, Previous
from monitor.stages.sift import Known, Sighting
from monitor.themes import Rules

Row = dict[str, Any]

# ---------------------------------------------------------------- values to rows


def source_row(source: Source, known_at: datetime) -> Row:
    return {
        "source_id": source.id,
        "name": source.name,
        "outlet": source.outlet,
        "kind": source.kind,
        "url": source.url,
        "lang": source.lang,
        "country": source.country,
        "owner": source.owner,
        "prior": source.prior.value,
        "interval_minutes": int(source.interval / timedelta(minutes=1)),
        "enabled": source.enabled,
        "pages": source.pages,
        "aggregator": source.aggregator,
        "verified_on": source.verified_on,
        "note": source.note,
        "interval_set": source.interval_set,
        "robots": source.robots,
        "verify_tls": source.verify_tls,
        "known_at": known_at,
    }


def changed_sources(sources: Sequence[Source], known: Iterable[Row], known_at: datetime) -> list[Row]:
    """Rows of sources whose configuration differs from what the warehouse holds."""
    held = {row["source_id"]: {k: v for k, v in row.items() if k != "known_at"} for row in known}
    rows = [source_row(source, known_at) for source in sources]
    return [row for row in rows if held.get(row["source_id"]) != {k: v for k, v in row.items() if k != "known_at"}]


def theme_rows(rules: Rules, known_at: datetime) -> list[Row]:
    return [
        {
            "theme": theme.slug,
            "label_en": theme.en,
            "label_es": theme.es,
            "definition": theme.definition,
            "rules_version": rules.version,
            "known_at": known_at,
        }
        for theme in rules.themes
    ]


def fetch_row(harvest: Harvest, outcome: Outcome, run_id: str, known_at: datetime) -> Row:
    answer, validators = harvest.answer, harvest.validators
    return {
        "run_id": run_id,
        "source_id": harvest.source.id,
        "url": harvest.source.url,
        "final_url": answer.final_url if answer else "",
        "status": harvest.status.value,
        "http_status": outcome.http_status,
        "reason": outcome.reason.value if outcome.reason else None,
        "detail": outcome.detail or None,
        "warning": (harvest.parsed.warning or None) if harvest.parsed else None,
        "started_at": harvest.started_at or known_at,
        "seconds": harvest.seconds,
        "wire_bytes": harvest.wire_bytes,
        "body_hash": harvest.body_hash,
        "etag": validators.etag,
        "last_modified": validators.last_modified,
        "validators_url": harvest.validators_url,
        "fetched_n": outcome.counts.fetched,
        "new_n": outcome.counts.new,
        "seen_n": outcome.counts.seen,
        "changed_n": outcome.counts.changed,
        "rejected_n": outcome.counts.rejected,
        "next_due_at": outcome.next_due_at,
        "known_at": known_at,
    }


def rejection_rows(source_id: str, rejected: Sequence[Rejected], run_id: str, known_at: datetime) -> list[Row]:
    """One row per reason, with the first entry as the example."""
    rows: dict[Reason, Row] = {}
    for item in rejected:
        row = rows.setdefault(
            item.reason,
            {
                "run_id": run_id,
                "source_id": source_id,
                "reason": item.reason.value,
                "n": 0,
                "example_title": item.title,
                "example_link": item.link,
                "known_at": known_at,
            },
        )
        row["n"] += 1
    return list(rows.values())


def entry_row(sighting: Sighting, run_id: str, known_at: datetime) -> Row:
    entry = sighting.entry
    return {
        "article_id": sighting.article_id,
        "source_id": entry.source_id,
        "outcome": sighting.outcome,
        "reason": sighting.reason.value if sighting.reason else None,
        "key": entry.key,
        "guid": entry.guid,
        "link": entry.link,
        "canonical_url": entry.canonical_url,
        "title": entry.title,
        "summary": entry.summary,
        "content": entry.content,
        "authors": list(entry.authors),
        "section": entry.section,
        "lang": entry.lang,
        "image": entry.image,
        "origin": entry.origin,
        "published_raw": entry.published.raw,
        "published_at": entry.published.at,
        "published_quality": entry.published.quality.value,
        "updated_raw": entry.updated.raw,
        "updated_at": entry.updated.at,
        "updated_quality": entry.updated.quality.value,
        "text_hash": sighting.text_hash,
        "run_id": run_id,
        "known_at": known_at,
    }


def article_row(item: Judged, run_id: str, known_at: datetime) -> Row:
    article, wanted = item.article, item.reading.wanted
    return {
        "article_id": item.article_id,
        "source_id": wanted.source.id,
        "key": wanted.entry.key,
        "url": wanted.entry.link,
        "canonical_url": article.canonical_url or wanted.entry.canonical_url,
        "first_seen_at": wanted.seen_at,
        "published_at": article.published.at,
        "published_quality": article.published.quality.value,
        "effective_at": item.effective_at,
        "run_id": run_id,
        "known_at": known_at,
    }


def version_row(item: Judged, run_id: str, known_at: datetime) -> Row:
    article = item.article
    return {
        "article_id": item.article_id,
        "version": item.version,
        "title": article.title,
        "summary": article.summary,
        "body": article.body,
        "authors": list(article.authors),
        "byline_org": article.byline_org,
        "agency": agency_of(article.byline_org, article.body),
        "section": article.section,
        "lang": article.lang or item.reading.wanted.source.lang,
        "published_raw": article.published.raw,
        "published_at": article.published.at,
        "published_quality": article.published.quality.value,
        "modified_at": article.modified.at,
        "url_on": article.url_on,
        "image": article.image,
        "kind": article.kind,
        "access": article.access,
        "text_from": article.text_from,
        "partial": article.partial,
        "reason": article.reason.value if article.reason else None,
        "agreement": article.agreement,
        "boilerplate": article.boilerplate,
        "provenance": json.dumps(dict(article.provenance), ensure_ascii=False, sort_keys=True),
        "extractor": article.extractor,
        "text_hash": item.text_hash,
        "body_hash": item.body_hash,
        "run_id": run_id,
        "known_at": known_at,
    }


def page_row(item: Judged, run_id: str, known_at: datetime) -> Row:
    reading = item.reading
    page, error = reading.page, reading.error
    return {
        "run_id": run_id,
        "article_id": item.article_id,
        "source_id": reading.wanted.source.id,
        "url": reading.wanted.entry.link,
        "outcome": item.outcome,
        "http_status": page.status if page else getattr(error, "status", None),
        "reason": error.reason.value if error else None,
        "detail": error.message if error else None,
        "seconds": (page.finished_at - page.started_at).total_seconds() if page else None,
        "wire_bytes": page.wire_bytes if page else 0,
        **validator_columns(page.validators if page and not error else Validators(), page.final_url if page else ""),
        "known_at": known_at,
    }


def validator_columns(validators: Validators, url: str) -> Row:
    return {
        "etag": validators.etag,
        "last_modified": validators.last_modified,
        "validators_url": url if validators != Validators() else "",
    }


def duplicate_row(duplicate: Duplicate, run_id: str, known_at: datetime) -> Row:
    return {
        "article_id": duplicate.article_id,
        "of_id": duplicate.of_id,
        "relation": duplicate.relation,
        "similarity": duplicate.similarity,
        "detail": duplicate.detail,
        "containment": duplicate.containment,
        "jaccard": duplicate.jaccard,
        "lead": duplicate.leads[0],
        "of_lead": duplicate.leads[1],
        "titles": duplicate.titles,
        "passage_words": duplicate.passage_words,
        "run_id": run_id,
        "known_at": known_at,
    }


def story_row(link: StoryLink, idf_version: int, run_id: str, known_at: datetime) -> Row:
    return {
        "article_id": link.article_id,
        "story_id": link.story_id,
        "score": link.score,
        "linked_to": link.linked_to,
        "shared": list(link.shared),
        "idf_version": idf_version,
        "run_id": run_id,
        "known_at": known_at,
    }


def robots_row(record: RobotsRecord, forbids: Sequence[str], known_at: datetime) -> Row:
    return {
        "host": record.host,
        "fetched_at": record.fetched_at,
        "status": record.status,
        "body": record.body,
        "etag": record.etag,
        "last_modified": record.last_modified,
        "failing_since": record.failing_since,
        "forbids": list(forbids),
        "known_at": known_at,
    }


def pause_row(state: HostState, known_at: datetime) -> Row:
    return {"host": state.host, "not_before_at": state.not_before_at, "known_at": known_at}


# ---------------------------------------------------------------- rows to values


def source_state(row: Row) -> SourceState:
    return SourceState(
        source_id=row["source_id"],
        url=row["url"],
        last_attempt_at=row["last_attempt_at"],
        last_success_at=row["last_success_at"],
        next_due_at=row["next_due_at"],
        failures=row["failures"],
        validators=Validators(row["etag"], row["last_modified"]),
        body_hash=row["body_hash"],
        gone=row["gone"],
        validators_url=row["validators_url"],
        weight=row["weight"],
        learned=_minutes(row["learned_minutes"]),
        learned_from=_minutes(row["configured_minutes"]),
        newest=frozenset(row["newest"]),
        fresh_at=row["fresh_at"],
        full_at=row["full_at"],
        daily=row["daily"],
        probe_helped=row["probe_helped"],
        moved_from=row["moved_from"],
        moved_to=row["moved_to"],
        moving_to=row["moving_to"],
        moving_since_at=row["moving_since_at"],
        moving_hits=row["moving_hits"],
        hints=FeedHints(
            ttl=_minutes(row["hint_minutes"] or None),
            skip_hours=frozenset(row["skip_hours"]),
            skip_days=frozenset(row["skip_days"]),
        ),
    )


def _minutes(number: int | None) -> timedelta | None:
    return None if number is None else timedelta(minutes=number)


def known(row: Row) -> Known:
    return Known(frozenset(row["hashes"]), row["latest_hash"], row["stamped_at"])


def entry(row: Row) -> Entry:
    return Entry(
        source_id=row["source_id"],
        link=row["link"],
        canonical_url=row["canonical_url"],
        key=row["key"],
        title=row["title"],
        summary=row["summary"],
        content=row["content"],
        guid=row["guid"],
        authors=tuple(row["authors"]),
        section=row["section"],
        published=_moment(row, "published"),
        updated=_moment(row, "updated"),
        lang=row["lang"],
        image=row["image"],
        origin=row["origin"],
    )


def as_stored(entry: Entry) -> Entry:
    """An entry as `entry` gives it back: of the offsets of its dates only their raw strings are kept."""
    published, updated = replace(entry.published, offset=None), replace(entry.updated, offset=None)
    return replace(entry, published=published, updated=updated)


def _moment(row: Row, name: str) -> Moment:
    return Moment(row[f"{name}_raw"], row[f"{name}_at"], DateQuality(row[f"{name}_quality"]))


def previous(row: Row) -> Previous:
    return Previous(
        version=row["version"],
        title=row["title"],
        summary=row["summary"],
        body=row["body"],
        authors=tuple(row["authors"]),
        byline_org=row["byline_org"],
        text_from=row["text_from"],
        text_hash=row["text_hash"],
        effective_at=row["effective_at"],
        partial=row["partial"],
        extractor=row["extractor"],
    )


def story_input(row: Row) -> StoryInput:
    return StoryInput(
        article_id=row["article_id"],
        source_id=row["source_id"],
        owner=row["owner"],
        lang=row["lang"],
        at=row["effective_at"],
        title=row["title"],
        lead=row["summary"],
        body=row["body"],
        body_hash=row.get("body_hash") or "",
        story_id=row["story_id"],
    )


def by(key: str, rows: Iterable[Row]) -> Mapping[Any, Row]:
    """Rows by one of their columns."""
    return {row[key]: row for row in rows}


def http_status(harvest: Harvest) -> int | None:
    """Status of the answer: of the page, 304, or the one an error carries."""
    return status_of(harvest.answer, harvest.error)


def status_of(answer: Fetched | NotModified | None, error: ReasonedError | None) -> int | None:
    if isinstance(answer, Fetched):
        return answer.status
    return 304 if answer is not None else getattr(error, "status", None)
