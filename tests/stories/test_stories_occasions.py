"""Matches, league tables and earthquakes come again in like words; each is an event of its own."""

from __future__ import annotations

import pytest

from monitor.stories.occasions import is_another, occasion

APART = (
    ("Deportivo Faro vs. Atlético Norte: hora y canal", "Unión Puerto vs. Atlético Norte EN VIVO"),
    ("Deportivo Faro venció 2-1 a Unión Puerto por la fecha 3", "Atlético Norte y Real Sierra empataron 0-0"),
    ("Tabla de posiciones: así va la liga tras la fecha 3", "Tabla de la liga: así quedó tras la fecha 4"),
    ("Arequipa: sismo de magnitud 4.5 remeció Caravelí", "Junín: sismo de magnitud 4.6 remeció Concepción"),
    ("Tabla de posiciones tras la fecha 3", "Deportivo Faro venció 2-1 a Unión Puerto por la fecha 3"),
    ("Sport Boyas vs. Deportivo Faro", "Sport Puerto perdió 2-0 ante Deportivo Faro"),
    ("Río de Sal, capítulo 64: la boda", "Río de Sal, Cap. 65: el viaje"),
    ("Copa del Sur: fecha 8 de la fase final", "Copa del Sur: fecha 9 de la fase final"),
    ("Bolsa de Valores abre en rojo este 3 de marzo", "Bolsa de Valores sube este martes 9 de marzo"),
    ("Sismo de magnitud 3.8 se sintió en Ica", "Sismo de magnitud 5.1 se sintió en Ica"),
)
TOGETHER = (
    ("Deportivo Faro vs. Atlético Norte: hora y canal", "Atlético Norte derrotó 3-0 a Deportivo Faro"),
    ("Sismo de magnitud 4.5 se sintió en Ica", "Ica: temblor de magnitud 4,7 causa alarma"),
    ("Río de Sal, capítulo 64: la boda", "Río de Sal: adelanto del capítulo 64"),
    ("Boleto: fecha 7 de junio", "Boleto: fecha 12 de abril"),
    ("Faro vs. Boyas", "Faro Viejo vs. Boyas Unidas"),
    ("Bolsa de Valores cierra al alza este 3 de marzo", "Bolsa de Valores: qué movió la jornada del 3 de marzo"),
    ("Ministro anuncia obras en Ica", "Alcalde de Ica critica el anuncio del ministro"),
)


@pytest.mark.parametrize(("one", "other"), APART)
def test_another_occasion_is_another_event(one: str, other: str) -> None:
    """Other sides, a table, another force or place, another number of a series, another day at the exchange."""
    assert is_another(occasion(one, "es"), occasion(other, "es"))
    assert is_another(occasion(other, "es"), occasion(one, "es"))


@pytest.mark.parametrize(("one", "other"), TOGETHER)
def test_one_occasion_or_none_says_nothing(one: str, other: str) -> None:
    """The same two sides, a corrected magnitude, and titles of other kinds keep nothing apart."""
    assert not is_another(occasion(one, "es"), occasion(other, "es"))
