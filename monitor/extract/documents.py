"""Files that people add (PDF, HTML, Markdown, text, mail) -> Article of kind document. Bytes in, value out."""

from __future__ import annotations

import email.policy
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from email.message import EmailMessage
from email.parser import BytesParser
from io import BytesIO
from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

from monitor import dates
from monitor.errors import ExtractError, Reason
from monitor.extract import language
from monitor.extract.body import TEXT_CAP
from monitor.extract.decode import decode, html_text
from monitor.extract.dom import Head, lines, parse, visible
from monitor.extract.page import EXTRACTOR, article
from monitor.model import NO_MOMENT, Article, Entry, Fetched, Moment, Source
from monitor.text import clean, clean_paragraphs, digest_of

MAX_PAGES = 400
_ENOUGH = 40  # characters; a scan gives none, or a stamp
_MARGIN = 3  # lines at the top and at the bottom of a page that may be a running head
_REPEATED = 0.5  # share of pages that carry a running head
_TITLE_MAX = 200
_DIGITS = re.compile(r"\d+")
# What the PDF parser raises on hostile files beside errors of its own.
_FAULTS = (
    ArithmeticError, AttributeError, LookupError, NotImplementedError, OSError, RecursionError, TypeError, ValueError,
)  # fmt: skip
_HYPHEN = re.compile(r"(?<=[^\W\d_])[-\u00ad\u2010]\n(?=[a-záéíóúñü])")
_SENTENCE_END = re.compile(r"[.!?:…»”\"]$")
_MADE_UP = re.compile(r"\.(?:docx?|pdf|indd|qxd|odt)$|^(?:microsoft \w+ -|untitled|sin título|documento?\d*$)", re.I)
_MARKS = re.compile(
    r"^[ \t]{0,3}(?:#{1,6}[ \t]+|>[ \t]?|[-*+][ \t]+|\d+[.)][ \t]+)|(?:\*\*|__|`)|!?\[([^\]]*)\]\([^)]*\)", re.M
)
_HEADING = re.compile(r"^[ \t]{0,3}#{1,6}[ \t]+(.+?)[ \t]*#*$", re.M)


@dataclass(frozen=True, slots=True)
class _Read:
    """What one file says. `text` holds one paragraph a line."""

    title: str
    text: str
    authors: tuple[str, ...] = ()
    published: Moment = NO_MOMENT
    reason: Reason | None = None  # why the text is not all there is


def document(page: Fetched, entry: Entry, source: Source) -> Article:
    """The document in a file or answer, by its content type, its name and its first bytes.

    Raises ExtractError: ENCRYPTED, NO_TEXT (a scan), UNPARSABLE, NOT_HTML (another kind of file). A mail with
    attachments is `partial`: they are not read with it.
    """
    kind = _kind(page)
    if kind == "html":
        return _from_html(page, entry, source)
    readers = {"pdf": _pdf, "mail": _mail, "markdown": _markdown, "text": _plain}
    if kind not in readers:
        raise ExtractError(Reason.NOT_HTML, f"{entry.link} is no PDF, HTML, Markdown, text or mail file")
    read = readers[kind](page, source)
    text = clean_paragraphs(read.text)[:TEXT_CAP]
    if len(text) < _ENOUGH:
        raise ExtractError(Reason.NO_TEXT, f"{entry.link} holds no text (a scan has to be read by OCR first)")
    title = _shortened(clean(read.title) or _name(entry.link) or text.partition("\n")[0])
    return Article(
        key=entry.key,
        url=entry.link,
        canonical_url=entry.canonical_url,
        source_id=entry.source_id,
        title=title,
        body=_without_title(text, title),
        authors=read.authors,
        lang=language.heard(text) or source.lang,
        published=read.published,
        kind="document",
        access="open",
        text_from="document",
        partial=read.reason is not None,
        reason=read.reason,
        provenance={"title": kind, "body": kind},
        extractor=EXTRACTOR,
    )


def _kind(page: Fetched) -> str:
    head = page.body[:1024].lstrip().lower()
    declared = page.header("content-type").split(";")[0].strip().lower()
    suffix = PurePosixPath(urlsplit(page.final_url).path.lower()).suffix
    if head.startswith(b"%pdf-"):
        return "pdf"
    if b"\0" in page.body[:4096]:
        return "binary"
    if suffix == ".eml" or declared == "message/rfc822":
        return "mail"
    if suffix in (".md", ".markdown") or declared == "text/markdown":
        return "markdown"
    if head.startswith((b"<!doctype html", b"<html", b"<?xml")) or "html" in declared or suffix in (".html", ".htm"):
        return "html"
    return "text" if declared.startswith("text/") or suffix in (".txt", "") else "binary"


def _name(link: str) -> str:
    """`Informe anual` of `document:informe-anual.pdf`."""
    stem = PurePosixPath(unquote(urlsplit(link).path)).stem
    words = clean(re.sub(r"[-_+]+", " ", stem))
    return words[:1].upper() + words[1:]


def _shortened(title: str) -> str:
    """A paper without a heading begins with a paragraph: its first words name it, and it stays in the text."""
    if len(title) <= _TITLE_MAX:
        return title
    return f"{title[:_TITLE_MAX].rpartition(' ')[0] or title[:_TITLE_MAX]}…"


def _without_title(text: str, title: str) -> str:
    first, _, rest = text.partition("\n")
    return rest if rest and digest_of(first) == digest_of(title) else text


# ---------------------------------------------------------------- PDF


def _pdf(page: Fetched, source: Source) -> _Read:
    from pypdf import PdfReader  # only who adds a PDF pays for it
    from pypdf.errors import DependencyError, PyPdfError

    try:
        reader = PdfReader(BytesIO(page.body))
        if reader.is_encrypted and not reader.decrypt(""):
            raise ExtractError(Reason.ENCRYPTED, f"{page.final_url} is encrypted; save it without a password first")
        pages = [reader.pages[number].extract_text() for number in range(min(len(reader.pages), MAX_PAGES))]
        info = reader.metadata
        title = clean(str(info.title or "")) if info else ""
        author = clean(str(info.author or "")) if info else ""
        made = info.creation_date if info else None
    except DependencyError as error:
        raise ExtractError(Reason.ENCRYPTED, f"{page.final_url} is encrypted") from error
    except (PyPdfError, *_FAULTS) as error:
        raise ExtractError(Reason.UNPARSABLE, f"{page.final_url} is a damaged PDF: {error}") from error
    text = paragraphs(without_running_heads(pages))
    published = dates.parse(made.isoformat(), source.zone, page.finished_at) if made else NO_MOMENT
    return _Read(_worthy(title) or text.partition("\n")[0], text, (author,) if " " in author else (), published)


def _worthy(title: str) -> str:
    """The title that the file states, unless a program wrote it (`Microsoft Word - x.doc`, `untitled`)."""
    return "" if len(title) < 8 or _MADE_UP.search(title) else title


def without_running_heads(pages: Sequence[str]) -> list[str]:
    """Pages without the lines that return, page number aside, at the top or bottom of more than half of them."""
    split = [[line.strip() for line in page.splitlines() if line.strip()] for page in pages]
    seen = Counter(mark for page in split for mark in {_mark(line) for line in _margins(page)})
    heads = {mark for mark, n in seen.items() if len(pages) > 2 and n > _REPEATED * len(pages)}
    return ["\n".join(_inner(page, heads)) for page in split]


def _margins(page: list[str]) -> Iterable[str]:
    return page[:_MARGIN] + page[-_MARGIN:]


def _mark(line: str) -> str:
    return _DIGITS.sub("#", line.lower())


def _inner(page: list[str], heads: set[str]) -> list[str]:
    last = len(page) - _MARGIN
    return [
        line
        for number, line in enumerate(page)
        if not ((number < _MARGIN or number >= last) and (_mark(line) in heads or line.isdigit()))
    ]


def paragraphs(pages: Iterable[str]) -> str:
    """Running text of laid-out lines: words broken at the line's end are mended, lines joined to paragraphs."""
    found: list[str] = []
    rows = "\n".join(pages).splitlines()
    width = sorted(map(len, rows))[int(len(rows) * 0.8)] if rows else 0
    goes_on = False
    for row in rows:
        if goes_on and row[:1] not in "•-–":
            found[-1] = _HYPHEN.sub("", f"{found[-1]}\n{row}").replace("\n", " ")
        else:
            found.append(row)
        # A full line, or one that stops in the middle of a sentence, goes on in the next one.
        ended = _SENTENCE_END.search(row) and len(row) < 0.9 * width
        goes_on = row.endswith("-") or (len(row) > 0.6 * width and not ended)
    return "\n".join(found)


# ---------------------------------------------------------------- mail, HTML and text


def _mail(page: Fetched, source: Source) -> _Read:
    try:
        message = BytesParser(EmailMessage, policy=email.policy.default).parsebytes(page.body)
        attached = [part.get_filename() or part.get_content_type() for part in message.iter_attachments()]
        part = message.get_body(("plain", "html"))
        text = str(part.get_content()) if part is not None else ""
        subject, sender, sent = (str(message[name] or "") for name in ("subject", "from", "date"))
    except _FAULTS as error:
        raise ExtractError(Reason.UNPARSABLE, f"{page.final_url} is a damaged mail: {error}") from error
    if part is not None and part.get_content_subtype() == "html":
        text = "\n".join(lines(visible(parse(text))))
    name = clean(sender.partition("<")[0].strip(' "'))
    return _Read(
        subject,
        text,
        (name,) if " " in name and "@" not in name else (),
        dates.parse(sent, source.zone, page.finished_at),
        Reason.ATTACHMENTS if attached else None,
    )


def _from_html(page: Fetched, entry: Entry, source: Source) -> Article:
    """By the rules for pages; a plain document that does not look like an article gives all its visible text."""
    try:
        found = article(page, entry, source)
    except ExtractError:
        tree = parse(html_text(page))
        title = Head(tree).title or _name(entry.link)
        text = clean_paragraphs("\n".join(lines(visible(tree))))
        if len(text) < _ENOUGH:
            raise
        body = _without_title(text[:TEXT_CAP], title)
        identity = (entry.key, entry.link, entry.canonical_url, entry.source_id)
        found = Article(*identity, title, body=body, extractor=EXTRACTOR)
    lang = found.lang or language.heard(found.body) or source.lang
    return replace(found, kind="document", text_from="document", lang=lang)


def _markdown(page: Fetched, _: Source) -> _Read:
    raw = decode(page.body, page.header("content-type"))
    heading = _HEADING.search(raw)
    text = _MARKS.sub(lambda match: match[1] or "", raw)
    title = _MARKS.sub(lambda match: match[1] or "", heading[1]) if heading else ""
    return _Read(title or text.strip().partition("\n")[0], _joined(text))


def _plain(page: Fetched, _: Source) -> _Read:
    text = decode(page.body, page.header("content-type"))
    return _Read(text.strip().partition("\n")[0], _joined(text))


def _joined(text: str) -> str:
    """Hard-wrapped lines to one paragraph a line: an empty line ends a paragraph."""
    blocks = re.split(r"\n\s*\n", _HYPHEN.sub("", text.replace("\r\n", "\n")))
    return "\n".join(" ".join(block.split("\n")) for block in blocks)
