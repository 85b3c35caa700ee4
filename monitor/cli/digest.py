"""`digest`: write a weekly issue, and with --send mail it."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from monitor.cli.app import App
from monitor.cli.output import emit_json, lima
from monitor.errors import ConfigError, Exit, UsageError
from monitor.model import Delivery, Rendered, Settings

if TYPE_CHECKING:
    from monitor.mail import Mailer

FORMS = {"html": ".html", "text": ".txt", "markdown": ".md"}


@dataclass(frozen=True, slots=True)
class Wanted:
    """One issue as asked for on the command line. `as_of` None: as sent, or else as known now."""

    week: str
    language: str
    as_of: datetime | None = None


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
    The files go to <state>/digests. With --send the issue is frozen: retries send the same bytes, nobody gets it
    twice, and the files stay as sent; --as-of writes what was known at another time beside them.
    """
    settings = app.settings()
    _check_options(send, to, as_of)
    send = send and not (if_due and not settings.digest.recipients)  # by schedule, without mail: the files only
    wanted = _wanted(app, settings, week, lang, as_of)
    if if_due and not is_due(settings, wanted, send=send, now=app.clock.now()):
        return _say_not_due(settings, wanted, quiet, as_json)
    deliveries: Sequence[Delivery] = ()
    if send and not to:
        deliveries = send_issue(app, settings, wanted)
    paths = _files(app, settings, wanted)
    if to:
        deliveries = _preview(app, settings, wanted, to)
    states = [_as_dict(delivery) for delivery in deliveries] if to or not send else _states(settings, wanted)
    unsent = [state for state in states if state["state"] != "sent"]
    if as_json:
        emit_json({"week": wanted.week, "language": wanted.language, "files": paths, "deliveries": states})
    elif unsent or not quiet:
        _tell(settings, paths if not quiet else {}, unsent if quiet else states)
    if open_it:
        click.launch(str(paths["html"]))
    return app.code(Exit.UNAVAILABLE if unsent else Exit.OK)


def digest_if_due(app: App, settings: Settings) -> int:
    """What `serve` calls: the digest of the last complete week, sent when mail is configured, at most once."""
    wanted = _wanted(app, settings, None, None, None)
    send = bool(settings.digest.recipients)
    if not is_due(settings, wanted, send=send, now=app.clock.now()):
        return Exit.OK
    deliveries = send_issue(app, settings, wanted) if send else ()
    _files(app, settings, wanted)
    return Exit.UNAVAILABLE if any(delivery.state != "sent" for delivery in deliveries) else Exit.OK


# ---------------------------------------------------------------- what is asked for


def _check_options(send: bool, to: Sequence[str], as_of: str | None) -> None:
    if to and not send:
        raise UsageError("--to says where --send sends to", hint="add --send, or leave out --to")
    if send and as_of:
        raise UsageError("--as-of writes files only; what is sent is what is known now", hint="leave out --send")
    for address in to:
        if "@" not in address:
            raise UsageError(f"--to {address!r} is not a mail address", hint="write it as name@example.org")


def _wanted(app: App, settings: Settings, week: str | None, lang: str | None, as_of: str | None) -> Wanted:
    from monitor.stages.issue import check_week, last_complete_week

    now = app.clock.now()
    chosen = week or last_complete_week(now, settings.zone)
    check_week(chosen, now, settings.zone)
    return Wanted(chosen, lang or settings.digest.language, _instant(as_of) if as_of else None)


def _instant(text: str) -> datetime:
    hint = "write it with its zone, as 2026-11-16T06:30-05:00"
    try:
        instant = datetime.fromisoformat(text)
    except ValueError as error:
        raise UsageError(f"--as-of {text!r} is not an instant", hint=hint) from error
    if instant.tzinfo is None:
        raise UsageError(f"--as-of {text!r} has no zone", hint=hint)
    return instant


def is_due(settings: Settings, wanted: Wanted, *, send: bool, now: datetime) -> bool:
    """Past the digest's hour, about a week that was watched, and not done yet: not sent to all, or not written."""
    from monitor.stages.issue import digest_due_at, watched
    from monitor.stages.outbox import undelivered

    if now < digest_due_at(settings, wanted.week) or not watched(settings, wanted.week):
        return False
    if send:
        return bool(undelivered(settings, wanted.week, wanted.language, now))
    return not _path(settings, wanted, "html").exists()


def _say_not_due(settings: Settings, wanted: Wanted, quiet: bool, as_json: bool) -> int:
    if as_json:
        emit_json({"week": wanted.week, "language": wanted.language, "due": False, "files": {}, "deliveries": []})
    elif not quiet:
        from monitor.stages.issue import digest_due_at

        due_at = lima(digest_due_at(settings, wanted.week), settings.zone)
        click.echo(f"nothing to do: the digest of {wanted.week} is done, or not due before {due_at}", err=True)
    return Exit.OK


# ---------------------------------------------------------------- mail


def send_issue(app: App, settings: Settings, wanted: Wanted) -> tuple[Delivery, ...]:
    """Freeze and deliver, under the lock. Raises ConfigError, LockedError, MailError."""
    from monitor.lock import state_lock
    from monitor.pipeline import send_digest

    mailer = _mailer(settings)
    recipients = settings.digest.recipients
    if not recipients:
        raise ConfigError((f"{settings.path}: [digest] recipients is empty",), hint="or use --send --to ADDRESS")
    if len(recipients) > settings.digest.max_recipients:
        limit = settings.digest.max_recipients
        raise ConfigError((f"{settings.path}: {len(recipients)} recipients, but [digest] max_recipients is {limit}",))
    app.stop_on_signals()
    with state_lock(settings.state, "digest", app.clock.now()):
        return send_digest(
            settings, app.clock, wanted.week, mailer, language=wanted.language, stop_asked=app.stop.is_set
        )


def _preview(app: App, settings: Settings, wanted: Wanted, to: Sequence[str]) -> tuple[Delivery, ...]:
    """To other addresses than the configured ones: not frozen, not entered in the outbox."""
    from monitor import mail

    mailer = _mailer(settings)
    rendered, run_id = _rendered(app, settings, wanted)
    now = app.clock.now()
    messages = [mail.compose(rendered, settings.digest, address, date=now, run_id=run_id) for address in to]
    return tuple(mailer.deliver(messages))


def _mailer(settings: Settings) -> Mailer:
    from monitor import mail
    from monitor.config import smtp_password

    needed = {"[mail] transport": settings.mail.transport, "[digest] sender": settings.digest.sender}
    if missing := [name for name, value in needed.items() if not value]:
        raise ConfigError(
            tuple(f"{settings.path}: {name} is not set" for name in missing),
            hint="without mail: `peru-monitor digest` writes the files only",
        )
    return mail.mailer(settings.mail, smtp_password(settings, os.environ) if settings.mail.user else "")


def _states(settings: Settings, wanted: Wanted) -> list[dict[str, Any]]:
    """How the delivery to every recipient stands, whenever it was tried."""
    from monitor.stages.outbox import states

    names = ("recipient", "state", "reply", "message_id", "attempt", "next_try_at", "known_at")
    latest = states(settings, wanted.week, wanted.language)
    return [{name: latest[key][name] for name in names} for key in sorted(latest)]


def _as_dict(delivery: Delivery) -> dict[str, Any]:
    return {name: getattr(delivery, name) for name in ("recipient", "state", "reply", "message_id")}


# ---------------------------------------------------------------- files


def _files(app: App, settings: Settings, wanted: Wanted) -> dict[str, Path]:
    from monitor.stages.issue import write_files

    rendered, _ = _rendered(app, settings, wanted)
    return write_files(rendered, settings.state / "digests", as_of=wanted.as_of)


def _rendered(app: App, settings: Settings, wanted: Wanted) -> tuple[Rendered, str]:
    """The issue as sent, if it was; else, and for `--as-of`, built from the snapshot. With the run it draws on."""
    from monitor import digest
    from monitor.stages import issue

    before = None if wanted.as_of else issue.sent(settings, wanted.week, wanted.language)
    if before is not None:
        return before.rendered, before.run_id
    built = issue.build(settings, wanted.week, wanted.language, wanted.as_of or app.clock.now())
    return digest.render(built), built.run_id


def _path(settings: Settings, wanted: Wanted, form: str) -> Path:
    from monitor.stages.issue import file_stem

    return settings.state / "digests" / (file_stem(wanted.week, wanted.language) + FORMS[form])


def _tell(settings: Settings, paths: Mapping[str, Path], states: Sequence[Mapping[str, Any]]) -> None:
    for path in paths.values():
        click.echo(path)
    for state in states:
        when = lima(state["known_at"], settings.zone) if "known_at" in state else ""
        retry = f"; next try {lima(state['next_try_at'], settings.zone)}" if state.get("next_try_at") else ""
        line = f"{state['state']:8}  {state['recipient']}  {when}  {state['reply']}{retry}".rstrip()
        click.echo(line, err=state["state"] != "sent")
