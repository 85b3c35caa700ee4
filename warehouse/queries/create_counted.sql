-- Counts of terms on their way in: one row per day, language and kind, unfolded by append_counted.
CREATE TEMP TABLE IF NOT EXISTS counted (
    day DATE, lang VARCHAR, shared BOOLEAN, terms VARCHAR, articles VARCHAR, idf_version BIGINT, known_at TIMESTAMPTZ)
