-- What analysts decide about stories is data like any other: appended, dated, signed, and known from its instant on.

CREATE TABLE story_decision (
    action VARCHAR, story_id BIGINT, article_id BIGINT, into_id BIGINT, author VARCHAR, note VARCHAR,
    known_at TIMESTAMPTZ);
COMMENT ON TABLE story_decision IS 'Merges and splits of stories by analysts; they win over what was computed (macro placement_at).';
COMMENT ON COLUMN story_decision.action IS 'merge (story_id becomes part of into_id) or split (article_id leaves story_id for into_id).';
COMMENT ON COLUMN story_decision.story_id IS 'The story that is merged away, or that the article leaves.';
COMMENT ON COLUMN story_decision.article_id IS 'The article that is split off; NULL for a merge.';
COMMENT ON COLUMN story_decision.into_id IS 'The story that takes them in.';
COMMENT ON COLUMN story_decision.author IS 'Who decided.';
COMMENT ON COLUMN story_decision.note IS 'Why, in their words.';
COMMENT ON COLUMN story_decision.known_at IS 'When it was decided.';
