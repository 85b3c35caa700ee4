"""Pages are read in a process that may be killed: the same answers, limits with a reason, and the next page is read."""

from __future__ import annotations

import asyncio
import os
import signal
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO

import pytest
from pypdf import PdfWriter
from pypdf.generic import DictionaryObject, NameObject, StreamObject

from monitor import extract
from monitor.errors import ExtractError, Reason
from monitor.model import Entry, Fetched, Request, Source
from monitor.stages import page_cell
from monitor.stages.page_cell import PageCell

AT = datetime(2026, 11, 9, 12, tzinfo=UTC)
URL = "https://andino.example/peru/puente-de-huaylas"
SOURCE = Source("andino", "Andino", "feed", URL, "es", "PE", "andino")
ENTRY = Entry("andino", URL, URL, URL, "Puente de Huaylas reabre tras dos años de obras")
LINES = (
    "El puente de Huaylas volvió a abrirse este lunes después de dos años de obras y de una protesta muy larga.",
    "La ministra de Transportes dijo que la obra costó 41 millones de soles, seis más de los que se habían previsto.",
    "Los comuneros de Yuracmarca pidieron que se publique el informe de la supervisora antes de firmar el acta.",
)


def page(inside: str = "") -> Fetched:
    text = "".join(f"<p>{line}</p>" for line in LINES)
    html = (
        f"<html lang=es><head><title>{ENTRY.title}</title><meta property='og:type' content='article'>"
        f"<meta property='article:published_time' content='2026-11-09T06:00:00-05:00'></head>"
        f"<body><article><h1>{ENTRY.title}</h1>{text}</article>{inside}</body></html>"
    )
    headers = (("Content-Type", "text/html; charset=utf-8"),)
    return Fetched(Request(URL, "andino"), URL, 200, headers, html.encode(), AT, AT)


def refused(cell: PageCell, what: Fetched) -> Reason:
    with pytest.raises(ExtractError) as caught:
        cell.read("article", what, ENTRY, SOURCE)
    return caught.value.reason


@pytest.fixture
def cell() -> Iterator[PageCell]:
    made = PageCell(cpu_seconds=1, memory=page_cell.MEMORY)
    yield made
    made.close()


def test_a_page_gives_what_it_gives_here(cell: PageCell) -> None:
    """One process reads page after page, with the answers and the reasons of the extractor itself."""
    assert cell.read("article", page(), ENTRY, SOURCE) == extract.article(page(), ENTRY, SOURCE)
    shell = Fetched(page().request, URL, 200, (), b"<html><p>x", AT, AT)
    assert refused(cell, shell) is Reason.NO_TEXT
    assert cell.read("article", page(), ENTRY, SOURCE).body == "\n".join(LINES)
    assert cell.started == 1


def test_a_page_beyond_its_time_is_given_up(cell: PageCell) -> None:
    """A page that never ends costs its share of time and no more; the next one is read by a new process."""
    endless = page("<p " + " ".join(f"a{n}=1" for n in range(400_000)) + ">x")
    assert refused(cell, endless) is Reason.TOO_SLOW
    assert cell.read("article", page(), ENTRY, SOURCE).body
    assert cell.started == 2


def test_a_page_beyond_its_memory_is_given_up() -> None:
    """Nor can a page take the memory of the machine."""
    cell = PageCell(cpu_seconds=5, memory=90 * 2**20)
    try:
        assert refused(cell, page("<i>a</i>" * 500_000)) is Reason.TOO_SLOW
    finally:
        cell.close()


def test_a_document_that_unpacks_without_end_is_given_up(cell: PageCell) -> None:
    """A PDF of fifty kilobytes can hold an hour of drawing; it costs a second."""
    writer = PdfWriter()
    stream = StreamObject()
    stream._data = zlib.compress(b"BT /F1 10 Tf 50 800 Td " + b"(oro) Tj T* " * 1_000_000 + b"ET")
    stream[NameObject("/Filter")] = NameObject("/FlateDecode")
    page_object = writer.add_blank_page(595, 842)
    page_object[NameObject("/Contents")] = writer._add_object(stream)
    font = DictionaryObject({NameObject("/Type"): NameObject("/Font"), NameObject("/Subtype"): NameObject("/Type1")})
    fonts = DictionaryObject({NameObject("/F1"): writer._add_object(font)})
    page_object[NameObject("/Resources")] = DictionaryObject({NameObject("/Font"): fonts})
    out = BytesIO()
    writer.write(out)
    bomb = Fetched(Request("document:a.pdf", "documents"), "document:a.pdf", 200, (), out.getvalue(), AT, AT)
    with pytest.raises(ExtractError) as caught:
        cell.read("document", bomb, ENTRY, SOURCE)
    assert caught.value.reason is Reason.TOO_SLOW


def test_a_process_that_left_is_replaced(cell: PageCell) -> None:
    """A process that ended between two pages, or was killed, costs the next page nothing."""
    cell.read("article", page(), ENTRY, SOURCE)
    assert cell.process is not None
    cell.process.kill()
    cell.process.wait()
    assert cell.read("article", page(), ENTRY, SOURCE).body
    assert cell.started == 2


def test_a_stop_is_not_for_the_page(cell: PageCell) -> None:
    """Ctrl-C and systemd's SIGTERM reach every process of a run; the page at hand is read to its end all the same."""
    cell.read("article", page(), ENTRY, SOURCE)
    assert cell.process is not None
    for number in (signal.SIGINT, signal.SIGTERM):
        os.kill(cell.process.pid, number)
    assert cell.read("article", page(), ENTRY, SOURCE).body
    assert cell.started == 1


def test_a_bug_is_a_bug_and_not_a_slow_page(cell: PageCell) -> None:
    """What the extractor did not expect comes out with its traceback."""
    with pytest.raises(RuntimeError, match="KeyError: 'neither'"):
        cell.read("neither", page(), ENTRY, SOURCE)


def test_all_runs_share_one_process() -> None:
    """Two runs after one another start the process once."""
    for _ in range(2):
        assert asyncio.run(page_cell.article(page(), ENTRY, SOURCE)).body
    assert page_cell.read("article", page(), ENTRY, SOURCE).body
