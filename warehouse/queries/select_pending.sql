-- Entries whose page has not been settled yet, newest first.
SELECT e.* FROM entry AS e
ANTI JOIN page AS p ON p.article_id = e.article_id AND p.known_at >= e.known_at
QUALIFY row_number() OVER (PARTITION BY e.article_id ORDER BY e.known_at DESC) = 1 AND e.outcome <> 'rejected'
ORDER BY e.known_at DESC, e.published_at DESC NULLS LAST, e.article_id
