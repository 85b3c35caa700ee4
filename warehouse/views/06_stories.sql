-- Stories as analysts see them, over the digest's own selection (02_digest.sql): same counts, same states.

-- One row per story. title: the headline of the article that most others were placed next to, in its language, else the
-- earliest; themes: by vote of the articles, with their number; articles: pages; texts: without repeats of a known text; outlets: names a reader knows;
-- owners: owner groups; owners_independent: voices with a text of their own, agency copies counted once.
-- state: in the last week of collection new, growing, continuing or resurfaced as in the digest (story_week_at);
-- gone quiet: nothing that week. NULL where a story is older than our collection, so that nobody can tell.
CREATE OR REPLACE MACRO story_at(as_of) AS TABLE
    WITH voiced AS (SELECT * FROM news_at(as_of)),
    collection AS (
        SELECT lima_week(max(started_at) FILTER (status <> 'failed')) AS monday, min(started_at) AS began_at
        FROM source_fetch WHERE known_at <= as_of),
    central AS (
        SELECT p.linked_to AS article_id, count(*) AS n FROM placement_at(as_of) AS p
        WHERE p.linked_to IS NOT NULL GROUP BY p.linked_to),
    headline AS (
        SELECT v.story_id, v.title, v.lang FROM voiced AS v LEFT JOIN central AS c USING (article_id)
        QUALIFY row_number() OVER (PARTITION BY v.story_id
            ORDER BY coalesce(c.n, 0) DESC, v.duplicate_of IS NOT NULL, v.effective_at, v.article_id) = 1),
    vote AS (
        SELECT story_id, list(struct_pack(theme := theme, articles := n) ORDER BY n DESC, theme) AS themes
        FROM (SELECT v.story_id, t.theme, count(*) AS n FROM voiced AS v JOIN tag_at(as_of) AS t USING (article_id) GROUP BY ALL)
        GROUP BY story_id),
    life AS (
        SELECT story_id, min(effective_at) AS first_at, max(effective_at) AS last_at,
            count(*) AS articles, count(*) FILTER (duplicate_of IS NULL) AS texts, count(DISTINCT outlet) AS outlets,
            count(DISTINCT owner) AS owners, greatest(1, count(DISTINCT voice) FILTER (independent)) AS owners_independent,
            list(DISTINCT outlet ORDER BY outlet) AS outlet_names, list(DISTINCT owner ORDER BY owner) AS owner_names,
            coalesce(list(DISTINCT agency ORDER BY agency) FILTER (agency IS NOT NULL), []) AS agencies,
            list_sort(list_distinct(flatten(list(regions)))) AS regions, max(week_on) AS last_week_on,
            max(week_on) FILTER (week_on < monday) AS previous_week_on,
            greatest(1, count(DISTINCT voice) FILTER (week_on = monday AND independent)) AS owners_now,
            count(DISTINCT voice) FILTER (week_on = monday - 7 AND independent) AS owners_before,
            any_value(monday) AS monday, any_value(began_at) AS began_at
        FROM voiced CROSS JOIN collection GROUP BY story_id)
    SELECT story_id, title, lang, first_at, last_at, articles, texts, outlets, owners, owners_independent,
        CASE
            WHEN last_week_on < monday THEN 'gone quiet'
            WHEN previous_week_on IS NULL AND first_at < began_at THEN NULL
            WHEN previous_week_on IS NULL THEN 'new'
            WHEN previous_week_on < monday - 21 THEN 'resurfaced'
            WHEN owners_before > 0 AND owners_now > owners_before THEN 'growing'
            ELSE 'continuing'
        END AS state, outlet_names, owner_names, agencies, regions, coalesce(themes, []) AS themes
    FROM life JOIN headline USING (story_id) LEFT JOIN vote USING (story_id);

CREATE OR REPLACE VIEW story_current AS SELECT * FROM story_at('infinity'::TIMESTAMPTZ);
COMMENT ON VIEW story_current IS 'Stories: articles about one event. texts: without repeats; owners_independent: owner groups and agencies with a text of their own; state: new, growing, continuing, resurfaced or gone quiet in the last week of collection.';

-- Where each article stands among those that are one text with it; an earlier instant shows the groups of then.
CREATE OR REPLACE MACRO duplicate_group_at(as_of) AS TABLE
    SELECT article_id, group_id, canonical_id, known_at FROM duplicate_group WHERE known_at <= as_of
    QUALIFY row_number() OVER (PARTITION BY article_id ORDER BY known_at DESC) = 1;

-- One row per text that several articles carry. origin: the agency named in the earliest of them that names one, else
-- the outlet that was first: probable, for nobody says where a text was copied from.
CREATE OR REPLACE VIEW text_current AS
    SELECT g.group_id, any_value(g.canonical_id) AS canonical_id, arg_min(v.title, (v.effective_at, v.article_id)) AS title,
        count(*) AS articles, count(DISTINCT v.outlet) AS outlets, count(DISTINCT v.owner) AS owners,
        min(v.effective_at) AS first_at, max(v.effective_at) AS last_at,
        coalesce(
            arg_min(v.agency, (v.effective_at, v.article_id)) FILTER (v.agency IS NOT NULL),
            arg_min(v.outlet, (v.effective_at, v.article_id))) AS origin
    FROM duplicate_group_at('infinity'::TIMESTAMPTZ) AS g
    JOIN news_at('infinity'::TIMESTAMPTZ) AS v USING (article_id)
    GROUP BY g.group_id HAVING count(*) > 1;
COMMENT ON VIEW text_current IS 'Texts that several articles carry: the canonical article, how many articles, outlets and owner groups, and the probable origin (an agency named, else the first outlet).';
