"""What makes a new wording and what does not, and how a change of wording is graded."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.extract.changes import GRADES, Change, Wording, changes, figures
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
    assert found["figure_changed"] == [("tres", "4")]
    assert found["headline_changed"] == [(TITLE, TITLE.replace("Tres", "4"))]


def test_the_same_figure_written_otherwise_is_no_change_of_figure() -> None:
    """1.200, 1,200 and 1200 are one figure, three and 3 too."""
    assert figures("1.200 1,200 1200 1 200").keys() == {"1200"}
    assert "figure_changed" not in graded(body=BODY.replace("1.200", "1200").replace("tres", "3"))


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
