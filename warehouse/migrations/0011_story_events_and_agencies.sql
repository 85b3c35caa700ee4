-- The daily second look at the stories of the last days: what it joined and parted is data, known from its instant on.
-- And the agency behind a text, so that one agency's texts in several outlets are counted once.

CREATE TABLE story_event (
    action VARCHAR, story_id BIGINT, article_id BIGINT, into_id BIGINT, score DOUBLE, join_at DOUBLE, reason VARCHAR,
    run_id VARCHAR, known_at TIMESTAMPTZ);
COMMENT ON TABLE story_event IS 'Merges and splits of stories by the daily re-check (macro placement_at applies them; what analysts decide wins).';
COMMENT ON COLUMN story_event.action IS 'merge (story_id becomes part of into_id) or split (article_id leaves story_id for into_id).';
COMMENT ON COLUMN story_event.story_id IS 'The story that is merged away, or that the article leaves.';
COMMENT ON COLUMN story_event.article_id IS 'The article that is split off; NULL for a merge.';
COMMENT ON COLUMN story_event.into_id IS 'The story that takes them in.';
COMMENT ON COLUMN story_event.score IS 'What the articles score against that story (merge) or against the rest of theirs (split), 0 to 1.';
COMMENT ON COLUMN story_event.join_at IS 'What the score was held against: at or over it for a merge, under it for a split.';
COMMENT ON COLUMN story_event.reason IS 'Why, in words.';
COMMENT ON COLUMN story_event.run_id IS 'The run that looked again.';
COMMENT ON COLUMN story_event.known_at IS 'Instant of the run.';

CREATE TABLE story_recheck (
    since_at TIMESTAMPTZ, articles INTEGER, stories INTEGER, merges INTEGER, splits INTEGER, run_id VARCHAR,
    known_at TIMESTAMPTZ);
COMMENT ON TABLE story_recheck IS 'When stories were looked at again: once a day (Lima), by the first run of the day.';
COMMENT ON COLUMN story_recheck.since_at IS 'Stories with an article since then were looked at.';
COMMENT ON COLUMN story_recheck.articles IS 'Articles in these stories.';
COMMENT ON COLUMN story_recheck.stories IS 'Stories looked at.';
COMMENT ON COLUMN story_recheck.merges IS 'How many were merged away.';
COMMENT ON COLUMN story_recheck.splits IS 'How many articles were split off.';
COMMENT ON COLUMN story_recheck.run_id IS 'The run.';
COMMENT ON COLUMN story_recheck.known_at IS 'Instant of the run.';

-- Whose text an article is, decided once when a version is stored (macro agency_of), not each time owners are counted.
ALTER TABLE article_version ADD COLUMN agency VARCHAR;
COMMENT ON COLUMN article_version.agency IS 'The news agency whose text it is: named as author, in the dateline or in the closing line.';
UPDATE article_version SET agency = nullif(upper(coalesce(
    nullif(regexp_extract(coalesce(byline_org, ''),
        '(?i)\b(EFE|AFP|Reuters|AP|Associated Press|Europa Press|DPA|ANSA|Xinhua|Sputnik|Andina|Bloomberg|Prensa Latina)\b', 1), ''),
    nullif(regexp_extract(left(coalesce(body, ''), 120),
        '\((EFE|AFP|Reuters|REUTERS|AP|Europa Press|DPA|ANSA|Xinhua|Sputnik|Andina|ANDINA|Bloomberg|Prensa Latina)\)', 1), ''),
    regexp_extract(right(coalesce(body, ''), 80),
        '(?:\(|Fuente: |Con información de |With information from )(EFE|AFP|Reuters|REUTERS|AP|Europa Press|DPA|ANSA|Xinhua|Sputnik|Andina|ANDINA|Bloomberg|Prensa Latina)\)?\.?\s*$', 1))), '');
