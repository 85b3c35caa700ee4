-- The articles of a story in time, each with its relation to an earlier text and with what placed it here.
SELECT v.article_id, v.effective_at, v.outlet, v.owner, v.lang, v.title, v.url, v.agency, v.independent, p.score,
    p.linked_to, p.shared, p.placed_in, p.story_id, d.relation, d.of_id, d.similarity, d.detail, c.author AS decided_by
FROM news_at('infinity'::TIMESTAMPTZ) AS v
LEFT JOIN placement_at('infinity'::TIMESTAMPTZ) AS p USING (article_id)
LEFT JOIN (
    SELECT * FROM duplicate
    QUALIFY row_number() OVER (PARTITION BY article_id
        ORDER BY list_position(['same_url', 'exact', 'near', 'update', 'excerpt_of', 'shares_passage'], relation), similarity DESC, of_id) = 1
) AS d USING (article_id)
LEFT JOIN (SELECT article_id, arg_max(author, known_at) AS author FROM story_decision WHERE action = 'split' GROUP BY article_id)
    AS c USING (article_id)
WHERE v.story_id = $story
ORDER BY v.effective_at, v.article_id
