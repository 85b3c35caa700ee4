"""Edited variants of articles with the truth about each pair: the test set for duplicates. Invented words, real texts.

Every base article becomes a small scene: the article as its outlet published it, and one or two further documents made
from it. `dup` pairs carry the same text; every other kind is a hard negative. No pair of two scenes is labelled.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from documents import SOME_DAY, day_of

from monitor.model import StoryInput

DUPLICATES = ("exact", "wire", "truncated", "furniture", "rewritten", "figure", "excerpt_head", "excerpt_middle")
NEGATIVES = ("embed", "embed_headed", "background", "template")
OUTLETS = (
    "El Faro del Rímac",
    "Radio Cordillera",
    "La Gaceta Andina",
    "Diario Costa Norte",
    "Canal Altiplano",
    "Voz del Ucayali",
)

_LEADS = (
    "Según conoció este medio, el hecho fue confirmado en las últimas horas por fuentes oficiales.",
    "El asunto volvió a ocupar la agenda pública y generó reacciones dentro y fuera del país.",
    "Esto es lo que se sabe hasta el momento, de acuerdo con la información difundida por las autoridades.",
    "La noticia se conoció durante la jornada y en pocos minutos fue comentada por especialistas del sector.",
)
_CLOSINGS = (
    "La redacción intentó comunicarse con los involucrados, sin obtener respuesta hasta el cierre de esta nota.",
    "Se espera que en los próximos días se conozcan más detalles sobre lo ocurrido.",
    "Más información en nuestra edición impresa y en nuestros boletines.",
)
_MENUS = (
    "Inicio Política Economía Mundo Deportes Espectáculos Tecnología Opinión Suscríbete Iniciar sesión Edición impresa "
    "Síguenos en nuestras redes sociales y recibe cada mañana nuestro boletín con las noticias que importan",
    "Portada En vivo Programas Regiones Actualidad Entrevistas Podcast Frecuencias Contáctenos Publicidad Escúchanos "
    "en todo el país por la señal abierta y en nuestra aplicación para teléfonos inteligentes",
)
_FOOTERS = (
    "Únete a nuestro canal de mensajería y entérate al instante de lo último. Si te gustó esta nota compártela con tus "
    "amigos. Libro de reclamaciones, política de privacidad, términos y condiciones, preferencias de cookies. Todos "
    "los derechos reservados, prohibida la reproducción total o parcial de los contenidos sin autorización escrita de "
    "la empresa editora. Oficina principal en la avenida de los Geranios, atención de lunes a viernes.",
    "Descarga la aplicación, activa las notificaciones y no te pierdas ningún detalle. Nuestra red de corresponsales "
    "informa desde todas las regiones. Defensoría del oyente, código de ética, trabaja con nosotros, tarifas de "
    "publicidad, preguntas frecuentes y mapa del sitio. Señal en línea las veinticuatro horas del día, todos los días.",
)
_BACKGROUND = (
    "Como se recuerda, el caso se inició el año pasado, cuando la comisión encargada presentó un primer informe con "
    "más de cuarenta observaciones. Desde entonces se han realizado ocho audiencias, se tomó declaración a una "
    "veintena de testigos y se amplió dos veces el plazo de la investigación. Los abogados de las "
    "partes han sostenido en "
    "reiteradas ocasiones que el proceso respeta todas las garantías, mientras que organizaciones de la sociedad "
    "civil reclaman mayor celeridad y que las conclusiones se publiquen de manera íntegra. "
)
_TEMPLATES = (
    "El tipo de cambio abrió hoy, {day}, en {a} soles por dólar y se mueve en un rango estrecho, según la mesa "
    "central. En el mercado paralelo la compra se ubica en {b} soles y la venta en {c} soles. En los bancos la "
    "cotización llega a {d} soles para la venta. En lo que va del año la moneda acumula una "
    "variación de {e} por ciento. Recuerda que "
    "el precio puede cambiar durante la jornada según la oferta y la demanda de los agentes, por lo que conviene "
    "comparar antes de realizar una operación. Las casas de cambio digitales ofrecen otra alternativa con tasas "
    "preferenciales y horarios extendidos de atención para personas y empresas que operan con la divisa.",
    "La empresa de agua informó que este {day} habrá cortes programados en {a} zonas de {b} distritos de la ciudad por "
    "trabajos de mantenimiento. El servicio se suspenderá desde las {c} horas y se restablecerá de manera progresiva "
    "a partir de las {d} horas. Se recomienda a los usuarios almacenar agua en recipientes limpios y usarla de manera "
    "responsable. La empresa atenderá con camiones cisterna a hospitales y colegios de la zona afectada, y pone a "
    "disposición su central de llamadas para consultas y reclamos durante las veinticuatro horas del día. Los trabajos "
    "de limpieza de reservorios y reparación de válvulas forman parte del plan anual de la compañía.",
    "Conoce los números ganadores del sorteo de este {day}. La bolilla de la suerte dejó la combinación {a}, {b}, {c}, "
    "{d} y {e}. El pozo acumulado para la siguiente jugada subió otra vez. Los sorteos se realizan tres veces por "
    "semana ante notario público y se transmiten por la señal abierta y por las redes sociales de la empresa. Si tu "
    "boleto coincide con la combinación, tienes un plazo de ciento ochenta días para cobrar el premio en cualquiera de "
    "los puntos autorizados presentando el documento de identidad y el boleto original en buen estado.",
)
_TEMPLATE_TITLES = (
    "Precio del dólar hoy, {day}: cotización",
    "Corte de agua hoy: zonas y horarios",
    "Resultados del sorteo de este {day}",
)
_MONTHS = (
    *("enero", "febrero", "marzo", "abril", "mayo", "junio"),
    *("julio", "agosto", "septiembre", "octubre", "noviembre", "diciembre"),
)
_WEEKDAYS = ("lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo")
_SWAPS = {
    "dijo": "señaló",
    "indicó": "precisó",
    "además": "asimismo",
    "también": "igualmente",
    "aseguró": "sostuvo",
    "tras": "luego de",
    "año": "periodo",
    "personas": "ciudadanos",
    "país": "territorio nacional",
}
_SENTENCE = re.compile(r"(?<=[.!?])\s+")


@dataclass(slots=True)
class Scenes:
    """Documents, and for each pair of ids (smaller first) what it is: one of DUPLICATES, NEGATIVES, or `skip`."""

    articles: list[StoryInput] = field(default_factory=list)
    labels: dict[tuple[int, int], str] = field(default_factory=dict)

    def add(self, outlet: str, at: datetime, title: str, body: str) -> int:
        number = len(self.articles)
        self.articles.append(StoryInput(number, outlet, outlet, "es", at, title, "", body))
        return number

    def label(self, one: int, other: int, kind: str) -> None:
        self.labels[min(one, other), max(one, other)] = kind


def scenes(rows: Sequence[dict[str, Any]], *, raw: bool, seed: int = 7) -> Scenes:
    """One scene per row (title, text, date), the kinds in turn, plus thirty days of three daily pages.

    With `raw`, every document comes as a careless extractor leaves it: menu, most-read list and footer of its outlet.
    """
    chance = random.Random(seed)
    made = Scenes()
    kinds = DUPLICATES + NEGATIVES[:-1]
    for number, row in enumerate(rows):
        kind = kinds[number % len(kinds)]
        at = (day_of(row) or SOME_DAY) + timedelta(hours=chance.uniform(6, 20))
        other = rows[(number * 37 + 11) % len(rows)]
        _MAKERS[kind](made, chance, row, other, at)
    _daily_pages(made, chance)
    if raw:
        made.articles = [_wrapped(one, made, chance) for one in made.articles]
    return made


def _two_outlets(chance: random.Random) -> tuple[str, str]:
    one, other = chance.sample(OUTLETS, 2)
    return one, other


def _copy_maker(kind: str) -> Callable[..., None]:
    edit = globals()[f"_{kind}"]

    def make(made: Scenes, chance: random.Random, row: dict[str, Any], other: dict[str, Any], at: datetime) -> None:
        first, second = _two_outlets(chance)
        title, body = edit(chance, row["title"], row["text"], other)
        original = made.add(first, at, row["title"], row["text"])
        second = first if kind == "figure" else second
        hours = chance.uniform(1, 10) if kind == "figure" else chance.uniform(1, 90)
        made.label(original, made.add(second, at + timedelta(hours=hours), title, body), kind)

    return make


def _exact(chance: random.Random, title: str, body: str, other: dict[str, Any]) -> tuple[str, str]:
    return _retitled(chance, title, body), re.sub(r" +", " ", body).replace("“", '"').replace("”", '"')


def _wire(chance: random.Random, title: str, body: str, other: dict[str, Any]) -> tuple[str, str]:
    """A new title and a new first paragraph, a sentence of the desk at the end, some sentences cut."""
    said = _SENTENCE.split(body)
    kept = [one for one in said[1:] if chance.random() > 0.12]
    return _retitled(chance, title, body), " ".join([chance.choice(_LEADS), *kept, chance.choice(_CLOSINGS)])


def _truncated(chance: random.Random, title: str, body: str, other: dict[str, Any]) -> tuple[str, str]:
    words = body.split(" ")
    return title, " ".join(words[: int(len(words) * chance.uniform(0.35, 0.85))]) + "… Sigue leyendo"


def _furniture(chance: random.Random, title: str, body: str, other: dict[str, Any]) -> tuple[str, str]:
    """Text of its page before the lead, between and after: unique to the page, so counting cannot remove it."""
    tail = _SENTENCE.split(other["text"])
    boxes = [_LEADS[chance.randrange(4)], f"MIRA: {other['title']}", f"LEE TAMBIÉN: {tail[0]}"]
    half = _SENTENCE.split(body)
    middle = len(half) // 2
    desk, hour = chance.choice(OUTLETS), chance.randrange(24)
    top = f"{chance.choice(_MENUS)}. {title}. Redacción {desk}. Actualizado a las {hour} horas."
    parts = [
        top,
        boxes[0],
        " ".join(half[:middle]),
        boxes[1],
        " ".join(half[middle:]),
        boxes[2],
        chance.choice(_FOOTERS),
    ]
    return _retitled(chance, title, body), " ".join(parts)


def _rewritten(chance: random.Random, title: str, body: str, other: dict[str, Any]) -> tuple[str, str]:
    """A light hand: words swapped and dropped, sentences cut, two neighbours exchanged."""
    said = [one for one in _SENTENCE.split(body) if chance.random() > 0.1]
    for place in range(0, len(said) - 1, 5):
        said[place], said[place + 1] = said[place + 1], said[place]
    words = [_SWAPS.get(word, word) for word in " ".join(said).split(" ") if chance.random() > 0.04]
    return _retitled(chance, title, body), " ".join(words)


def _figure(chance: random.Random, title: str, body: str, other: dict[str, Any]) -> tuple[str, str]:
    changed = re.sub(r"\b(\d{1,3})\b(?! de )", lambda found: str(int(found[0]) + chance.randrange(1, 9)), body)
    return title, f"{changed} {chance.choice(_CLOSINGS)}"


def _excerpt_head(chance: random.Random, title: str, body: str, other: dict[str, Any]) -> tuple[str, str]:
    words = body.split(" ")
    return _retitled(chance, title, body), " ".join(words[: min(len(words) // 2, chance.randrange(60, 130))])


def _excerpt_middle(chance: random.Random, title: str, body: str, other: dict[str, Any]) -> tuple[str, str]:
    words = body.split(" ")
    start = len(words) // 4
    return _retitled(chance, title, body), " ".join(
        words[start : start + min(len(words) // 2, chance.randrange(70, 150))]
    )


def _embed(made: Scenes, chance: random.Random, row: dict[str, Any], other: dict[str, Any], at: datetime) -> None:
    """A page of one outlet that carries another outlet's article whole in its tail."""
    _embedded(made, chance, row, other, at, row["title"], "")


def _embed_headed(
    made: Scenes, chance: random.Random, row: dict[str, Any], other: dict[str, Any], at: datetime
) -> None:
    """The same with the second article's title as a link at the top, as its heading and in the page's own title."""
    title = f"{row['title']} | {' '.join(other['title'].split()[:6])}"
    _embedded(made, chance, row, other, at, title, f"Además: {other['title']}. ")


def _embedded(
    made: Scenes, chance: random.Random, row: dict[str, Any], other: dict[str, Any], at: datetime, title: str, top: str
) -> None:
    first, second = _two_outlets(chance)
    words = row["text"].split(" ")
    own = words if chance.random() < 0.5 else words[: chance.randrange(60, 150)]
    body = f"{top}{' '.join(own)} {other['title']}. {other['text']}"
    page = made.add(first, at, title, body)
    lone = made.add(second, at + timedelta(hours=chance.uniform(-40, 40)), other["title"], other["text"])
    made.label(page, lone, "embed_headed" if top else "embed")


def _background(made: Scenes, chance: random.Random, row: dict[str, Any], other: dict[str, Any], at: datetime) -> None:
    """Two short reports that end in the same paragraph of background, as series about one case do."""
    first, second = _two_outlets(chance)
    hours = chance.uniform(1, 60)
    context = _BACKGROUND + " ".join(_SENTENCE.split(row["text"])[-2:])
    texts = [" ".join(one["text"].split(" ")[: chance.randrange(60, 160)]) for one in (row, other)]
    one = made.add(first, at, row["title"], f"{texts[0]} {context}")
    made.label(
        one, made.add(second, at + timedelta(hours=hours), other["title"], f"{texts[1]} {context}"), "background"
    )


def _daily_pages(made: Scenes, chance: random.Random, days: int = 30) -> None:
    """Three pages that come every day with new figures; any two issues of one page are no duplicates."""
    start = datetime(2023, 3, 1, 11, tzinfo=UTC)
    for place, template in enumerate(_TEMPLATES):
        issues: list[int] = []
        for number in range(days):
            at = start + timedelta(days=number, hours=chance.uniform(-2, 2))
            day = f"{_WEEKDAYS[at.weekday()]} {at.day} de {_MONTHS[at.month - 1]}"
            figures = {name: chance.randrange(1, 60) for name in "abcde"}
            outlet = OUTLETS[place if number % 3 else place + 1]
            issues.append(
                made.add(outlet, at, _TEMPLATE_TITLES[place].format(day=day), template.format(day=day, **figures))
            )
        for position, one in enumerate(issues):
            for other in issues[:position]:
                made.label(one, other, "template")


def _retitled(chance: random.Random, title: str, body: str) -> str:
    """Half of the words of the title in another order and two from the text, as a second desk would head it."""
    words = title.split()
    kept = [word for word in words if chance.random() > 0.5] or words[:1]
    kept += [word for word in chance.sample(body.split(), 6) if len(word) > 5][:2]
    chance.shuffle(kept)
    return " ".join(kept)


def _wrapped(one: StoryInput, made: Scenes, chance: random.Random) -> StoryInput:
    """The document with its outlet's furniture and the headlines most read that week."""
    place = OUTLETS.index(one.source_id)
    week = one.at.toordinal() // 7
    read = [made.articles[(week * 131 + place * 7 + step * 29) % len(made.articles)].title for step in range(8)]
    top = f"{_MENUS[place % 2]} {one.source_id} {' '.join(_FOOTERS[place % 2].split()[place * 4 :])}"
    end = f"Lo más leído: {'. '.join(read)}. {_FOOTERS[(place + 1) % 2]} {one.source_id}"
    return replace(one, body=f"{top} {one.title}. {one.body} {end}")


_MAKERS: dict[str, Callable[..., None]] = {
    **{kind: _copy_maker(kind) for kind in DUPLICATES},
    "embed": _embed,
    "embed_headed": _embed_headed,
    "background": _background,
}
