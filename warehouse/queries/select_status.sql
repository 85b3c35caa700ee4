WITH health AS (
    SELECT min(next_due_at) AS next_due_at, count(*) FILTER (next_due_at IS NULL OR next_due_at <= $now) AS due_now
    FROM source_health WHERE enabled)
SELECT (SELECT count(*) FROM article_current) AS articles,
    (SELECT count(DISTINCT story_id) FROM article_current) AS stories,
    (SELECT max(version) FROM schema_version) AS schema_version, next_due_at, due_now
FROM health
