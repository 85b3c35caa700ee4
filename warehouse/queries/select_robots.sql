SELECT host, fetched_at, status, body, coalesce(etag, '') AS etag, coalesce(last_modified, '') AS last_modified,
    failing_since
FROM robots WHERE fetched_at > $since
QUALIFY row_number() OVER (PARTITION BY host ORDER BY fetched_at DESC) = 1
