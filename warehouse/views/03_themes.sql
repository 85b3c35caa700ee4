-- Who and where: entities that articles name, and what people said of the themes.

-- Names in the version and by the rules that count now for each relevant article.
CREATE OR REPLACE MACRO entity_at(as_of) AS TABLE
    SELECT m.* FROM entity_mention AS m
    JOIN relevance_at(as_of) AS r USING (article_id, version, rules_version)
    WHERE m.known_at <= as_of AND r.relevant;

CREATE OR REPLACE VIEW entity_current AS
    SELECT m.article_id, m.entity, m.kind, count(*) AS mentions, bool_or(m.field = 'title') AS in_title,
        list(DISTINCT m.matched ORDER BY m.matched) AS names, any_value(m.rules_version) AS rules_version
    FROM entity_at('infinity'::TIMESTAMPTZ) AS m GROUP BY m.article_id, m.entity, m.kind;
COMMENT ON VIEW entity_current IS 'Places, institutions, groups, people and parties named by each article of article_current, with how often.';

CREATE OR REPLACE VIEW label_current AS
    SELECT l.article_id, v.title, l.theme, l.holds, l.complete, l.author, l.note, l.known_at
    FROM label_at('infinity'::TIMESTAMPTZ) AS l
    LEFT JOIN version_at('infinity'::TIMESTAMPTZ) AS v USING (article_id);
COMMENT ON VIEW label_current IS 'What people said last of articles and their themes; theme NULL: whether the article is about Peru.';
