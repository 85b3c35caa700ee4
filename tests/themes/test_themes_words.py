"""Words with their places, and the automaton that finds marks in them."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.model import Document, Prior
from monitor.text import fold
from monitor.themes import load
from monitor.themes.automaton import Automaton, Needle, standing
from monitor.themes.words import read_words

RULES = load()
SPANISH = st.text(alphabet="aáeéiíoóuúüñ nrstPLM.,;:!?\n|-0123ß…İ\u0301", max_size=80)


def found(text: str, *needles: Needle) -> list[tuple[str, str]]:
    words = read_words("title", text)
    hits = standing(Automaton(needles).find(words, 0), {})
    return [
        (label, text[slice(*words.span(mark.first, mark.last))])
        for mark, slot in sorted(hits, key=lambda hit: (hit[0].first, hit[0].last))
        for label in slot.labels
    ]


@settings(max_examples=200, deadline=None)
@given(SPANISH)
def test_spans_cut_out_the_words_that_were_folded(text: str) -> None:
    """Whatever the text, each span of the original folds to the word at its place."""
    words = read_words("body", text)
    for number in range(len(words.at)):
        start, end = words.span(number, number)
        folded = words.joined[words.at[number] :].lstrip().split(" ")[0]
        assert len(folded) == end - start
        assert fold(folded) == fold(text[start:end])


@settings(max_examples=100, deadline=None)
@given(SPANISH, SPANISH, SPANISH)
def test_any_text_can_be_tagged(title: str, lead: str, body: str) -> None:
    """Nothing a page may hold makes tagging fail, and a score stays within 0 and 1."""
    tagging = RULES.tag(Document(title, lead, body, "es", prior=Prior.HOME))
    assert 0 <= tagging.relevance.score <= 1


def test_unseen_characters_are_no_border_of_a_word_and_no_part_of_its_edges() -> None:
    """A span reaches over soft hyphens inside a word, and never begins or ends with a character of no width."""
    words = read_words("body", "\u200bMine\u00adría\ufeff \u00ad, del\u2060\u200bcobre. \u200dYa")
    assert words.joined == " mineria delcobre  ya "
    assert words.shape(0, 2) == ["Mine\u00adría", "del\u2060\u200bcobre", "Ya"]
    assert words.starts == [2]


def test_words_are_matched_whole_unless_left_open() -> None:
    """`coca` is not in cocaína; `narco*` takes the rest of its word."""
    assert found("Cocaína y coca", Needle("coca", "x")) == [("x", "coca")]
    assert found("Narcoavioneta cae", Needle("narco*", "x")) == [("x", "Narcoavioneta")]


def test_accents_do_not_matter_and_the_tilde_does() -> None:
    """Extorsion finds extorsión; puño is not Puno."""
    assert found("EXTORSIÓN", Needle("extorsion", "x")) == [("x", "EXTORSIÓN")]
    assert found("con el puño en alto", Needle("Puno", "x")) == []


def test_case_matters_where_a_needle_says_so() -> None:
    """La Convención is a province, la convención any meeting."""
    needle = Needle("La Convención", "x", cased=True)
    assert found("Fue en La Convención", needle) == [("x", "La Convención")]
    assert found("Fue en la convención", needle) == []


def test_hyphens_and_double_spaces_part_words_like_spaces() -> None:
    """Perú-EE.UU. and double spaces inside a phrase are found."""
    assert found("gas \u00a0 natural", Needle("gas natural", "x")) == [("x", "gas \u00a0 natural")]
    assert found("Petro-Perú", Needle("petro peru", "x")) == [("x", "Petro-Perú")]


def test_an_exclusion_consumes_leftmost_then_longest() -> None:
    """The exclusion wins from its start on, except against a longer find that starts with it."""
    block = Needle("se trata de", "block")
    assert found("se trata de personas", block, Needle("trata de personas", "x")) == [("block", "se trata de")]
    longer = Needle("se trata de blancas", "x")
    assert ("x", "se trata de blancas") in found("se trata de blancas", block, longer)


def test_a_themes_own_exclusion_spares_the_others() -> None:
    """`block:one` shields theme one only."""
    needles = (Needle("tala ilegal", "block:one"), Needle("tala", "term:one:0"), Needle("tala", "term:two:0"))
    labels = [label for label, _ in found("La tala ilegal", *needles)]
    assert labels == ["term:two:0", "block:one"]
