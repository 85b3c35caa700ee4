-- An article about Peru or not, by id or address, with what was decided about it.
SELECT a.article_id, a.url, a.source_id, s.outlet, a.effective_at, week_name(lima_week(a.effective_at)) AS week, v.title,
    v.text_from, v.reason, v.partial, v.version, r.relevant, r.score, r.reasons, r.seo_bait, r.rules_version, p.story_id
FROM article AS a
JOIN version_at('infinity'::TIMESTAMPTZ) AS v USING (article_id)
JOIN relevance_at('infinity'::TIMESTAMPTZ) AS r USING (article_id)
JOIN source_at('infinity'::TIMESTAMPTZ) AS s ON s.source_id = a.source_id
LEFT JOIN placement_at('infinity'::TIMESTAMPTZ) AS p USING (article_id)
WHERE a.article_id = $id OR a.canonical_url = $canonical OR a.url = $url
LIMIT 1
