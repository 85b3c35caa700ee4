CREATE TABLE entity_mention (
    article_id BIGINT, version INTEGER, entity VARCHAR, kind VARCHAR, field VARCHAR, start_offset INTEGER,
    end_offset INTEGER, matched VARCHAR, rules_version VARCHAR, known_at TIMESTAMPTZ);
COMMENT ON TABLE entity_mention IS 'Places, institutions, groups, people and parties that a version about Peru names, by the gazetteer of a rule set.';
COMMENT ON COLUMN entity_mention.article_id IS 'The article.';
COMMENT ON COLUMN entity_mention.version IS 'Its version.';
COMMENT ON COLUMN entity_mention.entity IS 'Id in the gazetteer, such as vraem, pnp or tren-de-aragua.';
COMMENT ON COLUMN entity_mention.kind IS 'region, zone, town, institution, group, person or party.';
COMMENT ON COLUMN entity_mention.field IS 'title, lead or body.';
COMMENT ON COLUMN entity_mention.start_offset IS 'First character of the name in that field.';
COMMENT ON COLUMN entity_mention.end_offset IS 'Character after its last.';
COMMENT ON COLUMN entity_mention.matched IS 'The name as written.';
COMMENT ON COLUMN entity_mention.rules_version IS 'Rule set whose gazetteer it is.';
COMMENT ON COLUMN entity_mention.known_at IS 'Instant of the run.';

CREATE TABLE label (
    article_id BIGINT, theme VARCHAR, holds BOOLEAN, complete BOOLEAN, author VARCHAR, note VARCHAR,
    known_at TIMESTAMPTZ);
COMMENT ON TABLE label IS 'What people said of articles. It wins over the rules, whatever their version; the latest word on a matter counts.';
COMMENT ON COLUMN label.article_id IS 'The article.';
COMMENT ON COLUMN label.theme IS 'Slug of the theme; NULL: the word is on whether the article is about Peru.';
COMMENT ON COLUMN label.holds IS 'True: the article carries the theme (or is about Peru); false: it does not.';
COMMENT ON COLUMN label.complete IS 'True: the person went through all themes, so that those never labelled do not hold.';
COMMENT ON COLUMN label.author IS 'Who said it.';
COMMENT ON COLUMN label.note IS 'Why, in their words.';
COMMENT ON COLUMN label.known_at IS 'When it was said.';

CREATE TABLE retag (
    run_id VARCHAR, rules_version VARCHAR, since_at TIMESTAMPTZ, started_at TIMESTAMPTZ, finished_at TIMESTAMPTZ,
    articles_n INTEGER, changed_n INTEGER, became_relevant_n INTEGER, became_irrelevant_n INTEGER, wanted_n INTEGER,
    known_at TIMESTAMPTZ);
COMMENT ON TABLE retag IS 'One row per completed re-tagging of history by a new rule set.';
COMMENT ON COLUMN retag.run_id IS 'Its id, as in relevance and theme_tag.';
COMMENT ON COLUMN retag.rules_version IS 'Rule set that judged.';
COMMENT ON COLUMN retag.since_at IS 'Articles before this instant were left alone; NULL: none.';
COMMENT ON COLUMN retag.started_at IS 'Start (UTC).';
COMMENT ON COLUMN retag.finished_at IS 'End (UTC).';
COMMENT ON COLUMN retag.articles_n IS 'Articles judged again.';
COMMENT ON COLUMN retag.changed_n IS 'Articles that gained or lost a theme.';
COMMENT ON COLUMN retag.became_relevant_n IS 'Articles now held to be about Peru.';
COMMENT ON COLUMN retag.became_irrelevant_n IS 'Articles no longer held to be about Peru.';
COMMENT ON COLUMN retag.wanted_n IS 'Entries turned away earlier that the rules would now let in; their pages are not fetched.';
COMMENT ON COLUMN retag.known_at IS 'Instant of the re-tagging.';
