"""The outbox of an issue: who has got it, who is to get it now, and its delivery, claimed before it is sent."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta

from monitor import mail
from monitor.clock import Clock
from monitor.model import Delivery, Message, Settings
from monitor.stages.issue import Frozen
from monitor.stages.rows import Row
from monitor.warehouse import Session, Warehouse

# After a temporary refusal (4xx): RFC 5321 4.5.4.1 asks for at least 30 minutes once the first tries failed.
RETRY_AFTER = (timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=2), timedelta(hours=6))


def states(settings: Settings, week: str, language: str) -> dict[str, Row]:
    """Address in small letters -> the latest row of its delivery, from the snapshot. Raises NoSnapshotError."""
    with Warehouse(settings.state).read_snapshot() as session:
        return _latest(session, week, language)


def undelivered(settings: Settings, week: str, language: str, now: datetime) -> list[str]:
    """Recipients who are to be sent a week's issue now: never tried, or deferred and due again."""
    return _due(settings.digest.recipients, states(settings, week, language), now)


def deliver(
    settings: Settings,
    clock: Clock,
    issue: Frozen,
    recipients: Sequence[str],
    mailer: mail.Mailer,
    stop_asked: Callable[[], bool] = lambda: False,
) -> tuple[Delivery, ...]:
    """Send a frozen issue to those who have not got it. Every delivery is claimed in the warehouse before the wire.

    A claim without an answer (the process was killed) becomes `unknown` and is never resent by itself: nobody gets
    an issue twice. Deferred ones are tried again when their time has come. Raises MailError when no session comes
    up, ConfigError for an address that cannot stand in a mail; whoever was not claimed by then is as before.
    """
    book = _Book(Warehouse(settings.state), clock, issue)
    done = book.settle_lost()
    messages = [
        mail.compose(issue.rendered, settings.digest, address, date=issue.frozen_at, run_id=issue.run_id)
        for address in book.due(recipients)
    ]
    if messages:
        for delivery in mailer.deliver(book.claimed(messages, stop_asked)):
            book.enter(delivery)
            done.append(delivery)
    return tuple(done)


class _Book:
    """The outbox of one issue, entered step by step while the mailer works; one short transaction per step."""

    def __init__(self, warehouse: Warehouse, clock: Clock, issue: Frozen) -> None:
        self._warehouse = warehouse
        self._clock = clock
        self._week, self._language = issue.rendered.week, issue.rendered.language
        with warehouse.read() as session:
            self._latest = _latest(session, self._week, self._language)

    def settle_lost(self) -> list[Delivery]:
        """Claims that no answer followed are entered as unknown."""
        said = "the process ended before the server answered"
        lost = [
            Delivery(row["recipient"], row["message_id"], "unknown", said)
            for row in self._latest.values()
            if row["state"] == "sending"
        ]
        for delivery in lost:
            self.enter(delivery)
        return lost

    def due(self, recipients: Sequence[str]) -> list[str]:
        return _due(recipients, self._latest, self._clock.now())

    def claimed(self, messages: Sequence[Message], stop_asked: Callable[[], bool]) -> Iterator[Message]:
        """The mailer takes a message just before it sends it: that is when it is claimed."""
        for message in messages:
            if stop_asked():
                return
            self.enter(Delivery(message.recipient, message.message_id, "sending", ""))
            yield message

    def enter(self, delivery: Delivery) -> None:
        """A claim opens the next attempt; everything else belongs to the attempt that is open."""
        key, now = delivery.recipient.lower(), self._clock.now()
        last = self._latest.get(key)
        attempt = (last["attempt"] if last else 0) + (delivery.state == "sending")
        row = {
            "week": self._week,
            "language": self._language,
            "recipient": delivery.recipient,
            "message_id": delivery.message_id,
            "state": delivery.state,
            "attempt": attempt,
            "reply": delivery.reply,
            "next_try_at": now + _wait(attempt) if delivery.state == "deferred" else None,
            "known_at": now,
        }
        with self._warehouse.write() as session:
            session.append("outbox", [row])
        self._latest[key] = row


def _latest(session: Session, week: str, language: str) -> dict[str, Row]:
    return {row["recipient"].lower(): row for row in session.rows("select_outbox", week=week, language=language)}


def _due(recipients: Sequence[str], latest: dict[str, Row], now: datetime) -> list[str]:
    """Each address once, however it is spelt."""
    wanted = {address.lower(): address for address in reversed(recipients)}
    return [wanted[key] for key in dict.fromkeys(map(str.lower, recipients)) if _try_now(latest.get(key), now)]


def _try_now(last: Row | None, now: datetime) -> bool:
    return last is None or (last["state"] == "deferred" and last["next_try_at"] <= now)


def _wait(attempt: int) -> timedelta:
    return RETRY_AFTER[min(attempt, len(RETRY_AFTER)) - 1]
