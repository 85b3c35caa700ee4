-- The building blocks of every view and digest section: the state as known at an instant.
-- `FROM article_at(now())` is the present; an earlier instant rebuilds what was known then.

CREATE OR REPLACE MACRO lima_week(instant) AS
    date_trunc('week', instant AT TIME ZONE 'America/Lima')::DATE;

CREATE OR REPLACE MACRO week_name(monday) AS strftime(monday, '%G-W%V');

CREATE OR REPLACE MACRO source_at(as_of) AS TABLE
    SELECT * FROM source WHERE known_at <= as_of
    QUALIFY row_number() OVER (PARTITION BY source_id ORDER BY known_at DESC) = 1;

CREATE OR REPLACE MACRO version_at(as_of) AS TABLE
    SELECT * FROM article_version WHERE known_at <= as_of
    QUALIFY row_number() OVER (PARTITION BY article_id ORDER BY version DESC) = 1;

CREATE OR REPLACE MACRO relevance_at(as_of) AS TABLE
    SELECT * FROM relevance WHERE known_at <= as_of
    QUALIFY row_number() OVER (PARTITION BY article_id ORDER BY version DESC, known_at DESC) = 1;

CREATE OR REPLACE MACRO placement_at(as_of) AS TABLE
    SELECT article_id, story_id, score, linked_to, shared FROM story_member WHERE known_at <= as_of
    QUALIFY row_number() OVER (PARTITION BY article_id ORDER BY known_at DESC) = 1;

-- Relevant articles in their latest wording, with outlet, week and story.
CREATE OR REPLACE MACRO article_at(as_of) AS TABLE
    SELECT a.article_id, a.source_id, s.outlet, s.owner, v.lang, v.title, v.summary, v.body, v.section, v.kind,
        v.access, v.text_from, v.partial, v.reason, a.url, a.canonical_url, v.authors, v.byline_org, a.first_seen_at,
        a.published_at, a.published_quality, a.effective_at, lima_week(a.effective_at) AS week_on, v.version,
        r.score AS relevance, r.seo_bait, r.regions, r.rules_version, p.story_id, d.of_id AS duplicate_of, a.known_at
    FROM article AS a
    JOIN version_at(as_of) AS v USING (article_id)
    JOIN relevance_at(as_of) AS r USING (article_id)
    JOIN source_at(as_of) AS s ON s.source_id = a.source_id
    LEFT JOIN placement_at(as_of) AS p USING (article_id)
    LEFT JOIN (SELECT article_id, min(of_id) AS of_id FROM duplicate
               WHERE known_at <= as_of AND relation IN ('exact', 'near', 'update') GROUP BY article_id) AS d
        USING (article_id)
    WHERE a.known_at <= as_of AND r.relevant;

-- One row per relevant article and theme, under the rule set that judged the article last.
CREATE OR REPLACE MACRO tag_at(as_of) AS TABLE
    SELECT t.article_id, t.theme, t.score, t.rules_version
    FROM theme_tag AS t
    JOIN relevance_at(as_of) AS r
        ON r.article_id = t.article_id AND r.version = t.version AND r.rules_version = t.rules_version
    WHERE t.known_at <= as_of AND r.relevant;

CREATE OR REPLACE MACRO theme_at(as_of) AS TABLE
    SELECT theme, label_en, label_es, definition, rules_version FROM theme WHERE known_at <= as_of
    QUALIFY row_number() OVER (PARTITION BY theme ORDER BY known_at DESC) = 1;

-- Every change of wording: the version before and the version after.
CREATE OR REPLACE MACRO edit_at(as_of) AS TABLE
    SELECT n.article_id, n.version, o.title AS old_title, n.title AS new_title, o.summary AS old_summary,
        n.summary AS new_summary, o.body AS old_body, n.body AS new_body, o.text_from AS old_text_from,
        n.text_from AS new_text_from, n.known_at AS edited_at, n.run_id
    FROM article_version AS n
    JOIN article_version AS o ON o.article_id = n.article_id AND o.version = n.version - 1
    WHERE n.known_at <= as_of;
