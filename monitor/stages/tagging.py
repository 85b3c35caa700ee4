"""Tags many documents on two cores: a process of its own takes portions from the end, this one from the front.

What comes out is what `Rules.tag` says, in order. A few documents, as most runs bring, never leave this process.
"""

from __future__ import annotations

import atexit
import io
import os
import pickle
import select
import signal
from collections.abc import Sequence
from pathlib import Path

from monitor import themes
from monitor.model import Document, Tagging
from monitor.stages.cell import Careful, Cell, receive, send
from monitor.themes import Rules

MANY = 300  # documents; the process takes a second to read the rules, in which this one tags as many
PORTION = 25
_IDLE_SECONDS = 60.0


class Tagger(Cell):
    """The process that helps; it ends with this one, or after a minute without work."""

    program = "from monitor.stages.tagging import serve; serve()"

    def tag(self, documents: Sequence[Document], rules: Rules, folder: Path | None) -> list[Tagging]:
        """`rules.tag` of each. Portions that the process does not answer for, or by other rules, are tagged here."""
        portions = [documents[at : at + PORTION] for at in range(0, len(documents), PORTION)]
        try:
            found = self._from_both_ends(portions, rules, folder)
        except BaseException:
            self.close()  # its answer may be on the way, and belongs to nobody now
            raise
        return [tagging for portion in found for tagging in portion]

    def _from_both_ends(
        self, portions: list[Sequence[Document]], rules: Rules, folder: Path | None
    ) -> list[list[Tagging]]:
        here: list[list[Tagging]] = []
        there: list[list[Tagging]] = []
        self.running()
        asked = self._ask_for(portions.pop(), folder)
        while portions:
            here.append(_tagged(portions.pop(0), rules))
            if portions and asked and self._has_answered():
                there.append(self._answer(asked, rules))
                asked = self._ask_for(portions.pop(), folder)
        if asked:
            there.append(self._answer(asked, rules))
        return [*here, *reversed(there)]

    def _ask_for(self, portion: Sequence[Document], folder: Path | None) -> Sequence[Document]:
        """Hand over a portion, where there is still somebody to take it; else it is tagged when its turn comes."""
        if self.process is not None and self.process.stdin is not None:
            try:
                send(self.process.stdin, pickle.dumps((folder, portion)))
            except OSError:
                self.close()
        return portion

    def _has_answered(self) -> bool:
        answers = self.process.stdout if self.process is not None else None
        return answers is None or bool(select.select([answers], [], [], 0)[0])

    def _answer(self, portion: Sequence[Document], rules: Rules) -> list[Tagging]:
        taggings: list[Tagging] = []
        try:
            if self.process is not None and self.process.stdout is not None:
                taggings = Careful(io.BytesIO(receive(self.process.stdout))).load()
        except (OSError, EOFError, pickle.UnpicklingError):
            self.close()
        same = all(tagging.rules_version == rules.version for tagging in taggings)
        return taggings if same and len(taggings) == len(portion) else _tagged(portion, rules)


def _tagged(documents: Sequence[Document], rules: Rules) -> list[Tagging]:
    return [rules.tag(document) for document in documents]


_SHARED = Tagger()


def tag(documents: Sequence[Document], rules: Rules, folder: Path | None) -> list[Tagging]:
    """`rules.tag` of each document, in order; `folder` is where the rules are from, besides the shipped ones."""
    if len(documents) < MANY or len(os.sched_getaffinity(0)) < 2:
        return _tagged(documents, rules)
    with _SHARED.one_at_a_time:
        return _SHARED.tag(documents, rules, folder)


def end() -> None:
    """End the process that helps, if there is one; the next many documents start another."""
    _SHARED.close()


atexit.register(end)


# ---------------------------------------------------------------- inside the process


def serve() -> None:
    """Tag portions from stdin, answer on stdout; until stdin ends or nobody asks for a minute."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)  # meant for the run, which finishes the round it is at
    with open(0, "rb", buffering=0) as questions, open(1, "wb", buffering=0) as answers:
        while select.select([questions], [], [], _IDLE_SECONDS)[0]:
            try:
                folder, portion = pickle.loads(receive(questions))  # noqa: S301 - written by our own parent
            except EOFError:
                return
            rules = themes.load(folder)  # read again only where a file has changed
            send(answers, pickle.dumps(_tagged(portion, rules)))
