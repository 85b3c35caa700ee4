"""How the three extractors decide together, line by line."""

from __future__ import annotations

from monitor.extract import body, dom
from monitor.extract.body import Text

ONE = "El puente de Huaylas volvió a abrirse este lunes después de dos años de obras y de una larga protesta vecinal."
TWO = "La ministra de Transportes dijo que la obra costó cuarenta y un millones de soles, seis más de los previstos."
THREE = "Los comuneros de Yuracmarca pidieron que se publique el informe de la supervisora antes de firmar el acta."
NOISE = "Registre su correo y reciba cada mañana las noticias que importan en su teléfono, sin costo y sin demoras."


def test_a_line_needs_every_voter() -> None:
    """A line that one voter lacks goes; the order of the others is kept."""
    base = Text((ONE, NOISE, TWO))
    assert body.vote(base, Text((TWO, ONE)), Text((ONE, NOISE, TWO))).lines == (ONE, TWO)


def test_a_voter_that_failed_is_not_heard() -> None:
    """An extractor that found nothing, or something else, must not empty the article."""
    base = Text((ONE, TWO, THREE))
    assert body.vote(base, Text(()), Text((NOISE,))).lines == base.lines


def test_a_line_is_held_though_it_is_broken_otherwise() -> None:
    """Voters may join or split paragraphs: word pairs are compared, not lines."""
    assert Text((f"{ONE} {TWO}",)).holds(TWO)
    assert not Text((ONE,)).holds(TWO)


def test_longer_prose_of_the_same_article_is_taken() -> None:
    """Where readability holds the same beginning and much more prose, it found what was missed."""
    assert body.found_more(Text((ONE, TWO, THREE)), Text((ONE,)))


def test_longer_text_that_is_not_the_article_is_not_taken() -> None:
    """Neither another text nor a tail of short teasers counts as more of the article."""
    assert not body.found_more(Text((TWO, THREE, NOISE)), Text((ONE,)))
    assert not body.found_more(Text((ONE, *(f"Titular número {n} de la portada" for n in range(9)))), Text((ONE,)))


def test_jsonld_cuts_what_follows_the_article() -> None:
    """Where articleBody has nearly all of the text, what comes behind its last line is not the article."""
    found = Text((ONE, TWO, THREE, "Aviso legal del diario"))
    assert body.mask(found, f"{ONE} {TWO} {THREE}").lines == (ONE, TWO, THREE)


def test_jsonld_without_subheadings_drops_none() -> None:
    """Lines between those of articleBody stay: some outlets leave subheadings out of it."""
    found = Text((ONE, "LA PROTESTA", TWO, THREE))
    assert body.mask(found, "\n".join((ONE, TWO, THREE))).lines == found.lines


def test_short_jsonld_is_no_mask() -> None:
    """An articleBody that lacks a good part of the text was cut short."""
    found = Text((ONE, TWO, THREE))
    assert body.mask(found, ONE).lines == found.lines


def test_later_articles_are_dropped_and_teasers_are_not() -> None:
    """Only a complete article with its own headline and prose is another article."""
    prose = "".join(f"<p>{line}</p>" for line in (ONE, TWO, THREE))
    tree = dom.parse(
        f"<html><body><article><h1>Uno</h1>{prose}</article><article><h1>Breve</h1><p>x</p></article>"
        f"<article><h1>Dos</h1>{prose}</article></body></html>"
    )
    body.drop_later_articles(tree)
    assert [heading.text for heading in tree.iter("h1")] == ["Uno", "Breve"]
