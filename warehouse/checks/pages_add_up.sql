-- Every page wanted was stored, taken from the feed, rejected or left for the next run.
SELECT run_id, pages_wanted FROM run_end
WHERE pages_wanted <> pages_stored + pages_from_feed + pages_rejected + pages_pending
