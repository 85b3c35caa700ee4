SELECT host, fetched_at, status, body FROM robots WHERE fetched_at > $since
QUALIFY row_number() OVER (PARTITION BY host ORDER BY fetched_at DESC) = 1
