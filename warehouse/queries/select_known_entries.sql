-- Every wording known of the given articles, the latest one and its publication stamp.
SELECT article_id, list(DISTINCT text_hash) AS hashes, arg_max(text_hash, known_at) AS latest_hash,
    max(greatest(published_at, updated_at)) AS stamped_at
FROM entry WHERE article_id IN (SELECT unnest($ids::BIGINT[])) GROUP BY article_id
