-- title: The week in figures
-- title_es: La semana en cifras
-- layout: summary
-- One row. Articles are relevant ones without advice and bait pages; a source answered if one fetch of the week was usable.
WITH news AS (
    SELECT article_id, story_id, outlet, voice, independent, duplicate_of, week_on, rules_version, known_at
    FROM news_at($as_of)),
story AS (SELECT * FROM story_week_at($week_start::DATE, $as_of)),
answer AS (
    SELECT * FROM source_fetch
    WHERE known_at <= $as_of AND lima_week(started_at) = $week_start::DATE),
enabled AS (SELECT source_id FROM source_at($as_of) WHERE enabled),
week AS (SELECT * FROM collected_at($as_of)),
runs AS (
    SELECT r.run_id, r.started_at, e.finished_at, e.failed_checks
    FROM run AS r LEFT JOIN run_end AS e ON e.run_id = r.run_id AND e.known_at <= $as_of
    WHERE r.known_at <= $as_of AND lima_week(r.started_at) = $week_start::DATE),
fetched AS (
    SELECT count(*) AS fetches, count(*) FILTER (status = 'failed') AS fetches_failed,
        coalesce(sum(fetched_n), 0) AS entries_fetched, coalesce(sum(new_n), 0) AS entries_new,
        coalesce(sum(seen_n), 0) AS entries_seen, coalesce(sum(changed_n), 0) AS entries_changed,
        coalesce(sum(rejected_n), 0) AS entries_rejected, count(DISTINCT source_id) FILTER (status <> 'failed') AS sources_answered
    FROM answer),
counted AS (
    SELECT count(*) FILTER (week_on = $week_start::DATE) AS articles,
        count(*) FILTER (week_on = $week_start::DATE AND duplicate_of IS NULL) AS texts,
        count(DISTINCT story_id) FILTER (week_on = $week_start::DATE) AS stories,
        count(DISTINCT outlet) FILTER (week_on = $week_start::DATE) AS outlets,
        count(DISTINCT voice) FILTER (week_on = $week_start::DATE AND independent) AS owners,
        count(*) FILTER (week_on = $week_start::DATE - 7) AS articles_last,
        count(DISTINCT story_id) FILTER (week_on = $week_start::DATE - 7) AS stories_last,
        coalesce(list(DISTINCT rules_version ORDER BY rules_version) FILTER (week_on = $week_start::DATE), []) AS rules_now,
        coalesce(list(DISTINCT rules_version ORDER BY rules_version) FILTER (
            week_on < $week_start::DATE AND week_on >= $week_start::DATE - 7 * $weeks::INTEGER), []) AS rules_before
    FROM news)
SELECT c.articles, c.texts, c.stories, c.outlets, c.owners,
    CASE WHEN $week_start::DATE - 7 IN (SELECT week_on FROM week) THEN c.articles_last END AS articles_last,
    CASE WHEN $week_start::DATE - 7 IN (SELECT week_on FROM week) THEN c.stories_last END AS stories_last,
    (SELECT count(*) FROM story WHERE state = 'new') AS stories_new,
    (SELECT count(*) FROM story WHERE state = 'growing') AS stories_growing,
    (SELECT count(*) FROM story WHERE previous_week_on IS NOT NULL) AS stories_continuing,
    (SELECT count(*) FROM story WHERE story_id NOT IN (
        SELECT story_id FROM theme_story_at($as_of) WHERE week_on = $week_start::DATE)) AS stories_untagged,
    (SELECT count(*) FROM article_at($as_of) WHERE week_on = $week_start::DATE AND seo_bait) AS articles_bait,
    (SELECT count(*) FROM news WHERE lima_week(known_at) = $week_start::DATE
        AND week_on < $week_start::DATE AND week_on NOT IN (SELECT week_on FROM week)) AS articles_backlog,
    (SELECT count(*) FROM enabled) AS sources_enabled,
    f.*,
    (SELECT count(*) FROM week WHERE week_on < $week_start::DATE
        AND week_on >= $week_start::DATE - 7 * $weeks::INTEGER) AS weeks_usable,
    (SELECT (min(started_at) AT TIME ZONE 'America/Lima')::DATE FROM source_fetch
        WHERE known_at <= $as_of AND status <> 'failed') AS began_on,
    (SELECT count(*) FROM runs) AS runs,
    (SELECT count(*) FROM runs WHERE finished_at IS NULL) AS runs_cut_off,
    coalesce((SELECT arg_max(failed_checks, started_at) FROM runs WHERE finished_at IS NOT NULL), []) AS failed_checks,
    c.rules_now, c.rules_before,
    $as_of >= lima_midnight($week_start::DATE + 7) AS week_over
FROM counted AS c, fetched AS f;
