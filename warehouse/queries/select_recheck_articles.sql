-- Articles of the stories that had one since $since, as far back as $from_at, with the story each is in now and the one
-- it was placed in.
WITH placement AS (SELECT article_id, story_id, placed_in FROM placement_at('infinity'::TIMESTAMPTZ)),
active AS (
    SELECT DISTINCT p.story_id FROM article AS a JOIN placement AS p USING (article_id)
    WHERE a.effective_at BETWEEN $since AND $until),
held AS (
    SELECT a.article_id, a.source_id, a.effective_at, p.story_id, p.placed_in
    FROM article AS a JOIN placement AS p USING (article_id) SEMI JOIN active USING (story_id)
    WHERE a.effective_at BETWEEN $from_at AND $until),
latest AS (
    SELECT article_id, max(version) AS version FROM article_version SEMI JOIN held USING (article_id) GROUP BY article_id)
SELECT h.article_id, h.source_id, s.owner, v.lang, h.effective_at, v.title, v.summary, v.body[:6000] AS body, h.story_id,
    h.placed_in
FROM held AS h
JOIN relevance_at('infinity'::TIMESTAMPTZ) AS r USING (article_id)
JOIN source_at('infinity'::TIMESTAMPTZ) AS s ON s.source_id = h.source_id
JOIN latest AS l ON l.article_id = h.article_id
JOIN article_version AS v ON v.article_id = l.article_id AND v.version = l.version
WHERE r.relevant AND NOT r.seo_bait
ORDER BY h.effective_at, h.article_id
