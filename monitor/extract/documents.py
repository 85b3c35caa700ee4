"""Files that people add (PDF, HTML, Markdown, text, mail) -> Article of kind document. Bytes in, value out."""

from __future__ import annotations

import email.policy
import re
from dataclasses import dataclass, replace
from email.message import EmailMessage, MIMEPart
from email.parser import BytesParser
from io import BytesIO
from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

from monitor import dates
from monitor.errors import ExtractError, Reason
from monitor.extract import language
from monitor.extract.body import TEXT_CAP
from monitor.extract.decode import decode, has_mark, html_text
from monitor.extract.dom import Head, lines, parse, visible
from monitor.extract.layout import HYPHEN, paragraphs, without_running_heads
from monitor.extract.page import EXTRACTOR, article
from monitor.model import NO_MOMENT, Article, DateQuality, Entry, Fetched, Moment, Source
from monitor.text import clean, clean_paragraphs, digest_of

MAX_PAGES = 400
_ENOUGH = 40  # characters; a scan gives none, or a stamp
_TITLE_MAX = 200
_SENTENCE = re.compile(r"[^\W\d_]{3,}[.;,]$")
# What the PDF parser raises on hostile files beside errors of its own.
_FAULTS = (
    ArithmeticError, AttributeError, LookupError, NotImplementedError, OSError, RecursionError, TypeError, ValueError,
)  # fmt: skip
_MADE_UP = re.compile(r"\.(?:docx?|pdf|indd|qxd|odt)$|^(?:microsoft \w+ -|untitled|sin título|documento?\d*$)", re.I)
_MARKS = re.compile(
    r"^[ \t]{0,3}(?:#{1,6}[ \t]+|>[ \t]?|[-*+][ \t]+|\d+[.)][ \t]+)|(?:\*\*|__|`)|!?\[([^\]]*)\]\([^)]*\)", re.M
)
_SIGNATURE = re.compile(r"^-- ?$", re.M)
_QUOTED = re.compile(r"^(?:(?:El|On) .{5,120}(?:escribió|wrote):\s*\n)?(?:>.*(?:\n|$))+", re.M)
_FRONT_MATTER = re.compile(r"\A---[ \t]*\n(.{0,4000}?)\n---[ \t]*\n", re.S)
_STATED = re.compile(r"^(title|author|date):[ \t]*[\"']?(.+?)[\"']?[ \t]*$", re.M | re.I)
_TABLE_RULE = re.compile(r"^[ \t]*\|?(?:[ \t]*:?-{3,}:?[ \t]*\|?)+[ \t]*\n", re.M)
_ITEM = re.compile(r"^(?=[ \t]{0,3}(?:[-*+|]|\d+[.)])[ \t]*\S)", re.M)  # list items and rows of tables
_IMAGE = re.compile(r"!\[[^\]]*\]\([^)]*\)")
_HEADING = re.compile(r"^[ \t]{0,3}#{1,6}[ \t]+(.+?)[ \t]*#*$", re.M)


@dataclass(frozen=True, slots=True)
class _Read:
    """What one file says. `text` holds one paragraph a line."""

    title: str
    text: str
    authors: tuple[str, ...] = ()
    published: Moment = NO_MOMENT
    reason: Reason | None = None  # why the text is not all there is
    missing: str = "it is empty"  # where there is none: why


def document(page: Fetched, entry: Entry, source: Source) -> Article:
    """The document in a file or answer, by its content type, its name and its first bytes.

    Raises ExtractError: ENCRYPTED, NO_TEXT (a scan), UNPARSABLE, NOT_HTML (another kind of file). A mail with
    attachments is `partial`: they are not read with it.
    """
    kind = _kind(page)
    if kind in ("html", "saved"):
        return _from_html(_unpacked(page) if kind == "saved" else page, entry, source)
    readers = {"pdf": _pdf, "mail": _mail, "markdown": _markdown, "text": _plain}
    if kind not in readers:
        told = f"{entry.link} is no PDF, HTML, Markdown, text or mail file; save it as one of these first"
        raise ExtractError(Reason.NOT_HTML, told)
    read = readers[kind](page, source)
    text = clean_paragraphs(read.text)
    if len(text) < _ENOUGH:
        raise ExtractError(Reason.NO_TEXT, f"{entry.link} holds no text ({read.missing})")
    reason = Reason.TRUNCATED if len(text) > TEXT_CAP else read.reason
    text = text[:TEXT_CAP]
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
        partial=reason is not None,
        reason=reason,
        provenance={"title": kind, "body": kind},
        extractor=EXTRACTOR,
    )


def _kind(page: Fetched) -> str:
    head = page.body[:1024].lstrip().lower()
    declared = page.header("content-type").split(";")[0].strip().lower()
    suffix = PurePosixPath(urlsplit(page.final_url).path.lower()).suffix
    if head.startswith(b"%pdf-"):
        return "pdf"
    if b"\0" in page.body[:4096] and not has_mark(page.body):
        return "binary"
    if suffix == ".eml" or declared == "message/rfc822":
        return "mail"
    if suffix in (".mht", ".mhtml") or declared == "multipart/related":
        return "saved"
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
    """The text below its title, which may take three lines; a title that is a sentence is part of the text."""
    lines = text.split("\n")
    for n in range(1, min(4, len(lines))):
        if digest_of(" ".join(lines[:n])) == digest_of(title) and not _SENTENCE.search(title):
            return "\n".join(lines[n:])
    return text


# ---------------------------------------------------------------- PDF


def _pdf(page: Fetched, source: Source) -> _Read:
    from pypdf import PdfReader  # only who adds a PDF pays for it
    from pypdf.errors import DependencyError, PyPdfError

    try:
        reader = PdfReader(BytesIO(page.body))
        if reader.is_encrypted and not reader.decrypt(""):
            raise ExtractError(Reason.ENCRYPTED, f"{page.final_url} is encrypted; save it without a password first")
        pages = [reader.pages[number].extract_text() for number in range(min(len(reader.pages), MAX_PAGES))]
        reason = Reason.TRUNCATED if len(reader.pages) > MAX_PAGES else None
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
    if published.at is not None:  # the day the file was made: a page printed today may be years old
        published = replace(published, quality=DateQuality.INFERRED)
    authors = (author,) if " " in author else ()
    scan = "a scan has to be read by OCR first"
    return _Read(_worthy(title) or text.partition("\n")[0], text, authors, published, reason, scan)


def _worthy(title: str) -> str:
    """The title that the file states, unless a program wrote it (`Microsoft Word - x.doc`, `untitled`)."""
    return "" if len(title) < 8 or _MADE_UP.search(title) else title


# ---------------------------------------------------------------- mail, HTML and text


def _mail(page: Fetched, source: Source) -> _Read:
    try:
        message = _message(page)
        attached = [part.get_filename() or part.get_content_type() for part in message.iter_attachments()]
        part = message.get_body(("plain", "html"))
        text = _part_text(part) if part is not None else ""
        subject, sender, sent = (str(message[name] or "") for name in ("subject", "from", "date"))
    except _FAULTS as error:
        raise ExtractError(Reason.UNPARSABLE, f"{page.final_url} is a damaged mail: {error}") from error
    if part is not None and part.get_content_subtype() == "html":
        text = "\n".join(lines(visible(parse(text)))) if text.strip() else ""
    name = clean(sender.partition("<")[0].strip(' "'))
    told = f"add what is attached by itself: {', '.join(attached)}" if attached else "it is empty"
    return _Read(
        subject,
        _own_words(text),
        (name,) if " " in name and "@" not in name else (),
        dates.parse(sent, source.zone, page.finished_at),
        Reason.ATTACHMENTS if attached else None,
        told,
    )


def _message(page: Fetched) -> EmailMessage:
    return BytesParser(EmailMessage, policy=email.policy.default).parsebytes(page.body)


def _part_text(part: MIMEPart) -> str:
    """Decoded like a page: many programs declare no charset, or a wrong one."""
    raw = part.get_payload(decode=True)
    assert isinstance(raw, bytes)
    return decode(raw, str(part["content-type"] or ""))


def _own_words(text: str) -> str:
    """Without the signature (RFC 3676, 4.3) and what is quoted from earlier mails, where something is left then."""
    own = _SIGNATURE.split(text.replace("\r\n", "\n"))[0]
    own = _QUOTED.sub("", own)
    return own if len(own.strip()) >= _ENOUGH else text


def _unpacked(page: Fetched) -> Fetched:
    """The page inside a file that a browser saved with all that belongs to it (MHTML, RFC 2557)."""
    try:
        part = _message(page).get_body(("html",))
        text = _part_text(part) if part is not None else ""
    except _FAULTS as error:
        raise ExtractError(Reason.UNPARSABLE, f"{page.final_url} is a damaged MHTML file: {error}") from error
    return replace(page, body=text.encode(), headers=(("Content-Type", "text/html; charset=utf-8"),))


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


def _markdown(page: Fetched, source: Source) -> _Read:
    """By its marks; title, author and date also from a YAML head."""
    raw = decode(page.body, page.header("content-type")).replace("\r\n", "\n")
    front = _FRONT_MATTER.match(raw)
    stated = {name.lower(): value for name, value in _STATED.findall(front[1])} if front else {}
    raw = _IMAGE.sub("", _TABLE_RULE.sub("", raw[front.end() :] if front else raw))
    heading = _HEADING.search(raw)
    text = _unmarked(_ITEM.sub("\n", raw))
    title = stated.get("title", "") or (_unmarked(heading[1]) if heading else "") or text.strip().partition("\n")[0]
    author = clean(stated.get("author", ""))
    published = dates.parse(stated.get("date", ""), source.zone, page.finished_at)
    return _Read(title, _joined(text), (author,) if " " in author else (), published)


def _unmarked(text: str) -> str:
    return _MARKS.sub(lambda match: match[1] or "", text)


def _plain(page: Fetched, _: Source) -> _Read:
    text = decode(page.body, page.header("content-type"))
    return _Read(text.strip().partition("\n")[0], _joined(text))


def _joined(text: str) -> str:
    """Hard-wrapped lines to one paragraph a line: an empty line ends a paragraph."""
    blocks = re.split(r"\n\s*\n", HYPHEN.sub("", text.replace("\r\n", "\n")))
    return "\n".join(" ".join(block.split("\n")) for block in blocks)
