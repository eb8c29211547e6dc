"""`python -m simulator`: reads SIMULATOR_* and serves until it is told to stop."""

import os
import signal
import sys
import threading

from simulator.server import Server


def main() -> int:
    given = os.environ
    if not given.get("SIMULATOR_SECRET"):
        sys.stderr.write("simulator: SIMULATOR_SECRET is missing.\n")
        return 1
    stopped = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopped.set())
    with Server(
        host=given.get("SIMULATOR_HOST", "127.0.0.1"),
        port=int(given.get("SIMULATOR_PORT", "8001")),
        store=given.get("SIMULATOR_STORE", ":memory:"),
        secret=given["SIMULATOR_SECRET"],
        webhook_url=given.get("SIMULATOR_WEBHOOK_URL", ""),
        public_url=given.get("SIMULATOR_PUBLIC_URL") or given.get("SIMULATOR_API_BASE", ""),
    ):
        stopped.wait()
    return 0


if __name__ == "__main__":
    sys.exit(main())
