"""HTTP: the polite client and the seam that tests and benches use. Nothing else in the package imports aiohttp."""

from monitor.fetch.client import Client
from monitor.fetch.network import Network

__all__ = ["Client", "Network"]
