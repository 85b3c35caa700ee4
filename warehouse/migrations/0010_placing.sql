-- Placing reads what is new: texts as fingerprints, articles as weighed terms, groups of one text.

CREATE TABLE placed (
    article_id BIGINT, version INTEGER, seq BIGINT, source_id VARCHAR, day DATE, words INTEGER, body_hash VARCHAR,
    run_id VARCHAR, known_at TIMESTAMPTZ);
COMMENT ON TABLE placed IS 'Articles that duplicates and stories were looked for, once each, in the order they were taken in.';
COMMENT ON COLUMN placed.article_id IS 'The article.';
COMMENT ON COLUMN placed.version IS 'The version whose text was compared.';
COMMENT ON COLUMN placed.seq IS 'Running number: an article was compared with those of lower numbers.';
COMMENT ON COLUMN placed.source_id IS 'Its source.';
COMMENT ON COLUMN placed.day IS 'Its day (UTC): windows are counted in days.';
COMMENT ON COLUMN placed.words IS 'Words of the body, as far as it was compared.';
COMMENT ON COLUMN placed.body_hash IS 'Hash of the normalised body, empty below 20 words.';
COMMENT ON COLUMN placed.run_id IS 'The run.';
COMMENT ON COLUMN placed.known_at IS 'Instant of the run.';

INSERT INTO placed
SELECT a.article_id, max(v.version), row_number() OVER (ORDER BY m.known_at, a.effective_at, a.article_id),
    a.source_id, (a.effective_at AT TIME ZONE 'UTC')::DATE,
    len(string_split(arg_max(v.body, v.version)[:6000], ' ')), coalesce(arg_max(v.body_hash, v.version), ''), m.run_id, m.known_at
FROM (SELECT article_id, min(known_at) AS known_at, arg_min(run_id, known_at) AS run_id
      FROM story_member GROUP BY article_id) AS m
JOIN article AS a USING (article_id)
JOIN article_version AS v ON v.article_id = m.article_id AND v.known_at <= m.known_at
GROUP BY a.article_id, a.effective_at, a.source_id, m.run_id, m.known_at;

CREATE TABLE fingerprint (
    value UBIGINT, article_id BIGINT, source_id VARCHAR, day DATE, seq BIGINT, copy BOOLEAN, params VARCHAR,
    known_at TIMESTAMPTZ);
COMMENT ON TABLE fingerprint IS 'Sampled word shingles of the texts of the last weeks: what finds articles with text in common. Can be made again from the texts.';
COMMENT ON COLUMN fingerprint.value IS 'Hash of a few words in a row.';
COMMENT ON COLUMN fingerprint.article_id IS 'The article that has them.';
COMMENT ON COLUMN fingerprint.source_id IS 'Its source: what a source prints on many pages is no text.';
COMMENT ON COLUMN fingerprint.day IS 'Its day (UTC).';
COMMENT ON COLUMN fingerprint.seq IS 'Its number in placed.';
COMMENT ON COLUMN fingerprint.copy IS 'The text is that of an earlier article of these days, which stands for it.';
COMMENT ON COLUMN fingerprint.params IS 'How it was made: normaliser, words in a row, share that is kept, hash.';
COMMENT ON COLUMN fingerprint.known_at IS 'Instant of the run.';

CREATE TABLE article_terms (
    article_id BIGINT, lang VARCHAR, day DATE, seq BIGINT, terms VARCHAR USING COMPRESSION zstd,
    weights VARCHAR USING COMPRESSION zstd, shared_terms VARCHAR USING COMPRESSION zstd,
    shared_weights VARCHAR USING COMPRESSION zstd, title_terms VARCHAR USING COMPRESSION zstd,
    title_weights VARCHAR USING COMPRESSION zstd, idf_version BIGINT, known_at TIMESTAMPTZ);
COMMENT ON TABLE article_terms IS 'The heaviest terms of the articles of the last weeks: what stories are found by.';
COMMENT ON COLUMN article_terms.article_id IS 'The article.';
COMMENT ON COLUMN article_terms.lang IS 'Its language.';
COMMENT ON COLUMN article_terms.day IS 'Its day (UTC).';
COMMENT ON COLUMN article_terms.seq IS 'Its number in placed.';
COMMENT ON COLUMN article_terms.terms IS 'Stems, heaviest first, separated by blanks.';
COMMENT ON COLUMN article_terms.weights IS 'Their weights in hundred-thousandths, in the same order.';
COMMENT ON COLUMN article_terms.shared_terms IS 'Terms that Spanish and English share: = concepts, # figures, beginnings of words.';
COMMENT ON COLUMN article_terms.shared_weights IS 'Their weights in hundred-thousandths.';
COMMENT ON COLUMN article_terms.title_terms IS 'Stems of the title.';
COMMENT ON COLUMN article_terms.title_weights IS 'How rare each is, in hundred-thousandths.';
COMMENT ON COLUMN article_terms.idf_version IS 'The weights of terms it was weighed with (table idf).';
COMMENT ON COLUMN article_terms.known_at IS 'Instant of the run.';

CREATE TABLE term_count (
    day DATE, lang VARCHAR, shared BOOLEAN, term VARCHAR, articles INTEGER, idf_version BIGINT, known_at TIMESTAMPTZ);
COMMENT ON TABLE term_count IS 'How many articles of a day use a term; summed over the days of an idf, it says how rare the term was.';
COMMENT ON COLUMN term_count.day IS 'Day of the articles (UTC).';
COMMENT ON COLUMN term_count.lang IS 'Their language.';
COMMENT ON COLUMN term_count.shared IS 'A term that Spanish and English share, not a stem of the language.';
COMMENT ON COLUMN term_count.term IS 'The term; empty: all articles of the day.';
COMMENT ON COLUMN term_count.articles IS 'How many of them use it.';
COMMENT ON COLUMN term_count.idf_version IS 'The first idf that counts them.';
COMMENT ON COLUMN term_count.known_at IS 'Instant of the run.';

CREATE TABLE idf (
    idf_version BIGINT, since_on DATE, until_on DATE, articles INTEGER, run_id VARCHAR, known_at TIMESTAMPTZ);
COMMENT ON TABLE idf IS 'Which articles say how rare a term is: the term_count rows of these days up to this version. Every batch of a run has its own.';
COMMENT ON COLUMN idf.idf_version IS 'Number in placed of the first article of the batch.';
COMMENT ON COLUMN idf.since_on IS 'First day that counts.';
COMMENT ON COLUMN idf.until_on IS 'Last day that counts.';
COMMENT ON COLUMN idf.articles IS 'Articles that were weighed with it.';
COMMENT ON COLUMN idf.run_id IS 'The run.';
COMMENT ON COLUMN idf.known_at IS 'Instant of the run.';

CREATE TABLE duplicate_group (
    article_id BIGINT, group_id BIGINT, canonical_id BIGINT, run_id VARCHAR, known_at TIMESTAMPTZ);
COMMENT ON TABLE duplicate_group IS 'Articles that are one text (same_url, exact, near, update); the latest known row counts, so merges and splits stay on record.';
COMMENT ON COLUMN duplicate_group.article_id IS 'The article.';
COMMENT ON COLUMN duplicate_group.group_id IS 'The group: id of the member that was taken in first, whatever comes later.';
COMMENT ON COLUMN duplicate_group.canonical_id IS 'The member the others were verified against: the earliest, then no aggregator, then the longest.';
COMMENT ON COLUMN duplicate_group.run_id IS 'The run.';
COMMENT ON COLUMN duplicate_group.known_at IS 'Instant of the run.';

ALTER TABLE duplicate ADD COLUMN containment DOUBLE;
ALTER TABLE duplicate ADD COLUMN jaccard DOUBLE;
ALTER TABLE duplicate ADD COLUMN lead DOUBLE;
ALTER TABLE duplicate ADD COLUMN of_lead DOUBLE;
ALTER TABLE duplicate ADD COLUMN titles DOUBLE;
ALTER TABLE duplicate ADD COLUMN passage_words INTEGER;
COMMENT ON COLUMN duplicate.relation IS 'same_url, exact, near (another source), update (same source, a day), excerpt_of (article_id is the part) or shares_passage (no copy).';
COMMENT ON COLUMN duplicate.containment IS 'Share of the shorter text that is in the other one, 0 to 1.';
COMMENT ON COLUMN duplicate.jaccard IS 'Share of both texts together that they have in common, 0 to 1.';
COMMENT ON COLUMN duplicate.lead IS 'Share of the opening of article_id that the other text tells too, 0 to 1.';
COMMENT ON COLUMN duplicate.of_lead IS 'Share of the opening of of_id that the other text tells too, 0 to 1.';
COMMENT ON COLUMN duplicate.titles IS 'Likeness of the titles, 0 to 1.';
COMMENT ON COLUMN duplicate.passage_words IS 'Words of the longest shared passage.';
COMMENT ON COLUMN duplicate.detail IS 'The longest shared passage, its first 200 characters.';

ALTER TABLE story_member ADD COLUMN idf_version BIGINT;
COMMENT ON COLUMN story_member.idf_version IS 'The weights of terms that the score was reckoned with (table idf).';
