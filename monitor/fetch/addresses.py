"""Which network addresses may never be called: everything that is not public unicast. Pure; opens no socket."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

# `is_global` is True for these in Python 3.11, yet none is an ordinary public host: they are multicast, protocol
# assignments, or IPv6 forms that carry an IPv4 address and so could smuggle a private one past the check.
# Sources: IANA special-purpose registries (RFC 6890), RFC 6052, RFC 8215, RFC 3056, RFC 3068, RFC 3879, RFC 4291.
_NEVER: tuple[IPv4Network | IPv6Network, ...] = tuple(
    ip_network(text)
    for text in (
        "0.0.0.0/8",
        "100.64.0.0/10",
        "192.0.0.0/24",
        "192.88.99.0/24",
        "224.0.0.0/4",
        "240.0.0.0/4",
        "::/96",
        "::ffff:0:0/96",
        "::ffff:0:0:0/96",
        "64:ff9b::/96",
        "64:ff9b:1::/48",
        "100::/64",
        "100:0:0:1::/64",
        "2001::/23",
        "2001:db8::/32",
        "2002::/16",
        "3fff::/20",
        "5f00::/16",
        "fc00::/7",
        "fe80::/10",
        "fec0::/10",
        "ff00::/8",
    )
)


def is_literal(host: str) -> bool:
    """Is this host name an IP address already?"""
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def is_public(address: str) -> bool:
    """True for an address of the public internet; False for anything else, also for what is no address.

    An IPv4 address mapped into IPv6 is refused whatever it carries: resolvers answer with plain IPv4.
    """
    try:
        ip: IPv4Address | IPv6Address = ip_address(address)
    except ValueError:
        return False
    if not ip.is_global or ip.is_multicast or ip.is_reserved or ip.is_unspecified:
        return False
    return not any(ip in network for network in _NEVER if network.version == ip.version)
