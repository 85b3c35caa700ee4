"""Mutated documents through every source kind, for some minutes. Part of `feeds.py`; repeatable by its seed."""

from __future__ import annotations

import gzip
import random
import signal
import sys
import tempfile
import time
import traceback
import warnings
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from test_source_hostile import FRAGMENTS, texts

from monitor import sources
from monitor.errors import ParseError
from monitor.model import Fetched, Purpose, Request, Source
from monitor.sources import discovery

TESTS = Path(__file__).resolve().parents[1]
SEEN = datetime(2026, 8, 1, 12, tzinfo=UTC)
SLOW = 20
SEED_CAP = 20_000  # bytes of a document; what large ones do is measured in `documents`
OPTIONS = (
    {"item": "li, item, article, div"},
    {"item": "a", "link": "a", "title": "b", "date": "time"},
    {"items": "items", "link": "url", "date": "date_published"},
    {"items": "", "link": "https://faro.example/{id}-{slug}"},
    {"items": "articles", "follow": "news|xml"},
)
TYPES = ("", "application/rss+xml", "text/xml; charset=iso-8859-1", "text/html; charset=utf-16", "a;charset=shift_jis")
PLACES = ("", "/x/", "https://otro.example/a/", "javascript:x", "//[", "http://a@b/")
WORDS = (
    *FRAGMENTS,
    *(
        "&#x1F1F5;",
        "&#99999999;",
        "&nbsp",
        "\ud83c".encode("utf-8", "surrogatepass").decode("latin-1"),
        "\u202e",
        "\x85",
    ),
    *("-0500", "a. m.", "31/02/2026", "9" * 40, "1e309", "0000-00-00", "https://[::1", "https://a:99999/", "//", "#"),
    *(
        "<![CDATA[<![CDATA[",
        "]]]]>",
        "<!ENTITY",
        'xmlns="',
        "xml:base='http://[",
        "<link rel='next' href='//x'>",
        "%zz",
    ),
    *("<atom:link/>", "<dc:date>", "<georss:point>1 x</georss:point>", "<media:group>", "<geo:lat>", "<itunes:image/>"),
    *("<content type='application/octet-stream'>A</content>", "<enclosure length='x'/>", "<source/>", "<cloud/>"),
)


FAMILIES = {
    b"<urlset": ("news_sitemap",),
    b"<sitemapindex": ("news_sitemap",),
    b"<html": ("listing",),
    b"<rss": ("feed", "google_news", "gdelt"),
    b"<feed": ("feed",),
    b"<rdf": ("feed",),
    b"{": ("jsonfeed", "json_list", "gdelt"),
    b"[": ("wordpress", "json_list"),
}


def kinds_of(seed: bytes) -> tuple[str, ...]:
    """Source kinds whose documents begin like this one."""
    head = seed[:2000].lower()
    return next((kinds for mark, kinds in FAMILIES.items() if mark in head[: 2000 if len(mark) > 1 else 1]), ("feed",))


def seeds(data: Path) -> list[bytes]:
    """Real and hostile documents, cut to size, and our own golden ones of every kind."""
    folders = [data / name for name in ("real", "captures", "nasty")] + [TESTS / "golden/feeds"]
    files = [file for folder in folders for file in sorted(folder.glob("*")) if file.is_file()]
    return [file.read_bytes()[:SEED_CAP] for file in files] or [b"<rss><item><title>x</title></item></rss>"]


# ---------------------------------------------------------------- mutations


def span(dice: random.Random, body: bytes, longest: int = 400) -> tuple[int, int]:
    start = dice.randrange(len(body) + 1)
    return start, min(len(body), start + dice.randrange(longest))


def removed(dice: random.Random, body: bytes, _: Sequence[bytes]) -> bytes:
    start, end = span(dice, body)
    return body[:start] + body[end:]


def repeated(dice: random.Random, body: bytes, _: Sequence[bytes]) -> bytes:
    start, end = span(dice, body)
    return body[:end] + body[start:end] * dice.randrange(1, 50) + body[end:]


def inserted(dice: random.Random, body: bytes, _: Sequence[bytes]) -> bytes:
    at = dice.randrange(len(body) + 1)
    word = dice.choice(WORDS).encode("utf-8", "surrogatepass")
    return body[:at] + word + body[at:]


def flipped(dice: random.Random, body: bytes, _: Sequence[bytes]) -> bytes:
    changed = bytearray(body or b"x")
    for _n in range(dice.randrange(1, 12)):
        changed[dice.randrange(len(changed))] = dice.randrange(256)
    return bytes(changed)


def spliced(dice: random.Random, body: bytes, pool: Sequence[bytes]) -> bytes:
    other = dice.choice(pool)
    start, end = span(dice, other, 3_000)
    at = dice.randrange(len(body) + 1)
    return body[:at] + other[start:end] + body[at:]


def cut(dice: random.Random, body: bytes, _: Sequence[bytes]) -> bytes:
    return body[: dice.randrange(len(body) + 1)]


def retagged(dice: random.Random, body: bytes, _: Sequence[bytes]) -> bytes:
    old, new = dice.sample(
        (b"title", b"link", b"guid", b"pubDate", b"item", b"entry", b"id", b"author", b"loc", b"url"), 2
    )
    return body.replace(old, new, dice.randrange(1, 6))


def recoded(dice: random.Random, body: bytes, _: Sequence[bytes]) -> bytes:
    text = body.decode("utf-8", "replace")
    return text.encode(
        dice.choice(("utf-16", "utf-16-be", "utf-32", "latin-1", "cp1252", "utf-7", "utf-8-sig")), "replace"
    )


def packed(_dice: random.Random, body: bytes, _: Sequence[bytes]) -> bytes:
    return gzip.compress(body, 1)


USUAL: tuple[Callable[[random.Random, bytes, Sequence[bytes]], bytes], ...] = (
    removed, repeated, inserted, inserted, flipped, spliced, retagged,
)  # fmt: skip
RARE = (cut, recoded, packed)


def mutant(dice: random.Random, body: bytes, pool: Sequence[bytes]) -> bytes:
    for _ in range(dice.randrange(1, 6)):
        body = dice.choice(USUAL)(dice, body, pool)
    return dice.choice(RARE)(dice, body, pool) if dice.random() < 0.2 else body


# ---------------------------------------------------------------- the run


def visit(dice: random.Random, kind: str, body: bytes) -> str:
    """Parse one document; how it ended. Raises whatever should not have been raised."""
    url = dice.choice(("https://faro.example/rss", "http://faro.example/wp-json/wp/v2/posts?page=1"))
    headers = (
        ("Content-Type", dice.choice(TYPES)),
        ("Content-Location", dice.choice(PLACES)),
        ("X-WP-TotalPages", "3"),
    )
    purpose = dice.choice((Purpose.FEED, Purpose.FOLLOW))
    answer = Fetched(Request(url, "x", purpose), url, 200, headers, body, SEEN, SEEN)
    source = Source("x", "X", kind, url, "es", "PE", "x", options=dice.choice(OPTIONS))
    try:
        parsed = sources.kind(kind).parse(source, answer)
        discovery.in_page(answer)
    except ParseError as error:
        error.message.encode("utf-8")
        return error.reason.value
    for text in texts(parsed):
        text.encode("utf-8")
    return "entries" if parsed.entries else "no entries"


def too_long(*_: object) -> None:
    raise TimeoutError(f"more than {SLOW} s")


def fuzz(data: Path, minutes: float, seed: int) -> bool:
    """Every document to one kind; what fails is kept and named with its traceback."""
    dice, pool = random.Random(seed), seeds(data)
    families, kinds = {seed: kinds_of(seed) for seed in pool}, sorted(sources.KINDS)
    ended: Counter[str] = Counter()
    failures: dict[str, str] = {}
    slowest, until = 0.0, time.monotonic() + 60 * minutes
    folder = Path(tempfile.mkdtemp(prefix="feeds-fuzz-"))
    signal.signal(signal.SIGALRM, too_long)
    warnings.simplefilter("error")
    while time.monotonic() < until:
        origin = dice.choice(pool)
        kind = dice.choice(families[origin] if dice.random() < 0.9 else kinds)
        body = mutant(dice, origin, pool)
        began = time.process_time()
        signal.alarm(SLOW)
        try:
            ended[visit(dice, kind, body)] += 1
        except Exception as error:
            where = traceback.extract_tb(error.__traceback__)[-1]
            name = f"{kind}: {type(error).__name__} at {Path(where.filename).name}:{where.lineno}"
            if name not in failures:
                file = folder / f"{len(failures):03}-{kind}"
                file.write_bytes(body)
                failures[name] = f"{error!r:.200} {file}"
                traceback.print_exc(limit=-4, file=sys.stdout)
        finally:
            signal.alarm(0)
        slowest = max(slowest, time.process_time() - began)
    print(f"fuzz: {ended.total():,} documents in {minutes:g} minutes over {len(kinds)} kinds, seed {seed}")
    print(f"  {', '.join(f'{name} {n:,}' for name, n in ended.most_common())}; slowest {slowest:.1f} s of work")
    for name, detail in failures.items():
        print(f"  FAILED {name}: {detail}")
    if not failures:
        folder.rmdir()
    return not failures
