"""Article pages as the invented outlets serve them: one template per kind of site; text in, HTML out."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from html import escape

from monitor.demo.newsroom import Article


@dataclass(frozen=True, slots=True)
class Page:
    """What a template is given. `others` are headlines and links of the outlet's other articles."""

    article: Article
    url: str
    site: str
    brand: str
    lang: str
    others: tuple[tuple[str, str], ...] = ()


_COMMENTS = (
    '<section class="comments"><h3>Comentarios</h3><p>Vecino del norte: Ya era hora de que alguien lo contara.</p>'
    "<p>Lectora 82: Falta saber quién responde por esto.</p></section>"
)

Template = Callable[[Page], str]

_MONTHS = (
    *("enero", "febrero", "marzo", "abril", "mayo", "junio"),
    *("julio", "agosto", "setiembre", "octubre", "noviembre", "diciembre"),
)


def broadsheet(page: Page) -> str:
    """A newspaper's content system: the headline in a block of its own, then `story-content`."""
    body = "\n".join(f'<p class="story-content__paragraph">{_text(line)}</p>' for line in _shown(page))
    main = (
        f'{_hero(page)}\n<main><article class="story">{_byline(page)}\n'
        f'<div class="story-content" id="contenedor">\n{body}\n</div>{_wall(page)}</article></main>'
    )
    return _document(page, [_news_article(page)], main)


def weblog(page: Page) -> str:
    """A WordPress site: `@graph`, `entry-content`."""
    article = page.article
    graph: dict[str, object] = {
        "@context": "https://schema.org",
        "@graph": [_facts(page), {"@type": "WebSite", "url": f"{page.site}/"}],
    }
    body = "\n".join(f"<p>{_text(line)}</p>" for line in _shown(page))
    main = (
        f'<article class="post type-post"><header class="entry-header"><h1 class="entry-title">{_text(article.title)}'
        f'</h1>{_byline(page)}</header>\n<div class="entry-content">\n{body}\n</div>{_wall(page)}</article>'
    )
    return _document(page, [graph], main)


def magazine(page: Page) -> str:
    """A site with a long text column."""
    article = page.article
    body = "\n".join(f"<p>{_text(line)}</p>" for line in _shown(page))
    main = (
        f'<main id="main"><article><header><h1>{_text(article.title)}</h1><p class="deck">{_text(article.summary)}</p>'
        f'{_byline(page)}</header>\n<section class="article-body">\n{body}\n</section>{_wall(page)}</article></main>'
    )
    return _document(page, [_news_article(page)], main)


def bulletin(page: Page) -> str:
    """An agency, an office or a station: short notes with a dateline."""
    body = "\n".join(f"<p>{_text(line)}</p>" for line in _shown(page))
    main = (
        f'{_hero(page)}\n<main class="container"><article class="nota">{_byline(page)}\n'
        f'<div class="nota__texto">\n{body}\n</div>{_wall(page)}</article></main>'
    )
    return _document(page, [_news_article(page)], main)


def undated(page: Page) -> str:
    """A radio's hand-made site: hardly any metadata, the date only in words."""
    article = page.article
    at = article.at
    body = "\n".join(f"<p>{_text(line)}</p>" for line in _shown(page))
    main = (
        f'<div id="noticia"><h1>{_text(article.title)}</h1><p class="fecha">Publicado el {at.day} de '
        f'{_MONTHS[at.month - 1]}</p>\n<div class="texto">\n{body}\n</div></div>'
    )
    head = f'<title>{_text(article.title)}</title>\n<meta property="og:type" content="article">'
    return _html(page, head, main)


def shell(page: Page) -> str:
    """What a site sends that builds its pages in the browser."""
    head = f"<title>{_text(page.brand)}</title>"
    return _html(
        page,
        head,
        '<div id="root"></div><noscript>Active JavaScript para ver esta página.</noscript>'
        '<script src="/static/js/main.8f31c0.js"></script>',
    )


# ---------------------------------------------------------------- parts


def _shown(page: Page) -> tuple[str, ...]:
    """The paragraphs that the page gives to a reader without a subscription."""
    lines = page.article.paragraphs
    if page.article.page == "teaser":
        return lines[:1]
    if page.article.page == "menus" and len(lines) > 2:
        also = page.others[0][1] if page.others else page.brand
        return (*lines[:2], f"{'Read also' if page.lang == 'en' else 'Lea también'}: {also}", *lines[2:])
    return lines


def _hero(page: Page) -> str:
    article = page.article
    return f'<header class="hero"><h1>{_text(article.title)}</h1><p class="deck">{_text(article.summary)}</p></header>'


def _wall(page: Page) -> str:
    if page.article.page != "teaser":
        return ""
    said = "This content is for subscribers only" if page.lang == "en" else "Contenido exclusivo para suscriptores"
    return f'<div class="paywall"><p>{said}</p></div>'


def _byline(page: Page) -> str:
    article = page.article
    author = f'<span class="author">{_text(article.author)}</span> ' if article.author else ""
    return f'<p class="byline">{author}<time datetime="{article.at.isoformat()}">{article.at:%d/%m/%Y %H:%M}</time></p>'


def _facts(page: Page) -> dict[str, object]:
    article = page.article
    person = article.author and article.author not in ("Redacción", page.brand)
    kind = "OpinionNewsArticle" if article.kind == "opinion" else "NewsArticle"
    facts: dict[str, object] = {
        "@type": kind,
        "headline": article.title,
        "description": article.summary,
        "mainEntityOfPage": page.url,
        "datePublished": article.at.isoformat(),
        "dateModified": _modified(article).isoformat(),
        "inLanguage": page.lang,
        "articleSection": article.section,
        "author": {"@type": "Person" if person else "Organization", "name": article.author or page.brand},
        "publisher": {"@type": "NewsMediaOrganization", "name": page.brand},
    }
    if article.page == "teaser":
        facts["isAccessibleForFree"] = False
    return facts


def _modified(article: Article) -> datetime:
    return article.edited_at or article.at


def _news_article(page: Page) -> dict[str, object]:
    return {"@context": "https://schema.org", **_facts(page)}


def _document(page: Page, linked_data: list[dict[str, object]], main: str) -> str:
    article = page.article
    blocks = "\n".join(f'<script type="application/ld+json">{_json(block)}</script>' for block in linked_data)
    head = f"""<title>{_text(article.title)} | {_text(page.brand)}</title>
<meta name="description" content="{escape(article.summary)}">
<link rel="canonical" href="{page.url}">
<meta property="og:type" content="article">
<meta property="og:title" content="{escape(article.title)}">
<meta property="og:description" content="{escape(article.summary)}">
<meta property="og:url" content="{page.url}">
<meta property="og:site_name" content="{escape(page.brand)}">
<meta property="article:published_time" content="{article.at.isoformat()}">
<meta property="article:section" content="{escape(article.section)}">
{blocks}"""
    return _html(page, head, main)


def _html(page: Page, head: str, main: str) -> str:
    rich = page.article.page == "menus"
    rights = "All rights reserved" if page.lang == "en" else "Todos los derechos reservados"
    return f"""<!DOCTYPE html>
<html lang="{page.lang}">
<head>
<meta charset="utf-8">
{head}
</head>
<body>
<header class="site-header"><a href="{page.site}/">{_text(page.brand)}</a></header>
{_menu(page) if rich else ""}
{main}
{_sidebar(page) + _COMMENTS if rich else ""}
<footer><p>© 2026 {_text(page.brand)}. {rights}.</p></footer>
</body>
</html>
"""


def _menu(page: Page) -> str:
    sections = ("Política", "Economía", "Regiones", "Sociedad", "Mundo", "Deportes", "Dengue", "Dólar hoy", "CTS")
    links = "".join(f'<li><a href="{page.site}/{number}">{name}</a></li>' for number, name in enumerate(sections))
    return f'<nav class="menu"><ul>{links}</ul></nav>'


def _sidebar(page: Page) -> str:
    links = "".join(f'<li><a href="{url}">{_text(title)}</a></li>' for url, title in page.others[:6])
    return f'<aside class="mas-leidas"><h3>Lo más leído</h3><ul>{links}</ul></aside>'


def _json(block: dict[str, object]) -> str:
    return json.dumps(block, ensure_ascii=False).replace("</", "<\\/")


def _text(value: str) -> str:
    return escape(value, quote=False)
