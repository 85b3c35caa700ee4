"""monitor.config: what is read from sources.toml and the environment, and how problems are named."""

from __future__ import annotations

import dataclasses
import subprocess
import sys
import tempfile
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor import config
from monitor.errors import ConfigError
from monitor.model import MailSettings, Prior, RecheckSettings, SectionRule, Settings
from monitor.sources import KINDS
from monitor.toml_lines import line_numbers

MINIMAL = """\
[owners]
faro = "Grupo El Faro"

[[source]]
id = "faro"
name = "El Faro de Lima: política"
kind = "feed"
url = "https://faro.example/rss/politica.xml"
lang = "es"
country = "PE"
owner = "faro"
"""
SECOND = """
[[source]]
id = "andes"
name = "Andes Wire"
kind = "feed"
url = "https://andes.example/feed"
lang = "en"
country = "US"
owner = "faro"
"""

Load = Callable[[str], Settings]


@pytest.fixture
def load(tmp_path: Path) -> Load:
    def read(document: str) -> Settings:
        file = tmp_path / "sources.toml"
        file.write_text(document, encoding="utf-8")
        return config.load(file, {}, state=tmp_path / "state")

    return read


def problems(load: Load, document: str) -> list[str]:
    """What is wrong with a document, without the folder in front of each line."""
    with pytest.raises(ConfigError) as caught:
        load(document)
    return ["sources.toml" + problem.split("/sources.toml", 1)[1] for problem in caught.value.problems]


def test_six_lines_are_enough_for_an_outlet(load: Load) -> None:
    """A source needs id, name, kind, url, lang, country and owner; everything else has a default."""
    (source,) = load(MINIMAL).sources
    assert source.id == "faro"
    assert source.outlet == "El Faro de Lima"
    assert source.prior is Prior.FOREIGN
    assert source.interval == timedelta(hours=1)
    assert source.enabled
    assert source.line == 4


def test_every_key_reaches_its_field(load: Load) -> None:
    """No key is read and then forgotten."""
    document = MINIMAL + (
        'prior = "home"\nsections = { "/mundo/" = "off", "/deporte/" = "sport" }\ninterval = "6h"\nenabled = false\n'
        'pages = false\ngroup = "press"\nid_pattern = "-n(\\\\d+)$"\nzone = "Europe/Madrid"\naggregator = true\n'
        'verified_at = 2026-11-20\nevidence = "A"\nnote = "slow"\noptions = { items = "li.nota" }\n'
    )
    (source,) = load(document).sources
    assert source.sections == (SectionRule("/mundo/", Prior.OFF), SectionRule("/deporte/", Prior.SPORT))
    assert (source.prior, source.interval, source.enabled, source.pages) == (
        Prior.HOME,
        timedelta(hours=6),
        False,
        False,
    )
    assert (source.group, source.id_pattern, source.zone) == ("press", r"-n(\d+)$", "Europe/Madrid")
    assert source.aggregator
    assert source.verified_on == date(2026, 11, 20)
    assert (source.evidence, source.note, dict(source.options)) == ("A", "slow", {"items": "li.nota"})


def test_every_table_reaches_its_settings(load: Load, tmp_path: Path) -> None:
    """[monitor], [fetch], [digest], [mail] and [schedule] fill the settings of the same name."""
    (tmp_path / "themes").mkdir()
    got = load(
        '[monitor]\nzone = "America/Bogota"\ncontact = "https://desk.example/bot"\nemail = "bot@desk.example"\n'
        'min_ok_share = 0.5\nmin_free_bytes = 1_000\nthemes_dir = "themes"\n'
        '[fetch]\nconcurrency = 4\nhost_gap = "5s"\npage_budget = "10m"\nwire_cap = 1000\n'
        '[rechecks]\nafter = ["2h", "1d"]\nper_run = 30\nper_host = 3\n'
        '[digest]\nlanguage = "es"\nrecipients = ["ana@desk.example"]\nsender = "bot@desk.example"\n'
        'unsubscribe = "mailto:bot@desk.example?subject=stop"\n'
        '[mail]\ntransport = "smtp"\nhost = "relay.example"\nport = 465\nsecurity = "tls"\npassword_file = "secret"\n'
        '[schedule]\nrun_minute = 12\ndigest_day = "fri"\ndigest_time = "17:05"\n' + MINIMAL
    )
    assert (got.zone, got.min_ok_share, got.min_free_bytes) == ("America/Bogota", 0.5, 1000)
    assert got.themes_dir == tmp_path / "themes"
    assert (got.fetch.contact, got.fetch.email) == ("https://desk.example/bot", "bot@desk.example")
    assert (got.fetch.concurrency, got.fetch.host_gap, got.fetch.wire_cap) == (4, timedelta(seconds=5), 1000)
    assert got.fetch.page_budget == timedelta(minutes=10)
    assert got.rechecks == RecheckSettings((timedelta(hours=2), timedelta(days=1)), per_run=30, per_host=3)
    assert got.digest.recipients == ("ana@desk.example",)
    assert (got.mail.host, got.mail.port, got.mail.security) == ("relay.example", 465, "tls")
    assert got.mail.password_file == tmp_path / "secret"
    assert (got.schedule.run_minute, got.schedule.digest_day) == (12, "fri")
    assert (got.schedule.digest_hour, got.schedule.digest_minute) == (17, 5)
    assert got.owners == {"faro": "Grupo El Faro"}


def test_tables_offer_every_setting() -> None:
    """A field added to the settings can be set in the file: the tables and the dataclasses name the same things."""
    tables = config._TABLES
    fields = {table: {field.name for field in dataclasses.fields(kind)} for table, kind in _SETTINGS.items()}
    assert set(tables["fetch"]) == fields["fetch"] - {"contact", "email"}
    assert set(tables["rechecks"]) == fields["rechecks"]
    assert set(tables["digest"]) == fields["digest"]
    assert set(tables["mail"]) == fields["mail"]
    assert set(tables["schedule"]) - {"digest_time"} == fields["schedule"] - {"digest_hour", "digest_minute"}
    assert set(config._SOURCE) - {"verified_at"} == fields["source"] - {"verified_on", "line", "interval_set"}


_SETTINGS = {
    "fetch": config.FetchSettings,
    "rechecks": RecheckSettings,
    "digest": config.DigestSettings,
    "mail": MailSettings,
    "schedule": config.ScheduleSettings,
    "source": config.Source,
}


def test_looks_must_come_one_after_the_other(load: Load) -> None:
    """Wrong limits of [rechecks] are told with their lines, all at once; an empty list means never."""
    assert problems(load, '[rechecks]\nafter = ["6h", "1h"]\nper_run = -1\nper_hots = 3\n' + MINIMAL) == [
        "sources.toml:2: after: must rise from one value to the next, not ['6h', '1h']",
        "sources.toml:3: per_run: must be a whole number from 0 to 10000, not -1",
        'sources.toml:4: unknown key "per_hots" in [rechecks]; did you mean "per_host"?',
    ]
    assert load("[rechecks]\nafter = []\n" + MINIMAL).rechecks.after == ()


def test_version_changes_with_the_file(load: Load) -> None:
    """The version names the exact configuration of a run."""
    assert load(MINIMAL).version == load(MINIMAL).version != load(MINIMAL + "# more\n").version


def test_all_problems_at_once_in_file_order(load: Load) -> None:
    """One attempt shows everything that is wrong, each with its own line."""
    document = (
        MINIMAL.replace('lang = "es"', 'lang = "qu"').replace('"feed"', '"feeed"')
        + 'intervall = "2h"\n'
        + SECOND.replace('"andes"', '"faro"').replace('owner = "faro"', 'owner = "farro"')
        + 'interval = "15m"\n[schedule]\ndigest_day = 1\n'
    )
    assert problems(load, document) == [
        f'sources.toml:7: kind: "feeed" is not one of {", ".join(sorted(KINDS))}; did you mean "feed"?',
        'sources.toml:9: lang: "qu" is not one of es, en',
        'sources.toml:12: unknown key "intervall" in [[source]]; did you mean "interval"?',
        'sources.toml:15: id: "faro" is already that of the source in line 4',
        'sources.toml:21: owner: "farro" is not in [owners]; did you mean "faro"?',
        'sources.toml:22: interval: "15m" is too often; no source is asked more than once in 60m',
        'sources.toml:24: digest_day: must be a day by its name, such as "mon", not 1',
    ]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ('prior = "hom"', 'prior: "hom" is not one of home, foreign, off, sport; did you mean "home"?'),
        ('interval = "59m"', 'interval: "59m" is too often; no source is asked more than once in 60m'),
        ('interval = "90d"', 'interval: "90d" is too rare; at least once in 31d'),
        ("interval = 60", 'interval: must be a duration such as "90s", "60m", "6h" or "1d", not 60'),
        ('enabled = "yes"', 'enabled: must be true or false, not "yes"'),
        ('zone = "America/Limma"', 'did you mean "America/Lima"?'),
        ('zone = "../etc/passwd"', "is not a time zone such as America/Lima"),
        ('sections = { "mundo" = "off" }', 'sections: "mundo" is not a path of this outlet such as "/mundo/"'),
        ('sections = { "/mundo/" = "of" }', '/mundo/: "of" is not one of home, foreign, off, sport'),
        ('sections = "off"', 'sections: must be a table in { }, not "off"'),
        ('id_pattern = "-n(\\\\d+"', "is not a regular expression"),
        ('id_pattern = "-n\\\\d+$"', "must have exactly one ( ) around the article number; it has 0"),
        ("options = { depth = 3 }", "options: depth must be text in quotes, not 3"),
        ('verified_at = "soon"', 'verified_at: must be a day such as 2026-11-20, not "soon"'),
        ('group = "Arc Sites"', 'group: "Arc Sites" is not an id: small letters, digits and single hyphens'),
        ("note = 7", "note: must be text in quotes, not 7"),
        ('sectons = { "/a/" = "off" }', 'unknown key "sectons" in [[source]]; did you mean "sections"?'),
    ],
)
def test_bad_source_value_is_named_with_its_line(load: Load, line: str, expected: str) -> None:
    """What, where and what to write instead."""
    (problem,) = problems(load, MINIMAL + line + "\n")
    assert problem.startswith("sources.toml:12: ")
    assert expected in problem


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("faro.example/rss", "is not a web address that starts with http:// or https://"),
        ("ftp://faro.example/rss", "is not a web address that starts with http:// or https://"),
        ("file:///etc/passwd", "is not a web address that starts with http:// or https://"),
        ("https://", "is not a web address that starts with http:// or https://"),
        ("https://[::1/rss", "is not a web address"),
        ("https://faro.example:99999/rss", "is not a web address"),
        ("https://faro.example/a b", "holds a space"),
        ("https://ana:secreto@faro.example/rss", "holds a user name"),
        ("https://faro.example/rss#top", "ends in a #fragment"),
    ],
)
def test_bad_address_is_refused(load: Load, url: str, expected: str) -> None:
    """Only plain http and https addresses, without credentials or fragment, are taken."""
    (problem,) = problems(load, MINIMAL.replace("https://faro.example/rss/politica.xml", url))
    assert problem.startswith("sources.toml:8: url: ")
    assert expected in problem


@pytest.mark.parametrize(
    ("tables", "line", "expected"),
    [
        ("[monitor]\nmin_ok_share = 2\n", 2, "min_ok_share: must be a number from 0 to 1, not 2"),
        ('[monitor]\nthemes_dir = "nowhere"\n', 2, "is not a folder"),
        ('[monitor]\nemail = "desk at example"\n', 2, "is not a mail address such as desk@example.org"),
        ("[fetch]\nconcurrency = 0\n", 2, "concurrency: must be a whole number from 1 to 64, not 0"),
        ("[fetch]\nconcurrency = true\n", 2, "concurrency: must be a whole number from 1 to 64, not true"),
        ('[fetch]\nhost_gap = "2h"\n', 2, 'host_gap: must be from 0s to 10m, not "2h"'),
        ('[digest]\nrecipients = "ana@desk.example"\n', 2, "recipients: must be a list in [ ]"),
        ('[digest]\nrecipients = ["ana"]\n', 2, 'recipients: "ana" is not a mail address'),
        ('[digest]\nunsubscribe = "http://desk.example/u"\n', 2, "must start with https:// or mailto:"),
        (f'[digest]\nunsubscribe = "https://{"u" * 80}.example"\n', 2, "mail headers take 70"),
        ('[mail]\ntransport = "smtp"\n', 2, "host is missing in [mail]: smtp needs one"),
        ('[mail]\nhost = "relay.example"\nsecurity = "plain"\n', 3, "for a relay on this machine only"),
        ('[mail]\ntransport = "sendmial"\n', 2, 'did you mean "sendmail"?'),
        ("[mail]\nport = 70000\n", 2, "port: must be a whole number from 1 to 65535"),
        (
            '[mail]\ntransport = "sendmail"\n[digest]\nrecipients = ["a@b.example"]\n',
            4,
            "sender is missing in [digest]",
        ),
        ('[schedule]\ndigest_day = "1"\n', 2, 'digest_day: must be a day by its name, such as "mon", not "1"'),
        ('[schedule]\ndigest_day = "monday"\n', 2, 'did you mean "mon"?'),
        ('[schedule]\ndigest_time = "6.30"\n', 2, 'digest_time: must be a time of day such as "06:30"'),
        ("[schedule]\nrun_minute = 60\n", 2, "run_minute: must be a whole number from 0 to 59"),
        ("[digst]\n", 1, 'unknown table "digst"; did you mean "digest"?'),
        ("\nmail = 3\n", 2, "mail must be a table"),
    ],
)
def test_bad_setting_is_named_with_its_line(load: Load, tables: str, line: int, expected: str) -> None:
    """Settings outside the sources are held to the same standard."""
    (problem,) = problems(load, tables + MINIMAL)
    assert problem.startswith(f"sources.toml:{line}: ")
    assert expected in problem


def test_plain_smtp_is_fine_on_this_machine(load: Load) -> None:
    """A relay on the same host needs no TLS."""
    mail = load('[mail]\ntransport = "smtp"\nhost = "127.0.0.1"\nsecurity = "plain"\nport = 25\n' + MINIMAL).mail
    assert mail.security == "plain"


def test_missing_keys_are_each_named(load: Load) -> None:
    """A block that lacks keys says which, at the block's own line."""
    found = problems(load, '[owners]\nfaro = "F"\n\n[[source]]\nid = "faro"\n')
    assert found == [
        f'sources.toml:4: {key} is missing in [[source]] "faro"'
        for key in ("name", "kind", "url", "lang", "country", "owner")
    ]


def test_no_source_is_a_problem(load: Load) -> None:
    """An empty list would silently watch nothing."""
    assert problems(load, "") == ["sources.toml:1: no [[source]] block: there is nothing to watch"]
    assert "must be written as [[source]] blocks" in problems(load, "[source]\nid = 'x'\n")[0]


def test_password_in_the_file_is_refused_and_not_repeated(load: Load) -> None:
    """Secrets stay out of sources.toml, and out of the message about them."""
    (problem,) = problems(load, '[mail]\npassword = "hunter2"\n' + MINIMAL)
    assert problem == "sources.toml:2: password: a password is never kept in this file; use password_file"


def test_invalid_toml_names_line_and_column(load: Load) -> None:
    """The place of a syntax error is given as editors take it: file:line:column."""
    (problem,) = problems(load, 'a = 1\nb = "x" y\n')
    assert problem.startswith("sources.toml:2:9: not valid TOML: ")
    (problem,) = problems(load, 'a = "')
    assert problem.startswith("sources.toml:1:")


def test_invalid_utf8_names_its_line(tmp_path: Path) -> None:
    """A file saved as Latin-1 is refused with the line of its first wrong byte."""
    file = tmp_path / "sources.toml"
    file.write_bytes(b'[owners]\nfaro = "Per\xfa"\n')
    with pytest.raises(ConfigError, match=r"sources.toml:2: not UTF-8 text: byte 0xfa"):
        config.load(file, {}, state=tmp_path)


def test_byte_order_mark_and_windows_lines_are_read(tmp_path: Path) -> None:
    """A file edited on Windows is as good as any, and its lines are counted alike."""
    file = tmp_path / "sources.toml"
    file.write_bytes(b"\xef\xbb\xbf" + MINIMAL.replace("\n", "\r\n").encode())
    assert config.load(file, {}, state=tmp_path).sources[0].line == 4


def test_missing_file_says_how_to_name_another(tmp_path: Path) -> None:
    """A file that was asked for is never replaced by another one."""
    with pytest.raises(ConfigError, match="no such file") as caught:
        config.load(tmp_path / "absent.toml", {}, state=tmp_path)
    assert "MONITOR_CONFIG" in caught.value.hint
    with pytest.raises(ConfigError, match="absent"):
        config.load(None, {"MONITOR_CONFIG": str(tmp_path / "absent.toml")}, state=tmp_path)


def test_configuration_is_found_in_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Explicit, MONITOR_CONFIG, the unit's folder, the current folder, the shipped list."""
    unit, here = tmp_path / "etc", tmp_path / "here"
    for folder in (unit, here):
        folder.mkdir()
        (folder / "sources.toml").write_text(MINIMAL)
    monkeypatch.chdir(here)
    environ = {"MONITOR_CONFIG": "/named.toml", "CONFIGURATION_DIRECTORY": str(unit)}
    assert config.config_path(Path("mine.toml"), environ) == Path("mine.toml")
    assert config.config_path(None, environ) == Path("/named.toml")
    del environ["MONITOR_CONFIG"]
    assert config.config_path(None, environ) == unit / "sources.toml"
    (unit / "sources.toml").unlink()
    assert config.config_path(None, environ) == Path("sources.toml")
    (here / "sources.toml").unlink()
    assert config.load(None, {}, state=tmp_path).sources


def test_state_folder_is_found_in_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Explicit, MONITOR_STATE, systemd's StateDirectory, XDG state, home; always absolute."""
    monkeypatch.chdir(tmp_path)
    environ = {
        "MONITOR_STATE": "/srv/monitor",
        "STATE_DIRECTORY": "/var/lib/peru-monitor:/var/lib/other",
        "XDG_STATE_HOME": "/xdg",
        "HOME": "/home/ana",
    }
    assert config.state_dir(Path("mine"), environ) == tmp_path / "mine"
    order = ["/srv/monitor", "/var/lib/peru-monitor", "/xdg/peru-monitor", "/home/ana/.local/state/peru-monitor"]
    for variable, expected in zip(list(environ), order, strict=True):
        assert config.state_dir(None, environ) == Path(expected)
        del environ[variable]
    with pytest.raises(ConfigError, match="no state folder"):
        config.state_dir(None, environ)


def test_state_of_a_checkout_is_its_data_folder(top: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Trying the project out in a clone leaves nothing elsewhere."""
    monkeypatch.chdir(top)
    assert config.state_dir(None, {"HOME": "/home/ana"}) == top / "data"


def _mail(file: Path | None) -> Settings:
    return Settings(sources=(), state=Path("s"), mail=MailSettings(transport="smtp", user="bot", password_file=file))


def test_password_is_found_in_order(tmp_path: Path) -> None:
    """systemd credential, then password_file, then the environment."""
    (tmp_path / "smtp-password").write_text("from systemd\n")
    secret = tmp_path / "secret"
    secret.write_text("from file\n")
    secret.chmod(0o600)
    environ = {"CREDENTIALS_DIRECTORY": str(tmp_path), "MONITOR_SMTP_PASSWORD": "from environment"}
    assert config.smtp_password(_mail(secret), environ) == "from systemd"
    (tmp_path / "smtp-password").unlink()
    assert config.smtp_password(_mail(secret), environ) == "from file"
    assert config.smtp_password(_mail(None), environ) == "from environment"


def test_password_file_that_others_may_read_is_refused(tmp_path: Path) -> None:
    """A secret with loose permissions is a mistake to correct, not to use."""
    secret = tmp_path / "secret"
    secret.write_text("hunter2")
    secret.chmod(0o640)
    with pytest.raises(ConfigError, match="others may read") as caught:
        config.smtp_password(_mail(secret), {})
    assert "chmod 600" in caught.value.hint
    assert "hunter2" not in str(caught.value)


def test_user_without_password_is_refused(tmp_path: Path) -> None:
    """Better said before the digest is due than by the mail server on Monday."""
    with pytest.raises(ConfigError, match="there is no password"):
        config.smtp_password(_mail(None), {})
    with pytest.raises(ConfigError, match="cannot be read"):
        config.smtp_password(_mail(tmp_path / "absent"), {})
    assert config.smtp_password(Settings(sources=(), state=tmp_path), {}) == ""


def test_line_numbers_follow_every_form_of_statement() -> None:
    """Headers, nested headers, dotted keys, inline tables and values over several lines."""
    document = (
        '# note\na.b = 1\n\n[t]\nlist = [\n  1, # one\n  2,\n]\ntext = """\n[x]\n"""\nlast = 1\n'
        '[[source]]\nid = "one"\n[source.sections]\n"/mundo/" = "off"\n'
        '[[source]]\nid = "two"\nsections = { "/a/" = "off" }\n'
    )
    lines = line_numbers(document)
    assert lines["a", "b"] == 2
    assert (lines[("t",)], lines["t", "list"], lines["t", "text"], lines["t", "last"]) == (4, 5, 9, 12)
    assert lines["source", 0] == 13
    assert lines["source", 0, "sections", "/mundo/"] == 16
    assert (lines["source", 1], lines["source", 1, "id"], lines["source", 1, "sections", "/a/"]) == (17, 18, 19)


_NOISE = st.text(alphabet=st.sampled_from("abE =.[]\"'{}#\n\\0-1:,ñ\x00"), max_size=60)


@given(_NOISE)
@settings(max_examples=150, deadline=None)
def test_any_text_gives_settings_or_a_config_error(noise: str) -> None:
    """Whatever is in the file, the only error is a ConfigError, and each of its problems names a line."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "sources.toml")
        file.write_text(MINIMAL + noise, encoding="utf-8")
        found: tuple[str, ...] = (f"{file}:",)
        try:
            config.load(file, {}, state=file.parent)
        except ConfigError as error:
            found = error.problems
        assert found
        assert all(problem.startswith(f"{file}:") for problem in found)


def test_loading_stays_light() -> None:
    """Reading the configuration must not pull in the libraries of the stages: lock refusal and --help stay fast."""
    code = "import sys, monitor.config; print(*sorted({'duckdb','feedparser','aiohttp','bs4'} & set(sys.modules)))"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == ""
