"""The shipped rules: every theme's own examples, its public facts, and what tagging promises."""

from __future__ import annotations

import dataclasses
from collections import Counter

import pytest

from monitor.model import Document, Prior, Tagging
from monitor.themes import Rules, load
from monitor.themes.language import Example

RULES = load()


def document(title: str, lead: str = "", body: str = "", **known: object) -> Document:
    fields: dict[str, object] = {"lang": "es", "prior": Prior.HOME} | known
    return Document(title, lead, body, **fields)  # type: ignore[arg-type]


def themes(tagging: Tagging) -> list[str]:
    return [tag.theme for tag in tagging.tags]


@pytest.mark.parametrize(
    ("slug", "example"),
    RULES.examples,
    ids=[f"{slug}-{'is' if example.tagged else 'not'}-{example.title[:40]}" for slug, example in RULES.examples],
)
def test_examples_and_counterexamples_tag_as_their_theme_states(slug: str, example: Example) -> None:
    """A theme's examples carry it and its counterexamples do not."""
    tagging = RULES.tag(document(example.title, example.lead, lang=example.lang))
    assert (slug in themes(tagging)) == example.tagged, (tagging.relevance, tagging.tags, tagging.refused)


def test_each_theme_has_examples_of_both_kinds_in_both_languages() -> None:
    """At least three examples and three counterexamples a theme, each kind in Spanish and in English."""
    counts = Counter((slug, example.tagged) for slug, example in RULES.examples)
    langs = {(slug, example.tagged, example.lang) for slug, example in RULES.examples}
    for info in RULES.themes:
        for tagged in (True, False):
            assert counts[info.slug, tagged] >= 3, info.slug
            assert {(info.slug, tagged, lang) for lang in ("es", "en")} <= langs, info.slug


def test_the_twenty_five_themes_carry_labels_definition_and_exchange_codes() -> None:
    """Every theme has both labels, a definition, IPTC Media Topics codes and GDELT themes."""
    assert len(RULES.themes) == 25
    for info in RULES.themes:
        assert info.en
        assert info.es
        assert info.definition
        assert info.gdelt
        assert all(code.startswith("medtop:") and label for code, label in info.iptc)


def test_evidence_points_into_the_original_text_and_adds_up_to_the_score() -> None:
    """Offsets select exactly the matched words, accents and all; weights sum to the score."""
    long = document(
        "Huaicos aíslan a cinco pueblos de Junín, según el Indeci",
        "Las  lluvias  torrenciales dañaron la carretera.",
        "El COER pidió ayuda.\nLos huaicos y las inundaciones siguen. Más huaicos, más inundaciones.\n" * 4,
    )
    tagging = RULES.tag(long)
    assert themes(tagging)[0] == "disasters"
    texts = {"title": long.title, "lead": long.lead, "body": long.body}
    for tag in tagging.tags + tagging.refused:
        assert sum(item.weight for item in tag.evidence) == pytest.approx(tag.score, abs=0.01)
        for item in tag.evidence:
            if item.field != "section":
                assert texts[item.field][item.start : item.end] == item.text


def test_a_section_adds_little_and_only_to_a_theme_that_has_other_evidence() -> None:
    """A URL section is weighed as evidence of its own, never alone."""
    url = "https://diario.example/politica/elecciones/nota-1"
    with_section = RULES.tag(document("Candidatos se reúnen en Lima", url=url))
    without = RULES.tag(document("Candidatos se reúnen en Lima"))
    assert with_section.tags[0].score > without.tags[0].score
    assert [item.text for item in with_section.tags[0].evidence if item.field == "section"] == ["elecciones"]
    assert RULES.tag(document("Vecinos pintan un parque", url=url)).tags == ()


def test_at_most_four_themes_best_first_and_the_nearest_refused() -> None:
    """Tags come best first, no more than four; what falls short is kept with its evidence."""
    tagging = RULES.tag(
        document(
            "Minería ilegal, extorsiones, dengue, huaicos, cocaína y huelga golpean a Loreto",
            "La fiscalía investiga sobornos; el Congreso debate una moción de censura y el precio del gas natural.",
        )
    )
    scores = [tag.score for tag in tagging.tags]
    assert len(scores) == 4
    assert scores == sorted(scores, reverse=True)
    assert tagging.refused
    assert all(tag.evidence for tag in tagging.refused)


def test_many_passing_mentions_in_a_long_text_make_no_theme() -> None:
    """Repeats are damped and a body is capped: the subject stands in title and lead."""
    body = "\n".join(f"El equipo número {n} recordó el congreso y la economía." for n in range(60))
    tagging = RULES.tag(document("Inauguran biblioteca escolar en Tarma", "Tiene ocho mil libros.", body))
    assert tagging.tags == ()


def test_a_body_that_repeats_the_lead_counts_it_once() -> None:
    """Feeds repeat the title in the summary, pages the summary in the text."""
    lead = "Incautan cocaína en un almacén del Callao."
    once = RULES.tag(document("Operativo en el puerto", lead))
    twice = RULES.tag(document("Operativo en el puerto", lead, lead))
    assert once.tags == twice.tags


def test_a_title_alone_needs_less() -> None:
    """Two weak words tag a bare title, but not an item with a text that says nothing more."""
    title = "Hospitales y pacientes esperan en Puno"
    assert themes(RULES.tag(document(title))) == ["public-health"]
    assert RULES.tag(document("Esperan en Puno", "Los pacientes y sus familias hacen cola.")).tags == ()


def test_regions_are_named_also_through_their_towns() -> None:
    """Chimbote stands for Áncash; a region found twice is given once."""
    tagging = RULES.tag(document("Pescadores de Chimbote y de Piura piden apoyo", "En Paita hay menos anchoveta."))
    assert tagging.regions == ("ancash", "piura")


def test_decomposed_accents_give_the_same_tags() -> None:
    """A text in NFD is read as its NFC form, to which the offsets refer."""
    import unicodedata

    plain = document("Extorsión en Ancón: detienen a cabecilla", "La Policía halló explosivos.")
    split = dataclasses.replace(
        plain, title=unicodedata.normalize("NFD", plain.title), lead=unicodedata.normalize("NFD", plain.lead)
    )
    assert RULES.tag(plain).tags == RULES.tag(split).tags


def test_the_version_is_stable_and_travels_with_each_tagging() -> None:
    """Loading the same files again gives the same short hash."""
    assert load().version == RULES.version
    assert len(RULES.version) == 12
    assert RULES.tag(document("Nada")).rules_version == RULES.version


def test_tagging_is_repeatable() -> None:
    """The same document gives the same answer from two independent sets of rules."""
    other: Rules = load()
    for slug, example in RULES.examples[:40]:
        one = RULES.tag(document(example.title, example.lead))
        assert one == other.tag(document(example.title, example.lead)), slug


def test_entities_are_named_with_their_places_in_the_text() -> None:
    """Institutions, groups, regions and zones are found with offsets; a name inside a longer one is not its own."""
    tagging = RULES.tag(
        document(
            "Dirandro captura a cabecilla del Tren de Aragua en el VRAEM",
            "La Policía Nacional del Perú trasladó al detenido a Ayacucho.",
        )
    )
    fields = {
        "title": "Dirandro captura a cabecilla del Tren de Aragua en el VRAEM",
        "lead": "La Policía Nacional del Perú trasladó al detenido a Ayacucho.",
    }
    found = {(mention.entity, mention.kind) for mention in tagging.entities}
    assert {
        ("dirandro", "institution"),
        ("tren-de-aragua", "group"),
        ("vraem", "zone"),
        ("pnp", "institution"),
        ("ayacucho", "region"),
    } <= found
    for mention in tagging.entities:
        assert fields[mention.field][mention.start : mention.end] == mention.text
    places = [(("title", "lead").index(mention.field), mention.start) for mention in tagging.entities]
    assert places == sorted(places)


def test_texts_not_about_peru_name_nobody() -> None:
    """No entity is stored of a text that is not news of Peru: San Martín and La Libertad are elsewhere too."""
    tagging = RULES.tag(document("Elecciones en La Libertad, El Salvador", prior=Prior.OFF))
    assert not tagging.relevance.relevant
    assert tagging.entities == ()


def test_districts_are_places_of_their_own() -> None:
    """Each district and town has its own id and the region it lies in."""
    tagging = RULES.tag(document("Extorsionan a bodegueros de Comas, Ventanilla y Quillabamba"))
    assert [(m.entity, m.kind) for m in tagging.entities if m.kind == "town"] == [
        ("comas", "town"),
        ("ventanilla", "town"),
        ("quillabamba", "town"),
    ]
    assert tagging.regions == ("callao", "cusco", "lima")


def test_the_vraem_counts_among_the_regions() -> None:
    """It lies in five regions and is watched like one; its naming is stored with its place in the text."""
    title = "Patrulla halla droga en el VRAEM"
    tagging = RULES.tag(document(title))
    assert tagging.regions == ("vraem",)
    (mention,) = [m for m in tagging.entities if m.entity == "vraem"]
    assert title[mention.start : mention.end] == "VRAEM"


def test_words_of_one_block_are_one_sign() -> None:
    """Office words said in a row add less each: who speaks in a text does not make it about Congress."""
    once = RULES.tag(document("Feria en Lima", "Habló un congresista."))
    often = RULES.tag(document("Feria en Lima", "Habló un congresista, un senador, una legisladora y un diputado."))
    score = {tag.theme: tag.score for tag in (*once.tags, *once.refused)}["political-stability"]
    more = {tag.theme: tag.score for tag in (*often.tags, *often.refused)}["political-stability"]
    assert score < more < 2.5 * score


def test_every_theme_has_six_examples_and_six_counterexamples_in_both_languages() -> None:
    """What a theme is and is not is shown, not only said; test_themes_lint holds the rules to it."""
    for theme in RULES.loaded.themes:
        for tagged in (True, False):
            shown = [example for example in theme.examples if example.tagged is tagged]
            assert len({example.title for example in shown}) >= 6, (theme.info.slug, tagged)
            assert {example.lang for example in shown} == {"es", "en"}, (theme.info.slug, tagged)
