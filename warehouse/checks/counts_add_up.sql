-- Every entry of every document ended in exactly one outcome.
SELECT run_id, source_id, fetched_n, new_n, seen_n, changed_n, rejected_n FROM source_fetch
WHERE unchecked(known_at) AND fetched_n <> new_n + seen_n + changed_n + rejected_n
