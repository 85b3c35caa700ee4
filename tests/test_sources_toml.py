"""The shipped sources.toml: complete, consistent with its own rules, and true to the outlets' real addresses."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from monitor import config
from monitor.model import Prior, Settings, Source
from monitor.resources import resource

OFF_WHATEVER_THE_EVIDENCE = {
    "el-comercio-arcio": "second address of el-comercio",
    "igp-sismos": "numbers, not news",
    "gob-presidencia": "turned clients away",
    "gob-mininter": "turned clients away",
    "gob-devida": "turned clients away",
    "gob-indeci": "turned clients away",
    "gob-minem": "turned clients away",
    "gob-inei": "turned clients away",
}
CONFIRMED_BY_ITS_NOTE = {"gao", "crs"}


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return config.load(resource("sources.toml"), {}, state=tmp_path_factory.mktemp("state"))


def _by_id(settings: Settings) -> dict[str, Source]:
    return {source.id: source for source in settings.sources}


def _rule(source: Source) -> bool:
    """What the head of the file says about `enabled`."""
    if source.id in OFF_WHATEVER_THE_EVIDENCE:
        return False
    repositories = re.search(r"R(\d+)", source.evidence)
    return (
        bool(set("ABF") & set(source.evidence.split()))
        or (repositories is not None and int(repositories[1]) >= 2)
        or source.id in CONFIRMED_BY_ITS_NOTE
    )


def test_enabled_follows_the_evidence(shipped: Settings) -> None:
    """Nothing is on because somebody hoped it works; nothing proven is forgotten."""
    wrong = [source.id for source in shipped.sources if source.enabled != _rule(source)]
    assert wrong == []


def test_evidence_is_always_given(shipped: Settings) -> None:
    """Every source says how we know of it, in the tags that the head of the file explains."""
    tags = {tag for source in shipped.sources for tag in source.evidence.split()}
    assert all(source.evidence for source in shipped.sources)
    assert all(re.fullmatch(r"[ABFGM]|R\??|R\d+", tag) for tag in tags)


def test_every_owner_is_used_and_named(shipped: Settings) -> None:
    """The list of owners holds no leftovers."""
    assert set(shipped.owners) == {source.owner for source in shipped.sources}


def test_the_desk_hears_independent_voices(shipped: Settings) -> None:
    """Enough enabled sources, owners, languages and countries for a country desk, from the first day."""
    enabled = [source for source in shipped.sources if source.enabled]
    assert len(shipped.sources) >= 70
    assert len(enabled) >= 25
    assert len({source.owner for source in enabled}) >= 15
    assert Counter(source.lang for source in enabled)["en"] >= 8
    assert {"PE", "US", "GB"} <= {source.country for source in enabled}


def test_sections_of_an_outlet_carry_its_name(shipped: Settings) -> None:
    """What a reader sees is the outlet, not the feed."""
    sources = _by_id(shipped)
    assert sources["el-comercio-politica"].outlet == sources["el-comercio"].outlet == "El Comercio"


def test_arc_sites_share_one_limit(shipped: Settings) -> None:
    """Everything on Arc's feed paths is asked for under one politeness limit."""
    arc = [source for source in shipped.sources if re.search(r"/arc/outboundfeeds/|/arcio/", source.url)]
    assert len(arc) >= 10
    assert {source.group for source in arc} == {"arc"}


def test_aggregators_are_marked(shipped: Settings) -> None:
    """Google News and GDELT never count as a voice of their own, and Google's redirects are never followed."""
    for source in shipped.sources:
        host = urlsplit(source.url).hostname or ""
        aggregator = host in ("news.google.com", "api.gdeltproject.org")
        assert source.aggregator is aggregator, source.id
        assert source.pages or host != "api.gdeltproject.org"
        assert not (host == "news.google.com" and source.pages), source.id


def test_kinds_that_need_options_have_them(shipped: Settings) -> None:
    """A listing without a selector, or a JSON list without a title, would find nothing."""
    for source in shipped.sources:
        if source.kind == "listing":
            assert source.options["item"], source.id
        if source.kind == "json_list":
            assert {"title", "link", "date"} <= set(source.options), source.id


def test_section_prefixes_are_whole_folders(shipped: Settings) -> None:
    """`/mundo/` must not catch `/mundo-laboral/`."""
    prefixes = [(source.id, rule.prefix) for source in shipped.sources for rule in source.sections]
    assert [each for each in prefixes if not each[1].endswith("/")] == []


def test_file_is_laid_out_for_people(top: Path) -> None:
    """Readable in a terminal: no tabs, no trailing spaces, lines that fit."""
    lines = (top / "sources.toml").read_text().splitlines()
    assert [line for line in lines if "\t" in line or line != line.rstrip()] == []
    assert max(len(line) for line in lines if not line.startswith("url")) <= 160


# ---------------------------------------------------------------- against real feeds


def _links(shared_data: Path, outlet: str) -> list[str]:
    text = "".join(path.read_text() for path in sorted((shared_data / "replay").glob(f"*/{outlet}.xml")))
    return re.findall(r"<item>.*?<link>\s*(.*?)\s*</link>", text, re.DOTALL)


def _prior(source: Source, link: str) -> Prior:
    matches = [rule for rule in source.sections if urlsplit(link).path.startswith(rule.prefix)]
    return max(matches, key=lambda rule: len(rule.prefix)).prior if matches else source.prior


@pytest.mark.parametrize(("outlet", "source_id"), [("rpp", "rpp"), ("canaln", "canal-n"), ("elperuano", "el-peruano")])
def test_article_numbers_are_found_in_real_addresses(
    shipped: Settings, shared_data: Path, outlet: str, source_id: str
) -> None:
    """The pattern finds the number in every address of 28 days, live pages apart: RPP counts those by themselves."""
    pattern = re.compile(_by_id(shipped)[source_id].id_pattern)
    paths = [urlsplit(link).path.rstrip("/") for link in _links(shared_data, outlet)]
    assert paths
    assert [path for path in paths if not pattern.search(path) and "-live-" not in path] == []


@pytest.mark.parametrize(("outlet", "source_id"), [("rpp", "rpp"), ("elcomercio", "el-comercio")])
def test_real_sections_are_all_decided(shipped: Settings, shared_data: Path, outlet: str, source_id: str) -> None:
    """Of 28 days of real entries, only sections that report on Peru keep the prior "home"."""
    source = _by_id(shipped)[source_id]
    home = {
        urlsplit(link).path.split("/")[1] for link in _links(shared_data, outlet) if _prior(source, link) is Prior.HOME
    }
    about_peru = {
        "rpp": {"politica", "lima", "peru", "economia", "rotafono", "videos"},
        "el-comercio": {
            *("politica", "lima", "peru", "economia", "elecciones", "ecdata", "opinion", "videos"),
            *("no-flujo", "desde-la-redaccion", "unidad-de-investigacion"),
        },
    }
    assert home <= about_peru[source_id]
