"""What makes a new wording and what does not, and how a change of wording is graded."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.extract.changes import GRADES, Change, Wording, changes
from monitor.extract.wording import steady, wording_hash

TITLE = "Tres heridos en ataque a bus en Trujillo"
LEAD = "La Policía investiga el ataque a balazos contra un bus en La Libertad."
FIRST = "Un bus fue atacado a balazos la madrugada del lunes en El Porvenir y dejó tres heridos, según la Policía."
SECOND = "El dirigente Rubén Salas Quispe dijo que los extorsionadores exigían 1.200 soles al mes a la empresa."
THIRD = "Los vecinos del distrito piden más patrulleros desde el mes de agosto y anuncian una marcha para el viernes."
BODY = "\n".join((FIRST, SECOND, THIRD))
HELD = Wording(TITLE, LEAD, BODY)


def graded(**changed: str) -> dict[str, list[tuple[str, str]]]:
    """Grade -> (old, new) of each change against HELD."""
    new = Wording(**({"title": TITLE, "summary": LEAD, "body": BODY} | changed))
    found: dict[str, list[tuple[str, str]]] = {}
    for change in changes(HELD, new):
        found.setdefault(change.grade, []).append((change.old, change.new))
    return found


@pytest.mark.parametrize(
    "body",
    [
        BODY.replace(" ", "\u00a0", 5),
        BODY.replace("El dirigente", "«El dirigente»").replace(",", " —"),
        BODY.upper(),
        f"1.234 vistas\n{BODY}",
        f"{BODY}\nActualizado hace 5 minutos",
        f"Actualizado el 12/11/2026 10:35 a. m.\n{BODY}",
        f"Actualizado: 12 de noviembre de 2026, 10:35\n{BODY}",
        f"Última actualización: hace 2 horas | 56 comentarios\n{BODY}",
        f"Updated 7 minutes ago\n{BODY}",
        f"Last updated: November 12, 2026 at 10:35\n{BODY}",
        f"3 min de lectura · 1,5 mil lecturas\n{BODY}",
        f"Compartido 34\n{BODY}",
        f"{FIRST}\nPUBLICIDAD\n{SECOND}\nAnuncio\n{THIRD}",
        f"{FIRST}\nLEA TAMBIÉN: Otro hecho en Piura\n{SECOND}\n{THIRD}",
        f"12/11/2026 10:35\n{BODY}",
        f"Hace 3 horas\n{BODY}",
    ],
)
def test_what_passes_by_itself_makes_no_wording(body: str) -> None:
    """White space, quotes, case, counters, stamps, ads and links to other articles are not edits."""
    assert wording_hash(TITLE, LEAD, body) == HELD.hash
    assert changes(HELD, Wording(TITLE, LEAD, body)) == ()


def test_a_stamp_at_the_end_of_a_summary_makes_no_wording() -> None:
    """Some feeds append the age of the article to its summary."""
    assert wording_hash(TITLE, f"{LEAD} (actualizado hace 5 minutos)", BODY) == HELD.hash


@pytest.mark.parametrize(
    "line",
    [
        "Actualizado el padrón, el JNE convocó a 1.234 electores para el 12 de noviembre.",
        "El video tuvo 1.234 vistas antes de que la fiscalía pidiera retirarlo de la red social.",
        "Hace 5 minutos ocurrió un sismo de magnitud 5,6 en Ica.",
        "Murieron 12",
        "Comentarios del ministro causan malestar",
    ],
)
def test_prose_with_figures_and_dates_counts(line: str) -> None:
    """A sentence is never taken for a counter or a stamp."""
    assert steady(line) == steady(line.upper()) != ""
    assert wording_hash(TITLE, LEAD, f"{BODY}\n{line}") != HELD.hash


def test_a_death_toll_that_grows_is_a_changed_figure() -> None:
    """Old and new value stand side by side, written out or in digits, in title and text alike."""
    assert graded(body=BODY.replace("tres heridos", "cinco heridos")) == {"figure_changed": [("tres", "cinco")]}
    assert graded(body=BODY.replace("1.200 soles", "12.000 soles")) == {"figure_changed": [("1.200", "12.000")]}
    found = graded(title=TITLE.replace("Tres", "4"))
    assert found["figure_changed"] == [("Tres", "4")]
    assert found["headline_changed"] == [(TITLE, TITLE.replace("Tres", "4"))]


def test_a_name_that_comes_or_goes_is_graded() -> None:
    """Full names, wherever they stood; a name only moved or shortened is not gone."""
    named = BODY.replace("El dirigente Rubén Salas Quispe", "Un dirigente")
    assert graded(body=named)["name_removed"] == [("Rubén Salas Quispe", "")]
    added = BODY.replace("los extorsionadores", "los extorsionadores de Édgar Rojas Luna")
    assert graded(body=added)["name_added"] == [("", "Édgar Rojas Luna")]
    assert "name_removed" not in graded(body="\n".join((SECOND, FIRST, THIRD)))


def test_a_claim_that_loses_its_source_is_graded() -> None:
    """`según la Policía` struck out of a sentence that stays."""
    found = graded(body=BODY.replace(", según la Policía", ""))
    assert found == {"attribution_removed": [(FIRST, FIRST.replace(", según la Policía", ""))]}


def test_paragraphs_that_come_and_go_are_graded() -> None:
    """Added and removed ones, but not moved, split or reworded ones."""
    more = "La fiscal del caso ordenó el levantamiento de las cámaras de la avenida y citó a los testigos del hecho."
    assert graded(body=f"{BODY}\n{more}") == {"paragraph_added": [("", more)]}
    assert graded(body=f"{FIRST}\n{SECOND}") == {"paragraph_removed": [(THIRD, "")]}
    assert graded(body=f"{THIRD}\n{FIRST}\n{SECOND}") == {}
    assert graded(body=BODY.replace(" y dejó", ".\nDejó")) == {}


@pytest.mark.parametrize(
    "note",
    [
        "Fe de erratas: en una primera versión se dijo que hubo cuatro heridos.",
        "Corrección: el bus pertenece a otra empresa.",
        "Una versión anterior de esta nota decía que el hecho ocurrió en Chepén.",
        "Esta nota fue corregida para precisar el distrito.",
        "Nota del editor: se precisó el número de heridos.",
        "This article was amended on 12 November to correct the name of the district.",
        "Correction: an earlier version of this story misstated the toll.",
    ],
)
def test_a_correction_note_is_found(note: str) -> None:
    """The outlet says itself that it was wrong; a note that stood there before is no news."""
    assert graded(body=f"{BODY}\n{note}")["correction_note"] == [("", note)]
    before = Wording(TITLE, LEAD, f"{BODY}\n{note}")
    after = Wording(TITLE + " hoy", LEAD, before.body)
    assert "correction_note" not in {change.grade for change in changes(before, after)}


def test_prose_about_corrections_is_no_note() -> None:
    """A ministry that corrects its budget is news, not an erratum of the outlet."""
    line = "El ministro anunció la corrección del presupuesto y dijo que la aclaración llegará el lunes."
    assert "correction_note" not in graded(body=f"{BODY}\n{line}")


def told(old: str, new: str) -> list[tuple[str, str, str]]:
    """What an edit of one passage did: grade, before, after."""
    return [(one.grade, one.old, one.new) for one in changes(Wording(TITLE, "", old), Wording(TITLE, "", new))]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("El huaico dejó dos mil afectados en Chosica.", "El huaico dejó 2,000 afectados en Chosica."),
        ("Costará 2,5 millones de soles.", "Costará S/ 2 500 000."),
        ("The mine will cost $2.5 billion.", "The mine will cost US$2,500 million."),
        ("Cobran S/. 1.200 al mes a cada bus.", "Cobran 1,200 soles al mes a cada bus."),
        ("El desempleo bajó al 6 por ciento.", "El desempleo bajó al 6%."),
        ("Quemaron treinta y cinco buses en Ate.", "Quemaron 35 buses en Ate."),
        ("La audiencia empezó a las 10:30 en Puno.", "La audiencia empezó a las 11.15 a. m. en Puno."),
        ("El 12 de noviembre vota el Congreso.", "El 12/11/2026 vota el Congreso."),
        ("El ministro dijo que habrá obras.", "El ministro aseguró que habrá obras."),
        ("Óscar Arriola Díaz lideró la captura.", "El general Arriola lideró la captura."),
        ("José C. Jara Oré viajó. Lo recibió Ana Quispe.", "Lo recibió Ana Quispe. José Jara viajó."),
        ("El señor Rubén Huamán declaró.", "El señor Ruben Huaman declaró."),
    ],
)
def test_the_same_said_otherwise_is_no_grave_change(old: str, new: str) -> None:
    """Other formats, other words for a number, another verb of saying, a name shortened, moved or without accents."""
    assert told(old, new) == []


@pytest.mark.parametrize(
    ("old", "new", "change"),
    [
        ("Cobran S/ 1.200 al mes.", "Cobran US$ 1.200 al mes.", ("figure_changed", "S/ 1.200", "US$ 1.200")),
        ("Los precios subieron 2,5 %.", "Los precios subieron 3,1 %.", ("figure_changed", "2,5 %", "3,1 %")),
        ("El detenido, de 25 años, es de Ica.", "El detenido, de 27 años, es de Ica.", ("figure_changed", "25", "27")),
        ("Marchan el 12 de mayo.", "Marchan el 19 de mayo.", ("figure_changed", "12 de mayo", "19 de mayo")),
        ("Un muerto dejó el choque en Ica.", "Dos muertos dejó el choque en Ica.", ("figure_changed", "Un", "Dos")),
        ("A soldier was killed near Ene.", "Two soldiers were killed near Ene.", ("figure_changed", "A", "Two")),
        ("Hay dos mil evacuados.", "Hay tres mil evacuados.", ("figure_changed", "dos mil", "tres mil")),
        ("Hallaron 3 fosas. Llueve.", "Llueve. El fiscal vio 5 fosas ayer.", ("figure_changed", "3", "5")),
        ("Fue Rubén Huamán Ñaupa.", "Fue un vecino.", ("name_removed", "Rubén Huamán Ñaupa", "")),
        ("Fue un vecino.", "Fue Rubén Huamán Ñaupa.", ("name_added", "", "Rubén Huamán Ñaupa")),
    ],
)  # fmt: skip
def test_one_edit_is_one_change(old: str, new: str, change: tuple[str, str, str]) -> None:
    """Money, shares, ages, dates, an article that was a number, and names: each as it was written."""
    assert told(old, new) == [change]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Según la fiscal, huyó a Quito.", "Huyó a Quito."),
        ("Huyó a Quito, indicaron testigos.", "Huyó a Quito."),
        ("He fled to Quito, police said.", "He fled to Quito."),
        ("According to locals, he fled to Quito.", "He fled to Quito."),
    ],
)
def test_a_claim_without_its_source_is_one_change(old: str, new: str) -> None:
    """The sentence stays, who said it goes."""
    assert told(old, new) == [("attribution_removed", old, new)]


def test_figures_that_change_places_are_matched_by_what_they_count() -> None:
    """Not by their order; and the change says what was counted and how much."""
    old, new = "Hay 2 muertos y 11 heridos en Ica.", "En Ica hay 19 heridos y 5 muertos."
    found = changes(Wording(TITLE, "", old), Wording(TITLE, "", new))
    assert [(one.counted, one.old_number, one.new_number) for one in found] == [("muertos", 2, 5), ("heridos", 11, 19)]


def test_years_and_hours_of_other_sentences_are_no_changed_figure() -> None:
    """One sentence went, another came; that both count years says nothing."""
    old, new = "El puente tiene 40 años y está cerrado.", "El alcalde gobierna desde hace 3 años la provincia."
    assert "figure_changed" not in {grade for grade, _, _ in told(f"{FIRST}\n{old}", f"{FIRST}\n{new}")}


def test_a_headline_about_something_else_corrects_no_figure() -> None:
    """Another sentence with another number."""
    before, after = "Comunidad aprueba mina de US$ 2 100 millones", "Comuneros venden 1 900 hectáreas para un tajo"
    assert [one.grade for one in changes(Wording(before), Wording(after))] == ["headline_changed"]


def test_a_summary_that_says_something_else_is_graded() -> None:
    """Its stamps and typography aside; where there was none before, nothing was changed."""
    assert graded(summary="El alcalde pide ayuda.")["summary_changed"] == [(LEAD, "El alcalde pide ayuda.")]
    assert "summary_changed" not in {one.grade for one in changes(Wording(TITLE, "", BODY), HELD)}


PLACES = ("Ilave", "Juliaca", "Ayaviri", "Melgar", "Lampa", "Azángaro", "Moho", "Yunguyo", "Puno", "Desaguadero")
MINUTES = [
    f"{10 + n}:00 El comité de la región informa que el paro sigue en {place}." for n, place in enumerate(PLACES)
]


def test_a_live_page_that_grows_is_one_change() -> None:
    """Ten new paragraphs are growth, with the number of paragraphs before and after; not ten edits."""
    [change] = changes(HELD, Wording(TITLE, LEAD, "\n".join((*MINUTES, BODY))), live=True)
    assert (change.grade, change.new) == ("grown", MINUTES[0])
    assert (change.counted, change.old_number, change.new_number) == ("paragraphs", 3, 13)
    plain = [one.grade for one in changes(HELD, Wording(TITLE, LEAD, "\n".join((*MINUTES, BODY))))]
    assert set(plain) == {"paragraph_added"}


def test_what_a_live_page_takes_back_is_told() -> None:
    """Growth hides no correction, no changed figure and no paragraph that is gone."""
    edited = "\n".join((*MINUTES, FIRST.replace("tres", "cinco"), SECOND, "Corrección: son cinco heridos."))
    assert [one.grade for one in changes(HELD, Wording(TITLE, LEAD, edited), live=True)] == [
        "correction_note",
        "figure_changed",
        "paragraph_removed",
        "grown",
    ]


texts = st.text(alphabet=st.sampled_from("aéñ B1.,\n 5:«»-Q"), max_size=120)


@settings(max_examples=60, deadline=None)
@given(texts, texts, texts, texts)
def test_any_two_wordings_can_be_graded(title: str, body: str, new_title: str, new_body: str) -> None:
    """Nothing raises; equal wordings have no change; grades are known ones, gravest first."""
    old, new = Wording(title, "", body), Wording(new_title, "", new_body)
    assert changes(old, old) == ()
    found: tuple[Change, ...] = changes(old, new)
    places = [GRADES.index(change.grade) for change in found]
    assert places == sorted(places)
