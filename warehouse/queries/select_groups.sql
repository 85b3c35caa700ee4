-- Where these articles stand now.
SELECT article_id, arg_max(group_id, known_at) AS group_id, arg_max(canonical_id, known_at) AS canonical_id
FROM duplicate_group WHERE article_id IN (SELECT unnest($ids::BIGINT[])) GROUP BY article_id
