-- Placed articles of the window that are in the news, with the story each is in now (as in macro placement_at).
-- Only rows of these articles are looked at, however much is placed.
WITH near AS (
    SELECT article_id FROM article SEMI JOIN placed USING (article_id)
    WHERE effective_at BETWEEN $since AND $until),
judged AS (
    SELECT article_id, arg_max(relevant, (version, known_at)) AS relevant, arg_max(seo_bait, (version, known_at)) AS seo_bait
    FROM relevance SEMI JOIN near USING (article_id) GROUP BY article_id),
said AS (
    SELECT article_id, arg_max(holds, known_at) AS holds
    FROM label SEMI JOIN near USING (article_id) WHERE theme IS NULL GROUP BY article_id),
computed AS (
    SELECT article_id, arg_max(story_id, known_at) AS story_id
    FROM story_member SEMI JOIN near USING (article_id) GROUP BY article_id),
split AS (
    SELECT article_id, arg_max(into_id, known_at) AS into_id FROM story_decision
    WHERE action = 'split' GROUP BY article_id)
SELECT c.article_id, coalesce(m.into_id, t.into_id, c.story_id) AS story_id
FROM computed AS c
JOIN judged AS j USING (article_id)
LEFT JOIN said AS s USING (article_id)
LEFT JOIN split AS t USING (article_id)
LEFT JOIN merged_at('infinity'::TIMESTAMPTZ) AS m ON m.story_id = coalesce(t.into_id, c.story_id)
WHERE coalesce(s.holds, j.relevant) AND NOT coalesce(j.seo_bait, false)
