"""peru-monitor as its users start it, except that every web address leads to one port of this machine.

    python on_loopback.py PORT INSTANT ARGS...

The program takes its clock and its network as arguments; nothing of it is replaced. INSTANT `-`: the system clock.
"""

from __future__ import annotations

import sys
from datetime import datetime

from monitor.cli import main
from monitor.cli.app import Surroundings
from monitor.clock import SimulatedClock, SystemClock
from monitor.fetch import Network

if __name__ == "__main__":
    port, instant, *args = sys.argv[1:]
    main(
        args,
        Surroundings(
            clock=SystemClock() if instant == "-" else SimulatedClock(datetime.fromisoformat(instant)),
            network=Network.mapped({("*", 80): ("127.0.0.1", int(port))}),
        ),
    )
