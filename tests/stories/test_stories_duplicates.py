"""The same text is recognised whole, edited or in part, and a text that merely shares a passage is not."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.model import Duplicate, StoryInput
from monitor.stories import exact_duplicates, near_duplicates
from monitor.stories.duplicates import Carrier
from monitor.stories.templates import headline
from monitor.text import digest_of

T0 = datetime(2026, 6, 1, 12, tzinfo=UTC)
_SYLLABLES = ("ba", "ce", "di", "fo", "gu", "la", "me", "ni", "po", "ru", "sa", "te", "vi", "ño", "zú")


def prose(seed: int, count: int) -> str:
    """Sentences of made-up words, always the same for a seed."""
    chance = random.Random(seed)
    words = ["".join(chance.choice(_SYLLABLES) for _ in range(chance.randint(2, 4))) for _ in range(count)]
    sentences = [" ".join(words[start : start + 12]).capitalize() + "." for start in range(0, count, 12)]
    return " ".join(sentences)


STORY = prose(1, 240)


def article(number: int, body: str, *, source: str = "uno", hours: float = 0, title: str = "") -> StoryInput:
    at = T0 + timedelta(hours=hours)
    return StoryInput(number, source, source, "es", at, title or prose(1000 + number, 8), "", body, digest_of(body))


def only(articles: list[StoryInput]) -> Duplicate:
    (found,) = near_duplicates(articles, ())
    return found


def test_equal_bodies_point_to_the_earliest() -> None:
    """Case, punctuation and white space make no difference; the original is the earlier, whatever the input order."""
    copies = [article(3, STORY.upper(), hours=2), article(2, STORY.replace(". ", ".\n"), hours=1), article(9, STORY)]
    found = exact_duplicates(copies, {})
    assert [(one.article_id, one.of_id, one.relation, one.similarity) for one in found] == [
        (2, 9, "exact", 1.0),
        (3, 9, "exact", 1.0),
    ]


def test_what_is_stored_counts_as_earlier_and_no_article_repeats_itself() -> None:
    """A body known from before makes the new article the duplicate; the stored article itself is none."""
    first = article(77, STORY, hours=-9)
    known = {digest_of(STORY): Carrier(77, first.at, headline(first.title, "es"), {"uno": 1})}
    assert [one.of_id for one in exact_duplicates([article(5, STORY)], known)] == [77]
    assert exact_duplicates([article(77, STORY)], known) == ()
    assert [one.of_id for one in exact_duplicates([replace(article(5, STORY), body_hash="")], known)] == [77]


def test_short_texts_are_never_duplicates() -> None:
    """Empty bodies and nineteen words are alike by chance; twenty are not."""
    for count, found in ((0, 0), (19, 0), (20, 1)):
        pair = [article(1, prose(3, count), source="a"), article(2, prose(3, count), source="b")]
        assert len(exact_duplicates(pair, {})) == found
        assert len(near_duplicates(pair, ())) == found


def test_an_agency_text_under_another_title_is_near() -> None:
    """A new title and a new first sentence do not hide a copy in another outlet; the passage is shown as written."""
    copy = "Nuestra redacción añade una entrada distinta. " + STORY.split(". ", 1)[1]
    found = only([article(1, STORY, source="agencia"), article(2, copy, source="diario", hours=3)])
    assert (found.article_id, found.of_id, found.relation) == (2, 1, "near")
    assert found.similarity > 0.8
    assert len(found.detail) == 200
    assert found.detail in copy


def test_a_reissue_of_the_same_outlet_is_an_update_only_for_a_day() -> None:
    """The same source's lightly edited text is an update within a day and nothing after it."""
    edited = STORY + " Ampliación breve de la nota."
    assert only([article(1, STORY), article(2, edited, hours=5)]).relation == "update"
    assert near_duplicates([article(1, STORY), article(2, edited, hours=30)], ()) == ()


def test_an_excerpt_points_to_the_longer_text_even_when_it_came_first() -> None:
    """The shorter text is the excerpt, in either order of arrival."""
    head = " ".join(STORY.split()[:80])
    for short_at, long_at in ((0, 4), (4, 0)):
        found = only([article(1, head, source="a", hours=short_at), article(2, STORY, source="b", hours=long_at)])
        assert (found.article_id, found.of_id, found.relation) == (1, 2, "excerpt_of")


def test_an_embedded_article_shares_a_passage_and_is_no_duplicate() -> None:
    """A page that carries another story whole in its tail is about something else."""
    page = prose(5, 200) + " " + STORY
    found = only([article(1, STORY, source="a"), article(2, page, source="b", hours=1)])
    assert found.relation == "shares_passage"


def test_a_daily_template_is_not_a_copy_of_yesterday() -> None:
    """The same wording about another day is another issue, also across outlets."""
    titles = ("Corte de agua en Lima hoy 3 de junio: distritos", "Corte de agua en Lima hoy 4 de junio: distritos")
    pages = [
        article(number, STORY, source=f"s{number}", hours=24 * number, title=title)
        for number, title in enumerate(titles)
    ]
    assert near_duplicates(pages, ()) == ()
    same_day = [replace(page, title=titles[0]) for page in pages]
    assert only(same_day).relation == "near"


def test_page_furniture_proposes_nothing() -> None:
    """What one outlet prints on every page does not make its pages alike, nor like a page that quotes it."""
    furniture = prose(8, 90)
    pages = [article(number, prose(20 + number, 60) + " " + furniture, source="uno") for number in range(8)]
    assert near_duplicates(pages, ()) == ()


def test_copies_far_apart_in_time_are_left_alone() -> None:
    """Beyond the window a repetition is a matter of history, not of syndication."""
    for days, count in ((6, 1), (15, 0)):
        pair = [article(1, STORY, source="a"), article(2, STORY, source="b", hours=24 * days)]
        assert len(near_duplicates(pair, ())) == count


def test_only_pairs_with_a_new_article_are_reported() -> None:
    """Two articles of the window were compared when they were new."""
    old = [article(1, STORY, source="a"), article(2, STORY, source="b", hours=1)]
    new = article(3, STORY, source="c", hours=2)
    assert near_duplicates([], old) == ()
    assert {(one.article_id, one.of_id) for one in near_duplicates([new], old)} == {(3, 1), (3, 2)}


@settings(max_examples=20, deadline=None)
@given(st.randoms(use_true_random=False))
def test_input_order_makes_no_difference(shuffler: random.Random) -> None:
    """The same pairs with the same figures, however the articles are handed in."""
    articles = [
        article(1, STORY, source="a"),
        article(2, STORY + prose(2, 30), source="b", hours=2),
        article(3, " ".join(STORY.split()[:90]), source="c", hours=1),
        article(4, prose(9, 150), source="a"),
    ]
    expected = near_duplicates(articles, ())
    shuffler.shuffle(articles)
    assert near_duplicates(articles[:2], articles[2:] + articles[:2]) == tuple(
        one for one in expected if {one.article_id, one.of_id} & {a.article_id for a in articles[:2]}
    )
    assert near_duplicates(articles, ()) == expected


def test_menu_and_boxes_before_the_lead_do_not_hide_a_copy() -> None:
    """What a careless extractor leaves before the text is not taken for the opening of another story."""
    title = " ".join(STORY.split()[6:14])
    page = f"{prose(31, 70)} {STORY} {prose(32, 40)}"
    found = only([article(1, STORY, source="a", title=title), article(2, page, source="b", hours=3, title=title)])
    assert found.relation == "near"


def test_a_page_headed_with_the_title_of_what_it_embeds_is_no_copy() -> None:
    """Links to the second article, in the page's title and at its top, are not its text."""
    title = prose(33, 12)
    page = f"Además: {title} {prose(5, 300)} {title} {STORY}"
    lone = article(1, STORY, source="a", title=title)
    found = only([lone, article(2, page, source="b", hours=1, title=f"{prose(34, 9)} | {title[:30]}")])
    assert found.relation == "shares_passage"


def test_an_excerpt_from_the_middle_is_found_by_what_the_rest_is_about() -> None:
    """A middle part under a like title is an excerpt; the tail of another page that happens to carry it is not."""
    words = STORY.split()
    middle, title = " ".join(words[80:150]), prose(35, 9)
    short = article(1, middle, source="a", title=title)
    found = only([short, article(2, STORY, source="b", hours=2, title=title)])
    assert (found.article_id, found.of_id, found.relation) == (1, 2, "excerpt_of")
    other = article(3, f"{prose(36, 200)} {middle}", source="b", hours=2, title=prose(37, 9))
    assert only([short, other]).relation == "shares_passage"


def test_a_daily_page_without_a_day_in_its_title_is_known_by_its_opening() -> None:
    """Two issues under one title that open with different days are no update of each other."""
    pages = [
        article(
            number, f"Este {day} de junio la empresa informó. {STORY}", hours=20 * number, title="Corte de agua hoy"
        )
        for number, day in ((1, "lunes 1"), (2, "martes 2"))
    ]
    assert near_duplicates(pages, ()) == ()


def test_an_updated_figure_is_an_update() -> None:
    """The same outlet's text with other figures, hours later, under the same title."""
    figures = [f"Hay {count} heridos. {STORY} Otros {count} salieron ilesos." for count in (12, 15)]
    pair = [article(1, figures[0], title="Choque"), article(2, figures[1], hours=4, title="Choque")]
    assert only(pair).relation == "update"


def test_furniture_of_one_outlet_is_no_opening_that_another_shares() -> None:
    """Two outlets with the same menu on every page tell different stories in them."""
    menu = prose(40, 80)
    pages = [
        article(number, f"{menu} {prose(50 + number, 120)}", source="uno" if number % 2 else "dos", hours=number)
        for number in range(12)
    ]
    assert [one.relation for one in near_duplicates(pages, ()) if one.relation != "shares_passage"] == []


def test_the_blurb_of_a_series_is_no_copy_unless_the_titles_agree() -> None:
    """One outlet under two parts of a series or two days of a page: none; one title, or another outlet: a copy."""
    blurb = prose(5, 25)
    first = article(1, blurb, title="Diccionario del voto: la valla electoral")
    part = article(2, blurb, hours=3, title="Diccionario del voto: el silencio de campaña")
    again = article(3, blurb, hours=4, title="Diccionario del voto: la valla electoral, en video")
    elsewhere = article(4, blurb, source="dos", hours=5, title="Qué significa el silencio de campaña")
    assert [one.article_id for one in exact_duplicates([first, part, again, elsewhere], {})] == [3, 4]
    daily = [article(n, blurb, hours=24 * n, title=f"Precio del dólar hoy, {n} de mayo") for n in (3, 4)]
    assert exact_duplicates(daily, {}) == ()
