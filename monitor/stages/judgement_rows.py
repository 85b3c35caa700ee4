"""Rows of what the rules said of one version: relevance, tags, evidence, entities. On arrival and when tagged again."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from monitor.model import Tagging
from monitor.warehouse import Row


class Judgement(NamedTuple):
    """A version and what the rules said of it."""

    article_id: int
    version: int
    tagging: Tagging


def judgement_tables(judgements: Iterable[Judgement], run_id: str, known_at: datetime) -> dict[str, list[Row]]:
    """Everything that hangs on the judgements, by table."""
    tables: dict[str, list[Row]] = {"relevance": [], "theme_tag": [], "theme_evidence": [], "entity_mention": []}
    for judgement in judgements:
        of = {
            "article_id": judgement.article_id,
            "version": judgement.version,
            "rules_version": judgement.tagging.rules_version,
            "run_id": run_id,
            "known_at": known_at,
        }
        tables["relevance"].append(_relevance_row(judgement.tagging, of))
        tables["theme_tag"] += _tag_rows(judgement.tagging, of)
        tables["theme_evidence"] += _evidence_rows(judgement.tagging, of)
        tables["entity_mention"] += _mention_rows(judgement.tagging, of)
    return tables


def _relevance_row(tagging: Tagging, of: Row) -> Row:
    return {
        **of,
        "relevant": tagging.relevance.relevant,
        "score": tagging.relevance.score,
        "reasons": list(tagging.relevance.reasons),
        "seo_bait": tagging.relevance.seo_bait,
        "regions": list(tagging.regions),
    }


def _tag_rows(tagging: Tagging, of: Row) -> list[Row]:
    return [{**of, "theme": tag.theme, "score": tag.score} for tag in tagging.tags]


def _evidence_rows(tagging: Tagging, of: Row) -> list[Row]:
    return [
        {
            **of,
            "theme": tag.theme,
            "pattern": span.pattern,
            "field": span.field,
            "start_offset": span.start,
            "end_offset": span.end,
            "matched": span.text,
            "weight": span.weight,
        }
        for tag in tagging.tags
        for span in tag.evidence
    ]


def _mention_rows(tagging: Tagging, of: Row) -> list[Row]:
    return [
        {
            **of,
            "entity": mention.entity,
            "kind": mention.kind,
            "field": mention.field,
            "start_offset": mention.start,
            "end_offset": mention.end,
            "matched": mention.text,
        }
        for mention in tagging.entities
    ]
