"""Reads date strings and counts: right, wrong, none.

    python tests/bench/dates.py [--data ../shared/data/feeds/dates-dev.json]

The file is a list of [string, instant]: an ISO instant in UTC, null where there is nothing to read, `|Lima` for a
naive time that means America/Lima, `|Lima-date` for a day alone. No instant where none is due counts as right.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from monitor import dates

DATA = Path(__file__).parents[2] / "../shared/data/feeds/dates-dev.json"
SEEN = datetime(2026, 11, 16, 12, tzinfo=UTC)  # after every date in the files


def wanted(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text.split("|")[0].rstrip("?")) if text else None


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=DATA)
    args = parser.parse_args()
    if not args.data.exists():
        print(f"skipped: no data at {args.data}")
        return 0
    files = sorted(args.data.glob("dates*.json")) if args.data.is_dir() else [args.data]
    cases = [case for file in files for case in json.loads(file.read_text(encoding="utf-8"))]
    right = wrong = none = 0
    began = time.perf_counter()
    for raw, text in cases:
        found, expected = dates.parse(raw, "America/Lima", SEEN).at, wanted(text)
        right += found == expected
        none += found is None and expected is not None
        if found is not None and found != expected:
            wrong += 1
            print(f"wrong: {raw!r} read as {found.isoformat()}, wanted {text}")
        elif found is None and expected is not None:
            print(f"none: {raw!r}, wanted {text}")
    print(f"{(time.perf_counter() - began) / max(1, len(cases)) * 1e6:.0f} microseconds a string")
    print(f"right {right} wrong {wrong} none {none} of {len(cases)}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
