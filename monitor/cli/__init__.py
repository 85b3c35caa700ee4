"""The command line: one module per verb group, loaded only when its verb is used. No logic here."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

import click

from monitor import __version__
from monitor.cli.app import App
from monitor.errors import Exit, MonitorError

# verb -> (module, what `--help` says). Kept as data so that `--help` loads none of them.
VERBS = {
    "run": ("collect", "Fetch the sources that are due, read new articles, tag and group them."),
    "digest": ("digest", "Write the weekly digest of changes; with --send also mail it."),
    "status": ("status", "Last run, sources in trouble, size of the warehouse."),
    "sources": ("sources", "List the configured sources, or check that they answer."),
    "sql": ("query", "Run SQL, or a saved query, on the published snapshot."),
    "why": ("why", "Explain one article: themes with their evidence, versions, story, duplicates."),
    "replay": ("collect", "Rebuild a warehouse from archived answers (WARC files)."),
    "serve": ("serve", "Stay running: hourly runs and the Monday digest, for containers."),
}


class _Verbs(click.Group):
    """Looks verbs up in VERBS and imports their module on use."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(VERBS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name not in VERBS:
            return None
        module = importlib.import_module(f"monitor.cli.{VERBS[name][0]}")
        command: click.Command = getattr(module, f"{name}_command")
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in VERBS.items()])


@click.group(cls=_Verbs, invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--config", type=click.Path(path_type=Path), help="Source list to use (default: ./sources.toml).")
@click.option("--state", type=click.Path(path_type=Path), help="Folder of warehouse, archive and digests.")
@click.option("--log-format", type=click.Choice(["text", "json"]), default="text", help="Form of log lines on stderr.")
@click.option("-v", "--verbose", is_flag=True, help="Log what is being done.")
@click.version_option(__version__, prog_name="peru-monitor")
@click.pass_context
def cli(ctx: click.Context, config: Path | None, state: Path | None, log_format: str, verbose: bool) -> None:
    """Watch the news about Peru: fetch, deduplicate, group, tag, and mail a weekly digest of what changed.

    Exit codes: 0 ok, 2 usage, 65 bad data, 69 no source or server answered, 70 bug, 75 locked or disk full (try
    again later), 78 configuration.
    """
    ctx.obj = App(config, state, log_format, verbose)
    if ctx.invoked_subcommand is None:
        importlib.import_module("monitor.cli.status").greet(ctx.obj)


def main() -> None:
    """Entry point: errors raised on purpose become one message, one hint and their exit code."""
    try:
        code = cli.main(standalone_mode=False)
    except click.ClickException as error:
        error.show()
        code = Exit.USAGE
    except click.exceptions.Abort:
        code = Exit.INTERRUPTED
    except MonitorError as error:
        code = _tell(error)
    except KeyboardInterrupt:
        code = Exit.INTERRUPTED
    except BrokenPipeError:
        sys.stderr.close()  # the reader of our output went away, e.g. `| head`
        code = Exit.OK
    sys.exit(int(code) if isinstance(code, int) else 0)


def _tell(error: MonitorError) -> Exit:
    if "--json" in sys.argv:
        from monitor.cli.output import emit_json

        emit_json({"error": {"code": int(error.exit_code), "message": error.message, "hint": error.hint}})
    # Another run holding the lock is everyday life under cron: `--quiet` says nothing, so no mail is sent.
    if not (error.exit_code is Exit.LOCKED and "--quiet" in sys.argv):
        click.echo(f"peru-monitor: {error.message}", err=True)
        if error.hint:
            click.echo(f"hint: {error.hint}", err=True)
    return error.exit_code
