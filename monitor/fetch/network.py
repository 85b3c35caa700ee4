"""The only door to the network: name resolution, the address guard at the socket, TLS. Knows nothing of HTTP."""

from __future__ import annotations

import errno
import socket
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from ssl import SSLContext
from typing import Any

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult

from monitor.fetch.addresses import is_public

Address = tuple[str, int]
Resolver = Callable[[str, int], Awaitable[Sequence[Address]]]


class AddressRefusedError(OSError):
    """A name or literal led to an address that is not public. The same text for all, so that aiohttp keeps it."""

    def __init__(self, address: str) -> None:
        super().__init__(errno.EACCES, "address refused")
        self.address = address


@dataclass(frozen=True, slots=True)
class Network:
    """How to reach the outside. The default is the real internet, public addresses only, verified TLS.

    `resolver` turns (host, port) into addresses; `allow` lists the (ip, port) pairs that may be connected to
    although they are not public (tests and benches on loopback); `ssl` replaces the default trust store.
    """

    resolver: Resolver | None = None
    allow: frozenset[Address] | Callable[[str, int], bool] = frozenset()
    ssl: SSLContext | None = None

    @classmethod
    def mapped(cls, routes: Mapping[Address, Address], *, ssl: SSLContext | None = None) -> Network:
        """Every (host, port) leads to the given (ip, port); the host `*` stands for all others of that port."""

        async def resolve(host: str, port: int) -> Sequence[Address]:
            found = routes.get((host, port)) or routes.get(("*", port))
            if found is None:
                raise OSError(f"{host} is not known here")
            return [found]

        return cls(resolve, frozenset(routes.values()), ssl)

    def permits(self, ip: str, port: int) -> bool:
        """May a socket be connected to this address?"""
        listed = self.allow(ip, port) if callable(self.allow) else (ip, port) in self.allow
        return listed or is_public(ip)

    def listed(self, ip: str, port: int) -> bool:
        """Is this literal address one that a test or bench named?"""
        return self.allow(ip, port) if callable(self.allow) else (ip, port) in self.allow

    def connector(self) -> aiohttp.TCPConnector:
        """A connector whose every socket passed the guard; no DNS cache, so an answer is checked when it is used."""
        options: dict[str, Any] = {} if self.ssl is None else {"ssl": self.ssl}
        if self.resolver is not None:
            options["resolver"] = _Answers(self.resolver)
        return aiohttp.TCPConnector(limit=0, use_dns_cache=False, socket_factory=self._guarded_socket, **options)

    def _guarded_socket(self, info: tuple[Any, ...]) -> socket.socket:
        # The address checked is the one that is connected: no second look-up in between (DNS rebinding).
        family, kind, protocol, _, address = info
        if not self.permits(address[0], address[1]):
            raise AddressRefusedError(address[0])
        return socket.socket(family=family, type=kind, proto=protocol)


class _Answers(AbstractResolver):
    """Gives aiohttp the answers of a plain resolver function."""

    def __init__(self, resolver: Resolver) -> None:
        self._resolver = resolver

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        return [_result(host, ip, to, family) for ip, to in await self._resolver(host, port)]

    async def close(self) -> None:
        """Nothing is held."""


def _result(host: str, ip: str, port: int, family: socket.AddressFamily) -> ResolveResult:
    return ResolveResult(hostname=host, host=ip, port=port, family=family, proto=0, flags=socket.AI_NUMERICHOST)
