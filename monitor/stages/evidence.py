"""The evidence behind one article's themes: its text, what was found in it, what was refused, what people said."""

from __future__ import annotations

from typing import Any

from monitor import themes
from monitor.model import Document, Settings, ThemeTag
from monitor.stages import stored
from monitor.warehouse import Row, Session


def evidence(settings: Settings, session: Session, head: Row) -> dict[str, Any]:
    """`text`, `entities`, `labels` as stored, and by the rules now in force `refused` themes and what a theme `needs`.

    `head` is a row of find_article. Offsets of evidence and entities are into `text`.
    """
    key = {"id": head["article_id"], "version": head["version"], "rules": head["rules_version"]}
    row = session.rows("explain_text", **key)[0]
    newest = session.rows("select_newest_version")[0]["known_at"]
    sources = {source.id: source for source in settings.sources}
    document = stored.document_of(row, sources, stored.repeated_lines(session, newest))
    rules = themes.load(settings.themes_dir)
    return {
        "text": {"title": row["title"], "lead": row["summary"] or row["body"].partition("\n")[0], "body": row["body"]},
        "entities": session.rows("explain_entities", **key),
        "labels": session.rows("explain_labels", **key),
        **_refused(rules, document),
    }


def _refused(rules: themes.Rules, document: Document) -> dict[str, Any]:
    """Refused themes are not stored: they are worked out anew, by the rules now in force."""
    tagging = rules.tag(document)
    best = max((tag.score for tag in (*tagging.tags, *tagging.refused)), default=0.0)
    return {
        "refused": [_as_row(tag) for tag in tagging.refused],
        "refused_by": rules.version,
        "needs": rules.needed(document, best)._asdict(),
    }


def _as_row(tag: ThemeTag) -> Row:
    """In the form of a stored theme."""
    return {
        "theme": tag.theme,
        "score": tag.score,
        "evidence": [
            {
                "pattern": span.pattern,
                "field": span.field,
                "start_offset": span.start,
                "end_offset": span.end,
                "matched": span.text,
                "weight": span.weight,
            }
            for span in sorted(tag.evidence, key=lambda span: -span.weight)
        ],
    }
