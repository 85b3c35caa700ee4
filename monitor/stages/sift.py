"""From entries to outcomes: new, seen, changed or rejected. Pure; every entry gets exactly one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from monitor.errors import Reason
from monitor.model import Counts, Entry, Parsed, Prior, Rejected, Relevance, Source
from monitor.text import digest_of, stable_id


@dataclass(frozen=True, slots=True)
class Known:
    """What the warehouse holds of one article's entries."""

    hashes: frozenset[str]
    latest_hash: str
    stamped_at: datetime | None


@dataclass(frozen=True, slots=True)
class Sighting:
    """An entry that said something new."""

    entry: Entry
    article_id: int
    text_hash: str
    outcome: str  # new, changed, rejected
    reason: Reason | None = None


@dataclass(frozen=True, slots=True)
class Sifted:
    """Everything one document held, accounted for."""

    sightings: tuple[Sighting, ...]
    rejected: tuple[Rejected, ...]
    counts: Counts


NOTHING = Sifted((), (), Counts())  # of a document that was not there or not new


@dataclass(slots=True)
class Sieve:
    """Sifts documents one after another; what one document taught counts for the next of the same run."""

    known: dict[int, Known]
    is_relevant: Callable[[Source, Entry], Relevance]

    def sift(self, source: Source, parsed: Parsed) -> Sifted:
        """Outcomes of one document; counts are balanced by construction and asserted."""
        tally: Counter[str] = Counter()
        sightings: list[Sighting] = []
        rejected = list(parsed.rejected)
        for entry in parsed.entries:
            sighting = self._look(source, entry)
            if sighting is None:
                tally["seen"] += 1
                continue
            tally[sighting.outcome] += 1
            sightings.append(sighting)
            if sighting.reason is not None:
                rejected.append(Rejected(sighting.reason, entry.title, entry.link))
        counts = Counts(
            fetched=len(parsed.entries) + len(parsed.rejected),
            new=tally["new"],
            seen=tally["seen"],
            changed=tally["changed"],
            rejected=tally["rejected"] + len(parsed.rejected),
        )
        assert counts.balanced, counts
        return Sifted(tuple(sightings), tuple(rejected), counts)

    def _look(self, source: Source, entry: Entry) -> Sighting | None:
        """None for an entry that says nothing new."""
        article_id = stable_id(entry.key)
        text_hash = digest_of(entry.title, entry.summary)
        known = self.known.get(article_id)
        if known is not None and not _says_something_new(known, text_hash, entry):
            return None
        self.known[article_id] = _learn(known, text_hash, entry)
        if not self.is_relevant(source, entry).relevant:
            return Sighting(entry, article_id, text_hash, "rejected", Reason.NOT_ABOUT_PERU)
        return Sighting(entry, article_id, text_hash, "changed" if known else "new")


def _says_something_new(known: Known, text_hash: str, entry: Entry) -> bool:
    """A wording never seen, or an old wording that came back under a newer date (an edit that was undone).

    An old wording under an old date is a cache, another feed of the outlet, or a replay: it says nothing.
    """
    if text_hash not in known.hashes:
        return True
    stamp = _stamp(entry)
    return text_hash != known.latest_hash and None not in (stamp, known.stamped_at) and stamp > known.stamped_at  # type: ignore[operator]


def _learn(known: Known | None, text_hash: str, entry: Entry) -> Known:
    hashes = (known.hashes if known else frozenset()) | {text_hash}
    stamps = [stamp for stamp in (_stamp(entry), known.stamped_at if known else None) if stamp]
    return Known(hashes, text_hash, max(stamps, default=None))


def _stamp(entry: Entry) -> datetime | None:
    return max((m.at for m in (entry.published, entry.updated) if m.at), default=None)


def prior_of(source: Source, url: str) -> Prior:
    """The source's prior after its section rules; the longest matching path prefix decides."""
    path = "/" + url.split("://", 1)[-1].partition("/")[2]
    matching = [rule for rule in source.sections if path.startswith(rule.prefix)]
    return max(matching, key=lambda rule: len(rule.prefix)).prior if matching else source.prior


def reasons_of(rejected: tuple[Rejected, ...]) -> Mapping[Reason, int]:
    """How many per reason."""
    return Counter(item.reason for item in rejected)
