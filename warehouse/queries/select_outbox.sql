-- State of every delivery of an issue: its latest row.
SELECT * FROM outbox WHERE week = $week AND language = $language
QUALIFY row_number() OVER (PARTITION BY recipient ORDER BY attempt DESC, known_at DESC, state = 'sending') = 1
