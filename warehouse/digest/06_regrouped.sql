-- title: Stories joined or taken apart since the last issue
-- title_es: Historias unidas o separadas desde la última edición
-- layout: regrouped
-- Between the last issue and this one, by the daily re-check or by an analyst, where articles of an earlier week moved: the
-- figures of that week are others now. title: the story that was joined, or the article that left; other_title: the
-- story it joined or left.
WITH placed AS (
    SELECT n.article_id, n.title, n.lang, n.url, n.week_on, n.effective_at, p.placed_in
    FROM news_at($as_of) AS n JOIN placement_at($as_of) AS p USING (article_id)),
change AS (
    SELECT c.* FROM story_change_at($as_of) AS c, issue_cuts_at($week_start, $as_of) AS cut
    WHERE c.known_at > cut.after_at AND c.known_at <= cut.until_at),
moved AS (
    SELECT c.action, c.story_id, c.into_id, c.known_at, any_value(c.decided) AS decided, any_value(c.author) AS author,
        arg_min(struct_pack(title := p.title, lang := p.lang, url := p.url), (p.effective_at, p.article_id)) AS head,
        list(DISTINCT week_name(p.week_on) ORDER BY week_name(p.week_on)) FILTER (p.week_on < $week_start::DATE) AS weeks,
        count(*) AS articles
    FROM change AS c
    JOIN placed AS p ON CASE c.action WHEN 'merge' THEN p.placed_in = c.story_id ELSE p.article_id = c.article_id END
    GROUP BY ALL),
story AS (SELECT placed_in, arg_min(title, (effective_at, article_id)) AS title FROM placed GROUP BY placed_in)
SELECT m.action, m.head.title AS title, m.head.lang AS lang, m.head.url AS url, coalesce(s.title, '') AS other_title, m.articles,
    m.decided, m.author, m.known_at AS changed_at, m.weeks, count(*) OVER () AS total
FROM moved AS m
LEFT JOIN story AS s ON s.placed_in = CASE m.action WHEN 'merge' THEN m.into_id ELSE m.story_id END
WHERE len(m.weeks) > 0
ORDER BY m.articles DESC, m.known_at DESC, m.story_id, m.into_id
LIMIT 10;
