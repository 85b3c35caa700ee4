"""Lines that look like the article and are not, and lines that look like furniture and are not."""

from __future__ import annotations

import pytest

from monitor.extract import dom
from monitor.extract.filters import article_lines, before_comments, is_furniture, link_lines

FURNITURE = (
    "LEE TAMBIÉN: Congreso aprueba moción",
    "Lea también | Bajan los precios del limón",
    "MIRA: Estas son las rutas alternas",
    "PUEDES VER: Alcalde responde",
    "Te puede interesar",
    "También te puede interesar: cinco claves",
    "VIDEO RECOMENDADO",
    "Contenido sugerido",
    "Más información:",
    "No te pierdas",
    "Ver más noticias",
    "Suscríbete a nuestro boletín de noticias",
    "Únete a nuestro canal de WhatsApp",
    "Síguenos en Google News",
    "Compartir",
    "Publicidad",
    "Todos los derechos reservados",
    "Revisa la lista completa aquí.",
    "Read more: Peru's congress approves motion",
    "Related stories",
    "Sign up for our newsletter",
    "Follow us on Twitter",
    "Advertisement",
)
PROSE = (
    "Mira, yo creo que el Congreso se equivocó.",
    "Ver para creer, dijo el alcalde antes de cortar la cinta.",
    "Lea Guzmán, la fiscal del caso, pidió nueve meses de prisión preventiva.",
    "Más de 300 familias fueron evacuadas.",
    "Más sobre él no se supo durante años, y nadie preguntó por su paradero hasta que apareció la carta.",
    "Reading the report took the committee three weeks.",
    "Related companies of the group were also fined.",
    "Conoce el caso desde 2019, cuando era procurador.",
    "Compartir la mesa con el rival fue su primer gesto.",
    "Sigue a la espera de la resolución del tribunal.",
    "Publicidad engañosa: multan a tres aerolíneas.",
    "Comentarios como ese no ayudan, respondió la ministra.",
)


@pytest.mark.parametrize("line", FURNITURE)
def test_furniture_is_recognised(line: str) -> None:
    """Related links, calls to subscribe and labels, in Spanish and English."""
    assert is_furniture(line)


@pytest.mark.parametrize("line", PROSE)
def test_prose_is_left_alone(line: str) -> None:
    """A sentence that begins with the same word is a sentence."""
    assert not is_furniture(line)
    assert before_comments(["x" * 400, line, "y" * 100]) == ["x" * 400, line, "y" * 100]


def test_long_lines_are_never_furniture() -> None:
    """Whatever it begins with, a paragraph of 220 characters is prose."""
    assert not is_furniture("Lea también: " + "palabra " * 40)


@pytest.mark.parametrize(
    "heading", ["Deja un comentario", "Comentarios (12)", "LEAVE A REPLY", "3 comments", "Normas de participación"]
)
def test_comments_end_the_text(heading: str) -> None:
    """Everything below the first comment heading belongs to the readers."""
    assert article_lines(["a" * 300, heading, "qué mala obra"]) == ["a" * 300]


def test_comment_link_above_the_text_does_not_end_it() -> None:
    """A "Comentarios" label beside the headline stands before the text, so it cuts nothing."""
    assert "b" * 300 in article_lines(["Comentarios", "b" * 300])


def test_short_repeats_stay() -> None:
    """In an interview, the same short answer may come twice."""
    lines = ["¿Lo sabía?", "Sí.", "¿Y lo firmó?", "Sí."]
    assert article_lines(lines) == lines


def test_title_is_not_repeated_in_the_body() -> None:
    """A first line equal to the headline but for case and punctuation is the headline."""
    assert article_lines(["¡REABRE EL PUENTE!", "Texto."], title="Reabre el puente") == ["Texto."]


def test_linked_headlines_are_known_by_their_links() -> None:
    """A short line that is one link is a teaser; a sentence with a link in it is not."""
    tree = dom.parse(
        "<html><body><p><a href='/a'>Alcalde pide investigar la obra</a></p>"
        "<p>El <a href='/b'>informe</a> enumera catorce observaciones.</p></body></html>"
    )
    links = link_lines(tree)
    assert links == {"Alcalde pide investigar la obra"}
    lines = ["Alcalde pide investigar la obra", "El informe enumera catorce observaciones."]
    assert article_lines(lines, links=links) == lines[1:]
