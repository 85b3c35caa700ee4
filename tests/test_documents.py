"""Documents that people add: PDF, HTML, Markdown, text and mail become tagged, searchable articles, or say why not."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from email.message import EmailMessage
from io import BytesIO
from pathlib import Path

import pytest
from pypdf import PdfWriter
from pypdf.generic import DecodedStreamObject, DictionaryObject, NameObject
from world import START, rows, settings, source

from monitor import extract, pipeline
from monitor.archive import archive_files
from monitor.clock import SimulatedClock
from monitor.errors import ExtractError, Reason
from monitor.extract.layout import paragraphs, without_running_heads
from monitor.model import Article, Entry
from monitor.stages import given
from monitor.stages.given import DOCUMENTS, Tally

TEXT = (
    "La minería ilegal avanza en Madre de Dios y en La Libertad, dice el informe de la Defensoría del Pueblo del Perú.",
    "Los mineros ilegales destruyeron bosques y contaminaron ríos con mercurio en la reserva durante el último año.",
)


def pdf(*pages: list[str], title: str = "", password: str = "", text: bool = True) -> bytes:
    """A PDF with these lines on its pages."""
    writer = PdfWriter()
    for lines in pages:
        page = writer.add_blank_page(595, 842)
        font = DictionaryObject(
            {
                NameObject("/Type"): NameObject("/Font"),
                NameObject("/Subtype"): NameObject("/Type1"),
                NameObject("/BaseFont"): NameObject("/Helvetica"),
                NameObject("/Encoding"): NameObject("/WinAnsiEncoding"),
            }
        )
        fonts = DictionaryObject({NameObject("/F1"): writer._add_object(font)})
        page[NameObject("/Resources")] = DictionaryObject({NameObject("/Font"): fonts})
        shown = b" ".join(b"(%s) Tj T*" % line.encode("cp1252") for line in lines) if text else b""
        stream = DecodedStreamObject()
        stream.set_data(b"BT /F1 10 Tf 14 TL 50 800 Td " + shown + b" ET")
        page[NameObject("/Contents")] = writer._add_object(stream)
    if title:
        writer.add_metadata({"/Title": title, "/Author": "Ana Quispe", "/CreationDate": "D:20261102100000Z"})
    if password:
        writer.encrypt(password, algorithm="RC4-128")
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def mail(*, attached: bool = False, html: bool = False) -> bytes:
    message = EmailMessage()
    message["Subject"] = "Nota de prensa: minería ilegal"
    message["From"] = "Rosa Flores Díaz <prensa@defensoria.example>"
    message["Date"] = "Mon, 02 Nov 2026 10:00:00 -0500"
    if html:
        message.set_content("<p>" + "</p><p>".join(TEXT) + "</p>", subtype="html")
    else:
        message.set_content("\n\n".join(TEXT))
    if attached:
        message.add_attachment(b"%PDF-", maintype="application", subtype="pdf", filename="informe.pdf")
    return message.as_bytes()


def read(name: str, body: bytes) -> Article:
    page = given.document_file(name, body, START)
    entry = Entry(DOCUMENTS.id, page.request.url, page.request.url, f"document#{name}", title="")
    return extract.document(page, entry, DOCUMENTS)


def test_a_pdf_becomes_running_text() -> None:
    """Running heads and page numbers go, broken words are mended, lines become paragraphs; title, author, date stay."""
    regions = ("Loreto", "Puno", "Piura")
    pages = [
        [
            "Defensoría del Pueblo - Informe 12",
            f"La minería ilegal avanza en la región {region} y en la costa norte, dice el infor-",
            f"me de la Defensoría de {region}.",
            f"Página {number} de 3",
        ]
        for number, region in enumerate(regions, 1)
    ]
    found = read("informe.pdf", pdf(*pages, title="Informe sobre minería ilegal"))
    assert (found.title, found.kind, found.text_from) == ("Informe sobre minería ilegal", "document", "document")
    assert found.lang == "es"
    assert found.body.splitlines() == [
        f"La minería ilegal avanza en la región {region} y en la costa norte, dice el informe de la Defensoría de "
        f"{region}."
        for region in regions
    ]
    assert found.authors == ("Ana Quispe",)
    assert found.published.at == datetime(2026, 11, 2, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("name", "body", "reason"),
    [
        ("scan.pdf", pdf([""], text=False), Reason.NO_TEXT),
        ("secret.pdf", pdf(list(TEXT), password="clave"), Reason.ENCRYPTED),
        ("drm.pdf", pdf(list(TEXT), password="clave").replace(b"/Standard", b"/Nonesuch"), Reason.UNPARSABLE),
        ("broken.pdf", b"%PDF-1.7\n" + b"garbage" * 50, Reason.UNPARSABLE),
        ("photo.jpg", b"\xff\xd8\xff\x00" * 40, Reason.NOT_HTML),
        ("sheet.xlsx", b"PK\x03\x04\x00\x00" * 40, Reason.NOT_HTML),
        ("empty.txt", b"", Reason.NO_TEXT),
        ("informe.docx", b"PK\x03\x04\x00\x00" * 40, Reason.NOT_HTML),
        ("empty.eml", b"Subject: x\n\n", Reason.NO_TEXT),
    ],
)
def test_what_cannot_be_read_says_why(name: str, body: bytes, reason: Reason) -> None:
    """A scan, a password, damage, another kind of file: each its own reason."""
    with pytest.raises(ExtractError) as caught:
        read(name, body)
    assert caught.value.reason is reason


@pytest.mark.parametrize("html", [False, True])
def test_a_mail_gives_subject_sender_date_and_text(html: bool) -> None:
    """Plain or HTML."""
    found = read("nota.eml", mail(html=html))
    assert (found.title, found.authors) == ("Nota de prensa: minería ilegal", ("Rosa Flores Díaz",))
    assert found.body.splitlines() == list(TEXT)
    assert found.published.at == datetime(2026, 11, 2, 15, tzinfo=UTC)
    assert (found.partial, found.reason) == (False, None)


def test_a_mail_with_attachments_is_partial_and_says_so() -> None:
    """Its text is taken; what was attached is not."""
    found = read("nota.eml", mail(attached=True))
    assert (found.partial, found.reason) == (True, Reason.ATTACHMENTS)


def test_a_mail_is_its_own_words() -> None:
    """Without signature and quoted mails, whatever charset it forgot to declare; a mail of attachments names them."""
    body = "\n\n".join((*TEXT, "-- \nOficina de Prensa\nTel. 01 311 0300", "El lun, Ana escribió:\n> Gracias"))
    assert read("nota.eml", f"Subject: Nota\n\n{body}".encode()).body.splitlines() == list(TEXT)
    quoted = "\n".join((TEXT[0], "", "On Mon, Ana wrote:", f"> {TEXT[1]}", "> Saludos"))
    assert read("nota.eml", f"Subject: Nota\n\n{quoted}".encode()).body == TEXT[0]
    forwarded = "\n".join(f"> {line}" for line in TEXT)
    assert TEXT[1] in read("nota.eml", f"Subject: RV\n\n{forwarded}".encode()).body
    message = EmailMessage()
    message.set_content("")
    message.add_attachment(b"%PDF-", maintype="application", subtype="pdf", filename="informe.pdf")
    with pytest.raises(ExtractError, match=r"informe\.pdf"):
        read("nota.eml", message.as_bytes())


def test_markdown_gives_its_yaml_head_its_items_and_its_rows() -> None:
    """Title, author and date are stated there; pictures and rules of tables say nothing."""
    head = '---\ntitle: "Minería en el Nanay"\nauthor: Rosa Flores\ndate: 2026-11-02\n---\n'
    text = f"{TEXT[0]}\n\n* uno\n* dos\n\n| río | dragas |\n|---|---|\n| Nanay | 64 |\n\n![foto](a.png)\n"
    found = read("informe.md", (head + text).encode())
    assert (found.title, found.authors) == ("Minería en el Nanay", ("Rosa Flores",))
    assert found.published.at == datetime(2026, 11, 2, 5, tzinfo=UTC)
    assert found.body.splitlines() == [TEXT[0], "uno", "dos", "| río | dragas |", "| Nanay | 64 |"]


def test_pages_that_a_browser_saved() -> None:
    """As HTML, as one MHTML file and printed to PDF: the article, without what the browser added."""
    lines = (
        *TEXT,
        "El informe pide pagar a los vigilantes comunales y dar botes a las fiscalías de la Amazonía peruana.",
    )
    page = (
        "<!DOCTYPE html><html lang=es><!-- saved from url=(0030)https://andino.example/informe --><head><title>Informe"
    )
    page += "</title></head><body><article><h1>La mina ilegal</h1>" + "".join(f"<p>{line}</p>" for line in lines)
    wrapped = (
        'From: <Saved by Blink>\nMIME-Version: 1.0\nContent-Type: multipart/related; type="text/html"; boundary=b\n\n'
        f"--b\nContent-Type: text/html\nContent-Transfer-Encoding: 8bit\n\n{page}\n--b--\n"
    )
    for name, body in (("informe.html", page.encode("cp1252")), ("informe.mht", wrapped.encode())):
        found = read(name, body)
        assert (found.title, found.body.splitlines()) == ("La mina ilegal", list(lines))
    printed = pdf(["11/22/26, 3:00 PM Informe", *lines, "https://andino.example/informe 1/1"], title="La mina ilegal")
    assert read("informe.pdf", printed).body == " ".join(lines)


def test_a_text_in_any_charset_keeps_its_first_sentence() -> None:
    """Latin-1, UTF-8 and UTF-16; a first line that is a sentence names the text and stays in it."""
    for charset in ("latin-1", "utf-8", "utf-16"):
        found = read("nota.txt", "\n\n".join(TEXT).encode(charset))
        assert found.body.splitlines() == list(TEXT)
        assert read("nota.txt", f"Minería ilegal\n\n{TEXT[0]}".encode(charset)).body == TEXT[0]


def test_a_text_too_long_is_cut_off_and_says_so() -> None:
    """Nothing is lost silently."""
    found = read("nota.txt", "\n\n".join([TEXT[0]] * 3000).encode())
    assert (found.partial, found.reason) == (True, Reason.TRUNCATED)


def test_headings_and_ligatures_of_laid_out_pages() -> None:
    """A numbered heading as wide as its column is no part of the paragraph; a title on two lines is one."""
    rows = ["2. Antecedentes del caso Nanay", "La ﬁscalía abrió 37 casos en el", "río Nanay."]
    joined = paragraphs(without_running_heads(["\n".join(rows)]))
    assert joined.splitlines() == [rows[0], "La fiscalía abrió 37 casos en el río Nanay."]
    title = ("Minería ilegal en Loreto:", "oro, agua y violencia")
    assert read("informe.pdf", pdf([*title, *TEXT], title=" ".join(title))).body.startswith(TEXT[0])


def test_markdown_text_and_html_documents() -> None:
    """Marks go, hard-wrapped lines are joined, the first heading is the title."""
    marked = f"# Informe **minero**\n\n- {TEXT[0]}\n\n> {TEXT[1][:20]}\n{TEXT[1][21:]} [aquí](https://a.example)\n"
    found = read("informe.md", marked.encode())
    assert found.title == "Informe minero"
    assert found.body.splitlines() == [TEXT[0], f"{TEXT[1]} aquí"]
    assert read("nota.txt", "\n".join(TEXT).encode("cp1252")).body.startswith("La minería") is True
    page = f"<html><title>Informe</title><body><h2>Parte</h2><p>{TEXT[0]}</p></body></html>"
    assert TEXT[0] in read("informe.html", page.encode()).body


def test_running_heads_are_lines_that_return() -> None:
    """A line of two pages is not one; digits do not matter."""
    pages = [f"Head {n}\nText {'abc'[n]} of its own\n{n}" for n in range(3)]
    assert without_running_heads(pages) == ["Text a of its own", "Text b of its own", "Text c of its own"]
    assert without_running_heads(pages[:2]) == ["Head 0\nText a of its own", "Head 1\nText b of its own"]


def test_words_are_mended_only_inside_words() -> None:
    """A dash before a capital or a number stays."""
    assert paragraphs(["la comuni-\ndad y el eje Perú-\nBrasil"]) == "la comunidad y el eje Perú- Brasil"


def add(config: object, *documents: tuple[str, bytes]) -> Tally:
    handed = [given.document_file(name, body, START) for name, body in documents]
    return given.hand_in(config, SimulatedClock(START), "add", handed)  # type: ignore[arg-type]


def test_an_added_document_is_tagged_found_once_and_replayed(tmp_path: Path) -> None:
    """The same bytes under another name are known; the archive brings the document back."""
    config = settings(tmp_path / "state", source())
    tally = add(config, ("nota.eml", mail()), ("copia.eml", mail()), ("scan.pdf", pdf([""], text=False)))
    assert (tally.seen, tally.stored, tally.known, dict(tally.refused)) == (3, 1, 1, {Reason.NO_TEXT: 1})
    assert "scan.pdf holds no text (a scan has to be read by OCR first)" in tally.problems[0]
    assert not tally.failed_checks
    [article] = rows(config, "SELECT outlet, title, kind, text_from, url FROM article_current")
    assert article == {
        "outlet": "Documents",
        "title": "Nota de prensa: minería ilegal",
        "kind": "document",
        "text_from": "document",
        "url": "document:nota.eml",
    }
    assert rows(config, "SELECT theme FROM tag_current WHERE theme = 'illegal-mining-logging'")
    again = settings(tmp_path / "again", source())
    asyncio.run(pipeline.replay(again, archive_files(config.state / "archive")))
    for table in ("article", "article_version", "theme_tag", "source"):
        assert rows(again, f"FROM {table} ORDER BY ALL") == rows(config, f"FROM {table} ORDER BY ALL"), table


def test_the_abstract_of_a_paper_is_an_excerpt_of_its_full_text(tmp_path: Path) -> None:
    """The page with the abstract and the paper, dated a week earlier, are linked, and are one story."""
    title = "Minería ilegal y bosques de Madre de Dios, Perú"
    abstract = " ".join(
        f"En el distrito {n} de Madre de Dios el bosque perdido suma {n * 37} hectáreas." for n in range(12)
    )
    chapters = [
        " ".join(f"La draga {n * 7 + k} lavó oro {k} meses junto al río {n} del sur del Perú." for k in range(12))
        for n in range(12)
    ]
    page = f"# {title}\n\n{abstract}\n".encode()
    config = settings(tmp_path / "state", source())
    add(config, ("resumen.md", page), ("articulo.pdf", pdf([abstract, *chapters], title=title)))
    [pair] = rows(
        config,
        """SELECT d.relation, one.url, other.url AS whole, one.story_id = other.story_id AS one_story
        FROM duplicate AS d JOIN article_current AS one USING (article_id)
        JOIN article_current AS other ON other.article_id = d.of_id""",
    )
    assert pair == {
        "relation": "excerpt_of",
        "url": "document:resumen.md",
        "whole": "document:articulo.pdf",
        "one_story": True,
    }


def test_a_paragraph_that_names_a_document_stays_in_it() -> None:
    """Where nothing states a title, the beginning of a long first paragraph is one, and no word of it is lost."""
    found = read("nota.pdf", pdf([" ".join([TEXT[0]] * 3), TEXT[1]]))
    assert found.title.startswith("La minería ilegal avanza")
    assert found.title.endswith("…")
    assert found.body.startswith("La minería ilegal avanza")
