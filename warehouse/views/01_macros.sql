-- The building blocks of every view and digest section: the state as known at an instant.
-- `FROM article_at(now())` is the present; an earlier instant rebuilds what was known then.

-- For data checks: rows that no run has checked yet; all of them where the variable checked_until is not set.
CREATE OR REPLACE MACRO unchecked(known_at) AS
    known_at > coalesce(getvariable('checked_until')::TIMESTAMPTZ, '-infinity'::TIMESTAMPTZ);

CREATE OR REPLACE MACRO lima_week(instant) AS
    date_trunc('week', instant AT TIME ZONE 'America/Lima')::DATE;

CREATE OR REPLACE MACRO week_name(monday) AS strftime(monday, '%G-W%V');

-- As much of an article's text as is compared with others.
CREATE OR REPLACE MACRO compared(body) AS body[:6000];

CREATE OR REPLACE MACRO source_at(as_of) AS TABLE
    SELECT * FROM source WHERE known_at <= as_of
    QUALIFY row_number() OVER (PARTITION BY source_id ORDER BY known_at DESC) = 1;

CREATE OR REPLACE MACRO version_at(as_of) AS TABLE
    SELECT * FROM article_version WHERE known_at <= as_of
    QUALIFY row_number() OVER (PARTITION BY article_id ORDER BY version DESC) = 1;

-- What people said last of each article and theme; theme NULL is about the article itself.
CREATE OR REPLACE MACRO label_at(as_of) AS TABLE
    SELECT * FROM label WHERE known_at <= as_of
    QUALIFY row_number() OVER (PARTITION BY article_id, theme ORDER BY known_at DESC) = 1;

-- The rules' last word on each article, or a person's where there is one.
CREATE OR REPLACE MACRO relevance_at(as_of) AS TABLE
    SELECT r.* REPLACE (
        coalesce(l.holds, r.relevant) AS relevant,
        if(l.holds IS NULL, r.reasons, list_prepend('label by ' || l.author, r.reasons)) AS reasons)
    FROM (SELECT * FROM relevance WHERE known_at <= as_of
          QUALIFY row_number() OVER (PARTITION BY article_id ORDER BY version DESC, known_at DESC) = 1) AS r
    LEFT JOIN (SELECT article_id, holds, author FROM label_at(as_of) WHERE theme IS NULL) AS l
        ON l.article_id = r.article_id;

-- Merges and splits of stories known by then: by the daily re-check, and by analysts (`decided`), whose word wins.
CREATE OR REPLACE MACRO story_change_at(as_of) AS TABLE
    SELECT action, story_id, article_id, into_id, false AS decided, reason, NULL::VARCHAR AS author, known_at
    FROM story_event WHERE known_at <= as_of
    UNION ALL
    SELECT action, story_id, article_id, into_id, true, note, author, known_at FROM story_decision WHERE known_at <= as_of;

-- Where each story that was merged ended up: merges follow one another (a into b, b into c).
CREATE OR REPLACE MACRO merged_at(as_of) AS TABLE
    WITH RECURSIVE step AS (
        SELECT story_id, arg_max(into_id, (decided, known_at)) AS into_id FROM story_change_at(as_of)
        WHERE action = 'merge' GROUP BY story_id),
    path AS (
        SELECT story_id, into_id, 1 AS steps FROM step
        UNION ALL
        SELECT path.story_id, step.into_id, steps + 1 FROM path JOIN step ON step.story_id = path.into_id WHERE steps < 100)
    SELECT story_id, arg_max(into_id, steps) AS into_id FROM path GROUP BY story_id;

-- Which story an article belongs to, and which one it was placed in (`placed_in`) before anything was changed.
CREATE OR REPLACE MACRO placement_at(as_of) AS TABLE
    WITH computed AS (
        SELECT article_id, story_id, score, linked_to, shared FROM story_member WHERE known_at <= as_of
        QUALIFY row_number() OVER (PARTITION BY article_id ORDER BY known_at DESC) = 1),
    split AS (
        SELECT article_id, arg_max(into_id, (decided, known_at)) AS into_id FROM story_change_at(as_of)
        WHERE action = 'split' GROUP BY article_id)
    SELECT c.article_id, coalesce(m.into_id, s.into_id, c.story_id) AS story_id, c.score, c.linked_to, c.shared,
        c.story_id AS placed_in
    FROM computed AS c
    LEFT JOIN split AS s USING (article_id)
    LEFT JOIN merged_at(as_of) AS m ON m.story_id = coalesce(s.into_id, c.story_id);

-- Every version keeps whose text it is (article_version.agency); looked for as it is stored, not here.
DROP MACRO IF EXISTS agency_of;

-- An outlet that is an agency itself.
CREATE OR REPLACE MACRO agency_named(outlet) AS
    nullif(upper(regexp_extract(coalesce(outlet, ''), '^(?i)(EFE|AFP|Reuters|Xinhua|Andina|Europa Press|Prensa Latina)$', 1)), '');

-- Relevant articles in their latest wording, with outlet, week and story.
CREATE OR REPLACE MACRO article_at(as_of) AS TABLE
    SELECT a.article_id, a.source_id, s.outlet, s.owner, v.lang, v.title, v.summary, v.body, v.section, v.kind,
        v.access, v.text_from, v.partial, v.reason, a.url, a.canonical_url, v.authors, v.byline_org, v.agency,
        a.first_seen_at,
        a.published_at, a.published_quality, a.effective_at, lima_week(a.effective_at) AS week_on, v.version,
        r.score AS relevance, r.seo_bait, r.regions, r.rules_version, p.story_id, d.of_id AS duplicate_of, a.known_at
    FROM article AS a
    JOIN version_at(as_of) AS v USING (article_id)
    JOIN relevance_at(as_of) AS r USING (article_id)
    JOIN source_at(as_of) AS s ON s.source_id = a.source_id
    LEFT JOIN placement_at(as_of) AS p USING (article_id)
    LEFT JOIN (SELECT article_id, min(of_id) AS of_id FROM duplicate
               WHERE known_at <= as_of AND relation IN ('same_url', 'exact', 'near', 'update') GROUP BY article_id) AS d
        USING (article_id)
    WHERE a.known_at <= as_of AND r.relevant;

-- One row per relevant article and theme, under the rule set that judged the article last. What people said of an
-- article wins: a theme they gave has a NULL score where the rules did not, one they took away is gone, and where they
-- went through all themes, none that they did not name is added.
CREATE OR REPLACE MACRO tag_at(as_of) AS TABLE
    WITH judged AS (SELECT article_id, version, rules_version FROM relevance_at(as_of) WHERE relevant),
    said AS (SELECT article_id, theme, holds FROM label_at(as_of) WHERE theme IS NOT NULL),
    settled AS (SELECT DISTINCT article_id FROM label WHERE known_at <= as_of AND complete),
    ruled AS (
        SELECT t.article_id, t.theme, t.score, t.rules_version
        FROM theme_tag AS t JOIN judged AS r USING (article_id, version, rules_version) WHERE t.known_at <= as_of)
    SELECT t.article_id, t.theme, t.score, t.rules_version
    FROM ruled AS t LEFT JOIN said AS s USING (article_id, theme) LEFT JOIN settled AS c USING (article_id)
    WHERE coalesce(s.holds, c.article_id IS NULL)
    UNION ALL
    SELECT s.article_id, s.theme, NULL::DOUBLE, r.rules_version
    FROM said AS s JOIN judged AS r USING (article_id) ANTI JOIN ruled USING (article_id, theme)
    WHERE s.holds;

CREATE OR REPLACE MACRO theme_at(as_of) AS TABLE
    SELECT theme, label_en, label_es, definition, rules_version FROM theme WHERE known_at <= as_of
    QUALIFY row_number() OVER (PARTITION BY theme ORDER BY known_at DESC) = 1;
