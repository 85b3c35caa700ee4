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


def test_long_prose_from_the_middle_needs_one_voter() -> None:
    """An embedded post that readability leaves out stays; at the end, or held by none, it does not."""
    post = f"{NOISE} {NOISE} — Diario del valle"
    without, inside, behind = Text((ONE, TWO, THREE)), Text((ONE, post, TWO, THREE)), Text((ONE, TWO, THREE, post))
    assert body.vote(inside, without, inside).lines == inside.lines
    assert body.vote(inside, without, without).lines == without.lines
    assert body.vote(behind, without, behind).lines == without.lines


def test_a_voter_heard_alone_cuts_no_prose_out_of_the_middle() -> None:
    """Where the other one failed, only lines that are no prose go on one voice."""
    base = Text((ONE, THREE, "LEA ESTO", TWO))
    assert body.vote(base, Text((NOISE,)), Text((ONE, TWO))).lines == (ONE, THREE, TWO)


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


def test_half_of_the_prose_goes_only_where_both_agree() -> None:
    """A voter that found one of two parts of an article takes the other away only with the second voter's consent."""
    base = Text((ONE, TWO, THREE, NOISE))
    part = Text((ONE, TWO[: len(TWO) // 3]))
    assert body.vote(base, part, Text((ONE, TWO, THREE))).lines == (ONE, TWO, THREE)
    assert body.vote(base, Text((ONE, TWO)), Text((ONE, TWO))).lines == (ONE, TWO)


def test_agreement_is_the_share_that_all_found() -> None:
    """One of two equal lines confirmed by both voters is a half."""
    base = Text((ONE, ONE[::-1]))
    assert body.agreement(base, Text((ONE,)), base) == 0.5
    assert body.agreement(Text(()), Text((ONE,))) == 0.0


def test_an_article_with_another_headline_is_another_article() -> None:
    """Where headline and text stand outside of any <article>, the <article> below belongs to another story."""
    prose = "".join(f"<p>{line}</p>" for line in (ONE, TWO, THREE))
    page = f"<html><body><h1>Uno</h1><div>{prose}</div><article><h1>Dos</h1>{prose}</article></body></html>"
    tree = dom.parse(page)
    body.drop_later_articles(tree, "Uno")
    assert [heading.text for heading in tree.iter("h1")] == ["Uno"]


def test_the_only_article_stays_whatever_its_headline() -> None:
    """A hero headline above an <article> with a headline of its own is no reason to lose the text."""
    prose = "".join(f"<p>{line}</p>" for line in (ONE, TWO, THREE))
    tree = dom.parse(f"<html><body><h1>Uno</h1><article><h1>Sumario</h1>{prose}</article></body></html>")
    body.drop_later_articles(tree, "Uno")
    assert ONE in dom.element_text(tree)
