"""What the tags of authors, owners and subjects do to the state of a plain feed."""

from __future__ import annotations

import re

from monitor.sources.plain_state import Attributes, Node, State, UnsureError

_LONGEST_AUTHOR = 300
_EMAIL = re.compile(
    r"[a-zA-Z0-9_\-.+]+@(?:\[[0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3}\.|(?:[a-zA-Z0-9\-]+\.)+)"
    r"(?:[a-zA-Z]{2,4}|[0-9]{1,3})\]?(?:\?subject=\S+)?"
)


def start_author(state: State, key: str, found: Attributes) -> None:  # noqa: ARG001
    if state.in_author:
        raise UnsureError
    state.in_author = True
    state.push("author")
    state.context().setdefault("authors", []).append({})


def end_author(state: State, key: str) -> None:  # noqa: ARG001
    state.store("author", state.text("author"))
    state.in_author = False
    _settle_author(state.context())


def _settle_author(context: Node) -> None:
    """The author as a text is made of the last person; one of whom nothing is known yet takes it over."""
    person = context["authors"][-1]
    name, email = person.get("name"), person.get("email")
    if name or email:
        context["author"] = f"{name} ({email})" if name and email else name or email
    elif not person and context.get("author"):
        context.setdefault("author_detail", person)  # and so that of the next person shows in this one
        person.update(_parts(context["author"]))


def _parts(author: str) -> dict[str, str]:
    """Name and address of `redaccion@faro.example (Ana Paz)`."""
    if "@" not in author:
        return {"name": author}
    if len(author) > _LONGEST_AUTHOR:
        raise UnsureError
    found = _EMAIL.search(author)
    if not found:
        return {"name": author}
    rest = author.replace(found[0], "").replace("()", "").replace("<>", "").replace("&lt;&gt;", "").strip()
    name = rest.removeprefix("(").removesuffix(")").strip()
    return {"name": name, "email": found[0]} if name else {"email": found[0]}


def end_person(state: State, name: str) -> None:
    """`name`, `email` or `uri` of an author; those of the owner of a podcast are nobody's, in its head."""
    text = state.sure(name)
    if name == "href":
        if state.source is not None:
            raise UnsureError
        text = state.joined_text(text)
    if state.in_author and not state.in_owner:
        context = state.context()
        context.setdefault("author_detail", {})[name] = text
        _settle_author(context)
        context["authors"][-1][name] = text


def start_owner(state: State, key: str, found: Attributes) -> None:  # noqa: ARG001
    if state.entry is not None:
        raise UnsureError
    state.in_owner = True
    state.push("publisher")


def end_owner(state: State, key: str) -> None:  # noqa: ARG001
    state.sure("publisher")
    state.in_owner = False


def start_category(state: State, key: str, found: Attributes) -> None:
    _tag(state, found.get("text" if key == "itunes_category" else "term", ""))
    state.push("category")


def end_category(state: State, key: str) -> None:  # noqa: ARG001
    _tag(state, state.text("category"))


def _tag(state: State, term: str) -> None:
    """Only the first is of interest."""
    if term:
        state.context().setdefault("tags", [{"term": term}])
