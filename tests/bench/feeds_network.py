"""Throughput of the client beside plain peers in the same run, and what a bomb costs it. Part of `feeds.py`."""

from __future__ import annotations

import asyncio
import gzip
import importlib
import importlib.util
import json
import multiprocessing
import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import brotli
import zstandard
from fakes import Reply, WebServer
from timeline import document
from world import START

from monitor.clock import SimulatedClock, SystemClock
from monitor.errors import FetchError
from monitor.fetch import Client, Network
from monitor.model import Fetched, FetchSettings, Request

TOP = Path(__file__).resolve().parents[2]
HOSTS, LATENCY = 200, 0.02
BOMB, BOMB_MEMORY = 200_000_000, 150


def peak_mb() -> float:
    """Highest resident size of this process; getrusage would count that of the parent before exec."""
    status = Path("/proc/self/status").read_text()
    return int(next(line.split()[1] for line in status.splitlines() if line.startswith("VmHWM"))) / 1024


def slow_server(pipe: Connection) -> None:
    """Answers everything with a small feed after the latency, over keep-alive connections."""
    body = document(1, 2, 3)
    head = f"HTTP/1.1 200 OK\r\nContent-Type: application/rss+xml\r\nContent-Length: {len(body)}\r\n\r\n".encode()
    none = b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while raw := await reader.readuntil(b"\r\n\r\n"):
                await asyncio.sleep(LATENCY)
                writer.write(none if b"/robots.txt " in raw.split(b"\r\n", 1)[0] else head + body)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    async def run() -> None:
        server = await asyncio.start_server(serve, "127.0.0.1", 0, backlog=512)
        pipe.send(server.sockets[0].getsockname()[1])
        await server.serve_forever()

    asyncio.run(run())


def fetching(_: Path) -> bool:
    """Hosts, not requests, are what is parallel: every host sees one request at a time."""
    ours, theirs = multiprocessing.Pipe()
    server = multiprocessing.get_context("spawn").Process(target=slow_server, args=(theirs,), daemon=True)
    server.start()
    port = ours.recv()
    try:
        seconds = asyncio.run(with_our_client(port))
        print(f"fetching: {HOSTS} hosts that answer after {LATENCY * 1000:.0f} ms, 16 at once")
        print(f"  ours: {seconds:.2f} s, {2 * HOSTS / seconds:.0f} requests/s (feed and robots.txt of each)")
        for name in ("requests", "httpx"):
            if importlib.util.find_spec(name) is None:
                print(f"  {name}: skipped, not installed")
                continue
            peer = with_peer(name, port)
            print(f"  {name}: {peer:.2f} s, {HOSTS / peer:.0f} requests/s (feed only, 16 threads)")
    finally:
        server.kill()
        server.join()
    return True


async def with_our_client(port: int) -> float:
    settings = FetchSettings(host_gap=timedelta(0))
    network = Network.mapped({("*", 80): ("127.0.0.1", port)})
    began = time.perf_counter()
    async with Client(settings, SystemClock(), network=network) as client:
        answers = await asyncio.gather(
            *(client.fetch(Request(f"http://host{n}.example/rss", "x")) for n in range(HOSTS))
        )
    assert all(isinstance(answer, Fetched) for answer in answers)
    return time.perf_counter() - began


def with_peer(name: str, port: int) -> float:
    peer: Any = importlib.import_module(name)
    client = peer.Session() if name == "requests" else peer.Client()
    began = time.perf_counter()
    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda n: client.get(f"http://127.0.0.1:{port}/rss?{n}").status_code, range(HOSTS)))
    assert set(answers) == {200}
    return time.perf_counter() - began


# ---------------------------------------------------------------- bombs


def pack(label: str) -> bytes:
    plain = b"\0" * BOMB
    if label == "gzip":
        return gzip.compress(plain, 6)
    return brotli.compress(plain, quality=2) if label == "br" else zstandard.ZstdCompressor().compress(plain)


def defuse(label: str) -> None:
    """In a process of its own, so that its memory is the client's alone; the bomb comes on stdin."""
    body = sys.stdin.buffer.read()
    idle = peak_mb()
    with WebServer() as web:
        web.script("/rss", Reply(body, headers={"Content-Encoding": label}))

        async def run() -> str:
            network = Network.mapped({("*", 80): web.address})
            async with Client(FetchSettings(), SimulatedClock(START), network=network) as client:
                try:
                    await client.fetch(Request("http://bomba.example/rss", "x"))
                except FetchError as error:
                    return error.reason.value
            return "accepted"

        print(json.dumps([asyncio.run(run()), idle, peak_mb()]))


def bombs(_: Path) -> bool:
    fine = True
    for label in ("gzip", "br", "zstd"):
        body = pack(label)
        path = os.pathsep.join(map(str, (TOP, TOP / "tests", TOP / "tests/fetch")))
        command = [sys.executable, __file__, label]
        said = subprocess.run(command, input=body, env={**os.environ, "PYTHONPATH": path}, check=True, stdout=-1).stdout
        ended, idle, peak = json.loads(said)
        print(f"bombs: {label}, {len(body):,} bytes for {BOMB // 10**6} MB: {ended}")
        print(f"  peak {peak:.0f} MB (idle {idle:.0f}; bar {BOMB_MEMORY})")
        fine = fine and ended == "too_large" and peak <= BOMB_MEMORY
    return fine


if __name__ == "__main__":
    defuse(sys.argv[1])
