"""Damaged pages: every page of the data cut off, byte-flipped, in another charset and doubled, read until time is up.

usage: python tests/bench/extract.py --fuzz MINUTES [--seed N]

Promised: `extract.article` returns an article or raises ExtractError, whatever the bytes; no page takes as long as the
page cell allows, and the process stays below 400 MB. Each damage has a number: `--seed` begins there.
"""

from __future__ import annotations

import logging
import multiprocessing
import random
import resource
import sys
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import extract

from monitor.errors import ExtractError
from monitor.extract import article
from monitor.model import Entry, Fetched, Request, Source
from monitor.stages.page_cell import CPU_SECONDS

MEMORY_BAR = 400  # MB
CHARSETS = ("utf-8", "iso-8859-1", "windows-1252", "utf-16", "utf-16-be", "utf-32", "shift_jis", "gb18030", "koi8-r")
URL = "https://example.org/a/page"
SOURCE = Source("bench", "Bench", "feed", URL, "es", "PE", "bench", zone="America/Lima")
ENTRY = Entry("bench", URL, "", URL, "")
CHUNK = 4096

Damage = Callable[[bytes, random.Random], tuple[bytes, str]]  # body and content type


def cut_off(body: bytes, dice: random.Random) -> tuple[bytes, str]:
    return body[: dice.randrange(len(body) + 1)], "text/html"


def flipped(body: bytes, dice: random.Random) -> tuple[bytes, str]:
    """From one byte in ten thousand to one in ten, anywhere or in one place."""
    damaged = bytearray(body)
    start = dice.choice((0, dice.randrange(len(body) + 1)))
    end = dice.choice((len(body), min(len(body), start + CHUNK)))
    for _ in range(int((end - start) * 10 ** -dice.uniform(1, 4)) + 1 if end > start else 0):
        damaged[dice.randrange(start, end)] = dice.randrange(256)
    return bytes(damaged), "text/html"


def other_charset(body: bytes, dice: random.Random) -> tuple[bytes, str]:
    """Written in one charset, declared in another, its own meta aside."""
    written, declared = dice.choice(CHARSETS), dice.choice((*CHARSETS, "utf-7", "punycode", "x-unknown"))
    return body.decode("utf-8", "replace").encode(written, "replace"), f"text/html; charset={declared}"


def doubled(body: bytes, dice: random.Random) -> tuple[bytes, str]:
    """The whole page, or a piece of it, once more or many times, somewhere inside it."""
    start, at = dice.randrange(len(body) + 1), dice.randrange(len(body) + 1)
    piece, times = dice.choice(((body, 1), (body[start : start + CHUNK], dice.choice((1, 10, 300)))))
    return body[:at] + piece * times + body[at:], "text/html"


DAMAGES: tuple[Damage, ...] = (cut_off, flipped, other_charset, doubled)


@dataclass(slots=True)
class Tally:
    """What became of the damaged pages."""

    read: int = 0
    articles: int = 0
    reasons: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    slowest: float = 0.0
    slowest_page: str = ""


def numbered(pages: list[Path], seed: int) -> Iterator[tuple[int, Path, Damage]]:
    """Without end: all pages with the first damage, then all with the next."""
    for number in count(seed):
        yield number, pages[number % len(pages)], DAMAGES[number // len(pages) % len(DAMAGES)]


def read_one(number: int, path: Path, damage: Damage, tally: Tally) -> None:
    body, declared = damage(extract.page_bytes(path), random.Random(number))
    headers = (("Content-Type", declared),)
    page = Fetched(Request(URL, "bench"), URL, 200, headers, body, extract.SEEN_AT, extract.SEEN_AT)
    name = f"{damage.__name__} {path.name} --seed {number}"
    before = time.process_time()
    try:
        article(page, ENTRY, SOURCE)
        tally.articles += 1
    except ExtractError as error:
        tally.reasons[error.reason.value] += 1
    except Exception:  # what this bench is looking for
        tally.faults.append(f"{name}\n{traceback.format_exc()}")
    spent = time.process_time() - before
    tally.read += 1
    if spent > tally.slowest:
        tally.slowest, tally.slowest_page = spent, name


def read_all(data: Path, minutes: float, seed: int) -> None:
    """Read for so long, print, and exit with 1 where a promise was broken; meant for a process of its own."""
    logging.disable(logging.CRITICAL)
    pages = sorted(path for gold in extract.read_gold(data, None) for path in [data / gold["html"]])
    tally, until = Tally(), time.monotonic() + 60 * minutes
    for number, path, damage in numbered(pages, seed):
        if time.monotonic() >= until:
            break
        read_one(number, path, damage, tally)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    for fault in tally.faults[:20]:
        print(fault)
    told = ", ".join(f"{reason} {n}" for reason, n in tally.reasons.most_common())
    print(f"{tally.read} damaged pages: {tally.articles} articles, {told}")
    print(
        f"exceptions {len(tally.faults)}, slowest {tally.slowest:.1f} CPU-s ({tally.slowest_page}), peak {peak:.0f} MB"
    )
    sys.exit(bool(tally.faults or tally.slowest >= CPU_SECONDS or peak >= MEMORY_BAR))


def fuzz(data: Path, minutes: float, seed: int) -> int:
    """Exit code: 0 where every promise held."""
    child = multiprocessing.get_context("spawn").Process(target=read_all, args=(data, minutes, seed))
    child.start()
    child.join()
    return int(bool(child.exitcode))
