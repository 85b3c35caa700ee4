-- Building blocks of the weekly digest, over those of 01_macros.sql: one selection that every section shares.

-- Midnight in Lima at the start of a day, as an instant.
CREATE OR REPLACE MACRO lima_midnight(day) AS ((day)::TIMESTAMP AT TIME ZONE 'America/Lima');

-- '2026-W46' -> its Monday.
CREATE OR REPLACE MACRO week_monday(week) AS strptime(week || '-1', '%G-W%V-%u')::DATE;

-- Words alone: case, white space, quotes and punctuation make no difference.
CREATE OR REPLACE MACRO words_of(txt) AS array_to_string(regexp_extract_all(lower(coalesce(txt, '')), '[\p{L}\p{N}]+'), ' ');

-- 5.0 as 5, 2.5 as 2.5.
CREATE OR REPLACE MACRO number_text(n) AS if(n = floor(n), (n)::BIGINT::VARCHAR, (n)::VARCHAR);

-- What the digest counts: relevant articles without advice and bait pages. `independent` is false for repeats of a
-- known text and for sources that pass on others' headlines. An article not yet placed is a story by itself. voice: the
-- agency it comes from, else the owner group of the outlet: several outlets that carry one agency's texts are one voice,
-- and so are the outlets of one owner. Wherever owner groups are counted as independent, voices are.
CREATE OR REPLACE MACRO news_at(as_of) AS TABLE
    SELECT a.* EXCLUDE (story_id) REPLACE (coalesce(a.agency, agency_named(a.outlet)) AS agency),
        coalesce('agency ' || coalesce(a.agency, agency_named(a.outlet)), a.owner) AS voice,
        coalesce(a.story_id, a.article_id) AS story_id,
        a.duplicate_of IS NULL AND NOT coalesce(s.aggregator, false) AS independent
    FROM article_at(as_of) AS a
    JOIN source_at(as_of) AS s ON s.source_id = a.source_id
    WHERE NOT coalesce(a.seo_bait, false);

-- Which source gave a usable answer in which week.
CREATE OR REPLACE MACRO answered_at(as_of) AS TABLE
    SELECT DISTINCT lima_week(started_at) AS week_on, source_id
    FROM source_fetch WHERE known_at <= as_of AND status <> 'failed';

-- Weeks that can be compared: something answered, and collection had begun by their first day.
CREATE OR REPLACE MACRO collected_at(as_of) AS TABLE
    SELECT week_on, any_value(began_on) AS began_on, count(DISTINCT source_id) AS sources
    FROM (SELECT lima_week(started_at) AS week_on, source_id,
              (min(started_at) OVER () AT TIME ZONE 'America/Lima')::DATE AS began_on
          FROM source_fetch WHERE known_at <= as_of AND status <> 'failed')
    WHERE week_on >= began_on GROUP BY week_on;

-- What the issue of a week and the one before it knew: the instants between which something was learned later.
-- An issue that was only written, not sent, is taken to be of Monday 06:30.
CREATE OR REPLACE MACRO issue_cuts_at(this_on, as_of) AS TABLE
    SELECT min(cut_at) AS after_at, max(cut_at) AS until_at
    FROM (
        SELECT monday, coalesce(min(i.as_of), lima_midnight(monday + 7) + INTERVAL '6 hours 30 minutes') AS cut_at
        FROM (SELECT (this_on)::DATE AS monday UNION ALL SELECT (this_on)::DATE - 7) AS w
        LEFT JOIN digest_issue AS i ON i.week = week_name(w.monday) AND i.known_at <= as_of
        GROUP BY monday);

-- Stories that had an article in one week. owners: voices with a text of their own (agency copies counted once).
-- state: new, growing (more owner groups than last week), continuing, resurfaced (silent for three weeks);
-- NULL where a story is older than our collection, so that nobody can tell.
CREATE OR REPLACE MACRO story_week_at(monday, as_of) AS TABLE
    WITH news AS (SELECT * FROM news_at(as_of)),
    life AS (
        SELECT story_id, count(*) FILTER (week_on = monday) AS articles,
            count(*) FILTER (week_on = monday AND duplicate_of IS NULL) AS texts,
            count(DISTINCT outlet) FILTER (week_on = monday) AS outlets,
            greatest(1, count(DISTINCT voice) FILTER (week_on = monday AND independent)) AS owners,
            count(DISTINCT voice) FILTER (week_on = monday - 7 AND independent) AS owners_before,
            count(DISTINCT outlet) FILTER (week_on = monday - 7) AS outlets_before,
            max(week_on) FILTER (week_on < monday) AS previous_week_on,
            min(effective_at) AS opened_at
        FROM news WHERE week_on <= monday GROUP BY story_id)
    SELECT life.*,
        CASE
            WHEN previous_week_on IS NULL AND opened_at < (SELECT min(started_at) FROM source_fetch WHERE known_at <= as_of)
                THEN NULL
            WHEN previous_week_on IS NULL THEN 'new'
            WHEN previous_week_on < monday - 21 THEN 'resurfaced'
            WHEN owners_before > 0 AND owners > owners_before THEN 'growing'
            ELSE 'continuing'
        END AS state
    FROM life WHERE articles > 0;

-- Stories by theme and week: a story carries a theme when one of its articles of that week does.
CREATE OR REPLACE MACRO theme_story_at(as_of) AS TABLE
    SELECT n.week_on, t.theme, n.story_id, count(*) AS tagged,
        greatest(1, count(DISTINCT n.voice) FILTER (n.independent)) AS tagged_owners
    FROM news_at(as_of) AS n JOIN tag_at(as_of) AS t USING (article_id)
    GROUP BY ALL;

-- The stories of each theme in one week, best covered first. The headline is that of the article which most others
-- of the story resemble, else of the earliest.
CREATE OR REPLACE MACRO theme_ranking_at(monday, as_of) AS TABLE
    WITH theme_story AS (SELECT * FROM theme_story_at(as_of) WHERE week_on = monday),
    story AS (SELECT * FROM story_week_at(monday, as_of)),
    news AS (SELECT * FROM news_at(as_of) WHERE week_on = monday),
    central AS (SELECT linked_to AS article_id, count(*) AS n FROM placement_at(as_of)
                WHERE linked_to IS NOT NULL GROUP BY linked_to),
    headline AS (
        SELECT t.theme, n.story_id, n.article_id, n.title, n.lang, n.url, n.effective_at, n.published_quality
        FROM news AS n JOIN tag_at(as_of) AS t USING (article_id) LEFT JOIN central AS c USING (article_id)
        QUALIFY row_number() OVER (PARTITION BY t.theme, n.story_id
            ORDER BY coalesce(c.n, 0) DESC, n.duplicate_of IS NOT NULL, n.effective_at, n.article_id) = 1),
    voice AS (
        SELECT story_id, outlet, arg_min(url, (effective_at, article_id)) AS url, min(effective_at) AS first_at,
            NOT bool_or(independent) AS copy
        FROM news GROUP BY story_id, outlet),
    voices AS (
        SELECT story_id, list(struct_pack(outlet := outlet, url := url, copy := copy) ORDER BY copy, first_at, outlet) AS outlets
        FROM voice GROUP BY story_id),
    region AS (
        SELECT story_id, list(region ORDER BY n DESC, region) AS regions
        FROM (SELECT story_id, region, count(*) AS n
              FROM (SELECT story_id, unnest(regions) AS region FROM news) GROUP BY ALL)
        GROUP BY story_id)
    SELECT t.theme,
        row_number() OVER (PARTITION BY t.theme ORDER BY t.tagged_owners DESC, s.owners DESC, s.outlets DESC,
            s.articles DESC, coalesce(s.state, '') <> 'new', h.effective_at, t.story_id) AS rank,
        count(*) OVER (PARTITION BY t.theme) AS theme_stories,
        t.story_id, h.article_id, h.title, h.lang, h.url, h.effective_at, h.published_quality, s.state, s.articles,
        s.texts, s.outlets AS outlet_n, s.owners AS owner_n, s.owners_before, s.outlets_before, v.outlets,
        coalesce(r.regions, []::VARCHAR[]) AS regions
    FROM theme_story AS t
    JOIN story AS s USING (story_id)
    JOIN headline AS h ON h.theme = t.theme AND h.story_id = t.story_id
    JOIN voices AS v ON v.story_id = t.story_id
    LEFT JOIN region AS r ON r.story_id = t.story_id;

-- FROM theme_stories('mining-minerals', '2026-W46'): what stands behind a line of the digest.
CREATE OR REPLACE MACRO theme_stories(slug, week, as_of := now()) AS TABLE
    SELECT rank, title, state, owner_n, outlet_n, articles, effective_at AT TIME ZONE 'America/Lima' AS lima_time, regions,
        url, story_id
    FROM theme_ranking_at(week_monday(week), as_of) WHERE theme = slug ORDER BY rank;
