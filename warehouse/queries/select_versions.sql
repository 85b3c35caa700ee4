-- The latest version held of the given articles, and their story.
SELECT v.article_id, v.version, v.title, v.summary, v.body, v.authors, v.byline_org, v.text_from, v.text_hash,
    v.partial, v.extractor,
    a.effective_at, p.story_id
FROM version_at('infinity'::TIMESTAMPTZ) AS v
JOIN article AS a USING (article_id)
LEFT JOIN placement_at('infinity'::TIMESTAMPTZ) AS p USING (article_id)
WHERE v.article_id IN (SELECT unnest($ids::BIGINT[]))
