"""`serve`: the scheduler in the foreground, calling the same run and digest as cron and systemd do."""

from __future__ import annotations

import click

from monitor.cli.app import App
from monitor.errors import Exit


@click.command("serve")
@click.pass_obj
def serve_command(app: App) -> int:
    """Run every hour and send the digest on Mondays (Lima time) until SIGTERM. For containers.

    Use this, or the systemd timers, or cron: never two of them.
    """
    from monitor.cli.collect import collect_once, exit_code
    from monitor.cli.digest import digest_if_due
    from monitor.cli.output import summary
    from monitor.lock import state_lock
    from monitor.service import serve

    settings = app.settings()

    def run() -> int:
        with state_lock(settings.state, "serve", app.clock.now()):
            report = collect_once(app, settings, frozenset(), False)
        click.echo(summary(report), err=True)
        return exit_code(report, settings)

    def digest() -> int:
        return digest_if_due(app, settings)

    app.stop_on_signals()
    serve(settings, run=run, digest=digest, stop=app.stop, clock=app.clock)
    return Exit.OK
