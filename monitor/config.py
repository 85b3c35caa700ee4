"""sources.toml and the environment -> Settings. Reports every problem at once, with its line; opens no connection."""

from __future__ import annotations

import hashlib
import ipaddress
import os
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from monitor import config_values as read
from monitor.config_values import Read, nearest
from monitor.errors import ConfigError
from monitor.model import (
    DigestSettings,
    FetchSettings,
    MailSettings,
    RecheckSettings,
    ScheduleSettings,
    SectionRule,
    Settings,
    Source,
)
from monitor.resources import resource
from monitor.sources import KINDS
from monitor.toml_lines import Where, line_numbers

_BYTES = read.whole(1, 1_000_000_000)

_TABLES: Mapping[str, Mapping[str, Read]] = {
    "monitor": {
        "zone": read.zone,
        "contact": read.web_url,
        "email": read.address,
        "min_ok_share": read.share,
        "min_free_bytes": read.whole(0, 10**15),
        "themes_dir": read.path,
    },
    "fetch": {
        "concurrency": read.whole(1, 64),
        "host_gap": read.span("0s", "10m"),
        "total_timeout": read.span("1s", "10m"),
        "connect_timeout": read.span("1s", "10m"),
        "read_timeout": read.span("1s", "10m"),
        "wire_cap": _BYTES,
        "body_cap": _BYTES,
        "page_cap": _BYTES,
        "page_budget": read.span("1s", "6h"),
    },
    "rechecks": {
        "after": read.rising(read.span("1h", "30d")),
        "per_run": read.whole(0, 10_000),
        "per_host": read.whole(1, 1_000),
    },
    "digest": {
        "language": read.one_of("en", "es"),
        "recipients": read.list_of(read.address),
        "sender": read.address,
        "reply_to": read.address,
        "list_id": read.name,
        "unsubscribe": read.unsubscribe,
        "max_recipients": read.whole(1, 10_000),
    },
    "mail": {
        "transport": read.one_of("smtp", "sendmail", ""),
        "host": read.name,
        "port": read.whole(1, 65535),
        "security": read.one_of("starttls", "tls", "plain"),
        "user": read.name,
        "password_file": read.path,
        "ca_file": read.path,
        "sendmail": read.name,
        "timeout": read.span("1s", "10m"),
    },
    "schedule": {
        "run_minute": read.whole(0, 59),
        "digest_day": read.weekday,
        "digest_time": read.wall_time,
    },
}
_SOURCE: Mapping[str, Read] = {
    "id": read.slug,
    "name": read.name,
    "kind": read.one_of(*sorted(KINDS)),
    "url": read.web_url,
    "lang": read.one_of("es", "en"),
    "country": read.text(r"[A-Z]{2}", 'a country code of two capitals, such as "PE"'),
    "owner": read.slug,
    "prior": read.prior,
    "sections": read.table,
    "interval": read.interval,
    "robots": read.one_of("named", "all"),
    "verify_tls": read.flag,
    "enabled": read.flag,
    "pages": read.flag,
    "group": read.slug,
    "id_pattern": read.number_pattern,
    "zone": read.zone,
    "aggregator": read.flag,
    "verified_at": read.day,
    "evidence": read.text(),
    "note": read.text(),
    "options": read.options,
}
_REQUIRED = ("id", "name", "kind", "url", "lang", "country", "owner")
_OTHERS = ("owners", "source")


def load(path: Path | None, environ: Mapping[str, str], *, state: Path | None = None) -> Settings:
    """Read the configuration.

    `path` and `state` are what the command line names; without them the environment, the current folder and
    the shipped list decide (see `config_path` and `state_dir`). Raises ConfigError with every problem found.
    """
    file = config_path(path, environ)
    return read_settings(file, _read_bytes(file), state_dir(state, environ))


def read_settings(file: Path, raw: bytes, state: Path) -> Settings:
    """The configuration that these bytes say, as if they stood in `file`. Raises ConfigError like `load`."""
    data, lines = _parse(file, raw)
    check = _Check(file, lines)
    settings = check.settings(data, state)
    if check.problems:
        raise ConfigError(tuple(check.report()), hint=f"correct {file} and start again")
    return replace(settings, path=file, version=hashlib.blake2b(raw, digest_size=6).hexdigest())


def config_path(path: Path | None, environ: Mapping[str, str]) -> Path:
    """Explicit, MONITOR_CONFIG, CONFIGURATION_DIRECTORY/sources.toml (systemd), ./sources.toml, the shipped list.

    A file that was named must exist, so it is returned either way; the others are taken only where they exist.
    """
    named = path or _folder(environ, "MONITOR_CONFIG")
    if named:
        return named
    unit = _folder(environ, "CONFIGURATION_DIRECTORY")
    for candidate in (unit and unit / "sources.toml", Path("sources.toml")):
        if candidate and candidate.is_file():
            return candidate
    return resource("sources.toml")


def state_dir(state: Path | None, environ: Mapping[str, str]) -> Path:
    """Absolute state folder: explicit, MONITOR_STATE, STATE_DIRECTORY (systemd), ./data in a checkout, XDG state."""
    named = state or _folder(environ, "MONITOR_STATE") or _folder(environ, "STATE_DIRECTORY")
    if named:
        return named.expanduser().absolute()
    here = Path.cwd()
    if all((here / part).exists() for part in ("pyproject.toml", "sources.toml", "monitor/config.py")):
        return here / "data"
    home = _folder(environ, "XDG_STATE_HOME")
    if home is None and environ.get("HOME"):
        home = Path(environ["HOME"], ".local", "state")
    if home is None:
        raise ConfigError(
            ("no state folder: neither MONITOR_STATE nor HOME is set",),
            hint="name one with --state DIR or MONITOR_STATE=DIR",
        )
    return (home / "peru-monitor").absolute()


def smtp_password(settings: Settings, environ: Mapping[str, str]) -> str:
    """From the systemd credential `smtp-password`, else password_file, else MONITOR_SMTP_PASSWORD; empty if not needed.

    Raises ConfigError when a user is set but no password is found, or others may read the file. The message
    never holds the password.
    """
    found = _password(settings.mail, environ)
    if settings.mail.user and not found:
        raise ConfigError(
            (f"{settings.path}: [mail] names the user {settings.mail.user!r} but there is no password",),
            hint="set password_file, a systemd credential smtp-password, or MONITOR_SMTP_PASSWORD",
        )
    return found


def _password(mail: MailSettings, environ: Mapping[str, str]) -> str:
    credentials = _folder(environ, "CREDENTIALS_DIRECTORY")
    if credentials and (credentials / "smtp-password").is_file():
        return _secret(credentials / "smtp-password")
    if mail.password_file:
        _refuse_shared(mail.password_file)
        return _secret(mail.password_file)
    return environ.get("MONITOR_SMTP_PASSWORD", "")


def _refuse_shared(file: Path) -> None:
    try:
        mode = file.stat().st_mode
    except OSError as error:
        raise ConfigError((f"{file}: the password file cannot be read: {error.strerror}",)) from error
    if mode & 0o077:
        raise ConfigError((f"{file}: others may read the password file",), hint=f"chmod 600 {file}")


def _secret(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8").rstrip("\r\n")
    except (OSError, UnicodeDecodeError) as error:
        what = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
        raise ConfigError((f"{file}: the password file cannot be read: {what}",)) from None


def _folder(environ: Mapping[str, str], variable: str) -> Path | None:
    # systemd lists several folders with colons where a unit names several; ours name one.
    value = environ.get(variable, "")
    if variable.endswith("_DIRECTORY"):
        value = value.split(os.pathsep)[0]
    return Path(value).expanduser() if value else None


# ---------------------------------------------------------------- the document


def _read_bytes(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        what = "no such file" if isinstance(error, FileNotFoundError) else error.strerror
        raise ConfigError(
            (f"{file}: cannot read the configuration: {what}",),
            hint="name another with --config FILE or MONITOR_CONFIG=FILE",
        ) from error


def _parse(file: Path, raw: bytes) -> tuple[dict[str, Any], dict[Where, int]]:
    try:
        document = raw.decode("utf-8-sig").replace("\r\n", "\n")
        return tomllib.loads(document), line_numbers(document)
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        problem = f"{file}:{line}: not UTF-8 text: byte 0x{raw[error.start]:02x}"
    except tomllib.TOMLDecodeError as error:
        problem = _syntax_problem(file, raw, str(error))
    raise ConfigError((problem,), hint="the file must be TOML in UTF-8")


def _syntax_problem(file: Path, raw: bytes, message: str) -> str:
    place = re.search(r" \(at (?:line (\d+), column (\d+)|end of document)\)$", message)
    what = message[: place.start()] if place else message
    line, column = (place[1], place[2]) if place and place[1] else (str(raw.count(b"\n") + 1), "1")
    return f"{file}:{line}:{column}: not valid TOML: {what[:1].lower()}{what[1:]}"


class _Check:
    """Checks one document against the tables above and collects what is wrong with it."""

    def __init__(self, file: Path, lines: Mapping[Where, int]) -> None:
        self.file = file
        self.lines = lines
        self.problems: list[tuple[int, str]] = []
        self.first: dict[tuple[str, str], Where] = {}  # (key, value) that must be unique -> where it was met first

    def complain(self, where: Where, what: str) -> None:
        self.problems.append((self.line(where), what))

    def line(self, where: Where) -> int:
        while where and where not in self.lines:
            where = where[:-1]
        return self.lines.get(where, 1)

    def report(self) -> Iterator[str]:
        return (f"{self.file}:{line}: {what}" for line, what in sorted(self.problems, key=lambda problem: problem[0]))

    def settings(self, data: Mapping[str, Any], state: Path) -> Settings:
        for key in data.keys() - _TABLES.keys() - set(_OTHERS):
            self.complain((key,), f'unknown table "{key}"{nearest(key, [*_TABLES, *_OTHERS])}')
        got = {table: self.table(data.get(table, {}), (table,), fields) for table, fields in _TABLES.items()}
        owners = self.named(data.get("owners", {}), ("owners",), read.name)
        monitor = self.beside(got["monitor"])
        contact = {key: monitor.pop(key) for key in ("contact", "email") if key in monitor}
        if "themes_dir" in monitor and not monitor["themes_dir"].is_dir():
            self.complain(("monitor", "themes_dir"), f"themes_dir: {monitor['themes_dir']} is not a folder")
        mail = MailSettings(**self.beside(got["mail"]))
        digest = DigestSettings(**got["digest"])
        self.check_mail(mail, digest)
        hour, minute = got["schedule"].pop("digest_time", (6, 30))
        return Settings(
            sources=self.sources(data.get("source", []), owners),
            state=state,
            owners=owners,
            fetch=FetchSettings(**got["fetch"], **contact),
            rechecks=RecheckSettings(**got["rechecks"]),
            digest=digest,
            mail=mail,
            schedule=ScheduleSettings(**got["schedule"], digest_hour=hour, digest_minute=minute),
            **monitor,
        )

    def table(self, data: object, where: Where, fields: Mapping[str, Read]) -> dict[str, Any]:
        """The values of one table that could be read; a value that could not is reported and left out."""
        values: dict[str, Any] = {}
        for key, raw in self.items(data, where):
            if key in fields:
                self.keep(values, (*where, key), fields[key], raw)
            elif where == ("mail",) and "pass" in key:
                self.complain((*where, key), f"{key}: a password is never kept in this file; use password_file")
            else:
                label = "[[source]]" if where[0] == "source" else f"[{where[0]}]"
                self.complain((*where, key), f'unknown key "{key}" in {label}{nearest(key, fields)}')
        return values

    def named(self, data: object, where: Where, reader: Read) -> dict[str, Any]:
        """A table whose keys are free and whose values are all of one kind."""
        values: dict[str, Any] = {}
        for key, raw in self.items(data, where):
            self.keep(values, (*where, key), reader, raw)
        return values

    def items(self, data: object, where: Where) -> list[tuple[str, object]]:
        if isinstance(data, dict):
            return list(data.items())
        self.complain(where, f"{where[-1]} must be a table")
        return []

    def keep(self, values: dict[str, Any], where: Where, reader: Read, raw: object) -> None:
        try:
            values[str(where[-1])] = reader(raw)
        except ValueError as error:
            self.complain(where, f"{where[-1]}: {error}")

    def beside(self, values: dict[str, Any]) -> dict[str, Any]:
        """Relative files are meant relative to the configuration file."""
        folder = self.file.absolute().parent
        return {key: folder / value if isinstance(value, Path) else value for key, value in values.items()}

    def sources(self, blocks: object, owners: Mapping[str, str]) -> tuple[Source, ...]:
        if not isinstance(blocks, list):
            self.complain(("source",), "source must be written as [[source]] blocks")
            return ()
        if not blocks:
            self.complain((), "no [[source]] block: there is nothing to watch")
        found = [self.source(block, ("source", index), owners) for index, block in enumerate(blocks)]
        return tuple(source for source in found if source)

    def source(self, block: object, where: Where, owners: Mapping[str, str]) -> Source | None:
        block = dict(self.items(block, where))
        values = self.table(block, where, _SOURCE)
        rules = self.section_rules(values.pop("sections", {}), (*where, "sections"))
        for key in _REQUIRED:
            if key not in block:
                self.complain(where, f"{key} is missing in {self.label(block)}")
        for key in ("id", "url"):
            if key in values:
                self.refuse_twin(key, values[key], where)
        owner = values.get("owner")
        if owner and owner not in owners:
            self.complain((*where, "owner"), f'owner: "{owner}" is not in [owners]{nearest(owner, owners)}')
        if any(key not in values for key in _REQUIRED):
            return None
        values["verified_on"] = values.pop("verified_at", None)
        return Source(**values, interval_set="interval" in values, sections=rules, line=self.line(where))

    def section_rules(self, table: Mapping[str, object], where: Where) -> tuple[SectionRule, ...]:
        for start in table:
            try:
                read.prefix(start)
            except ValueError as error:
                self.complain((*where, start), f"sections: {error}")
        return tuple(SectionRule(start, prior) for start, prior in self.named(table, where, read.prior).items())

    @staticmethod
    def label(block: Mapping[str, Any]) -> str:
        return f'[[source]] "{block["id"]}"' if "id" in block else "[[source]]"

    def refuse_twin(self, key: str, value: str, where: Where) -> None:
        first = self.first.setdefault((key, value), where)
        if first != where:
            self.complain((*where, key), f'{key}: "{value}" is already that of the source in line {self.line(first)}')

    def check_mail(self, mail: MailSettings, digest: DigestSettings) -> None:
        if mail.transport == "smtp" and not mail.host:
            self.complain(("mail", "transport"), "host is missing in [mail]: smtp needs one")
        if mail.security == "plain" and not _loopback(mail.host):
            self.complain(("mail", "security"), 'security: "plain" is for a relay on this machine only; use "starttls"')
        if mail.transport and digest.recipients and not digest.sender:
            self.complain(("digest", "recipients"), "sender is missing in [digest]: mail needs one")


def _loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
