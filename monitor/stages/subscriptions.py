"""Lists of feeds from and for other readers: which outlines of an OPML file become sources, and why others do not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from monitor.model import Settings, Source
from monitor.source_blocks import KEYS, TABLES, Block
from monitor.sources.opml import Listing, Outline
from monitor.stages import source_list
from monitor.stages.propose import Proposal, propose


@dataclass(frozen=True, slots=True)
class Judged:
    """One outline: `new` with its proposal, `known` with the source that has its address, `refused` with the reason."""

    outline: Outline
    state: str
    why: str = ""
    proposal: Proposal | None = None


def judge(listing: Listing, settings: Settings, *, disabled: bool = False) -> list[Judged]:
    """Every outline in its order. Ids are made unique; an address twice in the file is known the second time."""
    known: list[Source] = list(settings.sources)
    judged = []
    for outline in listing.outlines:
        verdict = _judge(outline, listing.owners, known, disabled)
        if verdict.proposal:
            known.append(_placeholder(verdict.proposal.block))
        judged.append(verdict)
    return judged


def _judge(outline: Outline, explained: Mapping[str, str], known: Sequence[Source], disabled: bool) -> Judged:
    if refusal := next(_refusals(outline), ""):
        return Judged(outline, "refused", refusal)
    if twin := source_list.twin_of(outline.url, known):
        return Judged(outline, "known", f"it is {twin.id}")
    given = _given(outline, {source.id for source in known}, disabled)
    proposal = propose(
        outline.url,
        str(given.get("kind", "feed")),
        given,
        known,
        title=outline.title,
        sample=outline.title,
        declared=outline.language.lower(),
    )
    owner = proposal.block["owner"]
    named = {owner: explained.get(owner) or proposal.owners[owner]}
    if problems := source_list.problems_of(proposal.block):
        return Judged(outline, "refused", "; ".join(problems))
    return Judged(outline, "new", "", Proposal(proposal.block, named, proposal.guessed))


def _refusals(outline: Outline) -> Iterator[str]:
    if outline.commented:
        yield "commented out in the file"
    if outline.kind.lower() == "include":
        yield "it includes another list, which is not fetched"
    if outline.kind.lower() == "link" and "kind" not in outline.own:
        yield "a link to a page, not to a feed"


def _given(outline: Outline, taken: set[str], disabled: bool) -> Block:
    given: Block = {key: value for key, value in outline.own.items() if key in (*KEYS, *TABLES)}
    if given.get("id") in taken:
        del given["id"]
    if outline.own and outline.title:
        given["name"] = outline.title
    if disabled:
        given["enabled"] = False
    return given


def _placeholder(block: Block) -> Source:
    """Enough of a source for the comparison with those that follow in the same file."""
    id_, name, kind, url, lang, country, owner = (
        str(block[key]) for key in ("id", "name", "kind", "url", "lang", "country", "owner")
    )
    return Source(id_, name, kind, url, lang, country, owner)
