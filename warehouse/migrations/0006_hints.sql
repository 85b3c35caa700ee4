-- What a document says about polling holds until the next document: a 304 carries no document.

ALTER TABLE source_poll ADD COLUMN hint_minutes INTEGER;
ALTER TABLE source_poll ADD COLUMN skip_hours INTEGER[];
ALTER TABLE source_poll ADD COLUMN skip_days INTEGER[];
COMMENT ON COLUMN source_poll.hint_minutes IS 'Minutes that the document asks for between two visits (ttl, sy:updatePeriod), 0 where it says nothing; NULL when none was read.';
COMMENT ON COLUMN source_poll.skip_hours IS 'Hours (GMT) in which the document asks not to be fetched; NULL when none was read.';
COMMENT ON COLUMN source_poll.skip_days IS 'Days on which the document asks not to be fetched (Monday 0, GMT); NULL when none was read.';
