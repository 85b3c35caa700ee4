"""Writes tests/fetch/CHECKLIST.md: every point of the fetching contract, its tests, and how they ended just now.

    python tests/fetch/checklist.py

The points are in our own words. A test belongs to a point by its name: `item_28`, `sequence_s4`.
"""

from __future__ import annotations

import ast
import importlib.util
import re
import subprocess
import sys
import tempfile
from collections import defaultdict
from pathlib import Path
from xml.etree import ElementTree

TOP = Path(__file__).resolve().parents[2]
TABLE = Path(__file__).with_name("CHECKLIST.md")
FOLDERS = (
    "tests/fetch",
    "tests/sources",
    "tests/cli/test_cli_sources.py",
    "tests/test_schedule.py",
    "tests/test_dates.py",
)
MARK = re.compile(r"(item_\d+|sequence_s\d+)(?=_)")
ROW = re.compile(r"^\| (\d+|S\d+) \| [^|]+ \| ([^|]*) \| [^|]+ \|$", re.MULTILINE)

ITEMS = {
    1: "First contact costs one GET of the feed (and robots.txt), nothing else",
    2: "One honest User-Agent with a contact, never changed",
    3: "Accept names the feed types",
    4: "Only codings that are unpacked under a cap are offered",
    5: "No Cookie, no Referer, no added parameter, no fragment",
    6: "The address goes out byte for byte; non-ASCII encoded once",
    7: "No A-IM, no cache-busting; an unasked 226 is a part: no gap, no deletion",
    8: "Stored validators are checked before they are sent",
    9: "ETag and Last-Modified are echoed as the strings they were",
    10: "Every 200 replaces each validator by itself",
    11: "New validators of the same bytes are kept",
    12: "A 304 is a success that may refresh validators and freshness",
    13: "No validator is invented",
    14: "What cannot be read leaves no validators",
    15: "Validators belong to an address and survive restarts",
    16: "An unasked 304 is an error; a stuck 304 is probed once a week",
    17: "Equal bytes are not parsed; without validators six hours by default",
    18: "400, 403, 412 to a condition: the next slot goes without it",
    19: "At least 60 minutes from start to start, across crashes and processes; no source waits for another",
    20: "max-age (before Expires, RFC 9111), ttl and updatePeriod stretch the interval, to a day, over 304s too",
    21: "skipHours and skipDays postpone, in GMT, never past a day, over 304s too",
    22: "The interval adapts; a feed that rolled over is a gap and halves it",
    23: "Failures back off with jitter; name look-ups weigh less; weekly after thirty",
    24: "Starts are spread; one request at a time and a gap per host and platform",
    25: "Redirects by hand, five at most, every hop checked",
    26: "A permanent redirect is followed for good after three days, never a temporary one",
    27: "A 304 behind a redirect counts; validators go to the final address only",
    28: "Retry-After in every form, for the whole host, up to seven days",
    29: "Every status has its reason; 410 ends it, refusals are asked daily",
    30: "An empty feed is a success with a warning",
    31: "Deadlines: 5 s, 10 s, 10 s, 30 s in all",
    32: "10 MB on the wire, 25 MB unpacked, bombs end at the cap",
    33: "A cut answer is a failure, never a shorter feed",
    34: "gzip, deflate, br, zstd, two layers, wrong labels, a bare .gz",
    35: "Odd headers never crash the client",
    36: "TLS is verified; an opt-out is explicit and shown; https stays https",
    37: "Only http and https, 80 and 443 and configured ports",
    38: "Only public addresses, checked on the socket at every hop",
    39: "Unsafe links never leave a document",
    40: "Titles are plain text",
    41: "HTML of entries comes out as text",
    42: "No DTD, entity, stylesheet or file is fetched",
    43: "Credentials and secrets reach no other origin and no message",
    44: "robots.txt once a day, conditionally; the last good copy holds for 30 days of failures",
    45: "robots.txt holds for all but feeds; for a feed the group that names us, others are shown",
    46: "Crawl-delay and Request-rate raise the gap, to a minute and no further (there is no daily budget)",
    47: "robots.txt with BOM, case and versions in its tokens",
    48: "Ill-formed feeds with entries are read",
    49: "Bytes that hurt parsers are taken out before",
    50: "Relative links get their base",
    51: "Caps on items and texts; suspicious documents in a process that may be killed",
    52: "Titles and their fallbacks",
    53: "alternate, then link, then permalink guid",
    54: "Identity is the article, not the guid",
    55: "JSON Feed 1.0 and 1.1, whatever the label",
    56: "An empty body is a reason of its own",
    57: "Encodings as they come, doubly encoded Spanish mended",
    58: "A shrunken, reordered or edited feed deletes nothing",
    59: "Raw string, instant, offset and quality of every date",
    60: "A fixed order of strict grammars, nothing fuzzy",
    61: "Spanish and Peruvian dates",
    62: "Zone names by table; an unknown one is never UTC",
    63: "No zone means the source's; a day is local midnight",
    64: "Impossible dates and offsets are bad or flagged",
    65: "Future dates clamped or dropped; five hours off raises an alarm",
    66: "A missing date is first sight, for ever; updates stay apart",
    67: "The measured strings: hardly any missed, none wrong",
    68: "News sitemaps and one level of index",
    69: "WordPress API, two pages",
    70: "Discovery for an operator, stopping at the first hit",
    71: "Google News links are kept, not decoded",
    72: "Listing pages; a selector that fits nothing is an error",
    73: "WebSub hub recorded; older pages at first contact only",
}
SEQUENCES = {
    1: "200, 23 x 304, 200, 304: which validators go out",
    2: "Same body, new validators",
    3: "max-age on 200 and on 304",
    4: "429 with Retry-After and a sister feed",
    5: "503 with a date, 503 without, 200",
    6: "Permanent move, then the old host dies",
    7: "Redirect to a maintenance page",
    8: "410 once",
    9: "Cut gzip, then the whole",
    10: "Two processes, a kill, a restart",
    11: "304 for eight days",
    12: "robots.txt: forbidden, failing, gone",
    13: "Rebinding and the metadata service",
    14: "A feed wholly replaced",
}


def points() -> dict[str, str]:
    """Number as shown -> the point."""
    return {**{str(n): text for n, text in ITEMS.items()}, **{f"S{n}": text for n, text in SEQUENCES.items()}}


def key_of(mark: str) -> str:
    kind, number = mark.rsplit("_", 1)
    return number.upper() if kind == "sequence" else number


def tests() -> dict[str, list[str]]:
    """Number -> names of the test functions that carry its mark."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for folder in FOLDERS:
        path = TOP / folder
        for file in [path] if path.is_file() else sorted(path.glob("test_*.py")):
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                    for mark in MARK.findall(f"{node.name}_"):
                        found[key_of(mark)].append(node.name)
    return found


def results() -> dict[str, set[str]]:
    """Name of a test function -> how its cases ended in a run made now."""
    with tempfile.NamedTemporaryFile(suffix=".xml") as report:
        command = [sys.executable, "-m", "pytest", *FOLDERS, "-k", "item_ or sequence_", f"--junitxml={report.name}"]
        command += ["-n", "auto"] if importlib.util.find_spec("xdist") else []
        subprocess.run(command, cwd=TOP, check=False, stdout=subprocess.DEVNULL)
        cases = ElementTree.parse(report.name).getroot().iter("testcase")
        ended: defaultdict[str, set[str]] = defaultdict(set)
        for case in cases:
            state = next((child.tag for child in case if child.tag in ("failure", "error", "skipped")), "passed")
            ended[case.get("name", "").split("[")[0]].add("failed" if state in ("failure", "error") else state)
    return ended


def verdict(names: list[str], ended: dict[str, set[str]]) -> str:
    states = set[str]().union(*(ended.get(name, {"not run"}) for name in names)) if names else {"no test"}
    return next((state for state in ("failed", "no test", "not run", "skipped") if state in states), "passed")


def table(ended: dict[str, set[str]]) -> str:
    named = tests()
    lines = [
        "# The fetching contract and its tests",
        "",
        "Written by `python tests/fetch/checklist.py`, which runs the tests first. `pytest tests -k item_28` and",
        "`pytest tests/fetch -k sequence_s4` run those of one point.",
        "",
        "| point | what holds | tests | result |",
        "|---|---|---|---|",
    ]
    for number, text in points().items():
        names = sorted(set(named[number]))
        lines.append(f"| {number} | {text} | {', '.join(f'`{name}`' for name in names)} | {verdict(names, ended)} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    TABLE.write_text(table(results()), encoding="utf-8")
    rows = TABLE.read_text(encoding="utf-8")
    words = ("passed", "failed", "skipped", "no test", "not run")
    print(f"{len(points())} points: " + ", ".join(f"{rows.count(f'| {word} |')} {word}" for word in words))
