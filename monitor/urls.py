"""URLs as identities: canonical form, article keys, safe links, days and sections. The only module that knows
tracking parameters. Never fetches: a canonical URL identifies an article, the link as published is what is asked for.
"""

from __future__ import annotations

import re
import string
from datetime import date
from functools import lru_cache
from urllib.parse import SplitResult, urljoin, urlsplit

# Where a reader came from, never what the page is. courlan, Miniflux and ClearURLs agree on most of them; `ref`,
# `outputType`, `tmp_ad` are Grupo El Comercio and La República, `maca` DW, `ssm` El País, `at_*` BBC, `CMP` Guardian.
_TRACKING_NAMES = (
    "_ga _gl _hsenc _hsmi _openstat __twitter_impression __s amp campaign_id cmp cmpid cx_testid dclid dicbo epik "
    "event_log fb_ref fb_source fbclid ftag gad_source gbraid gclid gclsrc guccounter hsctatracking icid igsh igshid "
    "int_source ito maca mc_cid mc_eid mkt_tok msclkid ncid oc ocid outputtype partner ref ref_ ref_src ref_url "
    "referrer s_cid s_kwcid sc_cid smid smtyp spm ssm tblci tmp_ad traffic_source trk ttclid twclid usqp wbraid "
    "wickedid xtor yclid"
)
_TRACKING = frozenset(_TRACKING_NAMES.split())
_TRACKING_PREFIX = ("utm_", "at_", "ns_", "pk_", "mtm_", "matomo_", "piwik_", "fb_action_", "oly_", "vero_", "wt_")
_AMP_CACHE = re.compile(r"^(?:[^/]+\.)?cdn\.ampproject\.org$|^www\.google\.[a-z.]+$")
_AMP_CACHE_PATH = re.compile(r"^/(?:amp|[a-z](?:/[a-z])?)/(?:(s)/)?([^/]+\.[^/]+/.*)$")
_HOST_PREFIX = re.compile(r"^(?:(?:www|amp|m)\.)+(?=[^.]+\.[^.])")
_ESCAPE = re.compile(r"%([0-9A-Fa-f]{2})")
_PLAIN = re.compile(r"[A-Za-z0-9\-._~/]*")  # what needs no normalising
_PLAIN_LINK = re.compile(r"[!#-;=?-\[\]-~]*")  # printable ASCII but for quotes, angle brackets and the backslash
_UNRESERVED = frozenset(string.ascii_letters + string.digits + "-._~")
_PATH_SAFE = _UNRESERVED | frozenset("!$&'()*+,;=:@/%")
_QUERY_SAFE = _UNRESERVED | frozenset("!$'()*,;:@/?%")
_BAD_IN_LINK = re.compile(r"[\x00-\x20\x7f-\x9f\ud800-\udfff\\<>\"]")
# controls and surrogates anywhere; a web scheme without a host, which urljoin would give the base's
_BROKEN_LINK = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]|^(?i:https?):(?!//[^/?#])")
_USERINFO = re.compile(r"^(\s*(?:[a-z][a-z0-9+.-]*:)?//)[^/?#\\]*@", re.IGNORECASE)
_EDGE_SPACE = " \t\r\n\f\v\xa0\ufeff"

_DAY = re.compile(r"/((?:19|20)\d\d)(?:([/-])(\d{1,2})\2(\d{1,2})|(\d\d)(\d\d))(?=[/.-]|$)")
_GENERIC_NAMES = (
    "amp arc archivo archive articulo articulos article articles es es-us es-pe en espanol ingles english item news "
    "nota notas noticia noticias p post posts pe rss story stories latest"
)
_GENERIC = frozenset(_GENERIC_NAMES.split())


@lru_cache(maxsize=1024)
def canonical_url(url: str) -> str:
    """The form under which one page has one identity.

    Scheme https; host lower case, in its IDNA form, without `www.`, `m.` and `amp.`; default port, user
    information, fragment, tracking parameters and AMP forms dropped; parameters sorted; percent-encoding
    normalised (RFC 3986 section 6.2.2); no trailing slash but for the root. Idempotent. What is no http(s) URL
    comes back stripped and otherwise as it was.
    """
    for _ in range(8):  # an AMP cache address may wrap another one
        after = _canonical_step(url)
        if after == url:
            break
        url = after
    return url


def _canonical_step(url: str) -> str:
    url = url.strip(_EDGE_SPACE)
    parts = _split(url)
    if parts is None:
        return url
    host = parts.hostname or ""
    unwrapped = _AMP_CACHE_PATH.match(parts.path) if _AMP_CACHE.match(host) else None
    if unwrapped:
        return f"https://{unwrapped[2]}{'?' + parts.query if parts.query else ''}"
    path = _canonical_path(parts.path)
    query = _canonical_query(parts.query)
    return f"https://{_canonical_host(parts)}{path}{'?' + query if query else ''}"


def _split(url: str) -> SplitResult | None:
    """Parts of an absolute http(s) URL with a usable host and port, else None."""
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not _usable_host(parts.hostname or ""):
        return None
    return parts


def _usable_host(host: str) -> bool:
    return bool(host.strip(".")) and not _BAD_IN_LINK.search(host) and not set(host) & set("%/?#@^`{|}[]")


def _canonical_host(parts: SplitResult) -> str:
    host = _HOST_PREFIX.sub("", _idna((parts.hostname or "").rstrip(".")))
    if ":" in host:
        host = f"[{host}]"
    # 80 and 443 both: http and https of one outlet are one identity
    return host if parts.port in (None, 80, 443) else f"{host}:{parts.port}"


def _idna(host: str) -> str:
    if host.isascii():
        return host.lower()
    try:
        return host.encode("idna").decode("ascii").lower()
    except UnicodeError:
        return host.lower()


def _canonical_path(path: str) -> str:
    segments = [part for part in _normalise(path, _PATH_SAFE).split("/") if part not in ("", ".")]
    kept: list[str] = []
    for segment in segments:
        if segment == "..":
            del kept[-1:]
        else:
            kept.append(segment)
    while len(kept) > 1 and kept[0] == "amp":
        del kept[0]
    while len(kept) > 1 and kept[-1] in ("amp", "amp.html"):
        del kept[-1]
    joined = "/" + "/".join(kept)
    return re.sub(r"(?:\.amp)+(?=(?:\.html?)?$)", "", joined) or "/"


def _canonical_query(query: str) -> str:
    pairs = (
        _normalise(pair.replace("+", "%20"), _QUERY_SAFE | {"="})
        for pair in query.replace("&amp;", "&").split("&")
        if pair
    )
    return "&".join(sorted(pair for pair in pairs if not _is_tracking(pair.split("=", 1)[0])))


def _is_tracking(name: str) -> bool:
    low = name.lower()
    return low in _TRACKING or low.startswith(_TRACKING_PREFIX)


def _normalise(text: str, safe: frozenset[str]) -> str:
    """Upper-case escapes, decode those of unreserved characters, encode what may not stand bare."""
    if _PLAIN.fullmatch(text):
        return text
    once = _ESCAPE.sub(_unreserved, text)
    stray = re.sub(r"%(?![0-9A-F]{2})", "%25", once)
    return "".join(char if char in safe else _quote(char) for char in stray)


def _unreserved(match: re.Match[str]) -> str:
    char = chr(int(match[1], 16))
    return char if char in _UNRESERVED else match[0].upper()


def _quote(char: str) -> str:
    return "".join(f"%{byte:02X}" for byte in char.encode("utf-8", "replace"))


def safe_link(url: str, base: str = "") -> str | None:
    """An absolute http(s) link made of `url` and the document's address, or None if it may not be followed.

    Refused: other schemes, no host, user information (`https://bank.pe@evil.test/`), control characters and
    white space inside (`\\r\\nSet-Cookie`). White space around it is trimmed: La República indents its links.
    Inner blanks and non-ASCII characters are percent-encoded once; everything else stays byte for byte.
    """
    trimmed = url.strip(_EDGE_SPACE)
    if not trimmed or len(trimmed) > 4096 or _BROKEN_LINK.search(trimmed):
        return None
    try:
        parts = _split(urljoin(base, trimmed))
    except ValueError:
        return None
    if parts is None or "@" in parts.netloc or "\\" in parts.netloc:
        return None
    link = parts.geturl()
    if _PLAIN_LINK.fullmatch(link):
        return link
    return "".join(char if _PLAIN_LINK.fullmatch(char) else _quote(char) for char in link)


def without_userinfo(url: str) -> str:
    """The address without user name and password: `https://bank.pe@evil.test/` says plainly where it leads."""
    return _USERINFO.sub(r"\1", url)


@lru_cache(maxsize=256)
def _pattern(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


def article_key(url: str, id_pattern: str = "") -> str:
    """Identity of an article: `host#number` where the outlet's own number is in the path, else the canonical URL.

    `id_pattern` is a regular expression with one group, searched in the canonical path: canaln.pe, rpp.pe and
    elperuano.pe write the same article again under another slug, but keep its number.
    """
    canonical = canonical_url(url)
    parts = _split(canonical)
    match = _pattern(id_pattern).search(parts.path) if id_pattern and parts else None
    return f"{parts.netloc}#{match[1]}" if match and parts and match[1] else canonical


def url_date(url: str) -> date | None:
    """The day in a URL path (`/2026/07/19/`, `/2026-07-19-`, `/20260719/`), or None. Words of a slug never count."""
    parts = _split(url)
    match = _DAY.search(parts.path) if parts else None
    try:
        return date(int(match[1]), int(match[3] or match[5]), int(match[4] or match[6])) if match else None
    except ValueError:
        return None


def section_of(url: str) -> str:
    """The first path segment that names a section, lower case: `politica` of `/politica/congreso/x-noticia/`."""
    parts = _split(url)
    segments = [part.lower() for part in parts.path.split("/") if part] if parts else []
    names = (part for part in segments[:-1] if part not in _GENERIC and not part[0].isdigit())
    return next(names, "")
