-- Rows that no window reaches any more; those of old news taken in late stay as long.
DELETE FROM article_terms WHERE known_at < $before AND day < $before::DATE
