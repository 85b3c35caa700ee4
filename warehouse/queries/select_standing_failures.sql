-- Checks that failed at the end of the last run: they look at everything until they hold again.
SELECT unnest(failed_checks) AS name FROM (SELECT arg_max(failed_checks, known_at) AS failed_checks FROM run_end)
