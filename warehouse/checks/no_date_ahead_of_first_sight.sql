-- No article is placed in time after it was first seen.
SELECT article_id, effective_at, first_seen_at FROM article WHERE unchecked(known_at) AND effective_at > first_seen_at
