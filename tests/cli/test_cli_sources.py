"""`sources`: list, check, discover, add, import and export, against a web on loopback and a real sources.toml."""

from __future__ import annotations

import tomllib
from datetime import timedelta
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from cli_world import BUS, HTML, Desk, publish_bus
from fakes import Logged, Reply, WebServer
from world import START, feed, item

from monitor import config
from monitor.source_blocks import KEYS

NEWS = feed(
    item("peru/bus", *BUS, host="faro.example"), item("peru/dos", "Paro en Puno", "Lima, Perú.", host="faro.example")
)
SITEMAP = (
    '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" '
    'xmlns:n="http://www.google.com/schemas/sitemap-news/0.9"><url><loc>http://faro.example/peru/uno</loc><n:news>'
    "<n:publication_date>2026-11-09T06:00:00-05:00</n:publication_date><n:title>Uno</n:title></n:news></url></urlset>"
)
ALLOW = Reply(b"User-agent: *\nAllow: /\n", headers={"Content-Type": "text/plain"})


def sources_of(desk: Desk) -> dict[str, dict[str, Any]]:
    """The blocks of the file by id; the file must load."""
    config.load(desk.config, {}, state=desk.state)
    return {block["id"]: block for block in tomllib.loads(desk.config.read_text())["source"]}


def asked(web: WebServer) -> list[str]:
    return [request.host + request.path for request in web.log]


# ---------------------------------------------------------------- list


def test_the_list_shows_what_is_configured_and_how_it_fares(desk: Desk) -> None:
    """Before the first run only the configuration; after it health, last answer, last entry and next due."""
    desk.configure("andino", "norte")
    before = {row["id"]: row for row in desk("sources", "list", "--json").json["sources"]}
    assert (before["andino"]["health"], before["andino"]["interval_minutes"]) == ("new", 60)
    publish_bus(desk.web)
    desk.web.script("http://norte.example/rss", Reply(status=403))
    desk("run")
    after = {row["id"]: row for row in desk("sources", "list", "--json").json["sources"]}
    assert (after["andino"]["health"], after["andino"]["last_success_at"][:16]) == ("ok", "2026-11-09T07:00")
    assert (after["norte"]["health"], after["norte"]["failures"]) == ("blocked", 1)
    text = desk("sources", "list").out
    assert "blocked (1)" in text
    assert "2026-11-09 08:0" in text  # next due of andino, in Lima
    assert [row["id"] for row in desk("sources", "list", "--trouble", "--json").json["sources"]] == ["norte"]
    told = desk("sources", "list", "--trouble")
    assert ("norte" in told.out, "andino" in told.out, "answered 403" in told.out) == (True, False, True), told.out
    assert "(1 of 2 enabled sources in trouble)" in told.err
    assert {request.path for request in desk.web.log if "norte" in request.host} == {"/robots.txt", "/rss"}


# ---------------------------------------------------------------- check


def test_check_asks_each_once_and_says_what_an_operator_should_know(desk: Desk) -> None:
    """One GET beside robots.txt; moved, no validators, a rule of robots.txt for everybody, an old newest entry."""
    desk.web.script("http://andino.example/robots.txt", Reply(b"User-agent: *\nDisallow: /rss\n"))
    desk.web.script("http://andino.example/rss", Reply(status=301, headers={"Location": "http://nuevo.example/feed"}))
    old = item("peru/x", "Paro en Puno", "Perú.", at=START - timedelta(days=45))
    desk.web.script("http://nuevo.example/feed", Reply(feed(old)))
    ended = desk("sources", "check", "--json")
    [row] = ended.json["sources"]
    assert (ended.code, row["status"], row["entries"]) == (0, "ok", 1)
    assert row["hints"][0] == "moved permanently to http://nuevo.example/feed"
    assert [hint.split(":")[0].split(" to ")[0] for hint in row["hints"][1:]] == [
        "validators none", "newest entry 45 days old", "robots.txt forbids this address",
    ]  # fmt: skip
    paths = asked(desk.web)
    assert sorted(paths) == sorted(set(paths))
    assert all(request.header("if-none-match") is None for request in desk.web.log)
    assert "moved permanently to http://nuevo.example/feed; validators none" in desk("sources", "check").out


def test_check_leaves_a_host_alone_that_asked_for_it(desk: Desk) -> None:
    """A pause that a run was told holds for the operator's check as well."""
    desk.web.script("http://andino.example/rss", Reply(status=429, headers={"Retry-After": "7200"}))
    desk("run")
    before = len(desk.web.log)
    ended = desk("sources", "check", "--json", at=START + timedelta(minutes=30))
    assert (ended.code, ended.json["sources"][0]["reason"]) == (69, "host_paused")
    assert len(desk.web.log) == before


@pytest.mark.parametrize("breaks", ["\n", "\r\n"])
def test_check_write_changes_its_lines_and_no_other(desk: Desk, breaks: str) -> None:
    """verified_at is renewed or put in its place for those that answered with entries; everything else stays."""
    desk.configure("andino", "norte", "sur", "vacio")
    text = desk.config.read_text().replace(
        'url = "http://andino.example/rss"\n', 'url = "http://andino.example/rss" # mine\nverified_at = "" # not yet\n'
    )
    text = text.replace('owner = "norte"\n', 'owner = "norte"\nnote = "último"\n', 1)
    text = text.replace('id = "sur"\n', 'options = { item = "p" } # own\nid = "sur"\n', 1)
    raw = b"\xef\xbb\xbf" + text.replace("\n", breaks).encode()
    desk.config.write_bytes(raw)
    desk.config.chmod(0o640)
    for name in ("andino", "norte"):
        desk.web.script(f"http://{name}.example/rss", Reply(NEWS, headers={"ETag": '"1"'}))
    desk.web.script("http://sur.example/rss", Reply(status=500))
    desk.web.script("http://vacio.example/rss", Reply(b"<rss><channel></channel></rss>"))
    ended = desk("sources", "check", "--write", "--json")
    assert ended.code == 69
    assert ended.json["written"] == ["andino", "norte"]
    before, after = raw.split(b"\n"), desk.config.read_bytes().split(b"\n")
    added = [line for line in after if line not in before]
    end = breaks[:-1].encode()
    assert added == [b"verified_at = 2026-11-09 # not yet" + end, b"verified_at = 2026-11-09" + end]
    assert [line for line in before if line not in after] == [b'verified_at = "" # not yet' + end]
    assert after[after.index(added[1]) + 1].startswith(b"note = ")
    assert desk.config.stat().st_mode & 0o777 == 0o640
    assert sorted(path.name for path in desk.folder.iterdir()) == ["sources.toml"]
    same = desk.config.read_bytes()
    desk("sources", "check", "andino", "--write", at=START + timedelta(hours=2))
    assert desk.config.read_bytes() == same


def test_a_read_only_list_is_refused_before_anybody_is_asked(desk: Desk) -> None:
    """Exit 78 with what to do; no request, no change."""
    desk.config.chmod(0o444)
    for words in (["check", "--write"], ["add", "http://faro.example/"], ["import", str(opml(desk, ""))]):
        ended = desk("sources", *words)
        assert ended.code == 78
        assert "read-only" in ended.err
        assert "chmod u+w" in ended.err
    assert desk.web.log == []


def test_a_linked_list_stays_a_link(desk: Desk) -> None:
    """The file behind a symbolic link is replaced, the link is kept."""
    real = desk.folder / "etc" / "mine.toml"
    real.parent.mkdir()
    desk.config.rename(real)
    desk.config.symlink_to(real)
    publish_bus(desk.web)
    assert desk("sources", "check", "--write").code == 0
    assert desk.config.is_symlink()
    assert "verified_at = 2026-11-09" in real.read_text()


def test_a_list_written_otherwise_is_left_alone(desk: Desk) -> None:
    """Sources in one inline array cannot be changed line by line: exit 78, and the file is as it was."""
    block = 'id = "andino", name = "A", kind = "feed", url = "http://andino.example/rss", lang = "es", country = "PE"'
    rest = '[monitor]\nmin_free_bytes = 0\n[owners]\nandino = "A"\n'
    desk.config.write_text(f'source = [{{{block}, owner = "andino"}}]\n{rest}')
    before = desk.config.read_bytes()
    publish_bus(desk.web)
    ended = desk("sources", "check", "--write")
    assert ended.code == 78
    assert "by hand" in ended.err
    assert desk.config.read_bytes() == before


# ---------------------------------------------------------------- discover


def test_item_70_discovery_follows_the_page_and_stops(desk: Desk) -> None:
    """robots.txt, the page, the feed it names: three requests, in this order, each once, none conditional."""
    page = b'<html><head><link rel="alternate" type="application/rss+xml" href="/comments/feed/"><link rel="alternate" '
    page += b'type="application/rss+xml" href="/portada.xml"></head></html>'
    desk.web.script("http://faro.example/robots.txt", ALLOW)
    desk.web.script("http://faro.example/", Reply(page, headers=HTML))
    desk.web.script("http://faro.example/portada.xml", Reply(NEWS))
    found = desk("sources", "discover", "http://faro.example/", "--json")
    assert found.code == 0
    shown = found.json["found"]
    assert (shown["url"], shown["kind"], shown["how"], shown["entries"]) == (
        "http://faro.example/portada.xml", "feed", "named by the page", 2,
    )  # fmt: skip
    assert desk.web.paths() == ["/robots.txt", "/", "/portada.xml"]
    assert {request.method for request in desk.web.log} == {"GET"}
    assert all(b"Cookie" not in request.raw and b"Referer" not in request.raw for request in desk.web.log)


def test_item_70_discovery_takes_sitemaps_of_robots_before_guessing(desk: Desk) -> None:
    """robots.txt is read once and serves both; a sitemap that is not of news does not count, one of news does."""
    robots = (
        b"User-agent: *\nDisallow: /x\nSitemap: http://faro.example/all.xml\nSitemap: http://faro.example/news.xml\n"
    )
    plain = b"<urlset><url><loc>http://faro.example/quienes-somos</loc></url></urlset>"
    desk.web.script("http://faro.example/robots.txt", Reply(robots))
    desk.web.script("http://faro.example/", Reply(b"<html><title>Portada</title></html>", headers=HTML))
    desk.web.script("http://faro.example/news.xml", Reply(plain), Reply(SITEMAP.encode()))
    desk.web.script("http://faro.example/all.xml", Reply(plain))
    desk.web.script("http://faro.example/rss/", Reply(NEWS))
    first = desk("sources", "discover", "http://faro.example/", "--json").json
    assert (first["found"]["url"], first["found"]["how"]) == ("http://faro.example/rss/", "a usual path")
    assert desk.web.paths() == ["/robots.txt", "/", "/news.xml", "/all.xml", "/feed/", "/rss.xml", "/rss/"]
    second = desk("sources", "discover", "http://faro.example/", "--json").json["found"]
    assert (second["url"], second["kind"], second["how"]) == (
        "http://faro.example/news.xml", "news_sitemap", "named by robots.txt",
    )  # fmt: skip


def test_item_70_discovery_obeys_robots_and_refusals(desk: Desk) -> None:
    """What robots.txt forbids is not asked; a site that turns us away is asked nothing more; at most five guesses."""
    desk.web.script("http://cerrado.example/robots.txt", Reply(b"User-agent: *\nDisallow: /\n"))
    ended = desk("sources", "discover", "http://cerrado.example/")
    assert ended.code == 69
    assert "robots" in ended.err
    assert asked(desk.web) == ["cerrado.example/robots.txt"]
    desk.web.script("http://muro.example/robots.txt", ALLOW)
    desk.web.script("http://muro.example/", Reply(status=403))
    assert desk("sources", "discover", "http://muro.example/").code == 69
    assert asked(desk.web)[1:] == ["muro.example/robots.txt", "muro.example/"]
    desk.web.script("http://nada.example/", Reply(b"<html><title>Portada</title></html>", headers=HTML))
    nothing = desk("sources", "discover", "http://nada.example/")
    assert nothing.code == 65
    assert "no feed and no news sitemap found" in nothing.err
    assert [path for path in asked(desk.web) if path.startswith("nada")] == [
        f"nada.example/{path}" for path in ("robots.txt", "", "feed/", "rss.xml", "rss/", "feed.xml", "atom.xml")
    ]
    desk.web.script("http://lleno.example/", Reply(b"<html></html>", headers=HTML))
    desk.web.script("http://lleno.example/feed/", Reply(status=429))
    assert desk("sources", "discover", "http://lleno.example/").code == 65
    assert asked(desk.web)[-1] == "lleno.example/feed/"


def test_item_70_a_feed_behind_redirects_is_named_by_its_lasting_address(desk: Desk) -> None:
    """A permanent redirect gives its target, a temporary one does not."""
    desk.web.script("http://faro.example/a", Reply(status=301, headers={"Location": "/rss"}))
    desk.web.script("http://faro.example/b", Reply(status=302, headers={"Location": "/rss"}))
    desk.web.script("http://faro.example/rss", Reply(NEWS))
    for path, lasting in (("a", "rss"), ("b", "b")):
        found = desk("sources", "discover", f"http://faro.example/{path}", "--json").json["found"]
        assert found["url"] == f"http://faro.example/{lasting}"


@pytest.mark.parametrize("verb", ["discover", "add"])
@pytest.mark.parametrize(
    ("url", "code", "said"),
    [
        ("faro.example", 2, "https://"),
        ("ftp://faro.example/", 2, "https://"),
        ("http://ana:clave@faro.example/", 2, "user name"),
        ("http://10.0.0.1/", 69, "not a public address"),
        ("http://169.254.169.254/latest/", 69, "not a public address"),
        ("http://2130706433/", 69, "another notation"),
        ("https://faro.example/", 69, "is the name right"),  # nothing listens there
        ("http://faro.example/nota", 65, "no feed"),
        ("http://faro.example/rota", 65, "no feed"),
    ],
)
def test_addresses_that_cannot_become_a_source(desk: Desk, verb: str, url: str, code: int, said: str) -> None:
    """One sentence, the right exit code, the same as JSON, and the list is as it was."""
    before = desk.config.read_bytes()
    desk.web.script("http://faro.example/nota", Reply(b"<html><title>Una nota</title></html>", headers=HTML))
    desk.web.script("http://faro.example/rota", Reply(b"<rss><channel><item><title>&&&"))
    ended = desk("sources", verb, url)
    assert (ended.code, said in ended.err, "Traceback" in ended.err) == (code, True, False), ended
    assert desk.config.read_bytes() == before
    as_json = desk("sources", verb, url, "--json")
    assert as_json.code == code
    if "error" in as_json.json:
        assert as_json.json["error"]["code"] == code


# ---------------------------------------------------------------- add


def test_add_takes_a_feed_and_guesses_the_rest(desk: Desk) -> None:
    """Appended with its owner, everything before it as it was; it runs; a second time it is a duplicate."""
    before = desk.config.read_text()
    desk.web.script("http://www.faro.com.pe/rss", Reply(NEWS))
    ended = desk("sources", "add", "http://www.faro.com.pe/rss", "--json")
    assert ended.code == 0
    block = sources_of(desk)["faro"]
    assert block == ended.json["source"] | {"verified_at": block["verified_at"]}
    assert (block["kind"], block["lang"], block["country"], block["prior"], block["owner"]) == (
        "feed", "es", "PE", "home", "faro",
    )  # fmt: skip
    assert str(block["verified_at"]) == "2026-11-09"
    assert desk.web.paths() == ["/robots.txt", "/rss"]
    after = desk.config.read_text()
    assert [line for line in before.splitlines() if line not in after.splitlines()] == []
    assert after.index('faro = "Feed"') < after.index('id = "andino"')
    assert desk("run", "--source", "faro", at=START + timedelta(hours=2)).code == 0
    asked_before = len(desk.web.log)
    again = desk("sources", "add", "https://faro.com.pe/rss")
    assert again.code == 2
    assert "the source faro already" in again.err
    assert len(desk.web.log) == asked_before
    assert desk.config.read_text() == after


def test_add_finds_the_feed_of_a_page_and_its_kin(desk: Desk) -> None:
    """From a page; a further feed of a known site has its owner, its name and an id of its own; options override."""
    desk.web.script("http://andino.example/politica/", Reply(
        b'<link rel="alternate" type="application/rss+xml" href="/rss/politica.xml">', headers=HTML))  # fmt: skip
    desk.web.script("http://andino.example/rss/politica.xml", Reply(NEWS))
    ended = desk(
        "sources", "add", "http://andino.example/politica/", "--interval", "6h", "--disabled", "--note", 'a "b"'
    )
    assert ended.code == 0
    block = sources_of(desk)["andino-politica"]
    assert block["owner"] == "andino"
    assert block["name"].startswith("Diario Andino: ")
    assert (block["interval"], block["enabled"], block["note"]) == ("6h", False, 'a "b"')
    assert "guessed" in ended.err


def test_add_dry_run_prints_a_block_that_could_be_pasted(desk: Desk) -> None:
    """Nothing is written; what is printed is TOML."""
    before = desk.config.read_bytes()
    desk.web.script("http://faro.example/rss", Reply(NEWS))
    ended = desk(
        "sources", "add", "http://faro.example/rss", "--dry-run", "--id", "el-faro", "--lang", "en", "--country", "SV"
    )
    [block] = tomllib.loads(ended.out)["source"]
    assert (block["id"], block["lang"], block["country"]) == ("el-faro", "en", "SV")
    assert desk.config.read_bytes() == before
    assert "nothing was written" in ended.err


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--id", "El Faro"], "is not an id"),
        (["--id", "andino"], "the id andino is taken"),
        (["--country", "Peru"], "country code"),
        (["--interval", "5m"], "too often"),
        (["--kind", "fead"], "fead"),
        (["--option", "item"], "KEY=VALUE"),
        (["--name", "dos\nlíneas"], "one line"),
    ],
)
def test_add_refuses_what_the_configuration_would(desk: Desk, options: list[str], said: str) -> None:
    """Exit 2 with the configuration's own words; the list is as it was."""
    before = desk.config.read_bytes()
    desk.web.script("http://faro.example/rss", Reply(NEWS))
    ended = desk("sources", "add", "http://faro.example/rss", *options)
    assert (ended.code, said in ended.err) == (2, True), ended.err
    assert desk.web.log == []
    assert desk.config.read_bytes() == before


def test_add_refuses_a_kind_that_the_document_is_not(desk: Desk) -> None:
    """A sitemap called a feed would fail at every run."""
    desk.web.script("http://faro.example/news.xml", Reply(SITEMAP.encode()))
    ended = desk("sources", "add", "http://faro.example/news.xml", "--kind", "feed")
    assert (ended.code, "is of kind news_sitemap" in ended.err) == (65, True)
    assert desk("sources", "add", "http://faro.example/news.xml").code == 0
    assert sources_of(desk)["faro"]["kind"] == "news_sitemap"


def test_add_of_a_kind_that_is_not_discovered_is_tried_as_it_will_run(desk: Desk) -> None:
    """A listing page with its selectors; one that fits nothing is refused with exit 65."""
    page = b'<html><body><article><a href="/peru/uno">Paro en Puno</a></article></body></html>'
    desk.web.script("http://lista.example/notas", Reply(page, headers=HTML))
    fits = ["--kind", "listing", "--option", "item=article", "--option", "link=a"]
    assert desk("sources", "add", "http://lista.example/notas", *fits[:2], "--option", "item=li").code == 65
    ended = desk("sources", "add", "http://lista.example/notas", *fits)
    assert ended.code == 0, ended.err
    assert sources_of(desk)["lista"]["options"] == {"item": "article", "link": "a"}


def test_an_address_typed_by_hand_is_asked_as_a_configured_feed(desk: Desk) -> None:
    """A rule for every client does not bar the feed itself from being added; one that names us does."""
    desk.web.script("http://faro.example/robots.txt", Reply(b"User-agent: *\nDisallow: /rss\n"))
    desk.web.script("http://faro.example/rss", Reply(NEWS))
    assert desk("sources", "discover", "http://faro.example/rss").code == 69
    assert desk("sources", "add", "http://faro.example/rss").code == 0
    desk.web.script("http://otro.example/robots.txt", Reply(b"User-agent: peru-monitor\nDisallow: /rss\n"))
    desk.web.script("http://otro.example/rss", Reply(NEWS))
    refused = desk("sources", "add", "http://otro.example/rss")
    assert (refused.code, "robots" in refused.err) == (69, True)
    assert [request.path for request in desk.web.log if request.host == "otro.example"] == ["/robots.txt"]


def test_a_list_changed_meanwhile_is_not_overwritten(desk: Desk) -> None:
    """Somebody saves the file while the feed is being asked: their text stays, ours is added to it or not at all."""

    def edited(_: Logged) -> Reply:
        desk.config.write_text(desk.config.read_text() + "# edited\n")
        return Reply(NEWS)

    desk.web.script("http://faro.example/rss", edited)
    assert desk("sources", "add", "http://faro.example/rss").code == 0
    assert "# edited" in desk.config.read_text()
    assert "faro" in sources_of(desk)


# ---------------------------------------------------------------- OPML


def opml(desk: Desk, body: str, head: str = '<?xml version="1.0" encoding="UTF-8"?>') -> Path:
    file = desk.folder / "lista.opml"
    file.write_text(
        f'{head}<opml version="2.0"><head><title>x</title></head><body>{body}</body></opml>', encoding="utf-8"
    )
    return file


def test_import_says_of_each_outline_what_became_of_it(desk: Desk) -> None:
    """Nested outlines; new, known (also twice in the file) and refused ones with reasons; nobody is asked."""
    file = opml(desk, """
      <outline text="Perú"><outline text="Regiones">
        <outline type="rss" text="El Faro &amp; Cía" xmlUrl="http://faro.example/rss?a=1&amp;b=2" language="es-PE"/>
      </outline></outline>
      <outline type="rss" text="Andino" xmlUrl="https://www.andino.example/rss"/>
      <outline type="RSS" title="Lighthouse" text="L" xmlURL="http://light.co.uk/atom.xml" language="en"/>
      <outline type="rss" text="again" xmlUrl="http://faro.example/rss?b=2&amp;a=1"/>
      <outline type="rss" text="file" xmlUrl="file:///etc/passwd"/>
      <outline type="rss" text="off" isComment="true"><outline text="in" xmlUrl="http://c.example/rss"/></outline>
      <outline type="include" text="more" url="http://c.example/list.opml"/>
      <outline type="link" text="page" url="http://c.example/"/>
    """)  # fmt: skip
    ended = desk("sources", "import", file, "--json")
    assert ended.code == 0
    assert [(row["state"], row["why"]) for row in ended.json["outlines"]] == [
        ("new", ""), ("known", "it is andino"), ("new", ""), ("known", "it is faro"),
        ("refused", 'url: "file:///etc/passwd" is not a web address that starts with http:// or https://'),
        ("refused", "commented out in the file"), ("refused", "it includes another list, which is not fetched"),
        ("refused", "a link to a page, not to a feed"),
    ]  # fmt: skip
    found = sources_of(desk)
    assert (found["faro"]["url"], found["faro"]["name"]) == ("http://faro.example/rss?a=1&b=2", "El Faro & Cía")
    assert (found["light"]["lang"], found["light"]["country"], found["light"]["prior"]) == ("en", "GB", "foreign")
    assert "verified_at" not in found["faro"]
    assert desk.web.log == []
    again = desk("sources", "import", file, "--json").json
    assert (again["new"], again["known"], again["written"]) == (0, 4, False)


def test_export_and_import_round_trip(desk: Desk, tmp_path: Path) -> None:
    """The shipped list, exported and imported into a list with one other source, gives the same sources again."""
    shipped = tomllib.loads(Path(config.resource("sources.toml")).read_text())
    file = tmp_path / "todo.opml"
    exported = desk.bare("--config", config.resource("sources.toml"), "--state", desk.state, "sources", "export", file)
    assert (exported.code, exported.out) == (0, "")
    tree = ElementTree.parse(file).getroot()
    assert (tree.tag, tree.get("version")) == ("opml", "2.0")
    feeds = [outline for outline in tree.iter("outline") if outline.get("xmlUrl")]
    assert all(outline.get("type") == "rss" and outline.get("text") for outline in feeds)
    assert desk("sources", "import", file).code == 0
    data = tomllib.loads(desk.config.read_text())
    imported = {block["id"]: block for block in data["source"]}
    spans = {"60m": "1h"}  # the same span, written another way
    for block in shipped["source"]:
        same = {key: spans.get(value, value) if isinstance(value, str) else value for key, value in block.items()}
        if same.get("zone") == "America/Lima":
            del same["zone"]
        assert imported[block["id"]] == same
    assert shipped["owners"].items() <= data["owners"].items()
    assert desk("sources", "list").code == 0
    assert desk("sources", "export").out.startswith('<?xml version="1.0" encoding="UTF-8"?>\n<opml ')


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            '<!DOCTYPE opml [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><opml version="2.0"><body/></opml>',
            "document type",
        ),
        ('<!DOCTYPE opml SYSTEM "http://evil.example/x.dtd"><opml version="2.0"><body/></opml>', "document type"),
        ('<opml version="2.0"><body><outline text="&nbsp;"/></body></opml>', "not well-formed"),
        ('<opml version="2.0"><body><outline text="a"', "line 1: not well-formed"),
        ("<html><body/></html>", "no OPML"),
        ("", "not well-formed"),
        ('{"opml": 1}', "not well-formed"),
        ("<opml>" + "<outline>" * 200 + "</outline>" * 200 + "</opml>", "nested too deeply"),
    ],
)
def test_import_refuses_files_that_are_no_list(desk: Desk, text: str, said: str) -> None:
    """Exit 65 with the line; no entity is expanded, no address asked, nothing written; UTF-16 hides nothing."""
    before = desk.config.read_bytes()
    for encoding in ("utf-8", "utf-16"):
        file = desk.folder / "x.opml"
        file.write_bytes(text.encode(encoding))
        ended = desk("sources", "import", file)
        assert (ended.code, str(file) in ended.err) == (65, True)
        assert said in ended.err or encoding == "utf-16"
    assert desk.config.read_bytes() == before
    assert desk.web.log == []


def test_import_and_export_name_files_that_cannot_be_used(desk: Desk) -> None:
    """A missing file is a usage error, a folder that is not there 78, and no half file is left."""
    assert desk("sources", "import", "/nowhere.opml").code == 2
    ended = desk("sources", "export", desk.folder / "no" / "x.opml")
    assert (ended.code, "no/x.opml" in ended.err) == (78, True)
    file = opml(desk, '<outline text="x" xmlUrl="gopher://a.example/"/>')
    assert desk("sources", "import", file).code == 65
    assert sorted(path.name for path in desk.folder.iterdir()) == ["lista.opml", "sources.toml"]


def test_import_dry_run_and_disabled(desk: Desk) -> None:
    """A rehearsal writes nothing; --disabled adds them switched off."""
    file = opml(desk, '<outline text="El Faro" xmlUrl="http://faro.example/rss"/>')
    before = desk.config.read_bytes()
    assert "nothing was written" in desk("sources", "import", file, "--dry-run").err
    assert desk.config.read_bytes() == before
    desk("sources", "import", file, "--disabled")
    assert sources_of(desk)["faro"]["enabled"] is False


def test_blocks_know_every_key_of_the_configuration() -> None:
    """A key added to sources.toml must be written and exported, too."""
    assert {*KEYS, "sections", "options"} == set(config._SOURCE)
