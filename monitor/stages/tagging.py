"""Tags many documents on two cores: a process of its own takes portions from the end, this one from the front.

For those who have stored texts judged again. What comes out is what `Rules.tag` says, in order; nobody waits for the
other process, and a few documents never leave this one.
"""

from __future__ import annotations

import atexit
import os
import pickle
import select
import signal
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from monitor import themes
from monitor.model import Document, Tagging
from monitor.stages.cell import Cell, receive, send
from monitor.themes import Rules

MANY = 100  # documents; fewer are done before the process has started
PORTION = 10
_IDLE_SECONDS = 60.0


class Tagger(Cell):
    """The process that helps; it ends with this one, or after a minute without work."""

    program = "from monitor.stages.tagging import serve; serve()"

    def __init__(self) -> None:
        super().__init__()
        self._at: Sequence[Document] = ()  # what the process was asked for last and has given no answer to

    def close(self) -> None:
        """End the process, if there is one; what it still had to say is lost."""
        super().close()
        self._at = ()

    def tag(self, documents: Sequence[Document], rules: Rules, folder: Path | None) -> list[Tagging]:
        """`rules.tag` of each. What the process is slow with, or would tag by other rules, is tagged here."""
        portions = [documents[at : at + PORTION] for at in range(0, len(documents), PORTION)]
        here: list[list[Tagging]] = []
        there: list[list[Tagging]] = []
        asked: Sequence[Document] = ()  # of these documents: the process may still be at others
        with suppress(OSError):  # no room for another process: everything is tagged here
            self.running()
        while portions:
            if self._is_free():
                answer = self._answer()
                if asked:
                    there.append(_trusted(answer, asked, rules))
                asked = portions.pop()
                self._ask_for(asked, folder)
            if portions:
                here.append(_tagged(portions.pop(0), rules))
        there.append(_trusted(self._answer() if self._is_free() else [], asked, rules))
        return [tagging for portion in (*here, *reversed(there)) for tagging in portion]

    def _is_free(self) -> bool:
        """Is there an answer, or nothing to wait for?"""
        answers = self.process.stdout if self.process is not None else None
        return not self._at or answers is None or bool(select.select([answers], [], [], 0)[0])

    def _ask_for(self, portion: Sequence[Document], folder: Path | None) -> None:
        try:
            if self.process is not None and self.process.stdin is not None:
                send(self.process.stdin, pickle.dumps((folder, portion)))
                self._at = portion
        except OSError:
            self.close()

    def _answer(self) -> list[Tagging]:
        """To what the process was asked for last; nothing where it is gone."""
        if not self._at:
            return []
        try:
            taggings: list[Tagging] = self.answer()
        except (OSError, EOFError, pickle.UnpicklingError):
            self.close()
            return []
        self._at = ()
        return taggings


def _trusted(taggings: list[Tagging], portion: Sequence[Document], rules: Rules) -> list[Tagging]:
    same = len(taggings) == len(portion) and all(tagging.rules_version == rules.version for tagging in taggings)
    return taggings if same else _tagged(portion, rules)


def _tagged(documents: Sequence[Document], rules: Rules) -> list[Tagging]:
    return [rules.tag(document) for document in documents]


_SHARED = Tagger()


def tag(documents: Sequence[Document], rules: Rules, folder: Path | None) -> list[Tagging]:
    """`rules.tag` of each document, in order; `folder` is where the rules are from, besides the shipped ones."""
    if len(documents) < MANY or len(os.sched_getaffinity(0)) < 2:
        return _tagged(documents, rules)
    with _SHARED.one_at_a_time:
        return _SHARED.tag(documents, rules, folder)


atexit.register(_SHARED.close)


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
