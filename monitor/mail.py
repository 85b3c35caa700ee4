"""Mail: one frozen issue to one recipient as bytes, and its delivery by SMTP or sendmail. Decides no retries."""

from __future__ import annotations

import hashlib
import ipaddress
import re
import smtplib
import ssl
import subprocess
from collections.abc import Iterable, Iterator
from contextlib import closing, suppress
from datetime import datetime
from email import policy
from email.charset import QP, Charset
from email.header import Header
from email.mime.multipart import MIMEMultipart
from email.mime.nonmultipart import MIMENonMultipart
from email.utils import format_datetime, formataddr, parseaddr
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from monitor.errors import ConfigError, MailError
from monitor.model import Delivery, DigestSettings, MailSettings, Message, Rendered
from monitor.text import clean

LIMA = ZoneInfo("America/Lima")
_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*")
# What sendmail's exit code says (sysexits.h): a later try may do, or never will.
_SENDMAIL_REFUSED = frozenset({64, 65, 67, 68})  # EX_USAGE, EX_DATAERR, EX_NOUSER, EX_NOHOST
# The bare generator: header text is ours to fold, and addresses in angle brackets must stay readable.
_WIRE = policy.compat32.clone(linesep="\r\n", max_line_length=76)  # encoded words: 75 (RFC 2047)


# ---------------------------------------------------------------- composing


def compose(rendered: Rendered, settings: DigestSettings, recipient: str, *, date: datetime, run_id: str) -> Message:
    """The issue as a complete mail to one recipient: the same bytes for the same arguments.

    Raises ConfigError for an address, list id or unsubscribe address that cannot stand in a header.
    """
    sender = _address(settings.sender, "digest.sender")
    to = _address(recipient, "digest.recipients")
    message_id = _message_id(rendered, to, sender)
    message = MIMEMultipart("alternative", boundary=f"=_{rendered.content_hash}")
    for name, value in _headers(rendered, settings, sender, recipient, message_id, date, run_id):
        message[name] = value
    message.attach(_part("plain", rendered.text))
    message.attach(_part("html", rendered.html))
    return Message(to, sender, message_id, message.as_bytes(policy=_WIRE))


def _headers(
    rendered: Rendered,
    settings: DigestSettings,
    sender: str,
    recipient: str,
    message_id: str,
    date: datetime,
    run_id: str,
) -> Iterator[tuple[str, Any]]:
    yield "From", _mailbox(settings.sender)
    yield "To", _mailbox(recipient)
    if settings.reply_to:
        _address(settings.reply_to, "digest.reply_to")
        yield "Reply-To", _mailbox(settings.reply_to)
    yield "Subject", Header(clean(rendered.subject), "utf-8", header_name="Subject")
    yield "Date", format_datetime(date.astimezone(LIMA))
    yield "Message-ID", message_id
    yield "List-Id", _list_id(settings, sender)
    yield "List-Unsubscribe", _unsubscribe(settings, sender)
    yield "Auto-Submitted", "auto-generated"
    yield "Content-Language", rendered.language
    yield "X-Peru-Monitor-Run", _token(run_id)


def _part(subtype: str, text: str) -> MIMENonMultipart:
    charset = Charset("utf-8")
    charset.body_encoding = QP
    part = MIMENonMultipart("text", subtype)
    part.set_payload(text, charset)
    return part


def _address(value: str, setting: str) -> str:
    """The bare address of `Name <address>`."""
    address = parseaddr(value)[1]
    if re.search(r"[\r\n\x00]", value) or not _ADDRESS.fullmatch(address):
        raise ConfigError((f"{setting}: {clean(value)!r} is not a mail address",), hint="write name@example.org")
    return address


def _mailbox(value: str) -> str:
    name, address = parseaddr(value)
    if name.isascii():
        return formataddr((clean(name), address))
    return f"{Header(clean(name), 'utf-8', maxlinelen=70).encode(linesep='')} <{address}>"


def _message_id(rendered: Rendered, recipient: str, sender: str) -> str:
    """Deterministic, so that a second try is recognisable as the same message."""
    key = f"{recipient.lower()}\x1f{rendered.language}".encode()
    mark = hashlib.blake2b(key, digest_size=8).hexdigest()
    return f"<peru.{_token(rendered.week)}.{mark}@{_domain(sender)}>"


def _domain(address: str) -> str:
    return address.rpartition("@")[2]


def _token(text: str) -> str:
    return re.sub(r"[^A-Za-z0-9._-]", "", text) or "none"


def _list_id(settings: DigestSettings, sender: str) -> str:
    """`<digest.example.org>` (RFC 2919), taken from the sender's domain where none is configured."""
    found = re.fullmatch(r"(?:[^<>\r\n]*<)?([A-Za-z0-9._-]+)>?", settings.list_id or f"peru-monitor.{_domain(sender)}")
    if not found:
        raise ConfigError((f"digest.list_id: {clean(settings.list_id)!r} is not a list id",), hint="digest.example.org")
    return f"<{found[1]}>"


def _unsubscribe(settings: DigestSettings, sender: str) -> str:
    """Always a mailto; an https page as well where one is configured (RFC 2369).

    Without List-Unsubscribe-Post: that header promises an endpoint which accepts POST (RFC 8058).
    """
    mail = f"mailto:{parseaddr(settings.reply_to or sender)[1]}?subject=unsubscribe"
    wanted = settings.unsubscribe.strip() or mail
    if not re.fullmatch(r"[!-;=?-~]+", wanted) or urlsplit(wanted).scheme not in ("mailto", "https"):
        raise ConfigError((f"digest.unsubscribe: {clean(wanted)!r} is neither a mailto: nor an https: address",))
    uris = (wanted,) if wanted.startswith("mailto:") else (wanted, mail)
    return ", ".join(f"<{uri}>" for uri in uris)


# ---------------------------------------------------------------- delivery


class Mailer(Protocol):
    def deliver(self, messages: Iterable[Message]) -> Iterator[Delivery]:
        """One Delivery per message, in order; each message is taken only when it is about to be sent.

        States: sent; deferred (4xx, or nothing was handed over); refused (5xx); unknown (the connection broke
        after the whole message had been sent, so the server may have kept it).
        Raises MailError when the session as a whole fails: messages not taken by then were not touched. So a
        caller can note "sending" in the iterator that it passes in.
        """
        ...


def mailer(settings: MailSettings, password: str = "") -> Mailer:
    """The configured transport. Raises MailError where there is none, or where it would send a secret in the open."""
    if settings.transport == "sendmail":
        return SendmailMailer(settings)
    if settings.transport != "smtp":
        raise MailError("no mail transport is configured", hint='set transport = "smtp" or "sendmail" under [mail]')
    if settings.security == "plain" and not _is_loopback(settings.host):
        raise MailError(
            f"mail to {settings.host} would go unencrypted",
            hint='security = "starttls" or "tls"; plain is for localhost',
        )
    if settings.security not in ("plain", "starttls", "tls"):
        raise MailError(f"mail.security: {settings.security!r} is unknown", hint="starttls, tls or plain")
    return SmtpMailer(settings, password)


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"


class SmtpMailer:
    """One connection, one transaction per recipient; a broken connection is opened again before the next message."""

    def __init__(self, settings: MailSettings, password: str = "") -> None:
        self._settings = settings
        self._password = password

    def deliver(self, messages: Iterable[Message]) -> Iterator[Delivery]:
        session: smtplib.SMTP | None = self._open()
        try:
            for message in messages:
                if session is None:
                    try:
                        session = self._open()
                    except MailError as error:
                        yield Delivery(message.recipient, message.message_id, "deferred", _line(error.message))
                        raise
                delivery, usable = _transact(session, message)
                yield delivery
                if usable is None:
                    raise MailError(f"{self._name} refuses our sender: {delivery.reply}", hint="check user and sender")
                if not usable:
                    session.close()
                    session = None
        finally:
            if session is not None:
                _quit(session)

    @property
    def _name(self) -> str:
        return f"mail server {self._settings.host}:{self._settings.port}"

    def _open(self) -> smtplib.SMTP:
        """Connected, encrypted and logged in. The password is in no message and no traceback."""
        try:
            session = self._connect()
        except (OSError, smtplib.SMTPException) as error:
            raise MailError(f"{self._name} cannot be used: {_said(error)}", hint=_hint(error)) from None
        try:
            self._secure(session)
            self._log_in(session)
        except (OSError, smtplib.SMTPException) as error:
            session.close()
            raise MailError(f"{self._name} refused the session: {_said(error)}", hint=_hint(error)) from None
        except UnicodeEncodeError:
            session.close()
            raise MailError("mail user and password must be plain ASCII for this server") from None
        return session

    def _connect(self) -> smtplib.SMTP:
        settings = self._settings
        timeout = settings.timeout.total_seconds()
        if settings.security == "tls":
            return smtplib.SMTP_SSL(settings.host, settings.port, timeout=timeout, context=_context(settings.ca_file))
        return smtplib.SMTP(settings.host, settings.port, timeout=timeout)

    def _secure(self, session: smtplib.SMTP) -> None:
        session.ehlo_or_helo_if_needed()
        if self._settings.security == "starttls":
            session.starttls(context=_context(self._settings.ca_file))
            session.ehlo()

    def _log_in(self, session: smtplib.SMTP) -> None:
        if self._settings.user:
            session.login(self._settings.user, self._password)


def _context(ca_file: Path | None) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(ca_file) if ca_file else None)


def _hint(error: Exception) -> str:
    if isinstance(error, ssl.SSLError):
        return "the certificate must match the host name; ca_file names a private authority"
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return "the server does not offer what the configuration asks for"
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return "check user and password"
    return "check host, port and security"


def _transact(session: smtplib.SMTP, message: Message) -> tuple[Delivery, bool | None]:
    """Send one message. The flag: True, go on; False, reconnect; None, no message of this sender will pass."""
    handed_over = False
    try:
        code, reply = session.mail(message.sender)
        if code != 250:
            return _delivery(message, "deferred", code, reply), None if code >= 500 else _reset(session, code)
        code, reply = session.rcpt(message.recipient)
        if code not in (250, 251):
            return _delivery(message, _state(code), code, reply), _reset(session, code)
        code, reply = session.docmd("DATA")
        if code != 354:
            return _delivery(message, _state(code), code, reply), _reset(session, code)
        session.send(_dotted(message.data))
        handed_over = True
        code, reply = session.getreply()
        return _delivery(message, _state(code), code, reply), code != 421
    except (OSError, smtplib.SMTPException) as error:
        state = "unknown" if handed_over else "deferred"
        return Delivery(message.recipient, message.message_id, state, _said(error)), False


def _state(code: int) -> str:
    if 200 <= code < 300:
        return "sent"
    return "refused" if code >= 500 else "deferred"


def _delivery(message: Message, state: str, code: int, reply: bytes) -> Delivery:
    return Delivery(message.recipient, message.message_id, state, _line(f"{code} {reply.decode('utf-8', 'replace')}"))


def _line(text: str) -> str:
    return clean(text)[:500]


def _reset(session: smtplib.SMTP, code: int) -> bool:
    """Leave the transaction. 421 announces that the server hangs up (RFC 5321 section 3.8)."""
    if code == 421:
        return False
    with suppress(OSError, smtplib.SMTPException):
        return bool(session.rset()[0] == 250)
    return False


def _dotted(data: bytes) -> bytes:
    """Dot-stuffed and ended as RFC 5321 section 4.5.2 asks; `data` has CRLF line ends."""
    stuffed = re.sub(rb"(?m)^\.", b"..", data)
    return stuffed + (b"" if stuffed.endswith(b"\r\n") else b"\r\n") + b".\r\n"


def _said(error: Exception) -> str:
    """What went wrong in one line: the server's own words where there are some."""
    if isinstance(error, smtplib.SMTPResponseException):
        said = error.smtp_error
        return _line(f"{error.smtp_code} {said.decode('utf-8', 'replace') if isinstance(said, bytes) else said}")
    return _line(str(error)) or type(error).__name__


def _quit(session: smtplib.SMTP) -> None:
    with closing(session), suppress(OSError, smtplib.SMTPException):
        session.quit()


class SendmailMailer:
    """Hands each message to the local sendmail, which queues and authenticates by itself."""

    def __init__(self, settings: MailSettings) -> None:
        self._program = settings.sendmail
        self._timeout = settings.timeout.total_seconds()

    def deliver(self, messages: Iterable[Message]) -> Iterator[Delivery]:
        if not Path(self._program).is_file():
            raise MailError(f"{self._program} does not exist", hint="set mail.sendmail, or use the smtp transport")
        for message in messages:
            yield self._hand_over(message)

    def _hand_over(self, message: Message) -> Delivery:
        command = [self._program, "-i", "-f", message.sender, "--", message.recipient]
        try:
            done = subprocess.run(  # noqa: S603 - a fixed argument list, no shell; addresses were checked
                command,
                input=message.data.replace(b"\r\n", b"\n"),
                capture_output=True,
                timeout=self._timeout,
                check=False,
            )
        except subprocess.TimeoutExpired:
            state, reply = "unknown", f"no answer within {self._timeout:g} s"
        except OSError as error:
            raise MailError(f"{self._program} cannot be started: {error.strerror}") from None
        else:
            state, reply = _exit_state(done.returncode), _exit_reply(done)
        return Delivery(message.recipient, message.message_id, state, reply)


def _exit_state(code: int) -> str:
    """Ended by a signal (negative), it may have queued the message before."""
    if code == 0:
        return "sent"
    if code < 0:
        return "unknown"
    return "refused" if code in _SENDMAIL_REFUSED else "deferred"


def _exit_reply(done: subprocess.CompletedProcess[bytes]) -> str:
    said = done.stderr or done.stdout
    return _line(f"exit {done.returncode} {said.decode('utf-8', 'replace')}")
