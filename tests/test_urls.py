"""URLs as identities: one page, one canonical form."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.urls import article_key, canonical_url, safe_link, section_of, url_date

PAGE = "https://diario.example/politica/ley-noticia"
URLS = st.builds(
    "{}://{}{}{}{}".format,
    st.sampled_from(["http", "https", "HTTPS"]),
    st.sampled_from(
        ["www.diario.example", "M.Diario.example:443", "amp.www.diario.example", "[::1]:8080", "ñandú.example"]
    ),
    st.text("/aÁ%2eE.~-_;=+ñ", max_size=20).map(lambda path: "/" + path),
    st.one_of(st.just(""), st.text("ab&=%2B+ñ;utm_", max_size=20).map(lambda query: "?" + query)),
    st.sampled_from(["", "#a", "/amp", "/amp/", "/?amp", ".amp.html"]),
)


@pytest.mark.parametrize(
    "url",
    [
        "http://diario.example/politica/ley-noticia/",
        "HTTPS://WWW.Diario.Example:443/politica/ley-noticia",
        "http://diario.example:80/politica//ley-noticia/?ref=portada#comentarios",
        "https://m.diario.example/politica/ley-noticia?utm_source=x&UTM_Medium=y&fbclid=z",
        "https://diario.example/politica/ley-noticia/?outputType=amp",
        "https://diario.example/amp/politica/ley-noticia",
        "https://diario.example/politica/ley-noticia/amp/",
        "https://www.google.com/amp/s/diario.example/politica/ley-noticia/",
        "https://diario-example.cdn.ampproject.org/v/s/diario.example/politica/ley-noticia/?usqp=mq331",
        "https://diario.example/politica/otra/../%6Cey-noticia?",
        "  https://diario.example./politica/ley-noticia?a&amp;utm_source=x ".replace("?a&amp;", "?"),
    ],
)
def test_one_page_has_one_canonical_form(url: str) -> None:
    """Scheme, www, port, case, slash, tracking, AMP and escapes make no difference."""
    assert canonical_url(url) == PAGE


@pytest.mark.parametrize(
    ("url", "canonical"),
    [
        ("https://diario.example", "https://diario.example/"),
        ("https://diario.example/?p=12&a=1", "https://diario.example/?a=1&p=12"),
        ("https://diario.example/a%2fb", "https://diario.example/a%2Fb"),
        ("https://diario.example/niño", "https://diario.example/ni%C3%B1o"),
        ("https://diario.example/a%zz", "https://diario.example/a%25zz"),
        ("http://diario.example:8080/a", "https://diario.example:8080/a"),
        ("https://ñandú.example/a", "https://xn--and-6ma2c.example/a"),
        ("https://diario.example/a.amp.html", "https://diario.example/a.html"),
        ("https://amp.dev/a", "https://amp.dev/a"),
        ("https://diario.example/a?x=%20b&y=c+d", "https://diario.example/a?x=%20b&y=c%20d"),
    ],
)
def test_what_names_another_page_stays(url: str, canonical: str) -> None:
    """Parameters that choose a page, odd ports and escaped slashes are part of the identity."""
    assert canonical_url(url) == canonical


@pytest.mark.parametrize("url", ["javascript:alert(1)", "mailto:a@b.example", "http://[bad", "http:///a", "", "texto"])
def test_what_is_no_web_address_stays_as_it_is(url: str) -> None:
    """There is nothing canonical about it, and nothing is raised."""
    assert canonical_url(url) == url


@given(st.one_of(URLS, st.text(max_size=40), st.text(max_size=30).map("https://diario.example/".__add__)))
@settings(max_examples=500, deadline=None)
def test_canonical_url_is_idempotent(url: str) -> None:
    """The canonical form of a canonical form is itself."""
    once = canonical_url(url)
    assert canonical_url(once) == once


@pytest.mark.parametrize(
    ("url", "base", "link"),
    [
        ("/a", "https://diario.example/rss", "https://diario.example/a"),
        ("//diario.example/a", "http://otro.example/", "http://diario.example/a"),
        (" \n https://diario.example/a \t", "", "https://diario.example/a"),
        ("https://diario.example/a b/ñ", "", "https://diario.example/a%20b/%C3%B1"),
        (
            "https://diario.example/a%2fb%7Ec?x=%c3%b1&k=a+b&&e=",
            "",
            "https://diario.example/a%2fb%7Ec?x=%c3%b1&k=a+b&&e=",
        ),
    ],
)
def test_a_safe_link_is_absolute_and_otherwise_as_published(url: str, base: str, link: str) -> None:
    """Relative links are joined, white space around is trimmed, bytes that are fine are kept."""
    assert safe_link(url, base) == link


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "jAvA\tscript:alert(1)",
        "data:text/html,x",
        "file:///etc/passwd",
        "ftp://diario.example/a",
        "https://diario.example@evil.example/",
        "https://diario.example/a\r\nSet-Cookie: x",
        "https://diario.example/\x00",
        "https:///a",
        "http://diario.example:99999/",
        "http://[::1/",
        "https://diario.example\\@evil.example/",
        "",
        "https://diario.example/" + "a" * 5000,
    ],
)
def test_an_unsafe_link_is_refused(url: str) -> None:
    """Only plain http and https addresses leave this module."""
    assert safe_link(url, "https://diario.example/") is None


@given(st.text(max_size=60))
@settings(max_examples=300, deadline=None)
def test_a_safe_link_is_printable_ascii(url: str) -> None:
    """Whatever comes in, what goes out fits a request line and an href."""
    link = safe_link(url, "https://diario.example/dir/")
    assert link is None or (link.startswith(("http://", "https://")) and link.isascii() and link.isprintable())


@pytest.mark.parametrize(
    ("pattern", "first", "second"),
    [
        (r"-n(\d+)$", "https://canal.example/a/votan-ley-n471621", "https://www.canal.example/b/ley-votada-n471621/"),
        (r"-noticia-(\d+)$", "https://radio.example/x-noticia-1699", "http://radio.example/y/z-noticia-1699?ref=a"),
        (r"/noticia/(\d+)-", "https://oficial.example/noticia/297-uno", "https://www.oficial.example/noticia/297-dos"),
    ],
)
def test_a_number_in_the_path_is_the_identity(pattern: str, first: str, second: str) -> None:
    """A new slug over the same number is the same article."""
    assert article_key(first, pattern) == article_key(second, pattern)
    assert "#" in article_key(first, pattern)
    assert article_key(first, "") != article_key(second, "")


def test_without_a_number_the_canonical_url_is_the_identity() -> None:
    """The pattern only counts where it matches."""
    assert article_key("https://www.radio.example/vivo/", r"-noticia-(\d+)$") == "https://radio.example/vivo"


@pytest.mark.parametrize(
    ("url", "day"),
    [
        ("https://d.example/politica/2026/07/19/ley", date(2026, 7, 19)),
        ("https://d.example/2026-07-19-ley", date(2026, 7, 19)),
        ("https://d.example/20260719/ley", date(2026, 7, 19)),
        ("https://d.example/2026/11/10/ley", date(2026, 11, 10)),
        ("https://d.example/2026/7/9/", date(2026, 7, 9)),
        ("https://d.example/2026/02/31/ley", None),
        ("https://d.example/2026-11/10", None),
        ("https://d.example/2026/07/ley", None),
        ("https://d.example/ley-de-2026-07-19", None),
        ("texto", None),
    ],
)
def test_the_day_in_a_url(url: str, day: date | None) -> None:
    """Path segments are dates; words of a slug are not."""
    assert url_date(url) == day


@pytest.mark.parametrize(
    ("url", "section"),
    [
        ("https://d.example/Politica/congreso/ley-noticia/", "politica"),
        ("https://d.example/noticia/297-ley", ""),
        ("https://d.example/es/2026/07/19/ley", ""),
        ("https://d.example/ley", ""),
        ("https://d.example/", ""),
    ],
)
def test_the_section_in_a_url(url: str, section: str) -> None:
    """The first segment that is neither date, language, generic word nor the slug itself."""
    assert section_of(url) == section
