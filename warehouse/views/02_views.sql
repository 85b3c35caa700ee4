-- What analysts query. Views show the present; for the past use the macros of 01_macros.sql with an instant.

CREATE OR REPLACE VIEW article_current AS
    SELECT *, week_name(week_on) AS week FROM article_at('infinity'::TIMESTAMPTZ);
COMMENT ON VIEW article_current IS 'Articles about Peru in their latest wording, with outlet, week, story and (if any) the article they repeat.';

CREATE OR REPLACE VIEW tag_current AS
    SELECT t.article_id, t.theme, t.score, l.label_en, l.label_es, t.rules_version
    FROM tag_at('infinity'::TIMESTAMPTZ) AS t LEFT JOIN theme_at('infinity'::TIMESTAMPTZ) AS l USING (theme);
COMMENT ON VIEW tag_current IS 'Themes of the articles in article_current.';

CREATE OR REPLACE VIEW theme_week AS
    SELECT a.week, a.week_on, t.theme, t.label_en, count(DISTINCT a.story_id) AS stories, count(*) AS articles,
        count(DISTINCT a.outlet) AS outlets, count(DISTINCT a.owner) AS owners
    FROM article_current AS a JOIN tag_current AS t USING (article_id)
    WHERE NOT a.seo_bait GROUP BY ALL;
COMMENT ON VIEW theme_week IS 'Stories, articles, outlets and independent owner groups per theme and ISO week (Lima). Advice and lottery pages left out.';

CREATE OR REPLACE VIEW story_current AS
    SELECT story_id, arg_min(title, (effective_at, article_id)) AS title, arg_min(lang, (effective_at, article_id)) AS lang,
        min(effective_at) AS first_at, max(effective_at) AS last_at, count(*) AS articles,
        count(DISTINCT outlet) AS outlets, count(DISTINCT owner) AS owners, list(DISTINCT outlet ORDER BY outlet) AS outlet_names,
        list_sort(list_distinct(flatten(list(regions)))) AS regions
    FROM article_current WHERE story_id IS NOT NULL AND NOT seo_bait GROUP BY story_id;
COMMENT ON VIEW story_current IS 'Stories: articles about one event, with the number of outlets and of independent owner groups.';

CREATE OR REPLACE VIEW article_edit AS
    SELECT e.*, a.outlet, a.url, a.effective_at FROM edit_at('infinity'::TIMESTAMPTZ) AS e
    JOIN article_current AS a USING (article_id);
COMMENT ON VIEW article_edit IS 'Changes of wording: the version before and the version after.';

CREATE OR REPLACE VIEW source_current AS SELECT * FROM source_at('infinity'::TIMESTAMPTZ);
COMMENT ON VIEW source_current IS 'Sources as configured last.';

CREATE OR REPLACE VIEW source_health AS
    WITH last_fetch AS (
        SELECT * FROM source_fetch QUALIFY row_number() OVER (PARTITION BY source_id ORDER BY known_at DESC) = 1),
    history AS (
        SELECT source_id, max(started_at) FILTER (status <> 'failed') AS last_success_at,
            max(known_at) FILTER (status <> 'failed') AS last_success_run,
            count(*) AS fetches,
            count(*) FILTER (status = 'failed') AS failed_fetches, min(known_at) AS since
        FROM source_fetch GROUP BY source_id),
    -- Entries turned away as not about Peru are signs of life too.
    life AS (SELECT source_id, max(known_at) AS last_new_at FROM entry GROUP BY source_id),
    failing AS (
        SELECT f.source_id, count(*) AS failures FROM source_fetch AS f JOIN history AS h USING (source_id)
        WHERE f.status = 'failed' AND (h.last_success_run IS NULL OR f.known_at > h.last_success_run) GROUP BY f.source_id),
    last_run AS (SELECT max(started_at) AS at FROM run)
    SELECT s.source_id, s.outlet, s.enabled,
        CASE WHEN f.source_id IS NULL THEN 'new'
            WHEN f.reason = 'gone' THEN 'gone'
            WHEN f.reason IN ('http_auth', 'challenge', 'robots') THEN 'blocked'
            WHEN f.status = 'failed' THEN 'failing'
            WHEN l.last_new_at IS NULL OR last_run.at - l.last_new_at > INTERVAL 7 DAY THEN 'silent'
            ELSE 'ok' END AS health,
        coalesce(b.failures, 0) AS failures, f.reason, f.detail, f.known_at AS last_attempt_at, h.last_success_at,
        l.last_new_at, h.fetches, h.failed_fetches, f.next_due_at
    FROM source_current AS s CROSS JOIN last_run
    LEFT JOIN last_fetch AS f USING (source_id)
    LEFT JOIN history AS h USING (source_id)
    LEFT JOIN life AS l USING (source_id)
    LEFT JOIN failing AS b USING (source_id);
COMMENT ON VIEW source_health IS 'State of every source: new, ok, silent (answers, nothing new for 7 days), failing, blocked or gone.';

CREATE OR REPLACE VIEW run_log AS
    SELECT r.run_id, r.command, r.started_at, e.finished_at, e.exit_code, e.stopped, e.sources_ok, e.sources_tried,
        e.new_articles, e.new_versions, e.new_stories, e.pages_wanted, e.pages_pending, e.failed_checks
    FROM run AS r LEFT JOIN run_end AS e USING (run_id);
COMMENT ON VIEW run_log IS 'Runs with how they ended; no finished_at: cut off.';
