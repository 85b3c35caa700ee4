"""Pages that are no article are refused, each with its own reason."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from monitor.errors import ExtractError, Reason
from monitor.model import Article

Read = Callable[..., Article]
Html = Callable[..., str]


def refused(read: Read, body: str | bytes, **arguments: str) -> Reason:
    with pytest.raises(ExtractError) as caught:
        read(body, **arguments)
    return caught.value.reason


@pytest.mark.parametrize("body", [b"", b"   \n\t ", b"\xef\xbb\xbf", b"\x00\x00\x00"])
def test_empty_page(read: Read, body: bytes) -> None:
    """No bytes, no text."""
    assert refused(read, body) is Reason.NO_TEXT


@pytest.mark.parametrize(
    "body",
    [
        b"%PDF-1.7 <html>",
        b"\x89PNG\r\n\x1a\n\x00\x00",
        b'{"title": "nota"}',
        b'<?xml version="1.0"?><rss version="2.0"><channel><title>x</title></channel></rss>',
        b"Puente de Huaylas reabre tras dos anos",
    ],
)
def test_not_html(read: Read, body: bytes) -> None:
    """A PDF, an image, JSON, a feed and bare text are no article pages, whatever the server calls them."""
    assert refused(read, body) is Reason.NOT_HTML


def test_front_page_by_its_address(read: Read, make_html: Html) -> None:
    """A redirect to the home page is no article, even where the home page carries long text."""
    assert refused(read, make_html(), url="https://elfarodelsur.example/") is Reason.FRONT_PAGE


def test_section_front(read: Read) -> None:
    """A list of teasers that end in dots is a front page, at whatever address it is served."""
    teasers = "".join(
        f'<div><h2><a href="/n/{n}/">Noticia número {n}</a></h2><p>La municipalidad de la provincia {n} anunció que'
        f" revisará el contrato de limpieza pública y convocará a los vecinos a una asamblea en agosto para…</p></div>"
        for n in range(12)
    )
    page = f"<html><head><title>El Faro del Sur | Noticias</title></head><body><main>{teasers}</main></body></html>"
    assert refused(read, page) is Reason.FRONT_PAGE


def test_shell_without_text(read: Read) -> None:
    """A page that needs JavaScript shows its masthead and nothing else."""
    page = (
        "<html><head><title>Puente de Huaylas reabre tras dos años de obras</title></head><body><div id='root'></div>"
        "<p>El Faro del Sur, diario de la tarde fundado en 1931. Jirón Ayacucho 210.</p></body></html>"
    )
    assert refused(read, page) is Reason.NO_TEXT


def test_declared_shell_whose_text_is_its_masthead(read: Read, make_html: Html) -> None:
    """Metadata of an article around three hundred characters about the outlet is still no article."""
    masthead = (
        "Diario independiente de la tarde, fundado en 1931 por vecinos notables. Director: Elmer Tafur. Jirón Ayacucho"
        " 210, tercer piso. Central telefónica 555-0100. Edición impresa de lunes a sábado; suplemento cultural los"
        " domingos en todos los quioscos de la región y por suscripción postal.",
    )
    assert refused(read, make_html(paragraphs=masthead)) is Reason.NO_TEXT


@pytest.mark.parametrize("title", ["Página no encontrada", "Error 404", "Page not found", "Oops! Lo sentimos"])
def test_soft_404(read: Read, title: str) -> None:
    """A 200 that says it is a 404."""
    page = f"<html><head><title>{title}</title></head><body><h1>{title}</h1><p>Vuelva a la portada.</p></body></html>"
    assert refused(read, page, title="") is Reason.SOFT_404


def test_another_article_than_announced(read: Read, make_html: Html) -> None:
    """An address that now leads to another story is a soft 404, not a new version of the old one."""
    announced = "Sunat amplía plazo para declaración anual de pequeños contribuyentes"
    assert refused(read, make_html(), title=announced) is Reason.SOFT_404


def test_rewritten_headline_is_no_soft_404(read: Read, make_html: Html) -> None:
    """A headline edited after the feed was read still shares words with the text."""
    assert read(make_html(), title="Reabren puente en Huaylas: ministra culpa a las lluvias").body


def test_consent_wall(read: Read) -> None:
    """A page that first asks about cookies."""
    page = (
        "<html><head><title>El Faro del Sur</title></head><body><div><h2>Tu privacidad es importante</h2>"
        "<p>Nosotros y nuestros 812 socios usamos cookies para almacenar y/o acceder a información.</p>"
        "<button>Aceptar todo</button> <a href='/p'>Política de privacidad</a></div></body></html>"
    )
    assert refused(read, page) is Reason.CONSENT_WALL


def test_bot_check(read: Read) -> None:
    """A bot wall served as 200 is reported as what it is."""
    page = "<html><head><title>Just a moment...</title></head><body><p>Enable JavaScript to continue</p></body></html>"
    assert refused(read, page, title="") is Reason.CHALLENGE
