"""The command line: one module per verb group, loaded only when its verb is used. No logic here."""

from __future__ import annotations

import errno
import importlib
import os
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, TextIO

import click

from monitor import __version__
from monitor.errors import ConfigError, DiskFullError, Exit, MonitorError

if TYPE_CHECKING:
    from types import TracebackType

    from monitor.cli.app import Surroundings

# verb -> (module, what `--help` says). Kept as data so that `--help` loads none of them.
VERBS = {
    "run": ("collect", "Fetch the sources that are due, read new articles, tag and group them."),
    "digest": ("digest", "Write the weekly digest of changes; with --send also mail it."),
    "status": ("status", "Last run, sources in trouble, size of the warehouse."),
    "sources": ("sources", "List the sources, check that they answer, find and add new ones; OPML in and out."),
    "sql": ("query", "Run SQL, or a saved query, on the published snapshot."),
    "why": ("why", "Explain one article, or why two are or are not one text and one story."),
    "story": ("story", "Show one story with all its articles; merge or split stories."),
    "stories": ("story", "List the stories of a week."),
    "replay": ("replay", "Rebuild a warehouse from archived answers (WARC files)."),
    "themes": ("themes", "Measure, check and improve the theme rules."),
    "retag": ("retag", "Judge stored articles again after a change of the theme rules."),
    "label": ("label", "Correct the themes of an article; what people say wins over the rules."),
    "import-warc": ("archive", "Take in pages from WARC files that others wrote (Common Crawl)."),
    "add": ("archive", "Add documents: PDF, HTML, Markdown, text or mail, from files or addresses."),
    "reextract": ("archive", "Read stored articles again from the archive, after the extractor changed."),
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
        command: click.Command = getattr(module, f"{name.replace('-', '_')}_command")
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args[0] not in VERBS:
            from monitor.config_values import nearest

            raise click.UsageError(f'no verb is called "{args[0]}"{nearest(args[0], VERBS)}', ctx)
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in VERBS.items()])

    def invoke(self, ctx: click.Context) -> Any:
        """Exit code of the verb. What it printed is written out here, where a reader that left early is known."""
        try:
            code = super().invoke(ctx)
            sys.stdout.flush()
        except BrokenPipeError:  # `... | head`: it has what it wanted
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return Exit.OK
        return code


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
    again later), 78 configuration, 130 and 143 stopped by Ctrl-C or SIGTERM.
    """
    from monitor.cli.app import App, Surroundings

    ctx.obj = App(config, state, log_format, verbose, ctx.obj or Surroundings())
    if ctx.invoked_subcommand is None:
        importlib.import_module("monitor.cli.status").greet(ctx.obj)


def main(args: Sequence[str] | None = None, surroundings: Surroundings | None = None) -> NoReturn:
    """Entry point: errors raised on purpose become one message, one hint and their exit code."""
    words = list(sys.argv[1:] if args is None else args)
    sys.excepthook = partial(_confess, words)
    for stream in (sys.stdout, sys.stderr):
        _speak_any_language(stream)
    try:
        code = cli.main(words, "peru-monitor", standalone_mode=False, obj=surroundings)
    except click.ClickException as error:
        code = _refuse(error, words)
    except (click.exceptions.Abort, KeyboardInterrupt):
        code = Exit.INTERRUPTED
    except MonitorError as error:
        code = _tell(error, words)
    except OSError as error:
        if error.filename is None:
            raise
        code = _tell(_file_error(error), words)
    sys.exit(int(code) if isinstance(code, int) else 0)


def _speak_any_language(stream: TextIO) -> None:
    """Under LANG=C a pipe gets UTF-8, as files do; a terminal gets what it can show. Neither ends the program."""
    reconfigure = getattr(stream, "reconfigure", None)
    if reconfigure is None:
        return
    if stream.isatty():
        reconfigure(errors="replace")
    else:
        reconfigure(encoding="utf-8", errors="backslashreplace")


def _refuse(error: click.ClickException, words: Sequence[str]) -> Exit:
    """What click found wrong with the command line."""
    hint = ""
    if isinstance(error, click.NoSuchOption) and error.option_name in {o for p in cli.params for o in p.opts}:
        hint = f"{error.option_name} goes before the verb: peru-monitor {error.option_name} ... run"
    if "--json" in words:
        _emit(Exit.USAGE, error.format_message(), hint)
    error.show()
    if hint:
        click.echo(f"hint: {hint}", err=True)
    return Exit.USAGE


def _tell(error: MonitorError, words: Sequence[str]) -> Exit:
    if "--json" in words:
        _emit(error.exit_code, error.message, error.hint)
    # Another run holding the lock is everyday life under cron: `--quiet` says nothing, so no mail is sent.
    if not (error.exit_code is Exit.LOCKED and "--quiet" in words):
        click.echo(f"peru-monitor: {error.message}", err=True)
        if error.hint:
            click.echo(f"hint: {error.hint}", err=True)
    return error.exit_code


def _emit(code: Exit, message: str, hint: str) -> None:
    from monitor.cli.output import emit_json

    emit_json({"error": {"code": int(code), "message": message, "hint": hint}})


def _file_error(error: OSError) -> MonitorError:
    """A file or folder that cannot be used: its name and what to do."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return DiskFullError(f"no space left on the disk of {error.filename}", hint="free some space and run again")
    return ConfigError((f"{error.filename}: {error.strerror}",), hint="another state folder: peru-monitor --state DIR")


def _confess(
    words: Sequence[str], kind: type[BaseException], error: BaseException, trace: TracebackType | None
) -> None:
    """The hook for what nobody foresaw: the traceback for us, one sentence for the user, exit code 70."""

    import traceback

    traceback.print_exception(kind, error, trace)
    message = f"this is a bug: {kind.__name__}: {error}"
    if "--json" in words:
        _emit(Exit.BUG, message, "please report it with the lines on stderr")
    click.echo(f"peru-monitor: {message}\nhint: please report it with the lines above", err=True)
    sys.exit(int(Exit.BUG))
