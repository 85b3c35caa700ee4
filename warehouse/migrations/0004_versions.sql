-- Pages of tagged articles are looked at again; what changed between two wordings is graded once and kept.

ALTER TABLE page ADD COLUMN etag VARCHAR;
ALTER TABLE page ADD COLUMN last_modified VARCHAR;
ALTER TABLE page ADD COLUMN validators_url VARCHAR;
COMMENT ON COLUMN page.etag IS 'ETag to echo when the page is looked at again, byte for byte.';
COMMENT ON COLUMN page.last_modified IS 'Last-Modified to echo, byte for byte.';
COMMENT ON COLUMN page.validators_url IS 'Address that gave them: they are sent to no other.';

CREATE TABLE recheck (
    run_id VARCHAR, article_id BIGINT, source_id VARCHAR, url VARCHAR, outcome VARCHAR, http_status INTEGER,
    reason VARCHAR, detail VARCHAR, seconds DOUBLE, wire_bytes BIGINT, etag VARCHAR, last_modified VARCHAR,
    validators_url VARCHAR, known_at TIMESTAMPTZ);
COMMENT ON TABLE recheck IS 'Further looks at the pages of tagged articles: 1 hour, 6 hours, 1, 3 and 7 days after they were first seen.';
COMMENT ON COLUMN recheck.run_id IS 'The run.';
COMMENT ON COLUMN recheck.article_id IS 'The article.';
COMMENT ON COLUMN recheck.source_id IS 'The source whose entry pointed there.';
COMMENT ON COLUMN recheck.url IS 'Address that was asked.';
COMMENT ON COLUMN recheck.outcome IS 'changed (a new version), unchanged (same wording), not_modified (304), withdrawn (404, 410), kept (the page now shows less: the held text stays) or failed.';
COMMENT ON COLUMN recheck.http_status IS 'HTTP status, NULL when there was no answer.';
COMMENT ON COLUMN recheck.reason IS 'Why it failed: one word of the fixed vocabulary.';
COMMENT ON COLUMN recheck.detail IS 'The same as a sentence.';
COMMENT ON COLUMN recheck.seconds IS 'Duration of the request in seconds.';
COMMENT ON COLUMN recheck.wire_bytes IS 'Bytes received, before decoding.';
COMMENT ON COLUMN recheck.etag IS 'ETag to echo next time, byte for byte.';
COMMENT ON COLUMN recheck.last_modified IS 'Last-Modified to echo next time, byte for byte.';
COMMENT ON COLUMN recheck.validators_url IS 'Address that gave them: they are sent to no other.';
COMMENT ON COLUMN recheck.known_at IS 'Instant of the run.';

CREATE TABLE edit_grade (
    article_id BIGINT, version INTEGER, place INTEGER, grade VARCHAR, field VARCHAR, old_value VARCHAR, new_value VARCHAR,
    run_id VARCHAR, known_at TIMESTAMPTZ);
COMMENT ON TABLE edit_grade IS 'What an edit did, one row per change: figures, names, attributions, headline, paragraphs, correction notes, withdrawal.';
COMMENT ON COLUMN edit_grade.article_id IS 'The article.';
COMMENT ON COLUMN edit_grade.version IS 'The version that brought the change; for a withdrawal the last good one.';
COMMENT ON COLUMN edit_grade.place IS 'Order within the edit, from 1: gravest first.';
COMMENT ON COLUMN edit_grade.grade IS 'withdrawn, correction_note, figure_changed, name_removed, name_added, attribution_removed, headline_changed, paragraph_removed or paragraph_added.';
COMMENT ON COLUMN edit_grade.field IS 'title, summary, body or page.';
COMMENT ON COLUMN edit_grade.old_value IS 'What stood there before; empty for something added.';
COMMENT ON COLUMN edit_grade.new_value IS 'What stands there now; empty for something removed.';
COMMENT ON COLUMN edit_grade.run_id IS 'The run.';
COMMENT ON COLUMN edit_grade.known_at IS 'Instant of the run.';
