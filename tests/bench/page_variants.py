"""How the extraction holds where pages are built otherwise: variants of real pages, scored as the pages themselves are.

usage: python tests/bench/page_variants.py [--data DIR] [--set NAME] [--only VARIANT]

Each variant changes one thing that outlets differ in: no JSON-LD, no meta, other class names, no <article>, a second
copy for mobile, a second article below, a comment section, related links, a newsletter box, a paywall class. What is
inserted is our own wording; the gold stays.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import importlib.util
import sys
from collections.abc import Callable, Iterator
from copy import deepcopy
from pathlib import Path
from types import ModuleType
from typing import Any

import extract
from lxml import etree
from lxml.html import HtmlElement, fragment_fromstring, tostring

from monitor.extract import decode, dom
from monitor.text import tokens

Gold = dict[str, Any]
Variant = Callable[[HtmlElement, HtmlElement], None]  # the tree and the element that holds the article

COMMENTS = (
    "Ya era hora de que alguien lo dijera, en mi barrio llevamos tres años esperando y nadie aparece por aquí.",
    "Puro floro, el año pasado prometieron lo mismo y mira cómo estamos ahora, sin agua y sin luz por las noches.",
    "Saludos desde Arequipa, ojalá que esta vez cumplan con la población y no se olviden después de las elecciones.",
)
OTHER = (
    "La cooperativa cafetalera de San Ignacio exportó en agosto sus primeras ocho toneladas de grano lavado a Noruega.",
    "Su gerente, Teófilo Huamán, explicó que el comprador pagó una prima por la trazabilidad de cada finca.",
    "Los socios decidieron en asamblea destinar la mitad de esa prima a reparar la trocha que une los tres caseríos.",
    "El próximo embarque saldrá por el puerto de Paita en noviembre si las lluvias no cortan otra vez la carretera.",
)


def no_jsonld(tree: HtmlElement, _: HtmlElement) -> None:
    for script in tree.xpath("//script"):
        script.drop_tree()


def no_meta(tree: HtmlElement, _: HtmlElement) -> None:
    for meta in tree.xpath("//meta|//link"):
        meta.drop_tree()


def hashed_names(tree: HtmlElement, _: HtmlElement) -> None:
    for element in tree.xpath("//*[@class or @id]"):
        for name in ("class", "id"):
            if value := element.get(name):
                element.set(name, "x" + hashlib.md5(value.encode()).hexdigest()[:7])


def no_article(tree: HtmlElement, _: HtmlElement) -> None:
    for element in tree.xpath("//article|//main|//section"):
        element.tag = "div"


def twice(_: HtmlElement, holder: HtmlElement) -> None:
    copy = deepcopy(holder)
    copy.tail = None
    holder.set("class", "desktop")
    copy.set("class", "mobile")
    holder.addnext(copy)


def next_article(_: HtmlElement, holder: HtmlElement) -> None:
    text = "".join(f"<p>{line}</p>" for line in OTHER)
    _after(holder, f"<article><h1>Café de San Ignacio llega a Noruega</h1><div>{text}</div></article>")


def next_story(_: HtmlElement, holder: HtmlElement) -> None:
    text = "".join(f"<p>{line}</p>" for line in OTHER)
    _after(holder, f"<div><h2><a href='/cafe'>Café de San Ignacio llega a Noruega</a></h2><div>{text}</div></div>")


def comments(_: HtmlElement, holder: HtmlElement) -> None:
    each = "".join(f"<li><b>Lector {n}</b> <i>hace {n} horas</i><p>{text}</p></li>" for n, text in enumerate(COMMENTS))
    _after(holder, f"<div><h3>3 comentarios</h3><ul>{each}</ul><p>Inicia sesión para comentar</p></div>")


def related(_: HtmlElement, holder: HtmlElement) -> None:
    for number, paragraph in enumerate(_paragraphs(holder)):
        if number % 3 == 1:
            words = ("Lea además: ", "Te contamos: ", "En detalle | ", "Nota vinculada: ")[number % 4]
            link = f"<a href='/n/{number}'>Cafetaleros de San Ignacio exportan a Noruega</a>"
            _after(paragraph, f"<p><strong>{words}{link}</strong></p>")


def related_list(_: HtmlElement, holder: HtmlElement) -> None:
    middle = _paragraphs(holder)[1:2]
    items = "".join(
        f"<li><a href='/n/{n}'>Cafetaleros de San Ignacio piden trocha número {n}</a></li>" for n in range(4)
    )
    for paragraph in middle:
        _after(paragraph, f"<div><h4>Otras noticias</h4><ul>{items}</ul></div>")


def newsletter(_: HtmlElement, holder: HtmlElement) -> None:
    for paragraph in _paragraphs(holder)[1:2]:
        _after(
            paragraph,
            "<div><p>Recibe cada mañana en tu correo las noticias que importan</p><form><input name='m'>"
            "<button>Quiero recibirlas</button><p>Al enviar aceptas nuestros términos y condiciones</p></form></div>",
        )


def paywall_class(_: HtmlElement, holder: HtmlElement) -> None:
    holder.set("class", f"{holder.get('class') or ''} paywall premium-content")


VARIANTS: tuple[Variant, ...] = (
    no_jsonld, no_meta, hashed_names, no_article, twice, next_article, next_story, comments, related, related_list,
    newsletter, paywall_class,
)  # fmt: skip


def _after(element: HtmlElement, html: str) -> None:
    new = fragment_fromstring(html)
    new.tail, element.tail = element.tail, None
    element.addnext(new)


def _paragraphs(holder: HtmlElement) -> list[HtmlElement]:
    return [p for p in holder.iter("p") if len(dom.element_text(p)) >= 80]


def holder_of(tree: HtmlElement, body: list[str]) -> HtmlElement | None:
    """The innermost element that holds the first and the last paragraph of the article."""
    found = [_holding(tree, line) for line in (body[0], body[-1])]
    if None in found:
        return None
    first, last = found
    around = [last, *last.iterancestors()]
    holder = next((each for each in [first, *first.iterancestors()] if each in around), None)
    return holder.getparent() if holder is not None and holder.tag in ("p", "li") else holder


def _holding(tree: HtmlElement, line: str) -> Any:
    wanted = " ".join(tokens(line))[:60]
    for element in tree.iter("p", "li", "h2", "h3", "blockquote", "div", "span"):
        if " ".join(tokens(dom.element_text(element))).startswith(wanted):
            return element
    return None


def made(gold: Gold, body: bytes, variant: Variant) -> bytes | None:
    tree = dom.parse(decode.decode(body))
    holder = holder_of(tree, gold["body"])
    if holder is None or holder.getparent() is None or holder.tag == "html":
        return None
    variant(tree, holder)
    etree.strip_tags(tree, etree.Comment)
    return bytes(tostring(tree, encoding="utf-8", doctype="<!DOCTYPE html>"))


def rows(golds: list[Gold], data: Path, variant: Variant | None, score: ModuleType) -> Iterator[tuple[str, float]]:
    for gold in golds:
        body = gzip.decompress((data / gold["html"]).read_bytes())
        html = made(gold, body, variant) if variant else body
        if html is not None:
            found = extract.ours(gold, html)
            yield gold["id"], score.page(found["text"], gold["body"], gold["optional"])[0][2]


def load_score(data: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("score", data / "score.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--data", type=Path, default=extract.DEFAULT_DATA)
    parser.add_argument("--set", dest="chosen", default="es96")
    parser.add_argument("--only", help="only this variant")
    options = parser.parse_args()
    if not (options.data / "gold.jsonl").exists():
        print(f"no gold.jsonl in {options.data}; say where the data is with --data", file=sys.stderr)
        return 2
    score = load_score(options.data)
    golds = [gold for gold in extract.read_gold(options.data, options.chosen) if gold["body"]]
    plain = dict(rows(golds, options.data, None, score))
    for variant in VARIANTS:
        if options.only in (None, variant.__name__):
            got = dict(rows(golds, options.data, variant, score))
            before = sum(plain[page] for page in got) / max(1, len(got))
            print(
                f"{variant.__name__:14s} n={len(got):3d} F1 {sum(got.values()) / max(1, len(got)):.3f} of {before:.3f}",
                end="",
            )
            worst = sorted((f1 - plain[page], page) for page, f1 in got.items())[:4]
            print("  " + " ".join(f"{page} {loss:+.2f}" for loss, page in worst if loss < -0.01))
    return 0


if __name__ == "__main__":
    sys.exit(main())
