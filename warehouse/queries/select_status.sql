SELECT (SELECT count(*) FROM article_current) AS articles,
    (SELECT count(DISTINCT story_id) FROM article_current) AS stories,
    (SELECT max(version) FROM schema_version) AS schema_version,
    (SELECT min(next_due_at) FROM source_health WHERE enabled) AS next_due_at,
    (SELECT count(*) FROM source_health WHERE enabled AND (next_due_at IS NULL OR next_due_at <= $now)) AS due_now
