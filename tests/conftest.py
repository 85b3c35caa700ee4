"""For every test: no socket leaves this machine, absent real data is said and skipped, the web is one on loopback."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import settings

# How long an example takes says something of the machine, not of the code.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")

if TYPE_CHECKING:  # imported when asked for: most tests need none of it
    from fakes import WebServer

    from monitor.fetch import Network
    from monitor.model import Settings

TOP = Path(__file__).resolve().parents[1]


class OutsideConnection(BaseException):
    """Not an Exception, so that no error handling under test can mistake it for an unreachable host."""


def _is_local(address: Any) -> bool:
    if not isinstance(address, tuple):
        return True  # AF_UNIX
    try:
        return ipaddress.ip_address(str(address[0]).split("%")[0]).is_loopback
    except ValueError:
        return address[0] in ("localhost", "")


@pytest.fixture(autouse=True)
def only_loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    """Connecting or looking up a name outside this machine fails the test, whoever tries."""
    lookup = socket.getaddrinfo

    def guard(method: str) -> None:
        real = getattr(socket.socket, method)

        def connect(self: socket.socket, address: Any) -> Any:
            if not _is_local(address):
                raise OutsideConnection(f"a test tried to reach {address!r}")
            return real(self, address)

        monkeypatch.setattr(socket.socket, method, connect)

    def getaddrinfo(host: Any, *args: Any, **kwargs: Any) -> Any:
        name = host.decode() if isinstance(host, bytes) else host
        if name is not None and name.endswith(".invalid"):
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")  # RFC 6761: never resolves
        if name is not None and not _is_local((name,)) and not _is_numeric(name):
            raise OutsideConnection(f"a test tried to look up {name!r}")
        return lookup(host, *args, **kwargs)

    guard("connect")
    guard("connect_ex")
    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)


def _is_numeric(name: str) -> bool:
    try:
        ipaddress.ip_address(name.split("%")[0])
    except ValueError:
        return False
    return True


@pytest.fixture(scope="session")
def top() -> Path:
    """The top of the checkout."""
    return TOP


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Real captures for evaluation, kept outside the repository; the test is skipped where they are absent."""
    folder = TOP.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("real captures (../shared/data) are not on this machine")
    return folder


@pytest.fixture
def web() -> Iterator[WebServer]:
    """A web server on loopback; what it answers is scripted by path."""
    from fakes import WebServer

    with WebServer() as server:
        yield server


@pytest.fixture
def network(web: WebServer) -> Network:
    """Every host name leads to that server."""
    from monitor.fetch import Network

    return Network.mapped({("*", 80): web.address})


@pytest.fixture
def config(tmp_path: Path) -> Settings:
    """One outlet and an empty state folder."""
    from world import settings, source

    return settings(tmp_path / "state", source())
