-- How many articles were taken in so far.
SELECT coalesce(max(seq), 0) AS seq FROM placed
