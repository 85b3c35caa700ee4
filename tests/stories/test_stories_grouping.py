"""Articles about one event share a story, in whatever order and language they come; other events stay apart."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.model import Duplicate, StoryInput, StoryLink
from monitor.stories import assign
from monitor.stories.grouping import Board, Member, Title
from monitor.stories.likeness import Gallery
from monitor.stories.sparse import Lexicon, Row
from monitor.stories.vectors import Profile

T0 = datetime(2026, 6, 1, 12, tzinfo=UTC)

BRIDGE = (
    ("Colapsa puente Solidaridad en Chiclayo tras crecida del río", "Tres camiones cayeron al agua y hay dos heridos."),
    ("Crecida del río derriba el puente Solidaridad de Chiclayo", "Bomberos rescatan a dos heridos de los camiones."),
    (
        "Chiclayo: anuncian puente provisional tras colapso del Solidaridad",
        "El río derribó la estructura de madrugada.",
    ),
)
MINE = (
    ("Comuneros bloquean la mina Cerro Azul por un pago atrasado", "La empresa suspendió la producción de cobre."),
    ("Cerro Azul suspende producción de cobre por bloqueo de comuneros", "El reclamo es por un pago atrasado."),
)
CENTRAL_BANK = (
    ("Banco Central mantiene la tasa de interés en 4,25 %", "El directorio espera que la inflación siga cediendo."),
    ("El directorio del Banco Central deja en 4,25 % su tasa de interés", "La inflación de mayo cedió otra vez."),
)
OTHERS = (
    ("Hospital de Tumbes estrena sala de partos", "La obra demoró cuatro años."),
    ("Festival de cine andino abre con documental sobre quesos", "La muestra dura diez jornadas en Huaraz."),
    ("Exportación de arándanos crece en el primer trimestre", "Los envíos a Asia se duplicaron."),
    ("Sunat amplía plazo para declarar la renta de pequeñas firmas", "El nuevo cronograma rige desde julio."),
    ("Policía incauta media tonelada de cocaína en Callao", "La droga iba oculta entre cajas de mango."),
)


def article(number: int, text: tuple[str, str], *, hours: float = 0, lang: str = "es", body: str = "") -> StoryInput:
    at = T0 + timedelta(hours=hours)
    return StoryInput(number, f"medio-{number % 4}", f"grupo-{number % 3}", lang, at, *text, body)


def stream(*groups: Sequence[tuple[str, str]]) -> list[StoryInput]:
    texts = [text for group in groups for text in group]
    return [article(number, text, hours=number) for number, text in enumerate(texts, start=1)]


def partition(links: Iterable[StoryLink]) -> set[frozenset[int]]:
    stories = defaultdict(set)
    for link in links:
        stories[link.story_id].add(link.article_id)
    return {frozenset(members) for members in stories.values()}


def test_titles_and_summaries_are_enough_to_group() -> None:
    """Twenty-word items of three events and five others end up in eight stories."""
    links = assign(stream(BRIDGE, MINE, CENTRAL_BANK, OTHERS), ())
    assert partition(links) == {
        frozenset({1, 2, 3}),
        frozenset({4, 5}),
        frozenset({6, 7}),
        *(frozenset({n}) for n in range(8, 13)),
    }


def test_a_story_carries_the_id_of_its_first_article_and_says_why() -> None:
    """The opener scores 0; a follower names the member it is nearest to and the terms they share."""
    first, second, third = assign(stream(BRIDGE, OTHERS), ())[:3]
    assert (first.story_id, first.score, first.linked_to, first.shared) == (1, 0.0, None, ())
    assert {second.story_id, third.story_id} == {1}
    assert second.linked_to == 1
    assert third.linked_to in {1, 2}
    assert second.score > 0.28
    assert "solidar" in second.shared


@settings(max_examples=25, deadline=None)
@given(st.randoms(use_true_random=False))
def test_input_order_makes_no_difference(shuffler: random.Random) -> None:
    """Shuffled articles and window give the very same links."""
    articles, window = stream(BRIDGE, MINE, OTHERS)[:-2], placed(stream(BRIDGE, MINE, OTHERS)[-2:])
    expected = assign(articles, window)
    shuffler.shuffle(articles)
    shuffler.shuffle(window)
    assert assign(articles, window) == expected


def placed(articles: Sequence[StoryInput]) -> list[StoryInput]:
    return [replace(one, story_id=one.article_id) for one in articles]


def test_running_again_places_nothing_twice() -> None:
    """Articles that have a story keep it; only new ones get a link, into the old story where they belong."""
    articles = stream(BRIDGE[:2], MINE, OTHERS)
    links = {link.article_id: link.story_id for link in assign(articles, ())}
    window = [replace(one, story_id=links[one.article_id]) for one in articles]
    assert assign(window, window) == ()
    (late,) = assign([article(50, BRIDGE[2], hours=20)], window)
    assert (late.article_id, late.story_id) == (50, 1)


def test_an_old_event_is_not_revived() -> None:
    """After more than a week of silence the same words open a new story."""
    old, others = article(1, BRIDGE[0]), stream(OTHERS)
    window = placed([old, *(replace(one, article_id=one.article_id + 10) for one in others)])
    for days, story_id in ((2, 1), (8, 99)):
        (link,) = assign([article(99, BRIDGE[1], hours=24 * days)], window)
        assert link.story_id == story_id, days


def test_recurring_pages_open_a_story_each_day() -> None:
    """The same headline about another day is another issue of a template, not more of the same event."""
    pages = [
        article(
            day,
            (f"Precio del dólar hoy, {day} de junio: compra y venta", "Cotización en casas de cambio."),
            hours=24 * day,
        )
        for day in range(1, 5)
    ]
    assert (
        len(partition(assign([*pages, *[replace(o, article_id=o.article_id + 50) for o in stream(OTHERS)]], ()))) == 9
    )


def test_one_shared_name_is_no_event() -> None:
    """Two crimes in one district stay apart however rare the district's name is."""
    district = (
        ("Huachipa: frustran robo de repuestos en almacén", "Cuatro sujetos huyeron por los techos."),
        ("Huachipa: vecinos piden nueva escuela primaria", "El padrón suma trescientas firmas."),
    )
    assert len(partition(assign(stream(district, OTHERS), ()))) == 7


ENGLISH = (
    "Bridge collapses in Chiclayo, Peru, after river floods",
    "Three trucks fell from the Solidaridad bridge into the river and two people were injured, firefighters said.",
)


def test_spanish_and_english_reports_of_one_event_meet() -> None:
    """Names, figures, cognates and concepts link the languages; an unrelated English report stays alone."""
    other = ("Oslo museum lends medieval harp to Dublin", "The instrument will travel by ferry in spring.")
    third = ("Parliament in Vienna debates cycling lanes", "Opponents call the plan expensive.")
    english = [article(20 + n, text, hours=6, lang="en") for n, text in enumerate((ENGLISH, other, third))]
    links = {link.article_id: link for link in assign([*stream(BRIDGE, MINE, OTHERS), *english], ())}
    assert links[20].story_id == 1
    assert links[20].linked_to in {1, 2, 3}
    assert (links[21].story_id, links[22].story_id) == (21, 22)


def test_duplicates_follow_their_original_even_without_common_words() -> None:
    """A must-link holds whichever of the two comes later; a shared passage is none."""
    articles = stream(OTHERS)
    for relation, together in (("exact", True), ("excerpt_of", True), ("shares_passage", False)):
        for pair in ((4, 2), (2, 4)):
            links = {link.article_id: link for link in assign(articles, (), [Duplicate(*pair, relation, 0.9)])}
            assert (links[4].story_id == links[2].story_id) is together
            assert links[4].linked_to == (2 if together else None)


@pytest.mark.parametrize("text", [("", ""), ("¡¿…?!", ""), ("de la y que", "el los")])
def test_articles_without_words_stand_alone(text: tuple[str, str]) -> None:
    """Nothing to compare is not the same as being equal."""
    links = assign([article(1, text), article(2, text), *stream(OTHERS)[2:]], ())
    assert all(link.story_id == link.article_id for link in links)


def test_nothing_in_nothing_out() -> None:
    """An empty batch is fine, with and without a window."""
    assert assign((), ()) == ()
    assert assign((), placed(stream(OTHERS))) == ()


def test_the_other_language_alone_draws_nothing_into_a_story_told_in_both() -> None:
    """Scores between languages run high: where a story has members in the article's own language, those decide."""
    lexicon = Lexicon()
    known = [
        profile(lexicon, "es", {"a": 1.0}, {"x": 1.0}),
        profile(lexicon, "en", {"b": 1.0}, {"y": 0.6, "z": 0.3, "w": 0.3}),
        profile(lexicon, "es", {"c": 1.0}, {"y": 0.2, "z": 0.3, "w": 0.3}),
    ]
    board = Board([Member(number, T0, Title("", one.lang), one) for number, one in enumerate(known)], lexicon)
    told_abroad, told_in_both = (match.score for match in board.match(2, [[1], [0, 1]]))
    assert told_abroad == pytest.approx(1.4 * 0.3)
    assert told_in_both == pytest.approx((0.15 + 0.3) / 2)


def test_long_texts_need_more_in_common() -> None:
    """The same cosine weighs less between texts of a hundred and fifty terms than between those of eighty."""

    def pair(length: int) -> float:
        common, lexicon = {f"c{n}": 0.15 for n in range(20)}, Lexicon()
        both = ({**common, **{f"{side}{n}": 0.01 for n in range(length - 20)}} for side in "ab")
        gallery = Gallery([profile(lexicon, "es", own, {}, {"c1": 1.0}) for own in both], lexicon)
        return float(gallery.likeness(0, np.array([1]))[0])

    assert pair(150) < 0.6 * pair(80)


def profile(lexicon: Lexicon, lang: str, *parts: Mapping[str, float]) -> Profile:
    """Own, shared and title vectors given by term; those left out are empty."""
    rows = [Row.of(lexicon.numbers(part), np.array(list(part.values()), float)) for part in (*parts, {}, {})]
    return Profile(lang, *rows[:3])
