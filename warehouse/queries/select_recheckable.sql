-- Of the given articles those worth looking at again: about Peru and tagged, by the rules or by a person; no bait; read
-- from a page (or for a passing reason not). Each with its latest entry and the number of owner groups of its story.
WITH asked AS MATERIALIZED (SELECT unnest($ids::BIGINT[]) AS article_id),
judged AS (
    SELECT article_id, arg_max(struct_pack(version := version, rules_version := rules_version, relevant := relevant,
        seo_bait := seo_bait), (version, known_at)) AS last
    FROM relevance SEMI JOIN asked USING (article_id) GROUP BY article_id),
said AS (
    SELECT article_id, arg_max(holds, known_at) FILTER (theme IS NULL) AS relevant,
        bool_or(holds) FILTER (theme IS NOT NULL) AS tagged
    FROM label SEMI JOIN asked USING (article_id) GROUP BY article_id),
worth AS MATERIALIZED (
    SELECT article_id FROM judged AS j LEFT JOIN said AS s USING (article_id)
    WHERE coalesce(s.relevant, j.last.relevant) AND NOT j.last.seo_bait AND (coalesce(s.tagged, false)
        OR (article_id, j.last.version, j.last.rules_version) IN (SELECT (article_id, version, rules_version) FROM theme_tag))),
version AS (
    SELECT article_id FROM article_version SEMI JOIN worth USING (article_id) GROUP BY article_id
    HAVING arg_max(coalesce(text_from = 'page', false) OR list_contains($passing::VARCHAR[], coalesce(reason, '')), version)),
story AS (
    SELECT m.article_id, len(list_distinct(list(s.owner))) AS owners
    FROM story_member AS m SEMI JOIN worth USING (article_id)
    JOIN story_member AS o ON o.story_id = m.story_id JOIN article AS a ON a.article_id = o.article_id
    JOIN source AS s ON s.source_id = a.source_id GROUP BY m.article_id),
-- Few are left, so their texts are read last.
latest AS (
    SELECT article_id, arg_min(rowid, (-epoch_us(known_at), source_id)) AS place
    FROM entry SEMI JOIN version USING (article_id) WHERE outcome <> 'rejected' GROUP BY article_id)
SELECT e.*, coalesce(s.owners, 0) AS owners
FROM latest AS l JOIN entry AS e ON e.rowid = l.place LEFT JOIN story AS s ON s.article_id = l.article_id
