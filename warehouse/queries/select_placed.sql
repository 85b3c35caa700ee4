-- What a run took in, in order.
SELECT p.article_id, p.version, p.seq, p.day, a.effective_at
FROM placed AS p JOIN article AS a USING (article_id)
WHERE p.known_at = $known_at AND p.run_id = $run_id
ORDER BY p.seq
