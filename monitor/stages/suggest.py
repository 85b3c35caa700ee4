"""Terms that stored articles of a theme suggest. Reads the snapshot; stores nothing."""

from __future__ import annotations

from monitor.errors import UsageError
from monitor.model import Settings
from monitor.stages import stored
from monitor.themes import Rules
from monitor.themes.rulefile import nearest
from monitor.themes.suggestion import Contrast, Suggestion
from monitor.warehouse import Warehouse

NEWEST = 20_000  # articles looked at
FEWEST = 5  # of the theme, below which nothing can be said


def suggest(settings: Settings, rules: Rules, slug: str, limit: int) -> list[Suggestion]:
    """Terms over-represented in articles that carry the theme, labels counted before rules, against the other
    articles about Peru. Raises UsageError for an unknown theme or too few articles.
    """
    known = [info.slug for info in rules.themes]
    if slug not in known:
        raise UsageError(f"there is no theme {slug!r}{nearest(slug, known)}")
    contrast = Contrast()
    with Warehouse(settings.state).read_snapshot() as session:
        carrying = {row["article_id"] for row in session.rows("select_carrying", theme=slug)}
        places = [place for place, _ in stored.latest_places(session)][-NEWEST:]
        for chunk in stored.chunks(places):
            for row in stored.texts(session, chunk):
                if row["relevant"] or row["article_id"] in carrying:
                    lead = row["summary"] or row["body"]
                    contrast.add(row["title"], lead, inside=row["article_id"] in carrying)
    if contrast.inside_n < FEWEST:
        raise UsageError(
            f"only {contrast.inside_n} stored articles carry {slug}; {FEWEST} are needed",
            hint="label some: `peru-monitor label ARTICLE --add THEME --author NAME`",
        )
    return contrast.ranked(rules, slug, limit)
