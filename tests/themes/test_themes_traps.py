"""Words that mean something else: one invented sentence for each known trap."""

from __future__ import annotations

import pytest

from monitor.model import Document, Prior
from monitor.themes import load

RULES = load()


def tagged(title: str, lead: str = "", lang: str = "es") -> list[str]:
    return [tag.theme for tag in RULES.tag(Document(title, lead, "", lang, prior=Prior.HOME)).tags]


@pytest.mark.parametrize(
    ("title", "lead", "theme"),
    [
        ("Congresista niega tráfico de influencias", "La comisión lo citó en Lima.", "trafficking-contraband"),
        ("No se trata de personas sino de obras, dice alcalde", "Habló en Ica.", "trafficking-contraband"),
        ("Denuncian ley de contrabando", "La reforma de contrabando pasó sin debate.", "trafficking-contraband"),
        ("Locutor sufre derrame cerebral", "Está internado en Lima.", "climate-environment"),
        ("Árbitro sufre paro cardíaco", "Lo atendieron en la cancha de Puno.", "protest-unrest"),
        ("Perú entrega nota de protesta", "El embajador la recibió.", "protest-unrest"),
        ("Coca-Cola y sus vecinos de Zárate", "La planta cumple años.", "counter-narcotics"),
        ("La señora Coca cumple cien años en Ayacucho", "Su familia le cantó.", "counter-narcotics"),
        ("Hay luz al final del sendero", "El sendero luminoso de la esperanza, dice el poeta.", "counter-narcotics"),
        ("Caminata por el sendero de Lachay", "El senderismo crece.", "terrorism-vraem"),
        ("La banda musical de Otuzco ensaya", "Tocará el domingo.", "organized-crime"),
        ("El niño más rápido de Tacna", "Corre desde los cinco años.", "disasters"),
        ("Sala usa puño de bronce", "La pieza llegó al museo.", "disasters"),
        ("Desactivan mina antipersona", "Estaba cerca de la frontera.", "mining-minerals"),
        ("Medalla de oro para judoca de Breña", "Ganó en el Callao.", "mining-minerals"),
        ("Muestra de la cultura Chancay", "Hay textiles y ceramios.", "china-russia"),
        ("Incendio en mercado de Chancay", "No hubo heridos.", "china-russia"),
        ("Cupos para el Mundial", "Perú busca uno de los cupos.", "citizen-security"),
        ("Una app para escolares", "La app se usa en Cusco, según el fap de la escuela.", "infrastructure-development"),
        ("Peruanos irán a juicio por estafa", "La audiencia será en Lima.", "china-russia"),
        ("Fujimori habla del Congreso de los Diputados", "Visitó España.", "political-stability"),
    ],
)
def test_a_word_in_another_sense_does_not_tag(title: str, lead: str, theme: str) -> None:
    """Each trap leaves its theme alone."""
    assert theme not in tagged(title, lead)


@pytest.mark.parametrize(
    ("title", "lead", "theme"),
    [
        ("Congresista niega tráfico de influencias", "La fiscalía lo investiga por cohecho.", "corruption-justice"),
        (
            "Rescatan a víctimas de trata de personas",
            "Estaban en un bar de Puerto Maldonado.",
            "trafficking-contraband",
        ),
        ("Llega El Niño a Piura", "Habrá lluvias.", "disasters"),
        ("Barcos en el puerto de Chancay", "Cosco Shipping amplía el muelle.", "china-russia"),
        ("Avance de la minería ilegal en Huánuco", "Hay dragas en el río.", "illegal-mining-logging"),
    ],
)
def test_the_right_sense_beside_the_trap_does_tag(title: str, lead: str, theme: str) -> None:
    """The exclusions above do not swallow the real thing."""
    assert theme in tagged(title, lead)


def test_the_longer_pattern_wins_over_the_shorter_of_another_theme() -> None:
    """ "minería ilegal" is a vote for illegal mining and none for mining."""
    assert tagged("Minería ilegal avanza en Pataz") == ["illegal-mining-logging"]


def test_acronyms_count_only_in_capitals_and_not_in_a_shouted_title() -> None:
    """DEA is an agency, dea and a headline all in capitals prove nothing."""
    assert "security-cooperation" in tagged("DEA y FBI llegan a Lima para operativo")
    assert "security-cooperation" not in tagged("LA DEA Y EL FBI DE LOS CUENTOS EN LIMA")


def test_a_phrase_never_spans_two_sentences() -> None:
    """A full stop keeps "lavado" and "de activos" apart; "EE. UU." is no end of a sentence."""
    assert "corruption-justice" not in tagged("Dos meses dura el lavado. De activos nadie habló en Piura")
    assert "us-relations" in tagged("Embajador de EE. UU. visita Cusco", "Perú lo recibió.")


def test_datelines_are_no_news() -> None:
    """Where a report was filed from is passed over."""
    filed = Document("Trade talks end", "LIMA (Reuters) - Ministers of nine nations met.", "", "en")
    assert not RULES.relevance(filed).relevant
