"""Mail on the wire: headers as clients read them, and deliveries against a real SMTP server."""

from __future__ import annotations

import email
import re
import socket
import ssl
import stat
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from email import policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
import trustme
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from monitor.errors import ConfigError, MailError
from monitor.mail import compose, mailer
from monitor.model import Delivery, DigestSettings, MailSettings, Message, Rendered

DATE = datetime(2026, 11, 16, 11, 30, tzinfo=UTC)
RENDERED = Rendered(
    week="2026-W46",
    language="es",
    subject="Perú W46: sube la minería ilegal en Madre de Dios, 15 (antes 3)",
    html="<!doctype html><html><body><p>Año: «ñandú»</p>\n" + "<p>palabra</p>" * 200 + "</body></html>\n",
    text="Año: «ñandú»\n.\n.. puntos\nFrom here on\n" + "línea larga " * 30 + "\n",
    markdown="# Año\n",
    content_hash="0123456789abcdef0123456789abcdef",
)
SETTINGS = DigestSettings(
    language="es",
    sender="Monitor del Perú <digest@desk.example.org>",
    reply_to="Ana Quispe <ana@desk.example.org>",
    list_id="digest.desk.example.org",
)
LONG_URL = "https://desk.example.org/unsubscribe/" + "a1b2c3d4" * 9


def composed(recipient: str = "analyst@example.org", rendered: Rendered = RENDERED, **more: Any) -> Message:
    return compose(rendered, replace(SETTINGS, **more), recipient, date=DATE, run_id="8f31c2")


def parsed(message: Message) -> EmailMessage:
    read = email.message_from_bytes(message.data, policy=policy.default)
    assert isinstance(read, EmailMessage)
    return read


def head(message: Message) -> bytes:
    return message.data.split(b"\r\n\r\n", 1)[0] + b"\r\n"


# ---------------------------------------------------------------- composing


class TestCompose:
    def test_headers(self) -> None:
        """What a mail client and a filter look at."""
        read = parsed(composed())
        assert read["From"] == "Monitor del Perú <digest@desk.example.org>"
        assert read["To"] == "analyst@example.org"
        assert read["Reply-To"] == "Ana Quispe <ana@desk.example.org>"
        assert read["Subject"] == RENDERED.subject
        assert read["Date"] == "Mon, 16 Nov 2026 06:30:00 -0500"
        assert read["List-Id"] == "<digest.desk.example.org>"
        assert read["Auto-Submitted"] == "auto-generated"
        assert read["Content-Language"] == "es"
        assert read["X-Peru-Monitor-Run"] == "8f31c2"
        assert read["MIME-Version"] == "1.0"
        assert read["Precedence"] is None

    def test_bodies_survive_the_encoding(self) -> None:
        """Text and HTML come out as they went in, and travel as 7-bit lines of at most 76 characters."""
        message = composed()
        read = parsed(message)
        assert [part.get_content_type() for part in read.iter_parts()] == ["text/plain", "text/html"]
        contents = [part.get_content().replace("\r\n", "\n") for part in read.iter_parts()]
        assert contents == [RENDERED.text, RENDERED.html]
        assert {part["Content-Transfer-Encoding"] for part in read.iter_parts()} == {"quoted-printable"}
        assert message.data.isascii()
        assert all(len(line) <= 78 for line in message.data.split(b"\r\n"))
        assert b"\n" not in message.data.replace(b"\r\n", b"")

    def test_same_issue_same_bytes(self) -> None:
        """A retry sends what was sent before, under the same Message-ID; another recipient has another."""
        assert composed() == composed()
        ids = {composed(who).message_id for who in ("a@example.org", "b@example.org", "A@example.org")}
        assert len(ids) == 2
        assert re.fullmatch(r"<peru\.2026-W46\.[0-9a-f]{16}@desk\.example\.org>", composed().message_id)
        other = replace(RENDERED, language="en")
        assert composed(rendered=other).message_id != composed().message_id

    @pytest.mark.parametrize(
        ("unsubscribe", "wanted"),
        [
            ("", b"List-Unsubscribe: <mailto:ana@desk.example.org?subject=unsubscribe>\r\n"),
            ("mailto:leave@desk.example.org", b"List-Unsubscribe: <mailto:leave@desk.example.org>\r\n"),
            (LONG_URL, f"<{LONG_URL}>,\r\n <mailto:ana@desk.example.org?subject=unsubscribe>\r\n".encode()),
        ],
    )
    def test_unsubscribe_stays_readable(self, unsubscribe: str, wanted: bytes) -> None:
        """Long addresses are folded between, never encoded: an encoded word there breaks unsubscribing."""
        raw = head(composed(unsubscribe=unsubscribe))
        assert wanted in raw
        assert b"=?utf-8?" not in raw.split(b"List-Unsubscribe:")[1].split(b"\r\nAuto-")[0].lower()
        assert b"List-Unsubscribe-Post" not in raw

    def test_encoded_words_keep_to_their_limit(self) -> None:
        """No encoded word is longer than 75 characters (RFC 2047 section 2)."""
        subject = "Perú W46: ñandú — " + "ó" * 40
        sender = f"{'Observatorio de la región andina ñ ' * 3} <digest@desk.example.org>"
        message = composed(rendered=replace(RENDERED, subject=subject), sender=sender)
        assert parsed(message)["From"].addresses[0].addr_spec == "digest@desk.example.org"
        raw = head(message)
        words = re.findall(rb"=\?[^?]+\?[qbQB]\?[^?]*\?=", raw)
        assert words
        assert all(len(word) <= 75 for word in words)

    @pytest.mark.parametrize(
        "subject",
        ["Alza\r\nBcc: everyone@example.org", "Alza\nX-Evil: 1", "Alza\u2028X: 1", "=?utf-8?q?x?=\r\n\r\nbody"],
    )
    def test_a_subject_adds_no_header(self, subject: str) -> None:
        """Line ends in a subject are only spaces."""
        read = parsed(composed(rendered=replace(RENDERED, subject=subject)))
        assert read["Bcc"] is None
        assert read["X-Evil"] is None
        assert read.keys() == parsed(composed()).keys()

    @pytest.mark.parametrize(
        ("given", "setting"),
        [
            ({"recipient": "a@example.org\r\nBcc: b@example.org"}, "digest.recipients"),
            ({"recipient": "nobody"}, "digest.recipients"),
            ({"recipient": "-oQ/tmp@"}, "digest.recipients"),
            ({"sender": ""}, "digest.sender"),
            ({"sender": "Me\n <me@example.org>"}, "digest.sender"),
            ({"reply_to": "x y"}, "digest.reply_to"),
            ({"list_id": "a b\r\nX: y"}, "digest.list_id"),
            ({"unsubscribe": "javascript:alert(1)"}, "digest.unsubscribe"),
            ({"unsubscribe": "https://a.example/> <x"}, "digest.unsubscribe"),
        ],
    )
    def test_refuses_what_cannot_stand_in_a_header(self, given: dict[str, str], setting: str) -> None:
        """The message names the setting."""
        with pytest.raises(ConfigError, match=setting):
            composed(**given)


# ---------------------------------------------------------------- a real server


@dataclass
class Handler:
    """Keeps what it accepts and answers as it is told."""

    rcpt: dict[str, str] = field(default_factory=dict)
    data: dict[str, str] = field(default_factory=dict)
    mail: str = ""
    drop: set[str] = field(default_factory=set)  # recipients whose message is kept but never answered
    hang_up: set[str] = field(default_factory=set)  # recipients at whose RCPT the connection ends
    got: list[tuple[str, bytes]] = field(default_factory=list)
    sessions: set[int] = field(default_factory=set)
    encrypted: list[bool] = field(default_factory=list)

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        self.sessions.add(id(server))
        self.encrypted.append(session.ssl is not None)
        if self.mail:
            return self.mail
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address in self.hang_up:
            server.transport.close()
            return "250 OK"
        answer = self.rcpt.get(address, "250 OK")
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        (to,) = envelope.rcpt_tos
        answer = self.data.get(to, f"250 2.0.0 queued as Q{len(self.got) + 1}")
        if answer.startswith("250"):
            assert isinstance(envelope.content, bytes)
            self.got.append((to, envelope.content))
        if to in self.drop:
            server.transport.close()
        return answer


def login(server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any) -> AuthResult:
    right = isinstance(data, LoginPassword) and (data.login, data.password) == (b"digest", b"geheim-7")
    return AuthResult(success=right, handled=False)


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture(scope="module")
def ca_file(authority: trustme.CA, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("ca") / "ca.pem"
    authority.cert_pem.write_to_path(str(path))
    return path


@contextmanager
def serving(handler: Handler, **options: Any) -> Iterator[int]:
    controller = Controller(handler, hostname="127.0.0.1", port=_free_port(), **options)
    controller.start()
    try:
        yield controller.port
    finally:
        controller.stop(no_assert=True)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _tls(authority: trustme.CA, name: str = "127.0.0.1") -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(name).configure_cert(context)
    return context


def plain(port: int, **more: Any) -> MailSettings:
    values: dict[str, Any] = {"transport": "smtp", "host": "127.0.0.1", "port": port, "security": "plain"}
    return MailSettings(**{**values, "timeout": timedelta(seconds=3), **more})


def send(settings: MailSettings, *recipients: str, password: str = "") -> list[Delivery]:
    return list(mailer(settings, password).deliver(composed(who) for who in recipients))


def states(deliveries: list[Delivery]) -> list[tuple[str, str]]:
    return [(delivery.recipient, delivery.state) for delivery in deliveries]


class TestSmtp:
    def test_one_connection_one_transaction_each(self) -> None:
        """Each recipient gets a message of their own, byte for byte, and the reply that accepted it is kept."""
        handler = Handler()
        with serving(handler) as port:
            done = send(plain(port), "a@example.org", "b@example.org")
        assert [(d.state, d.reply) for d in done] == [
            ("sent", "250 2.0.0 queued as Q1"),
            ("sent", "250 2.0.0 queued as Q2"),
        ]
        assert [to for to, _ in handler.got] == ["a@example.org", "b@example.org"]
        assert handler.got[0][1] == composed("a@example.org").data
        assert len(handler.sessions) == 1

    def test_refusals_concern_one_recipient(self) -> None:
        """550 is refused, 451 deferred, 452 after DATA deferred; the others get their mail."""
        handler = Handler(
            rcpt={"no@example.org": "550 5.1.1 no such user", "later@example.org": "451 4.7.1 greylisted"},
            data={"full@example.org": "452 4.2.2 mailbox full", "spam@example.org": "554 5.7.1 no thanks"},
        )
        everyone = [f"{who}@example.org" for who in ("no", "a", "later", "full", "spam", "b")]
        with serving(handler) as port:
            done = send(plain(port), *everyone)
        assert [d.state for d in done] == ["refused", "sent", "deferred", "deferred", "refused", "sent"]
        assert done[0].reply == "550 5.1.1 no such user"
        assert [to for to, _ in handler.got] == ["a@example.org", "b@example.org"]

    def test_a_drop_after_the_final_dot_is_unknown(self) -> None:
        """The server kept the message and said nothing: it must not be sent again by itself. The next one goes out."""
        handler = Handler(drop={"lost@example.org"})
        with serving(handler) as port:
            done = send(plain(port), "lost@example.org", "b@example.org")
        assert states(done) == [("lost@example.org", "unknown"), ("b@example.org", "sent")]
        assert [to for to, _ in handler.got] == ["lost@example.org", "b@example.org"]
        assert len(handler.sessions) == 2

    def test_a_drop_before_the_message_is_deferred(self) -> None:
        """Nothing was handed over, so trying again cannot double it."""
        handler = Handler(hang_up={"cut@example.org"})
        with serving(handler) as port:
            done = send(plain(port), "cut@example.org", "b@example.org")
        assert states(done) == [("cut@example.org", "deferred"), ("b@example.org", "sent")]
        assert [to for to, _ in handler.got] == ["b@example.org"]

    def test_a_server_that_stays_away_defers_what_was_taken(self) -> None:
        """Gone after the first message: the second was taken already, so it is deferred before the error."""
        done: list[Delivery] = []
        messages = (composed(who) for who in ("a@example.org", "b@example.org", "c@example.org"))
        with (
            scripted(b"220 x\r\n", [b"250 x\r\n", b"250 ok\r\n", b"421 bye\r\n"]) as port,
            pytest.raises(MailError, match="cannot be used"),
        ):
            done.extend(mailer(plain(port, timeout=timedelta(seconds=0.5))).deliver(messages))
        assert states(done) == [("a@example.org", "deferred"), ("b@example.org", "deferred")]

    def test_a_server_that_hangs_up_with_421(self) -> None:
        """421 defers this recipient; the next message goes over a new connection."""
        handler = Handler(rcpt={"busy@example.org": "421 4.3.2 shutting down"})
        with serving(handler) as port:
            done = send(plain(port), "busy@example.org", "b@example.org")
        assert states(done) == [("busy@example.org", "deferred"), ("b@example.org", "sent")]
        assert len(handler.sessions) == 2

    def test_a_refused_sender_ends_the_session(self) -> None:
        """530 is our configuration, not the recipient: deferred, and the rest is not touched."""
        handler = Handler(mail="530 5.7.0 authentication required")
        taken: list[str] = []

        def messages() -> Iterator[Message]:
            for who in ("a@example.org", "b@example.org"):
                taken.append(who)
                yield composed(who)

        done = []
        with serving(handler) as port, pytest.raises(MailError, match="530"):
            done.extend(mailer(plain(port)).deliver(messages()))
        assert taken == ["a@example.org"]

    def test_nothing_is_taken_before_the_session_stands(self) -> None:
        """A server that is not there costs no message its state."""
        taken: list[int] = []

        def messages() -> Iterator[Message]:
            taken.append(1)
            yield composed()

        with pytest.raises(MailError, match=r"127\.0\.0\.1"):
            list(mailer(plain(_free_port())).deliver(messages()))
        assert taken == []

    def test_starttls_and_login(self, authority: trustme.CA, ca_file: Path) -> None:
        """Encrypted and authenticated, with a certificate that the given authority signed."""
        handler = Handler()
        options = {
            "tls_context": _tls(authority),
            "require_starttls": True,
            "auth_required": True,
            "authenticator": login,
        }
        with serving(handler, **options) as port:
            settings = plain(port, security="starttls", user="digest", ca_file=ca_file)
            assert states(send(settings, "a@example.org", password="geheim-7")) == [("a@example.org", "sent")]
        assert handler.encrypted == [True]

    def test_a_wrong_password_is_an_error_without_the_password(self, authority: trustme.CA, ca_file: Path) -> None:
        """The message says whose refusal it was; nothing printable holds the secret."""
        options = {"tls_context": _tls(authority), "auth_required": True, "authenticator": login}
        with serving(Handler(), **options) as port:
            settings = plain(port, security="starttls", user="digest", ca_file=ca_file)
            with pytest.raises(MailError, match="refused the session") as caught:
                send(settings, "a@example.org", password="falsch-8")
        assert "falsch-8" not in repr(caught.value) + str(caught.value.hint)
        assert caught.value.__cause__ is None

    @pytest.mark.parametrize("name", ["127.0.0.1", "other.example"])
    def test_an_untrusted_certificate_is_refused(
        self, authority: trustme.CA, ca_file: Path, name: str, tmp_path: Path
    ) -> None:
        """Signed by nobody we know, or made out to another host."""
        handler = Handler()
        with serving(handler, tls_context=_tls(authority, name)) as port:
            settings = plain(port, security="starttls", ca_file=None if name == "127.0.0.1" else ca_file)
            with pytest.raises(MailError, match="certificate"):
                send(settings, "a@example.org")
        assert handler.got == []

    def test_a_server_without_starttls_gets_no_mail(self) -> None:
        """No silent fall-back to plain text."""
        handler = Handler()
        with serving(handler) as port, pytest.raises(MailError, match="STARTTLS"):
            send(plain(port, security="starttls"), "a@example.org")
        assert handler.got == []

    def test_tls_from_the_first_byte(self, authority: trustme.CA, ca_file: Path) -> None:
        """Port 465 style."""
        handler = Handler()
        with serving(handler, ssl_context=_tls(authority)) as port:
            done = send(plain(port, security="tls", ca_file=ca_file), "a@example.org")
        assert states(done) == [("a@example.org", "sent")]

    def test_a_silent_server_times_out(self) -> None:
        """It accepts the connection and never speaks."""
        with socket.socket() as server:
            server.bind(("127.0.0.1", 0))
            server.listen()
            with pytest.raises(MailError, match="timed out"):
                send(plain(server.getsockname()[1], timeout=timedelta(seconds=0.3)), "a@example.org")

    def test_silence_after_the_final_dot_is_unknown(self) -> None:
        """A time-out there looks like a drop: the message may be in."""
        with scripted(b"220 x\r\n", [b"250 x\r\n", b"250 ok\r\n", b"250 ok\r\n", b"354 go\r\n"]) as port:
            (done,) = send(plain(port, timeout=timedelta(seconds=0.5)), "a@example.org")
        assert done.state == "unknown"

    def test_a_reply_cannot_forge_a_line(self) -> None:
        """Control characters in a server's words do not reach a log or a table."""
        handler = Handler(rcpt={"a@example.org": "550 no\x1b[31m \x07way"})
        with serving(handler) as port:
            (done,) = send(plain(port), "a@example.org")
        assert done.reply == "550 no[31m way"


@contextmanager
def scripted(greeting: bytes, answers: list[bytes]) -> Iterator[int]:
    """A server that answers each line as told and then falls silent."""
    server = socket.socket()
    server.bind(("127.0.0.1", 0))
    server.listen()
    done = threading.Event()

    def run() -> None:
        with suppress(OSError):
            peer, _ = server.accept()
            with peer:
                peer.sendall(greeting)
                for answer in answers:
                    peer.recv(4096)
                    peer.sendall(answer)
                done.wait(5)

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield server.getsockname()[1]
    finally:
        done.set()
        server.close()
        thread.join(5)


class TestTransports:
    def test_plain_text_stays_on_this_machine(self) -> None:
        """Anything but loopback must be encrypted."""
        with pytest.raises(MailError, match="unencrypted"):
            mailer(MailSettings(transport="smtp", host="mail.example.org", security="plain"))

    @pytest.mark.parametrize("settings", [MailSettings(), MailSettings(transport="smtp", host="h", security="ssl3")])
    def test_unusable_settings(self, settings: MailSettings) -> None:
        """No transport, or a security that does not exist."""
        with pytest.raises(MailError):
            mailer(settings)

    @pytest.fixture
    def sendmail(self, tmp_path: Path) -> Callable[[str], MailSettings]:
        def made(ending: str) -> MailSettings:
            program = tmp_path / "sendmail"
            program.write_text(f'#!/bin/sh\necho "$@" >> {tmp_path}/args\ncat > {tmp_path}/mail\n{ending}\n')
            program.chmod(program.stat().st_mode | stat.S_IXUSR)
            return MailSettings(transport="sendmail", sendmail=str(program), timeout=timedelta(seconds=3))

        return made

    def test_sendmail_gets_the_message(self, sendmail: Callable[[str], MailSettings], tmp_path: Path) -> None:
        """Envelope on the command line, message with local line ends on standard input."""
        assert states(send(sendmail("exit 0"), "a@example.org")) == [("a@example.org", "sent")]
        assert (tmp_path / "args").read_text() == "-i -f digest@desk.example.org -- a@example.org\n"
        assert (tmp_path / "mail").read_bytes() == composed("a@example.org").data.replace(b"\r\n", b"\n")

    @pytest.mark.parametrize(
        ("ending", "state"),
        [
            ("exit 75", "deferred"),
            ("exit 69", "deferred"),
            ("exit 67", "refused"),
            ("kill -9 $$", "unknown"),
            ("exec sleep 20", "unknown"),
        ],
    )
    def test_sendmail_exit_codes(self, sendmail: Callable[[str], MailSettings], ending: str, state: str) -> None:
        """sysexits.h says which failures pass; killed or hanging, it may have queued the message."""
        settings = replace(sendmail(ending), timeout=timedelta(seconds=0.5 if "sleep" in ending else 3))
        assert states(send(settings, "a@example.org")) == [("a@example.org", state)]

    def test_a_missing_sendmail_takes_no_message(self) -> None:
        """It is the session that fails."""
        with pytest.raises(MailError, match="does not exist"):
            send(MailSettings(transport="sendmail", sendmail="/nowhere/sendmail"), "a@example.org")
