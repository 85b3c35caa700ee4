"""`themes test`, `themes check` and `themes suggest`: how good the rules are, and how to better them."""

from __future__ import annotations

from pathlib import Path
from textwrap import shorten
from typing import TYPE_CHECKING

import click

from monitor.cli.app import App
from monitor.cli.output import emit_json, table
from monitor.errors import ConfigError, Exit, UsageError

if TYPE_CHECKING:
    from monitor.model import Evidence
    from monitor.themes.lint import Finding
    from monitor.themes.scorecard import Mistake, Scorecard, Tally

_LONGEST = 300  # characters of a finding on a terminal; a theme may have hundreds of terms that never fired


@click.group("themes")
def themes_command() -> None:
    """Measure, check and improve the theme rules."""


# ---------------------------------------------------------------- test


@themes_command.command("test")
@click.argument("file", required=False, type=click.Path(path_type=Path))
@click.option("--from-labels", is_flag=True, help="Measure on the articles that people labelled (see `label`).")
@click.option("--errors", default=10, show_default=True, help="How many of the worst errors to show.")
@click.option("--json", "as_json", is_flag=True, help="Print the figures as JSON.")
@click.pass_obj
def test_command(app: App, file: Path | None, from_labels: bool, errors: int, as_json: bool) -> int:
    """Hold the rules against labelled passages: precision, recall and F1 per theme and language, and the worst errors.

    FILE holds one JSON object a line, with title, text, outlet, url, section, lang, relevant, themes, and if need be
    optional_themes (count neither way) and hard_negative. Intervals are 95 % bootstrap. Exit 65 for a bad file.
    """
    from monitor import themes
    from monitor.stages import labelled
    from monitor.themes.scorecard import score

    if (file is None) != from_labels:
        raise UsageError("give either a file of labelled passages or --from-labels")
    settings = app.settings()
    rules = themes.load(settings.themes_dir)
    if file is None:
        from monitor.stages.labels import labelled_passages

        passages = labelled_passages(settings, rules)
    else:
        passages = labelled.read_labels(file, rules, settings.sources)
    if unknown := labelled.unknown_themes(passages, rules):
        click.echo(f"labels name themes that the rules do not have: {', '.join(unknown)}", err=True)
    card = score(rules, passages, intervals=not as_json)
    if as_json:
        emit_json(card.figures())
    else:
        print_card(card, errors)
    return Exit.OK


def print_card(card: Scorecard, errors: int) -> None:
    """The figures, then the `errors` worst mistakes with their evidence."""
    tallies = card.tallies
    click.echo(f"{len(card.verdicts)} passages, rules {card.rules_version}; 95 % intervals in brackets\n")
    for name, tally in (("micro", tallies.micro), ("gate", tallies.gate)):
        click.echo(
            "  ".join([f"{name:<6}", *(_figure(card, f"{name} {part}") for part in ("p", "r", "f1"))]) + _of(tally)
        )
    click.echo(f"macro   F1 {tallies.macro_f1:.3f} {_interval(card, 'macro f1')}")
    click.echo(f"hard negatives given a wrong theme: {card.hard_negative_fp} of {card.hard_negatives}\n")
    rows = [_row(card, "lang", lang, tally) for lang, tally in sorted(tallies.by_lang.items())]
    rows += [_row(card, "theme", theme, tally) for theme, tally in sorted(tallies.by_theme.items())]
    click.echo(table(("", "P", "R", "F1", "95 %", "right", "wrong", "missed"), rows))
    worst = card.worst(errors)
    if worst:
        click.echo(f"\nworst errors ({len(worst)} of {sum(len(verdict.mistakes) for verdict in card.verdicts)}):")
    for mistake in worst:
        _print_mistake(mistake)


def _figure(card: Scorecard, name: str) -> str:
    which, part = name.split()
    tally = card.tallies.micro if which == "micro" else card.tallies.gate
    return f"{part.upper()} {getattr(tally, part):.3f} {_interval(card, name)}"


def _interval(card: Scorecard, name: str) -> str:
    low, high = card.intervals.get(name, (0.0, 0.0))
    return f"[{low:.3f}-{high:.3f}]"


def _of(tally: Tally) -> str:
    return f"  ({tally.tp} right, {tally.fp} wrong, {tally.fn} missed)"


def _row(card: Scorecard, kind: str, name: str, tally: Tally) -> tuple[object, ...]:
    figures = (f"{value:.3f}" for value in (tally.p, tally.r, tally.f1))
    return (name, *figures, _interval(card, f"{kind} {name}"), tally.tp, tally.fp, tally.fn)


def _print_mistake(mistake: Mistake) -> None:
    passage = mistake.passage
    click.echo(
        f"\n  {'missed' if mistake.missed else 'wrong'}: {mistake.what} ({mistake.score:.2f})   [{passage.name}]\n"
        f"    {passage.document.title[:110]}"
    )
    for reason in mistake.reasons:
        click.echo(f"    - {reason}")
    for span in sorted(mistake.evidence, key=lambda span: -span.weight)[:5]:
        click.echo(f"    {_span(span)}")
    if mistake.missed and not mistake.evidence and not mistake.reasons:
        click.echo("    nothing in the text spoke for it")


def _span(span: Evidence) -> str:
    return f"{span.weight:+.2f}  {span.field}[{span.start}:{span.end}]  “{span.text}”  rule {span.pattern}"


# ---------------------------------------------------------------- check


@themes_command.command("check")
@click.option(
    "--warehouse", is_flag=True, help="Also look for terms that never fire, or in any text, in what is stored."
)
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
@click.pass_obj
def check_command(app: App, warehouse: bool, as_json: bool) -> int:
    """Check the rule files: what cannot work, what counts twice, what fails its own examples.

    Exit 0 when there are at most warnings, 65 when there are errors or a file cannot be read.
    """
    from monitor import themes
    from monitor.themes import lint

    settings = app.settings()
    try:
        rules = themes.load(settings.themes_dir)
    except ConfigError as error:
        _print_findings([lint.Finding("error", "", "file", problem) for problem in error.problems], as_json, None)
        return Exit.BAD_DATA
    findings = lint.check(rules)
    if warehouse:
        from monitor.stages import usage

        findings += usage.findings(settings, rules)
    _print_findings(findings, as_json, rules.version)
    return Exit.BAD_DATA if any(finding.level == "error" for finding in findings) else Exit.OK


def _print_findings(findings: list[Finding], as_json: bool, version: str | None) -> None:
    errors = sum(finding.level == "error" for finding in findings)
    if as_json:
        fields = ("level", "theme", "kind", "what")
        plain = [{name: getattr(finding, name) for name in fields} for finding in findings]
        emit_json({"rules_version": version, "errors": errors, "findings": plain})
        return
    for finding in findings:
        what = shorten(finding.what, _LONGEST, placeholder=" ... (--json lists them all)")
        click.echo(f"{finding.level:<8}{finding.theme or '-'}: {finding.kind}: {what}")
    click.echo(f"{errors} errors, {len(findings) - errors} warnings", err=bool(findings))


# ---------------------------------------------------------------- suggest


@themes_command.command("suggest")
@click.argument("slug")
@click.option("--limit", default=30, show_default=True, help="How many terms.")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
@click.pass_obj
def suggest_command(app: App, slug: str, limit: int, as_json: bool) -> int:
    """Terms that set the stored articles of theme SLUG apart from the others, for you to accept or not.

    Log-odds with an informative Dirichlet prior (Monroe, Colaresi and Quinn 2008); z says how sure the difference is.
    Terms that the theme has already are left out.
    """
    from monitor import themes
    from monitor.stages.suggest import suggest

    settings = app.settings()
    found = suggest(settings, themes.load(settings.themes_dir), slug, limit)
    rows = [(one.text, round(one.z, 2), one.inside, one.outside) for one in found]
    if as_json:
        names = ("text", "z", "inside", "outside")
        emit_json({"theme": slug, "terms": [dict(zip(names, row, strict=True)) for row in rows]})
        return Exit.OK
    click.echo(table(("term (without accents)", "z", "articles of the theme", "other articles"), rows))
    folder = settings.themes_dir or "the folder that themes_dir under [monitor] names"
    click.echo(
        f'(to accept: {slug}.toml in {folder} with `slug = "{slug}"`, `extend = true` and a [[term]] block; then '
        "`themes check`, `retag --dry-run`)",
        err=True,
    )
    return Exit.OK
