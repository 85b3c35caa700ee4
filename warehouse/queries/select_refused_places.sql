-- Where the latest entries stand (row numbers of entry) that were turned away as not about Peru and never became articles.
SELECT e.rowid AS place
FROM (SELECT rowid, article_id, outcome, reason, known_at FROM entry
      QUALIFY row_number() OVER (PARTITION BY article_id ORDER BY known_at DESC) = 1) AS e
ANTI JOIN article USING (article_id)
WHERE e.outcome = 'rejected' AND e.reason = 'not_about_peru'
    AND e.known_at >= coalesce($since::TIMESTAMPTZ, '-infinity'::TIMESTAMPTZ)
ORDER BY place
