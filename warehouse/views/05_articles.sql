-- Edits of articles: which wording followed which, and what each edit did.

-- Every change of wording: the version before and the version after. A version that another extractor read is not an
-- edit: the outlet changed nothing.
CREATE OR REPLACE MACRO edit_at(as_of) AS TABLE
    SELECT n.article_id, n.version, o.title AS old_title, n.title AS new_title, o.summary AS old_summary,
        n.summary AS new_summary, o.body AS old_body, n.body AS new_body, o.text_from AS old_text_from,
        n.text_from AS new_text_from, n.known_at AS edited_at, n.run_id
    FROM article_version AS n
    JOIN article_version AS o ON o.article_id = n.article_id AND o.version = n.version - 1
    WHERE n.known_at <= as_of AND n.extractor IS NOT DISTINCT FROM o.extractor;

CREATE OR REPLACE VIEW article_edit AS
    SELECT e.*, a.outlet, a.url, a.effective_at, coalesce(g.grades, []::VARCHAR[]) AS grades
    FROM edit_at('infinity'::TIMESTAMPTZ) AS e
    JOIN article_current AS a USING (article_id)
    LEFT JOIN (
        SELECT article_id, version, list(DISTINCT grade ORDER BY grade) AS grades
        FROM edit_grade WHERE grade <> 'withdrawn' GROUP BY ALL) AS g
        ON g.article_id = e.article_id AND g.version = e.version;
COMMENT ON VIEW article_edit IS 'Changes of wording: the version before and the version after, and what the edit did (table edit_grade).';

CREATE OR REPLACE VIEW article_change AS
    SELECT g.known_at AS changed_at, g.grade, a.outlet, a.title, g.field, g.old_value, g.new_value, g.counted,
        g.old_number, g.new_number, a.url, a.kind, a.article_id, g.version, g.place
    FROM edit_grade AS g JOIN article_current AS a USING (article_id);
COMMENT ON VIEW article_change IS 'One row per change that an edit made: figure, name, attribution, headline, summary, paragraph, correction note, growth, withdrawal.';
