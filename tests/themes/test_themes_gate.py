"""The Peru gate: source prior, URL sections, names in the text, and the bait flag."""

from __future__ import annotations

import pytest

from monitor.model import Document, Prior, Relevance
from monitor.themes import load

RULES = load()


def weigh(title: str, lead: str = "", prior: Prior = Prior.FOREIGN, lang: str = "en", **known: str) -> Relevance:
    return RULES.relevance(Document(title, lead, "", lang, prior=prior, **known))


@pytest.mark.parametrize(
    ("title", "lead"),
    [
        ("Fair opens in Peru, Indiana", "Peru High School hosts the pie contest in Peru, Indiana."),
        ("Lima, Ohio, repairs its bridge", "The city council of Lima, Ohio, met on Monday."),
        ("How to cook lima beans", "Soak the lima beans overnight."),
        ("A quiet place to peruse old maps", "Visitors may peruse the shelves."),
        ("Paddington in Peru tops the box office", "Families filled theatres in Leeds."),
        ("La Libertad Avanza wins in Córdoba", "The Argentine party of Javier Milei celebrated."),
        ("Lula visits Amazonas state", "Brazil's president flew to Manaus."),
        ("Grain prices rise", "Chile, Peru and Mexico bought less from Brazil, Argentina and the United States."),
    ],
)
def test_another_peru_is_not_peru(title: str, lead: str) -> None:
    """Namesakes and lists of countries do not pass a foreign source's gate."""
    relevance = weigh(title, lead)
    assert not relevance.relevant, relevance


@pytest.mark.parametrize(
    ("title", "lead"),
    [
        ("Peru's president swears in new cabinet", ""),
        ("Gangs turn to extortion", "Shopkeepers in Lima, Peru, pay weekly."),
        ("Copper output falls at Las Bambas", "The Peruvian mine lost ten days."),
        ("Shining Path leader moved to new prison", "He was held at a naval base in Callao."),
    ],
)
def test_a_foreign_source_passes_on_what_its_text_says(title: str, lead: str) -> None:
    """Peru in the title, or in the lead with nothing against it, is enough."""
    relevance = weigh(title, lead)
    assert relevance.relevant, relevance


def test_a_home_source_needs_no_word_of_peru() -> None:
    """Domestic articles do not name their country."""
    assert weigh("Fiscalía allana la casa del alcalde", "Hallaron dinero.", Prior.HOME, "es").relevant


def test_a_home_sources_world_section_is_rejected() -> None:
    """Generic section words hold for a source without section rules of its own."""
    url = "https://diario.example/mundo/europa/nota-de-madrid-1"
    relevance = weigh("El Gobierno de España sube las pensiones", "Madrid lo anunció.", Prior.HOME, "es", url=url)
    assert not relevance.relevant
    assert "section mundo" in relevance.reasons[0]


def test_peru_in_the_title_passes_even_the_world_section() -> None:
    """A story about Peruvians abroad is not lost."""
    url = "https://diario.example/mundo/europa/nota-2"
    assert weigh("Peruanos varados en Madrid piden ayuda", "", Prior.HOME, "es", url=url).relevant


def test_other_countries_outweigh_an_undivided_home_source() -> None:
    """Without a section, the countries named in title and lead decide."""
    assert not weigh("Colombia vota en segunda vuelta", "Bogotá amaneció en calma.", Prior.HOME, "es").relevant
    assert weigh("Colombia y Perú firman acuerdo", "La cita fue en Bogotá.", Prior.HOME, "es").relevant


def test_sport_of_peru_is_relevant_and_carries_no_theme() -> None:
    """Clubs of Peru pass; foreign clubs do not; neither is tagged."""
    url = "https://diario.example/deportes/nota-3"
    ours = RULES.tag(Document("Alianza Lima gana y protesta por el oro robado", "", "", "es", url, "", Prior.HOME))
    theirs = RULES.tag(Document("River Plate vence a Talleres", "Fue en Córdoba.", "", "es", url, "", Prior.HOME))
    assert ours.relevance.relevant
    assert ours.tags == ()
    assert not theirs.relevance.relevant


def test_sport_of_the_country_passes_by_its_section() -> None:
    """A section for the national team or league needs no club's name."""
    url = "https://diario.example/futbol/seleccion-peruana/nota-4"
    assert weigh("El técnico anuncia la lista", "", Prior.HOME, "es", url=url).relevant


def test_a_club_is_not_the_place_in_its_name() -> None:
    """Alianza Lima names no region."""
    assert RULES.tag(Document("Alianza Lima entrena", "", "", "es", prior=Prior.HOME)).regions == ()


def test_a_weak_place_alone_proves_nothing_abroad() -> None:
    """Trujillo and San Martín are elsewhere too, until a second cue stands beside them."""
    assert not weigh("Trujillo celebra a San Martín", "", lang="es").relevant
    assert weigh("Trujillo celebra a San Martín", "La ciudad de Perú se vistió de fiesta.", lang="es").relevant


@pytest.mark.parametrize(
    "title",
    [
        "Temblor en Perú hoy: magnitud y epicentro",
        "Precio del dólar hoy en Perú",
        "Horóscopo de hoy para todos los signos",
        "Dónde ver Universitario vs. Cienciano",
        "¿A qué hora juega Perú?",
        "Resultados ONPE al 98%: consulta el conteo oficial",
    ],
)
def test_pages_that_answer_searches_are_flagged(title: str) -> None:
    """Bait stays in the warehouse, marked, so that the digest can leave it out."""
    assert weigh(title, "", Prior.HOME, "es").seo_bait


def test_news_of_the_same_subject_is_not_flagged() -> None:
    """A quake that did damage is news."""
    assert not weigh("Sismo deja doce viviendas dañadas en Arequipa", "", Prior.HOME, "es").seo_bait


def test_reasons_are_given_in_the_order_they_were_weighed() -> None:
    """Prior first, then Peru, then other countries."""
    reasons = weigh("Peru, Chile and Bolivia meet in Brazil", "", Prior.FOREIGN).reasons
    assert [reason.split(":")[0].split()[0] for reason in reasons] == ["prior", "Peru", "other"]


def test_an_off_source_stays_off() -> None:
    """A source or section marked off by its own rules needs Peru in the title."""
    assert not weigh("Frases para el desayuno", "", Prior.OFF, "es").relevant


@pytest.mark.parametrize(
    ("title", "lead"),
    [
        ("Students march in Lima", "They want the new leader to resign."),
        ("The Pianist Who Went Home", "Born in Lima, she left at nine and came back at sixty."),
        ("A River Town Fights Over a Sandbar", "Bogotá accused Lima of planting flags."),
        ("Fire in a warehouse at Callao", "Sailors helped to put it out."),
    ],
)
def test_lima_as_a_city_passes_a_foreign_gate(title: str, lead: str) -> None:
    """Where only a city can stand, Lima and Callao prove Peru; an American Lima takes that back."""
    assert weigh(title, lead).relevant
    assert not weigh("Students march in Lima, Ohio", "They want a new gym.").relevant


def test_a_title_filed_under_another_country_is_its_story() -> None:
    """`Bolivia: ...` outweighs Peru in the lead, unless Peru stands in the title as well."""
    lead = "Los camiones cruzan de noche desde el lado peruano."
    assert not weigh("Bolivia: la madera sale por Desaguadero", lead, lang="es").relevant
    assert weigh("Bolivia: la madera sale por Perú", lead, lang="es").relevant


def test_a_long_headline_is_title_to_its_end() -> None:
    """Only the words of a URL run on: Peru as the sixteenth word of a headline is still in the title."""
    words = "boats without lights or flags or names fish all night long for squid on the edge of peru"
    assert weigh(words.capitalize() + ".").score > weigh(words).score


def test_show_business_of_peru_is_relevant_and_carries_no_theme() -> None:
    """Its sicarios are of the screen, whatever section of life and culture tells of them."""
    url = "https://diario.example/espectaculos/nota/"
    tagging = RULES.tag(Document("Actor peruano hará de sicario", "La cinta se rodó en Lima.", "", "es", url))
    assert tagging.relevance.relevant
    assert not tagging.tags
