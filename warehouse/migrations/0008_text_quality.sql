-- How good an extracted text is, for judging a source and for finding pages that a new outlet builds otherwise.

ALTER TABLE article_version ADD COLUMN agreement DOUBLE;
ALTER TABLE article_version ADD COLUMN boilerplate DOUBLE;
COMMENT ON COLUMN article_version.agreement IS 'Share of the text proposed that all extractors found, 0 to 1; NULL where none voted.';
COMMENT ON COLUMN article_version.boilerplate IS 'Share of the visible text of the page that is not the article, 0 to 1; NULL without a page.';
