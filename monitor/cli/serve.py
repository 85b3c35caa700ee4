"""`serve`: the scheduler in the foreground, calling the same run and digest as cron and systemd do."""

from __future__ import annotations

from datetime import datetime

import click

from monitor.cli.app import App
from monitor.errors import Exit
from monitor.model import Settings


@click.command("serve")
@click.pass_obj
def serve_command(app: App) -> int:
    """Run every hour and send the digest on Mondays (Lima time) until SIGTERM. For containers.

    A digest that some recipients could not be sent is tried again after each run. Without mail it is only written.
    Use this, or the systemd timers, or cron: never two of them.
    """
    from monitor.service import serve

    settings = app.settings()
    last_run_at, last_digest_at = _last_successes(app, settings)
    app.stop_on_signals()
    serve(
        settings,
        run=lambda: _run(app, settings),
        digest=lambda: _digest(app, settings),
        stop=app.stop,
        clock=app.clock,
        last_run_at=last_run_at,
        last_digest_at=last_digest_at,
    )
    return Exit.OK


def _run(app: App, settings: Settings) -> int:
    from monitor.cli.collect import collect_once, exit_code
    from monitor.cli.report import summary
    from monitor.lock import state_lock

    with state_lock(settings.state, "serve", app.clock.now()):
        report = collect_once(app, settings)
    code = exit_code(app, settings, report)
    click.echo(summary(report, code), err=True)
    # As `run && digest --if-due` under cron: deferred deliveries are due again long before the next Monday.
    return code or (Exit.OK if app.stop.is_set() else _digest(app, settings))


def _digest(app: App, settings: Settings) -> int:
    from monitor.cli.digest import digest_if_due

    return digest_if_due(app, settings)


def _last_successes(app: App, settings: Settings) -> tuple[datetime | None, datetime | None]:
    """Ends of the last good run and of the last digest; both None before the first run.

    The digest has no hour of its own to be remembered: as long as one is due, it counts as not done.
    """
    from monitor.cli.digest import Wanted, is_due
    from monitor.stages.explain import last_success_at
    from monitor.stages.issue import last_complete_week

    now = app.clock.now()
    last_run_at = last_success_at(settings)
    if last_run_at is None:
        return None, None
    wanted = Wanted(last_complete_week(now, settings.zone), settings.digest.language)
    due = is_due(settings, wanted, send=bool(settings.digest.recipients), now=now)
    return last_run_at, datetime.min.replace(tzinfo=now.tzinfo) if due else now
