-- Facts are append-only. Every table carries known_at: the instant of the run that learned the row.
-- Current state is a view; any past state is the same query with an earlier instant.

CREATE TABLE run (
    run_id VARCHAR, command VARCHAR, started_at TIMESTAMPTZ, code_version VARCHAR, config_version VARCHAR,
    rules_version VARCHAR, known_at TIMESTAMPTZ);
COMMENT ON TABLE run IS 'One row per run that was started. A run without a row in run_end was cut off.';
COMMENT ON COLUMN run.run_id IS 'Short id of the run; every fact of the run carries it or its known_at.';
COMMENT ON COLUMN run.command IS 'run, replay, ...';
COMMENT ON COLUMN run.started_at IS 'Start (UTC).';
COMMENT ON COLUMN run.code_version IS 'Version of peru-monitor.';
COMMENT ON COLUMN run.config_version IS 'Hash of the configuration that was in force.';
COMMENT ON COLUMN run.rules_version IS 'Hash of the theme rules that were in force.';
COMMENT ON COLUMN run.known_at IS 'Same as started_at: runs are serialised by a lock, so all rows of a run share one instant.';

CREATE TABLE run_end (
    run_id VARCHAR, finished_at TIMESTAMPTZ, exit_code INTEGER, stopped BOOLEAN, sources_tried INTEGER,
    sources_ok INTEGER, new_articles INTEGER, new_versions INTEGER, new_stories INTEGER, pages_wanted INTEGER,
    pages_stored INTEGER, pages_from_feed INTEGER, pages_rejected INTEGER, pages_pending INTEGER,
    stage_seconds JSON, failed_checks VARCHAR[], known_at TIMESTAMPTZ);
COMMENT ON TABLE run_end IS 'How a run ended. pages_wanted = pages_stored + pages_from_feed + pages_rejected + pages_pending.';
COMMENT ON COLUMN run_end.run_id IS 'The run.';
COMMENT ON COLUMN run_end.finished_at IS 'End (UTC).';
COMMENT ON COLUMN run_end.exit_code IS 'Exit code of the process: 0 ok, 69 no source answered, 70 a bug, ...';
COMMENT ON COLUMN run_end.stopped IS 'True when the run was asked to stop before it was through.';
COMMENT ON COLUMN run_end.sources_tried IS 'Sources that were due and tried.';
COMMENT ON COLUMN run_end.sources_ok IS 'Of those, sources that answered usably.';
COMMENT ON COLUMN run_end.new_articles IS 'Articles stored for the first time.';
COMMENT ON COLUMN run_end.new_versions IS 'Further versions of known articles.';
COMMENT ON COLUMN run_end.new_stories IS 'Stories opened.';
COMMENT ON COLUMN run_end.pages_wanted IS 'Article pages wanted: new and changed entries, and those left over by earlier runs.';
COMMENT ON COLUMN run_end.pages_stored IS 'Articles whose text came from their page.';
COMMENT ON COLUMN run_end.pages_from_feed IS 'Articles stored with the feed''s own text, because the page gave none (reason in page.reason).';
COMMENT ON COLUMN run_end.pages_rejected IS 'Pages read and found not to be about Peru (stored, kept out of the views).';
COMMENT ON COLUMN run_end.pages_pending IS 'Left for the next run.';
COMMENT ON COLUMN run_end.stage_seconds IS 'Seconds per stage.';
COMMENT ON COLUMN run_end.failed_checks IS 'Names of data checks (warehouse/checks) that returned rows.';
COMMENT ON COLUMN run_end.known_at IS 'Instant of the run.';

CREATE TABLE source (
    source_id VARCHAR, name VARCHAR, outlet VARCHAR, kind VARCHAR, url VARCHAR, lang VARCHAR, country VARCHAR,
    owner VARCHAR, prior VARCHAR, interval_minutes INTEGER, enabled BOOLEAN, pages BOOLEAN, aggregator BOOLEAN,
    verified_on DATE, note VARCHAR, known_at TIMESTAMPTZ);
COMMENT ON TABLE source IS 'Configured sources; a new row whenever the configuration of one changes. Current: view source_current.';
COMMENT ON COLUMN source.source_id IS 'Stable id from sources.toml.';
COMMENT ON COLUMN source.name IS 'Display name, e.g. El Comercio: política.';
COMMENT ON COLUMN source.outlet IS 'The outlet a reader knows: the name up to the colon.';
COMMENT ON COLUMN source.kind IS 'Source kind: feed, jsonfeed, news_sitemap, ...';
COMMENT ON COLUMN source.url IS 'Configured address.';
COMMENT ON COLUMN source.lang IS 'Main language, es or en.';
COMMENT ON COLUMN source.country IS 'Country of the outlet (ISO 3166-1 alpha-2).';
COMMENT ON COLUMN source.owner IS 'Owner group: outlets of one owner are not independent of each other.';
COMMENT ON COLUMN source.prior IS 'home: about Peru unless the text says otherwise; foreign: the reverse.';
COMMENT ON COLUMN source.interval_minutes IS 'Shortest time between two fetches, in minutes.';
COMMENT ON COLUMN source.enabled IS 'False: known but not fetched.';
COMMENT ON COLUMN source.pages IS 'False: feed text only, article pages are never requested.';
COMMENT ON COLUMN source.aggregator IS 'True for sources that pass on others'' headlines.';
COMMENT ON COLUMN source.verified_on IS 'Day on which `sources check` last saw it answer.';
COMMENT ON COLUMN source.note IS 'Remark from sources.toml.';
COMMENT ON COLUMN source.known_at IS 'Instant of the run that first saw this configuration.';

CREATE TABLE attempt (
    run_id VARCHAR, source_id VARCHAR, url VARCHAR, attempted_at TIMESTAMPTZ, known_at TIMESTAMPTZ);
COMMENT ON TABLE attempt IS 'Committed before the request goes out, so that a crash or a second process never asks too soon again.';
COMMENT ON COLUMN attempt.run_id IS 'The run.';
COMMENT ON COLUMN attempt.source_id IS 'The source.';
COMMENT ON COLUMN attempt.url IS 'Address that was asked.';
COMMENT ON COLUMN attempt.attempted_at IS 'When (UTC).';
COMMENT ON COLUMN attempt.known_at IS 'Instant of the run.';

CREATE TABLE source_fetch (
    run_id VARCHAR, source_id VARCHAR, url VARCHAR, final_url VARCHAR, status VARCHAR, http_status INTEGER,
    reason VARCHAR, detail VARCHAR, warning VARCHAR, started_at TIMESTAMPTZ, seconds DOUBLE, wire_bytes BIGINT, body_hash VARCHAR,
    etag VARCHAR, last_modified VARCHAR, validators_url VARCHAR, fetched_n INTEGER, new_n INTEGER, seen_n INTEGER, changed_n INTEGER,
    rejected_n INTEGER, next_due_at TIMESTAMPTZ, known_at TIMESTAMPTZ);
COMMENT ON TABLE source_fetch IS 'One row per source and run. fetched_n = new_n + seen_n + changed_n + rejected_n, always (check counts_add_up).';
COMMENT ON COLUMN source_fetch.run_id IS 'The run.';
COMMENT ON COLUMN source_fetch.source_id IS 'The source.';
COMMENT ON COLUMN source_fetch.url IS 'Address that was asked; validators belong to it.';
COMMENT ON COLUMN source_fetch.final_url IS 'Address after redirects.';
COMMENT ON COLUMN source_fetch.status IS 'ok, not_modified (304), unchanged (same bytes) or failed.';
COMMENT ON COLUMN source_fetch.http_status IS 'HTTP status, NULL when there was no answer.';
COMMENT ON COLUMN source_fetch.reason IS 'Why it failed: one word of the fixed vocabulary.';
COMMENT ON COLUMN source_fetch.detail IS 'The same as a sentence.';
COMMENT ON COLUMN source_fetch.warning IS 'Parsed, but not clean: what was wrong.';
COMMENT ON COLUMN source_fetch.started_at IS 'Start of the request (UTC).';
COMMENT ON COLUMN source_fetch.seconds IS 'Duration of the request in seconds.';
COMMENT ON COLUMN source_fetch.wire_bytes IS 'Bytes received, before decoding.';
COMMENT ON COLUMN source_fetch.body_hash IS 'Hash of the decoded body.';
COMMENT ON COLUMN source_fetch.etag IS 'ETag to echo next time, byte for byte.';
COMMENT ON COLUMN source_fetch.last_modified IS 'Last-Modified to echo next time, byte for byte.';
COMMENT ON COLUMN source_fetch.validators_url IS 'Address that gave them: they are sent to no other.';
COMMENT ON COLUMN source_fetch.fetched_n IS 'Entries in the document.';
COMMENT ON COLUMN source_fetch.new_n IS 'Entries never seen before.';
COMMENT ON COLUMN source_fetch.seen_n IS 'Entries known with this text, and repeats inside the document.';
COMMENT ON COLUMN source_fetch.changed_n IS 'Known entries whose title or summary changed.';
COMMENT ON COLUMN source_fetch.rejected_n IS 'Entries not used; reasons in table rejection.';
COMMENT ON COLUMN source_fetch.next_due_at IS 'Not to be asked again before (UTC).';
COMMENT ON COLUMN source_fetch.known_at IS 'Instant of the run.';

CREATE TABLE rejection (
    run_id VARCHAR, source_id VARCHAR, reason VARCHAR, n INTEGER, example_title VARCHAR, example_link VARCHAR,
    known_at TIMESTAMPTZ);
COMMENT ON TABLE rejection IS 'Rejected entries per run, source and reason, with one example. Entries rejected as not_about_peru are also kept in entry.';
COMMENT ON COLUMN rejection.run_id IS 'The run.';
COMMENT ON COLUMN rejection.source_id IS 'The source.';
COMMENT ON COLUMN rejection.reason IS 'One word of the fixed vocabulary.';
COMMENT ON COLUMN rejection.n IS 'How many.';
COMMENT ON COLUMN rejection.example_title IS 'Title of the first one.';
COMMENT ON COLUMN rejection.example_link IS 'Link of the first one, as published.';
COMMENT ON COLUMN rejection.known_at IS 'Instant of the run.';

CREATE TABLE entry (
    article_id BIGINT, source_id VARCHAR, outcome VARCHAR, reason VARCHAR, key VARCHAR, guid VARCHAR, link VARCHAR,
    canonical_url VARCHAR, title VARCHAR, summary VARCHAR, content VARCHAR USING COMPRESSION zstd, authors VARCHAR[],
    section VARCHAR, lang VARCHAR, image VARCHAR, origin VARCHAR, published_raw VARCHAR,
    published_at TIMESTAMPTZ, published_quality VARCHAR, updated_raw VARCHAR, updated_at TIMESTAMPTZ, updated_quality VARCHAR, text_hash VARCHAR,
    run_id VARCHAR, known_at TIMESTAMPTZ);
COMMENT ON TABLE entry IS 'Feed entries that said something new: first sightings, changed ones, and those rejected as not about Peru.';
COMMENT ON COLUMN entry.article_id IS 'Id of the article the entry points to: a stable hash of key.';
COMMENT ON COLUMN entry.source_id IS 'Source that carried it.';
COMMENT ON COLUMN entry.outcome IS 'new, changed or rejected.';
COMMENT ON COLUMN entry.reason IS 'Why it was rejected.';
COMMENT ON COLUMN entry.key IS 'Identity: canonical URL, or host#number for outlets that re-slug their articles.';
COMMENT ON COLUMN entry.guid IS 'GUID or Atom id as published.';
COMMENT ON COLUMN entry.link IS 'Link as published, made absolute.';
COMMENT ON COLUMN entry.canonical_url IS 'Link without tracking parameters.';
COMMENT ON COLUMN entry.title IS 'Title as plain text.';
COMMENT ON COLUMN entry.summary IS 'Summary as plain text.';
COMMENT ON COLUMN entry.content IS 'Full text where the feed gives it.';
COMMENT ON COLUMN entry.authors IS 'Authors named by the feed.';
COMMENT ON COLUMN entry.section IS 'Category, or section of the URL.';
COMMENT ON COLUMN entry.lang IS 'Language as declared by the document.';
COMMENT ON COLUMN entry.image IS 'Image address.';
COMMENT ON COLUMN entry.origin IS 'Address of the outlet, where the source is an aggregator that names it.';
COMMENT ON COLUMN entry.published_raw IS 'Publication date as written.';
COMMENT ON COLUMN entry.published_at IS 'The same as an instant (UTC), NULL when unreadable.';
COMMENT ON COLUMN entry.published_quality IS 'exact, naive_local, date_only, inferred, future, bad or missing.';
COMMENT ON COLUMN entry.updated_raw IS 'Update date as written.';
COMMENT ON COLUMN entry.updated_at IS 'The same as an instant (UTC).';
COMMENT ON COLUMN entry.updated_quality IS 'As published_quality.';
COMMENT ON COLUMN entry.text_hash IS 'Hash of normalised title and summary: white space, case and quotes make no difference.';
COMMENT ON COLUMN entry.run_id IS 'The run.';
COMMENT ON COLUMN entry.known_at IS 'Instant of the run.';

CREATE TABLE article (
    article_id BIGINT PRIMARY KEY, source_id VARCHAR, key VARCHAR, url VARCHAR, canonical_url VARCHAR,
    first_seen_at TIMESTAMPTZ, published_at TIMESTAMPTZ, published_quality VARCHAR, effective_at TIMESTAMPTZ,
    run_id VARCHAR, known_at TIMESTAMPTZ);
COMMENT ON TABLE article IS 'One row per article (page), fixed at first sight. What it says is in article_version.';
COMMENT ON COLUMN article.article_id IS 'Stable 63-bit hash of key.';
COMMENT ON COLUMN article.source_id IS 'Source that carried it first.';
COMMENT ON COLUMN article.key IS 'Identity: canonical URL, or host#number.';
COMMENT ON COLUMN article.url IS 'Link as first published.';
COMMENT ON COLUMN article.canonical_url IS 'Link without tracking parameters.';
COMMENT ON COLUMN article.first_seen_at IS 'Instant of the run that saw it first (UTC).';
COMMENT ON COLUMN article.published_at IS 'Publication instant as first stated, NULL when unknown: never replaced by "now".';
COMMENT ON COLUMN article.published_quality IS 'exact, naive_local, date_only, inferred, future, bad or missing.';
COMMENT ON COLUMN article.effective_at IS 'The earlier of published_at and first_seen_at: decides the week; never changes.';
COMMENT ON COLUMN article.run_id IS 'The run.';
COMMENT ON COLUMN article.known_at IS 'Instant of the run.';

CREATE TABLE article_version (
    article_id BIGINT, version INTEGER, title VARCHAR, summary VARCHAR, body VARCHAR USING COMPRESSION zstd,
    authors VARCHAR[], byline_org VARCHAR, section VARCHAR, lang VARCHAR, published_raw VARCHAR,
    published_at TIMESTAMPTZ, published_quality VARCHAR, modified_at TIMESTAMPTZ, url_on DATE, image VARCHAR,
    kind VARCHAR, access VARCHAR, text_from VARCHAR, partial BOOLEAN, reason VARCHAR, provenance JSON,
    extractor VARCHAR, text_hash VARCHAR, body_hash VARCHAR, run_id VARCHAR, known_at TIMESTAMPTZ);
COMMENT ON TABLE article_version IS 'What an article said, one row per wording. Version 1 is the first; a further row only when normalised text changed.';
COMMENT ON COLUMN article_version.article_id IS 'The article.';
COMMENT ON COLUMN article_version.version IS 'Counts from 1.';
COMMENT ON COLUMN article_version.title IS 'Headline.';
COMMENT ON COLUMN article_version.summary IS 'Deck or feed summary.';
COMMENT ON COLUMN article_version.body IS 'Text, one paragraph a line; empty when only title and summary are known.';
COMMENT ON COLUMN article_version.authors IS 'People named as authors.';
COMMENT ON COLUMN article_version.byline_org IS 'Desk, agency or brand named as author.';
COMMENT ON COLUMN article_version.section IS 'Section of the outlet.';
COMMENT ON COLUMN article_version.lang IS 'Language, es or en.';
COMMENT ON COLUMN article_version.published_raw IS 'Publication date as written.';
COMMENT ON COLUMN article_version.published_at IS 'Publication instant as stated by this version.';
COMMENT ON COLUMN article_version.published_quality IS 'As in article.';
COMMENT ON COLUMN article_version.modified_at IS 'Modification instant as stated.';
COMMENT ON COLUMN article_version.url_on IS 'Day found in the URL.';
COMMENT ON COLUMN article_version.image IS 'Image address.';
COMMENT ON COLUMN article_version.kind IS 'article, live, opinion, video, gallery or press_release.';
COMMENT ON COLUMN article_version.access IS 'open, metered, locked, teaser or unknown.';
COMMENT ON COLUMN article_version.text_from IS 'page, feed or document.';
COMMENT ON COLUMN article_version.partial IS 'True when the text is known not to be whole.';
COMMENT ON COLUMN article_version.reason IS 'Why it is partial or from the feed: one word of the fixed vocabulary.';
COMMENT ON COLUMN article_version.provenance IS 'Where each field came from: jsonld, meta, h1, htmldate, feed, ...';
COMMENT ON COLUMN article_version.extractor IS 'Extractor and its version.';
COMMENT ON COLUMN article_version.text_hash IS 'Hash of normalised title, summary and body.';
COMMENT ON COLUMN article_version.body_hash IS 'Hash of normalised body, empty below 20 words; equal means exact duplicate.';
COMMENT ON COLUMN article_version.run_id IS 'The run.';
COMMENT ON COLUMN article_version.known_at IS 'Instant of the run.';

CREATE TABLE page (
    run_id VARCHAR, article_id BIGINT, source_id VARCHAR, url VARCHAR, outcome VARCHAR, http_status INTEGER,
    reason VARCHAR, detail VARCHAR, seconds DOUBLE, wire_bytes BIGINT, known_at TIMESTAMPTZ);
COMMENT ON TABLE page IS 'One row per article page wanted and settled in a run; entries without one are still pending.';
COMMENT ON COLUMN page.run_id IS 'The run.';
COMMENT ON COLUMN page.article_id IS 'The article.';
COMMENT ON COLUMN page.source_id IS 'The source whose entry pointed there.';
COMMENT ON COLUMN page.url IS 'Address that was asked.';
COMMENT ON COLUMN page.outcome IS 'stored (text from the page), from_feed, or rejected (not about Peru).';
COMMENT ON COLUMN page.http_status IS 'HTTP status, NULL when there was no answer.';
COMMENT ON COLUMN page.reason IS 'Why the page gave no text.';
COMMENT ON COLUMN page.detail IS 'The same as a sentence.';
COMMENT ON COLUMN page.seconds IS 'Duration of the request in seconds.';
COMMENT ON COLUMN page.wire_bytes IS 'Bytes received.';
COMMENT ON COLUMN page.known_at IS 'Instant of the run.';

CREATE TABLE relevance (
    article_id BIGINT, version INTEGER, relevant BOOLEAN, score DOUBLE, reasons VARCHAR[], seo_bait BOOLEAN,
    regions VARCHAR[], rules_version VARCHAR, run_id VARCHAR, known_at TIMESTAMPTZ);
COMMENT ON TABLE relevance IS 'Is this version about Peru? One row per version and rule set; the latest known counts.';
COMMENT ON COLUMN relevance.article_id IS 'The article.';
COMMENT ON COLUMN relevance.version IS 'Its version.';
COMMENT ON COLUMN relevance.relevant IS 'True: about Peru.';
COMMENT ON COLUMN relevance.score IS 'From 0 to 1.';
COMMENT ON COLUMN relevance.reasons IS 'What spoke for and against, in the order weighed.';
COMMENT ON COLUMN relevance.seo_bait IS 'Advice, lottery and "quake today" pages: stored, kept out of the digest.';
COMMENT ON COLUMN relevance.regions IS 'Regions of Peru that the text names.';
COMMENT ON COLUMN relevance.rules_version IS 'Rule set that judged.';
COMMENT ON COLUMN relevance.run_id IS 'The run.';
COMMENT ON COLUMN relevance.known_at IS 'Instant of the run.';

CREATE TABLE theme (
    theme VARCHAR, label_en VARCHAR, label_es VARCHAR, definition VARCHAR, rules_version VARCHAR, known_at TIMESTAMPTZ);
COMMENT ON TABLE theme IS 'The themes of each rule set.';
COMMENT ON COLUMN theme.theme IS 'Slug.';
COMMENT ON COLUMN theme.label_en IS 'English label.';
COMMENT ON COLUMN theme.label_es IS 'Spanish label.';
COMMENT ON COLUMN theme.definition IS 'What belongs in it.';
COMMENT ON COLUMN theme.rules_version IS 'Rule set.';
COMMENT ON COLUMN theme.known_at IS 'Instant of the run.';

CREATE TABLE theme_tag (
    article_id BIGINT, version INTEGER, theme VARCHAR, score DOUBLE, rules_version VARCHAR, run_id VARCHAR,
    known_at TIMESTAMPTZ);
COMMENT ON TABLE theme_tag IS 'Themes given to a version by a rule set.';
COMMENT ON COLUMN theme_tag.article_id IS 'The article.';
COMMENT ON COLUMN theme_tag.version IS 'Its version.';
COMMENT ON COLUMN theme_tag.theme IS 'Slug of the theme.';
COMMENT ON COLUMN theme_tag.score IS 'Sum of the weights of its evidence.';
COMMENT ON COLUMN theme_tag.rules_version IS 'Rule set that tagged.';
COMMENT ON COLUMN theme_tag.run_id IS 'The run.';
COMMENT ON COLUMN theme_tag.known_at IS 'Instant of the run.';

CREATE TABLE theme_evidence (
    article_id BIGINT, version INTEGER, theme VARCHAR, pattern VARCHAR, field VARCHAR, start_offset INTEGER,
    end_offset INTEGER, matched VARCHAR, weight DOUBLE, rules_version VARCHAR, known_at TIMESTAMPTZ);
COMMENT ON TABLE theme_evidence IS 'The spans behind each tag; `why ARTICLE` prints them.';
COMMENT ON COLUMN theme_evidence.article_id IS 'The article.';
COMMENT ON COLUMN theme_evidence.version IS 'Its version.';
COMMENT ON COLUMN theme_evidence.theme IS 'Slug of the theme.';
COMMENT ON COLUMN theme_evidence.pattern IS 'The rule that matched.';
COMMENT ON COLUMN theme_evidence.field IS 'title, lead, body or section.';
COMMENT ON COLUMN theme_evidence.start_offset IS 'First character of the span in that field.';
COMMENT ON COLUMN theme_evidence.end_offset IS 'Character after its last.';
COMMENT ON COLUMN theme_evidence.matched IS 'The span as written.';
COMMENT ON COLUMN theme_evidence.weight IS 'What it added to the score.';
COMMENT ON COLUMN theme_evidence.rules_version IS 'Rule set that tagged.';
COMMENT ON COLUMN theme_evidence.known_at IS 'Instant of the run.';

CREATE TABLE duplicate (
    article_id BIGINT, of_id BIGINT, relation VARCHAR, similarity DOUBLE, detail VARCHAR, run_id VARCHAR,
    known_at TIMESTAMPTZ);
COMMENT ON TABLE duplicate IS 'article_id repeats the text of of_id, the earlier one.';
COMMENT ON COLUMN duplicate.article_id IS 'The repeat.';
COMMENT ON COLUMN duplicate.of_id IS 'The original.';
COMMENT ON COLUMN duplicate.relation IS 'exact, near, update, excerpt_of or shares_passage.';
COMMENT ON COLUMN duplicate.similarity IS 'From 0 to 1.';
COMMENT ON COLUMN duplicate.detail IS 'Longest shared passage, or what was compared.';
COMMENT ON COLUMN duplicate.run_id IS 'The run.';
COMMENT ON COLUMN duplicate.known_at IS 'Instant of the run.';

CREATE TABLE story_member (
    article_id BIGINT, story_id BIGINT, score DOUBLE, linked_to BIGINT, shared VARCHAR[], run_id VARCHAR,
    known_at TIMESTAMPTZ);
COMMENT ON TABLE story_member IS 'Which story (event) an article belongs to; the latest known row counts.';
COMMENT ON COLUMN story_member.article_id IS 'The article.';
COMMENT ON COLUMN story_member.story_id IS 'The story: id of the article that opened it.';
COMMENT ON COLUMN story_member.score IS 'Similarity that decided; 0 for the opening article.';
COMMENT ON COLUMN story_member.linked_to IS 'Member it resembled most.';
COMMENT ON COLUMN story_member.shared IS 'Terms that weighed most.';
COMMENT ON COLUMN story_member.run_id IS 'The run.';
COMMENT ON COLUMN story_member.known_at IS 'Instant of the run.';

CREATE TABLE robots (
    host VARCHAR, fetched_at TIMESTAMPTZ, status INTEGER, body VARCHAR USING COMPRESSION zstd, known_at TIMESTAMPTZ);
COMMENT ON TABLE robots IS 'robots.txt as read; the latest row of a host is used for at most 24 hours.';
COMMENT ON COLUMN robots.host IS 'Scheme, host and port.';
COMMENT ON COLUMN robots.fetched_at IS 'When (UTC).';
COMMENT ON COLUMN robots.status IS 'HTTP status; 0 when it could not be reached.';
COMMENT ON COLUMN robots.body IS 'Its text; after a failed look the last good one.';
COMMENT ON COLUMN robots.known_at IS 'Instant of the run.';

CREATE TABLE host_pause (host VARCHAR, not_before_at TIMESTAMPTZ, known_at TIMESTAMPTZ);
COMMENT ON TABLE host_pause IS 'Hosts that asked us to wait (Retry-After); holds for every source and page of the host.';
COMMENT ON COLUMN host_pause.host IS 'Host or platform group.';
COMMENT ON COLUMN host_pause.not_before_at IS 'No request before (UTC).';
COMMENT ON COLUMN host_pause.known_at IS 'Instant of the run.';

CREATE TABLE digest_issue (
    week VARCHAR, language VARCHAR, subject VARCHAR, html VARCHAR USING COMPRESSION zstd,
    text VARCHAR USING COMPRESSION zstd, markdown VARCHAR USING COMPRESSION zstd, content_hash VARCHAR,
    rules_version VARCHAR, data_until TIMESTAMPTZ, as_of TIMESTAMPTZ, known_at TIMESTAMPTZ);
COMMENT ON TABLE digest_issue IS 'Issues as first sent: the bytes are frozen, retries send the same.';
COMMENT ON COLUMN digest_issue.week IS 'ISO week in Lima time, e.g. 2026-W46.';
COMMENT ON COLUMN digest_issue.language IS 'en or es.';
COMMENT ON COLUMN digest_issue.subject IS 'Subject of the mail.';
COMMENT ON COLUMN digest_issue.html IS 'HTML part.';
COMMENT ON COLUMN digest_issue.text IS 'Text part.';
COMMENT ON COLUMN digest_issue.markdown IS 'The same as Markdown.';
COMMENT ON COLUMN digest_issue.content_hash IS 'Hash over all parts.';
COMMENT ON COLUMN digest_issue.rules_version IS 'Theme rules in force.';
COMMENT ON COLUMN digest_issue.data_until IS 'Instant of the last run that it draws on.';
COMMENT ON COLUMN digest_issue.as_of IS 'State of knowledge that it shows.';
COMMENT ON COLUMN digest_issue.known_at IS 'When it was frozen.';

CREATE TABLE outbox (
    week VARCHAR, language VARCHAR, recipient VARCHAR, message_id VARCHAR, state VARCHAR, attempt INTEGER,
    reply VARCHAR, next_try_at TIMESTAMPTZ, known_at TIMESTAMPTZ);
COMMENT ON TABLE outbox IS 'Every step of every delivery; the latest row of (week, language, recipient) is its state.';
COMMENT ON COLUMN outbox.week IS 'ISO week of the issue.';
COMMENT ON COLUMN outbox.language IS 'Language of the issue.';
COMMENT ON COLUMN outbox.recipient IS 'Address.';
COMMENT ON COLUMN outbox.message_id IS 'Message-ID: the same on every try.';
COMMENT ON COLUMN outbox.state IS 'sending (committed before the wire), sent, deferred, refused or unknown. unknown is never resent by itself.';
COMMENT ON COLUMN outbox.attempt IS 'Counts from 1.';
COMMENT ON COLUMN outbox.reply IS 'Last words of the mail server.';
COMMENT ON COLUMN outbox.next_try_at IS 'Not before (UTC), for deferred.';
COMMENT ON COLUMN outbox.known_at IS 'When.';
