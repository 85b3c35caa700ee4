-- What analysts query. Views show the present; for the past use the macros of 01_macros.sql with an instant.

CREATE OR REPLACE VIEW article_current AS
    SELECT *, week_name(week_on) AS week FROM article_at('infinity'::TIMESTAMPTZ);
COMMENT ON VIEW article_current IS 'Articles about Peru in their latest wording, with outlet, week, story and (if any) the article they repeat.';

CREATE OR REPLACE VIEW tag_current AS
    SELECT t.article_id, t.theme, t.score, l.label_en, l.label_es, t.rules_version
    FROM tag_at('infinity'::TIMESTAMPTZ) AS t LEFT JOIN theme_at('infinity'::TIMESTAMPTZ) AS l USING (theme);
COMMENT ON VIEW tag_current IS 'Themes of the articles in article_current.';

CREATE OR REPLACE VIEW theme_week AS
    SELECT week_name(n.week_on) AS week, n.week_on, t.theme, t.label_en, count(DISTINCT n.story_id) AS stories,
        count(*) AS articles, count(DISTINCT n.outlet) AS outlets,
        greatest(1, count(DISTINCT n.voice) FILTER (n.independent)) AS owners
    FROM news_at('infinity'::TIMESTAMPTZ) AS n JOIN tag_current AS t USING (article_id)
    GROUP BY ALL;
COMMENT ON VIEW theme_week IS 'Stories, articles, outlets and independent owner groups (agency copies counted once) per theme and ISO week (Lima). Advice and lottery pages left out.';

CREATE OR REPLACE VIEW source_current AS SELECT * FROM source_at('infinity'::TIMESTAMPTZ);
COMMENT ON VIEW source_current IS 'Sources as configured last.';

CREATE OR REPLACE VIEW run_log AS
    SELECT r.run_id, r.command, r.started_at, e.finished_at, e.exit_code, e.stopped, e.sources_ok, e.sources_tried,
        e.new_articles, e.new_versions, e.new_stories, e.pages_wanted, e.pages_pending, e.failed_checks
    FROM run AS r LEFT JOIN run_end AS e USING (run_id);
COMMENT ON VIEW run_log IS 'Runs with how they ended; no finished_at: cut off.';
