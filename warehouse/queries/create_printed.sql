-- Fingerprints on their way in: one row per article, unfolded by append_printed.
CREATE TEMP TABLE IF NOT EXISTS printed (
    values VARCHAR, article_id BIGINT, source_id VARCHAR, day DATE, seq BIGINT, copy BOOLEAN, params VARCHAR,
    known_at TIMESTAMPTZ)
