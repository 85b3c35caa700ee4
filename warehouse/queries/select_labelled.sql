-- Everything labelled: the latest word on each matter, with the text it was said of; of an entry that was turned away,
-- what its feed said.
WITH said AS (
    SELECT article_id, max(known_at) AS labelled_at, bool_or(complete) AS complete,
        bool_or(holds) FILTER (theme IS NULL) AS relevant,
        coalesce(list(theme ORDER BY theme) FILTER (theme IS NOT NULL AND holds), []::VARCHAR[]) AS holding,
        coalesce(list(theme ORDER BY theme) FILTER (theme IS NOT NULL AND NOT holds), []::VARCHAR[]) AS failing
    FROM label_at('infinity'::TIMESTAMPTZ) GROUP BY article_id),
text AS (
    SELECT a.article_id, a.source_id, a.url, v.title, v.summary, v.body, v.section, v.lang
    FROM article AS a JOIN version_at('infinity'::TIMESTAMPTZ) AS v USING (article_id)
    UNION ALL
    SELECT e.article_id, e.source_id, e.link, e.title, e.summary, e.content, e.section, e.lang
    FROM (FROM entry QUALIFY row_number() OVER (PARTITION BY article_id ORDER BY known_at DESC) = 1) AS e
    ANTI JOIN article USING (article_id))
SELECT l.*, t.* EXCLUDE (article_id), s.prior, coalesce(r.relevant, false) AS held_relevant
FROM said AS l
JOIN text AS t USING (article_id)
LEFT JOIN source_at('infinity'::TIMESTAMPTZ) AS s ON s.source_id = t.source_id
LEFT JOIN relevance_at('infinity'::TIMESTAMPTZ) AS r ON r.article_id = l.article_id
ORDER BY l.labelled_at, l.article_id
