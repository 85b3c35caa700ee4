"""The address of a request as it goes on the wire: checked, and otherwise left byte for byte. Resolves no name."""

from __future__ import annotations

import re
from dataclasses import dataclass
from ipaddress import IPv6Address
from urllib.parse import quote, urljoin

from yarl import URL

from monitor.errors import FetchError, Reason
from monitor.fetch.addresses import is_literal

_PARTS = re.compile(r"(https?)://([^/?#\\]*)([^?#]*)(\?[^#]*)?", re.IGNORECASE)
_AUTHORITY = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[^:\[\]]+)(?::(\d{0,5}))?")
_NAME = re.compile(r"(?:[a-z0-9_-]{1,63}\.)*[a-z0-9_-]{1,63}\.?")
# inet_aton reads 2130706433, 0x7f.1, 127.1 and 0177.0.0.1 as addresses; no site is called by them.
_DISGUISED = re.compile(r"(?:.*\.)?(?:\d+|0x[0-9a-f]*)")
_CONTROL = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")
_ASCII = "".join(map(chr, range(0x21, 0x7F)))
_KEPT = "".join(char for char in _ASCII if char not in '"<>')  # RFC 3986 allows these three nowhere
_PORTS = {"http": 80, "https": 443}
_USERINFO = re.compile(r"(?<=//)[^/?#@]*@")
_SECRET = re.compile(r"([?&][^=&#]*(?:token|key|secret|passw|auth|signature|session)[^=&#]*=)[^&#]*", re.IGNORECASE)
# Second-level names under country codes that are registries, not sites: example.com.pe, example.gob.pe ...
_REGISTRIES = frozenset(
    {"ac", "co", "com", "edu", "gob", "gov", "gouv", "gub", "go", "int", "ltd", "me", "mil", "ne", "net", "nom"}
    | {"or", "org", "plc", "sch", "sld"}
)


@dataclass(frozen=True, slots=True)
class Target:
    """`host` is lower-case IDNA (IPv6 without brackets), `path` is path and query exactly as they are sent."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def origin(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        port = "" if self.port == _PORTS[self.scheme] else f":{self.port}"
        return f"{self.scheme}://{host}{port}"

    @property
    def url(self) -> str:
        return self.origin + self.path

    @property
    def site(self) -> str:
        return registrable(self.host)


def parse_target(url: str) -> Target:
    """Read an absolute http(s) URL; raises FetchError(BAD_URL) for every other scheme and for unsafe forms.

    The fragment is cut off. Non-ASCII characters and blanks are percent-encoded once; nothing else changes:
    the case of escapes, `~`, empty query parts and dot segments arrive as published.
    """
    text = url.strip(" ")
    match = _PARTS.match(text)
    if _CONTROL.search(text) or match is None:
        raise FetchError(Reason.BAD_URL, f"{shown(url)} is not an http or https address")
    scheme = match[1].lower()
    host, port = _authority(match[2], scheme, url)
    path = match[3] if match[3].startswith("/") else "/" + match[3]
    return Target(scheme, host, port, quote(path + (match[4] or ""), safe=_KEPT))


def _authority(text: str, scheme: str, url: str) -> tuple[str, int]:
    if "@" in text:
        raise FetchError(Reason.BAD_URL, f"{shown(url)} carries a user name or password; such addresses are not called")
    match = _AUTHORITY.fullmatch(text)
    if match is None:
        raise FetchError(Reason.BAD_URL, f"{shown(url)} has no usable host name")
    port = int(match[2] or _PORTS[scheme])
    if not 0 < port < 65536:
        raise FetchError(Reason.BAD_URL, f"{shown(url)} has an impossible port")
    try:
        host = _host(match[1])
    except ValueError:
        raise FetchError(Reason.BAD_URL, f"{shown(url)} has no usable host name") from None
    if _DISGUISED.fullmatch(host.rstrip(".")) and not is_literal(host):
        raise FetchError(Reason.SSRF_BLOCKED, f"{shown(url)} hides an IP address in another notation")
    return host, port


def _host(text: str) -> str:
    if text.startswith("["):
        return str(IPv6Address(text[1:-1]))
    host = URL.build(scheme="http", host=text).raw_host
    if host is None or len(host) > 253 or not _NAME.fullmatch(host):
        raise ValueError(text)
    return host


def resolve_location(base: Target, location: str) -> Target:
    """The target of a Location header (given as its latin-1 view) relative to `base`; raises FetchError(BAD_URL)."""
    raw = location.strip().encode("latin-1", "ignore")
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        text = quote(raw, safe=_ASCII + " ")
    try:
        return parse_target(urljoin(base.url, text))
    except ValueError:
        raise FetchError(Reason.BAD_URL, f"{base.origin} redirects to {shown(text)}, which is no address") from None


def registrable(host: str) -> str:
    """The name an outlet registered: `elcomercio.pe` for `archivo.elcomercio.pe`, `mef.gob.pe` for `www.mef.gob.pe`.

    A rule of thumb in place of the public suffix list. Where it errs, it puts two sites under one limit,
    which only makes us slower. An IP address stands for itself.
    """
    labels = host.rstrip(".").split(".")
    if ":" in host or labels[-1].isdigit() or len(labels) < 3:
        return host.rstrip(".")
    keep = 3 if len(labels[-1]) == 2 and labels[-2] in _REGISTRIES else 2
    return ".".join(labels[-keep:])


def shown(url: str) -> str:
    """A URL fit for logs and messages: no credentials, no secrets in its query, no control characters, short."""
    text = _SECRET.sub(r"\1***", _USERINFO.sub("***@", _CONTROL.sub("?", url)))
    return text if len(text) <= 300 else text[:297] + "..."
