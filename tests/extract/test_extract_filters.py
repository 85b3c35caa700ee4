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
    "Además: el detalle de la lista",
    "Leé también: así votó cada bancada",
    "Seguí leyendo",
    "Suscribite a nuestro newsletter",
    "Recibí en tu correo las noticias de cada mañana",
    "Hazte socia y apoya el periodismo local",
    "Comparte esto:",
    "Haz clic para compartir en Facebook (Se abre en una ventana nueva)",
    "Me gusta Cargando...",
    "Artículo anterior",
    "Archivado en: Política",
    "Las opiniones expresadas son responsabilidad de su autor",
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
    "Además, el ministro negó que hubiera lista alguna.",
    "También leyó el acta la secretaria del concejo.",
    "Seguir leyendo la carta le costó al alcalde varios minutos de silencio ante los regidores y el público.",
    "Recibir el correo a tiempo era un lujo en Puno, cuenta la historiadora.",
    "Recibe amenazas por WhatsApp y pide garantías para su vida la alcaldesa.",
    "Otras noticias llegaron de Cusco.",
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
    "heading",
    [
        "Deja un comentario",
        "Comentarios (12)",
        "LEAVE A REPLY",
        "3 comments",
        "Normas de participación",
        "No hay comentarios:",
        "Ver los comentarios",
        "Sé el primero en comentar",
    ],
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


def test_a_copy_of_the_text_goes_and_a_line_that_returns_alone_stays() -> None:
    """Mobile and desktop copies stand one after the other or paragraph by paragraph; a question may be asked twice."""
    text = [f"Párrafo número {n} de una nota sobre la pesca en la bahía de Paracas." for n in range(4)]
    assert article_lines(text + text) == text
    assert article_lines([line for line in text for _ in range(2)]) == text
    interview = [text[0], text[1], text[0], text[2]]
    assert article_lines(interview) == interview


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


def test_a_label_before_one_link_announces_another_page() -> None:
    """Whatever words an outlet chooses: a few of them, a colon or bar, and a linked headline to the end."""
    tree = dom.parse(
        "<html><body><p><strong>Te contamos: <a href='/a'>Alcalde pide investigar la obra del puente</a></strong></p>"
        "<p>La nota que publicó <a href='/b'>el diario de la capital de la provincia</a></p>"
        "<p>Ministra: <a href='/c'>Rosa Quiñe</a></p></body></html>"
    )
    assert link_lines(tree) == {"Te contamos: Alcalde pide investigar la obra del puente"}
