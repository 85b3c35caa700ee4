"""`digest`: write a weekly issue, and with --send mail it."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from monitor.cli.app import App
from monitor.cli.output import emit_json
from monitor.errors import ConfigError, Exit, UsageError
from monitor.model import Delivery, Rendered, Settings

if TYPE_CHECKING:
    from monitor.stages.issue import Deliverer


@click.command("digest")
@click.argument("week", required=False)
@click.option("--lang", type=click.Choice(["en", "es"]), help="Language of the frame (default: from sources.toml).")
@click.option("--as-of", "as_of", metavar="INSTANT", help="As known then, e.g. 2026-11-16T06:30-05:00.")
@click.option("--send", is_flag=True, help="Mail it to the configured recipients; each gets it once.")
@click.option("--to", multiple=True, metavar="ADDRESS", help="With --send: to this address instead, as a preview.")
@click.option("--if-due", is_flag=True, help="Do nothing before the digest's hour or when it has been sent (for cron).")
@click.option("--open", "open_it", is_flag=True, help="Open the HTML file.")
@click.option("--quiet", is_flag=True, help="Say nothing unless something needs attention.")
@click.option("--json", "as_json", is_flag=True, help="Print paths and deliveries as JSON.")
@click.pass_obj
def digest_command(
    app: App,
    week: str | None,
    lang: str | None,
    as_of: str | None,
    send: bool,
    to: tuple[str, ...],
    if_due: bool,
    open_it: bool,
    quiet: bool,
    as_json: bool,
) -> int:
    """Write the digest of WEEK (2026-W46; default: the last complete one) as HTML, text and Markdown.

    \b
    The files go to <state>/digests. With --send the issue is frozen: retries send the same bytes, nobody gets it twice.
    """
    from monitor.stages.issue import check_week, last_complete_week

    settings = app.settings()
    now = app.clock.now()
    chosen = week or last_complete_week(now, settings.zone)
    check_week(chosen, now, settings.zone)
    language = lang or settings.digest.language
    if if_due and not _is_due(settings, chosen, language, send, now):
        return Exit.OK
    if send:
        deliveries = _preview(app, settings, chosen, language, to) if to else _send(app, settings, chosen, language)
    else:
        deliveries = ()
    paths = _files(settings, chosen, language, _instant(as_of, now), fresh=not send or bool(to))
    if not quiet or any(delivery.state != "sent" for delivery in deliveries):
        _tell(paths, deliveries, as_json)
    if open_it:
        click.launch(paths["html"])
    return Exit.UNAVAILABLE if any(delivery.state != "sent" for delivery in deliveries) else Exit.OK


def digest_if_due(app: App, settings: Settings) -> int:
    """What `serve` calls: the digest of the last complete week, sent when mail is configured, at most once."""
    from monitor.stages.issue import last_complete_week

    now = app.clock.now()
    week, language = last_complete_week(now, settings.zone), settings.digest.language
    send = bool(settings.digest.recipients)
    if not _is_due(settings, week, language, send, now):
        return Exit.OK
    deliveries = _send(app, settings, week, language) if send else ()
    _files(settings, week, language, now, fresh=not send)
    return Exit.UNAVAILABLE if any(delivery.state != "sent" for delivery in deliveries) else Exit.OK


def _instant(text: str | None, now: datetime) -> datetime:
    if text is None:
        return now
    try:
        instant = datetime.fromisoformat(text)
    except ValueError as error:
        raise UsageError(f"--as-of {text!r} is not an instant", hint="write it as 2026-11-16T06:30-05:00") from error
    if instant.tzinfo is None:
        raise UsageError(f"--as-of {text!r} has no zone", hint="write it as 2026-11-16T06:30-05:00")
    return instant


def _is_due(settings: Settings, week: str, language: str, send: bool, now: datetime) -> bool:
    """Past the digest's hour, and not done yet: not sent to everybody, or (without --send) not written."""
    from monitor.stages.issue import digest_due_at, undelivered

    if now < digest_due_at(settings, week):
        return False
    if send:
        return bool(undelivered(settings, week, language, now))
    return not _path(settings, week, language).exists()


def _send(app: App, settings: Settings, week: str, language: str) -> tuple[Delivery, ...]:
    from monitor.lock import state_lock
    from monitor.pipeline import send_digest

    _check_mail(settings)
    if len(settings.digest.recipients) > settings.digest.max_recipients:
        raise ConfigError(
            (f"{len(settings.digest.recipients)} recipients, but max_recipients is {settings.digest.max_recipients}",)
        )
    with state_lock(settings.state, "digest", app.clock.now()):
        return send_digest(
            settings, app.clock, week, settings.digest.recipients, language=language, deliverer=_deliverer(settings)
        )


def _preview(app: App, settings: Settings, week: str, language: str, to: tuple[str, ...]) -> tuple[Delivery, ...]:
    """To other addresses than the configured ones: not frozen, not entered in the outbox."""
    from monitor import digest
    from monitor.stages import issue

    _check_mail(settings)
    built = issue.build(settings, week, language, app.clock.now())
    return tuple(_deliverer(settings)(digest.render(built), to, app.clock.now(), built.run_id))


def _check_mail(settings: Settings) -> None:
    missing = [
        name
        for name, value in (("[mail] transport", settings.mail.transport), ("[digest] sender", settings.digest.sender))
        if not value
    ]
    if missing:
        raise ConfigError(
            tuple(f"{settings.path}: {name} is not set" for name in missing),
            hint="without mail: `peru-monitor digest` writes the files only",
        )


def _deliverer(settings: Settings) -> Deliverer:
    from monitor import mail
    from monitor.config import smtp_password

    password = smtp_password(settings, os.environ) if settings.mail.user else ""

    def deliver(rendered: Rendered, recipients: Sequence[str], now: datetime, run_id: str) -> Iterator[Delivery]:
        messages = [mail.compose(rendered, settings.digest, to, date=now, run_id=run_id) for to in recipients]
        return iter(mail.mailer(settings.mail, password).deliver(messages)) if messages else iter(())

    return deliver


def _files(settings: Settings, week: str, language: str, as_of: datetime, *, fresh: bool) -> dict[str, str]:
    from monitor.pipeline import write_digest

    if fresh:
        return {kind: str(path) for kind, path in write_digest(settings, week, as_of=as_of, language=language).items()}
    path = _path(settings, week, language)
    return {"html": str(path), "text": str(path.with_suffix(".txt")), "markdown": str(path.with_suffix(".md"))}


def _path(settings: Settings, week: str, language: str) -> Path:
    from monitor.stages.issue import file_stem

    return settings.state / "digests" / f"{file_stem(week, language)}.html"


def _tell(paths: dict[str, str], deliveries: Sequence[Delivery], as_json: bool) -> None:
    if as_json:
        sent = [{name: getattr(d, name) for name in ("recipient", "state", "reply", "message_id")} for d in deliveries]
        emit_json({"files": paths, "deliveries": sent})
        return
    for path in paths.values():
        click.echo(path)
    for delivery in deliveries:
        click.echo(f"{delivery.state}  {delivery.recipient}  {delivery.reply}", err=delivery.state != "sent")
