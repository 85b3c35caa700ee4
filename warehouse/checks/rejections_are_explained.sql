-- The reasons of a document's rejected entries add up to their number.
SELECT f.run_id, f.source_id, f.rejected_n, coalesce(sum(r.n), 0) AS explained
FROM (SELECT * FROM source_fetch WHERE unchecked(known_at)) AS f LEFT JOIN rejection AS r USING (run_id, source_id)
GROUP BY ALL HAVING f.rejected_n <> coalesce(sum(r.n), 0)
