"""The same traps in English, and what English reporting calls the things the themes are about."""

from __future__ import annotations

import pytest

from monitor.model import Document, Prior
from monitor.themes import load

RULES = load()


def judged(title: str, lead: str = "", prior: Prior = Prior.FOREIGN, lang: str = "en") -> tuple[bool, list[str]]:
    tagging = RULES.tag(Document(title, lead, "", lang, prior=prior))
    return tagging.relevance.relevant, [tag.theme for tag in tagging.tags]


@pytest.mark.parametrize(
    ("title", "lead"),
    [
        ("Circus Town Gets Ready", "In Peru, Ind., the tents go up in July."),
        ("Storm Hits Peru, Nebraska", "The college town lost power."),
        ("Peru, Ill., Votes on Schools", "Turnout was low."),
        ("Lima, Ohio, Plant Lays Off 200", "The tank factory lost an order."),
        ("What to Do With Lima Beans", "A summer salad with corn."),
        ("Peruse Our List of Summer Books", "Twelve novels to peruse at the beach."),
        ("Paddington in Peru Leads Box Office", "The bear drew families."),
        ("El Nino May Bring Warm Winter", "Forecasters in Washington said the Pacific is heating up."),
        ("Warming Pacific Changes Rain in California", "El Niño returns, scientists say."),
        ("La Libertad Beach Draws Surfers", "The town in El Salvador has new hotels."),
        ("Amazonas State Declares Emergency", "Brazil's governor asked for water."),
        ("Trujillo, Honduras, Welcomes Cruise Ship", "The town built a pier."),
        ("Coach Lima Fired", "Carlos Lima lost five games."),
        ("Wheat Falls", "Brazil, Mexico, Peru and Chile bought less, traders in Chicago said."),
    ],
)
def test_another_peru_carries_nothing(title: str, lead: str) -> None:
    """Towns, beans, bears and lists of countries pass no foreign gate."""
    assert judged(title, lead) == (False, [])


@pytest.mark.parametrize(
    ("title", "lead"),
    [
        ("Peru's Potatoes Come to a London Table", "The chef serves twelve kinds."),
        ("A Week on the Inca Trail in Peru", "Where to stay, what to pack."),
        ("Peru's Soccer Team Loses Again", "The coach asked for patience."),
        ("A Peruvian Novelist Looks Back", "Her new book is set in Arequipa."),
        ("Peru Bus Crash Kills 20", "The driver fell asleep on a mountain road."),
    ],
)
def test_peru_without_a_subject_of_the_desk_carries_no_theme(title: str, lead: str) -> None:
    """Food, travel, sport, letters and crashes are about Peru and nothing more."""
    assert judged(title, lead) == (True, [])


@pytest.mark.parametrize(
    ("title", "lead", "theme"),
    [
        ("Peru's lawmakers fail to oust president", "The motion fell six votes short.", "political-stability"),
        ("Peruvian ex-president goes on trial", "Prosecutors say he took kickbacks.", "corruption-justice"),
        ("Hit men terrorize Peru's bus drivers", "Owners pay protection money each week.", "citizen-security"),
        ("Peru crime syndicate broken up", "Police seized rifles.", "organized-crime"),
        ("Peru burns coca fields", "Crews flew in by helicopter.", "counter-narcotics"),
        ("Peru frees women forced into prostitution", "They had been promised jobs.", "trafficking-contraband"),
        ("Maoist rebels ambush patrol in Peru", "Three soldiers died.", "terrorism-vraem"),
        ("Peru counts ballots", "The electoral authority asked for patience.", "elections"),
        ("Peru's teachers begin indefinite strike", "They marched through Lima.", "protest-unrest"),
        ("Wildcat miners strip Peru's forest", "Mercury runs into the rivers.", "illegal-mining-logging"),
        ("Peru's copper output climbs", "Two mines expanded.", "mining-minerals"),
        ("Peru rations natural gas", "A pipeline burst near Camisea.", "energy-gas"),
        ("Peru's central bank holds rate", "Consumer prices rose 0.2 percent.", "economy-finance"),
        ("Peru's blueberry exports soar", "Shipments to China doubled.", "trade-tariffs"),
        (
            "Peru to build coastal railway",
            "The infrastructure project would cost $9 billion.",
            "infrastructure-development",
        ),
        ("U.S. ambassador arrives in Peru", "The embassy in Lima announced new aid.", "us-relations"),
        ("Peru extradites fraud suspect", "Marshals flew him to Miami.", "security-cooperation"),
        ("Peru's air force chooses fighter jets", "The generals want 24 of them.", "defense-forces"),
        ("Chinese company runs Peru's new port", "Cosco paid for the cranes.", "china-russia"),
        ("Peru deports Venezuelan migrants", "They crossed the border without papers.", "migration-borders"),
        ("Peru's amnesty law draws rebuke", "The Inter-American Court asked for a halt.", "human-rights-indigenous"),
        ("Peru's glaciers melt", "Climate change leaves valleys dry.", "climate-environment"),
        ("Mudslides bury homes in Peru", "Days of rain loosened the hills.", "disasters"),
        ("Dengue fills Peru's hospitals", "Health officials sprayed ponds.", "public-health"),
        ("Peru recalls envoy from Mexico", "The foreign ministry spoke of interference.", "multilateral-diplomacy"),
    ],
)
def test_each_theme_is_found_in_english(title: str, lead: str, theme: str) -> None:
    """One report in the words of a foreign paper for every theme."""
    relevant, themes = judged(title, lead)
    assert relevant
    assert theme in themes


@pytest.mark.parametrize(
    ("title", "lead", "theme"),
    [
        (
            "PCC celebra su congreso",
            "Xi Jinping habló en Pekín ante delegados; asistió un enviado del Perú.",
            "organized-crime",
        ),
        ("El PCC de La Habana saluda a Perú", "El partido cubano envió una carta.", "organized-crime"),
        ("Congreso de Colombia debate la reforma", "El Senado votará el lunes, informó Perú.", "political-stability"),
        ("Fiscalía de Ecuador acusa a exministro", "El caso toca a una empresa de Lima.", "corruption-justice"),
        ("Clan familiar de artesanos de Quinua", "Hacen retablos desde hace un siglo.", "organized-crime"),
        ("El Congreso Mundial de Cardiología llega a Lima", "Habrá mil médicos.", "political-stability"),
        ("Tasa de paro en España", "Los peruanos de Madrid buscan empleo.", "protest-unrest"),
        ("Minas Gerais compra papa peruana", "El estado importa semilla.", "mining-minerals"),
        ("Castillo de Chancay recibe turistas", "El museo tiene salas nuevas.", "political-stability"),
        ("Toledo, ciudad de tres culturas", "Una peruana guía a los visitantes.", "corruption-justice"),
        ("Cuba gana a Perú en vóley", "El partido duró dos horas.", "economy-finance"),
        ("Ola de robos de base en el béisbol limeño", "El equipo entrenó.", "public-health"),
        ("Vuelve la ola de calor a Piura", "Recomiendan tomar agua.", "citizen-security"),
    ],
)
def test_namesakes_of_bodies_people_and_groups(title: str, lead: str, theme: str) -> None:
    """Parties, congresses, prosecutors and surnames that are not what the rules look for."""
    assert theme not in judged(title, lead, Prior.HOME, "es")[1]


def test_the_brazilian_pcc_is_a_gang() -> None:
    """With drugs, Brazil or its full name, the acronym is the gang."""
    assert (
        "organized-crime"
        in judged("Cae célula del PCC en Ucayali", "Los brasileños traían droga.", Prior.HOME, "es")[1]
    )
    assert (
        "organized-crime"
        in judged("Primeiro Comando da Capital llega a Loreto", "Recluta a jóvenes.", Prior.HOME, "es")[1]
    )


def test_a_dateline_says_which_lima_is_meant() -> None:
    """Lima in the text is Peru's where the report was filed from there; the dateline alone is no news of it."""
    filed = "LIMA, Peru (AP) - Drivers left their buses on Monday."
    assert judged("Bus strike empties Lima's streets", filed)[0]
    assert not judged("Bus strike empties Lima's streets", "Drivers left their buses on Monday.")[0]
    assert not judged("Leaders talk trade", "LIMA, Peru (AP) - Ministers of nine nations met.")[0]


def test_two_places_prove_one_another() -> None:
    """Lima and Chancay together are in Peru, each alone may be elsewhere."""
    assert judged("Cranes move in Chancay", "The port is an hour north of Lima.")[0]
    assert not judged("Cranes move in Chancay", "The port is an hour away.")[0]
