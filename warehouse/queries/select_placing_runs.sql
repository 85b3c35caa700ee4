-- Runs that took articles in, in order.
SELECT run_id, known_at FROM placed GROUP BY run_id, known_at ORDER BY min(seq)
