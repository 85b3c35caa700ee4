-- What each visit taught about a source: its rhythm, gaps, permanent redirects, probes; and how it is configured.

CREATE TABLE source_poll (
    run_id VARCHAR, source_id VARCHAR, configured_minutes INTEGER, learned_minutes INTEGER, newest BIGINT[],
    fresh_n INTEGER, gap BOOLEAN, probe BOOLEAN, weight DOUBLE, lag_minutes DOUBLE, moved_to VARCHAR,
    hub VARCHAR,
    known_at TIMESTAMPTZ);
COMMENT ON TABLE source_poll IS 'Beside every row of source_fetch: what the visit taught about the source.';
COMMENT ON COLUMN source_poll.run_id IS 'The run.';
COMMENT ON COLUMN source_poll.source_id IS 'The source.';
COMMENT ON COLUMN source_poll.configured_minutes IS 'Interval as configured then.';
COMMENT ON COLUMN source_poll.learned_minutes IS 'Interval in force from then on: shorter after a gap, longer for a source long quiet.';
COMMENT ON COLUMN source_poll.newest IS 'Article ids of the newest entries of the document (at most 100); NULL when none was read.';
COMMENT ON COLUMN source_poll.fresh_n IS 'Entries that the document before did not hold; NULL when there was no document or none before.';
COMMENT ON COLUMN source_poll.gap IS 'True: nothing in common with the document before, so entries may have come and gone unseen.';
COMMENT ON COLUMN source_poll.probe IS 'True: asked without validators, because a daily source had said 304 for a week.';
COMMENT ON COLUMN source_poll.weight IS 'What a failure counts towards back-off: 1, soft ones 0.5, name look-ups 0.25; 0 for a success.';
COMMENT ON COLUMN source_poll.lag_minutes IS 'Median of publication minus arrival over fresh entries: near 0 when the dates carry the right zone.';
COMMENT ON COLUMN source_poll.moved_to IS 'Final address, when every redirect on the way was permanent; else empty.';
COMMENT ON COLUMN source_poll.hub IS 'WebSub hub that the feed names; recorded, never called: a scheduled job has no address to be called back at.';
COMMENT ON COLUMN source_poll.known_at IS 'Instant of the run.';

CREATE TABLE source_move (
    run_id VARCHAR, source_id VARCHAR, from_url VARCHAR, to_url VARCHAR, hits INTEGER, since_at TIMESTAMPTZ,
    known_at TIMESTAMPTZ);
COMMENT ON TABLE source_move IS 'Permanent redirects confirmed over three days: the source is asked at to_url until its configured address changes.';
COMMENT ON COLUMN source_move.run_id IS 'The run that confirmed it.';
COMMENT ON COLUMN source_move.source_id IS 'The source.';
COMMENT ON COLUMN source_move.from_url IS 'Configured address.';
COMMENT ON COLUMN source_move.to_url IS 'New address; empty when the configured one serves again.';
COMMENT ON COLUMN source_move.hits IS 'Answers in a row that came by this redirect.';
COMMENT ON COLUMN source_move.since_at IS 'The first of them (UTC).';
COMMENT ON COLUMN source_move.known_at IS 'Instant of the run.';

ALTER TABLE source ADD COLUMN interval_set BOOLEAN;
ALTER TABLE source ADD COLUMN robots VARCHAR;
ALTER TABLE source ADD COLUMN verify_tls BOOLEAN;
COMMENT ON COLUMN source.interval_set IS 'True: the operator named the interval; otherwise it may be stretched.';
COMMENT ON COLUMN source.robots IS 'Which groups of robots.txt hold for the address: named (those that name us) or all.';
COMMENT ON COLUMN source.verify_tls IS 'False: the certificate of its site is not verified (operator''s choice).';

ALTER TABLE robots ADD COLUMN etag VARCHAR;
ALTER TABLE robots ADD COLUMN last_modified VARCHAR;
ALTER TABLE robots ADD COLUMN failing_since TIMESTAMPTZ;
ALTER TABLE robots ADD COLUMN forbids VARCHAR[];
COMMENT ON COLUMN robots.etag IS 'ETag to echo at the next look.';
COMMENT ON COLUMN robots.last_modified IS 'Last-Modified to echo at the next look.';
COMMENT ON COLUMN robots.failing_since IS 'First look of those in a row that the server could not answer; after 30 days nothing counts as forbidden.';
COMMENT ON COLUMN robots.forbids IS 'Sources whose address is forbidden to every client; they are asked all the same unless configured with robots = "all".';
