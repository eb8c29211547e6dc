"""
The embedded MongoDB-protocol server, which asks for a password.

`secantus --auth` knows only users that were made while it ran without that option. This program
writes the user into the storage before it listens; the password is another one at each start.

`python -m config.embedded_mongo PORT FOLDER [--durable]`, with EMBEDDED_MONGO_PASSWORD set.
"""

import logging
import os
import signal
import sys
from types import FrameType

from secantus.auth import SCRAM_SHA_256, derive_credentials
from secantus.server import SecantusDBServer

USER = "vitrina"
KEY = "EMBEDDED_MONGO_PASSWORD"
# The fewest that clients accept: 32 letters by chance need no more.
ROUNDS = 4096


def main(port: str, folder: str, *options: str) -> None:
    """Serve until SIGTERM."""
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(message)s")
    server = SecantusDBServer(
        "127.0.0.1",
        int(port),
        folder,
        replica_set_name=None,
        require_auth=True,
        enable_test_commands=False,
        oplog_retention_seconds=60,
        oplog_max_entries=1000,
        cache_size="64M",
        session_max=200,
        sync_on_commit="--durable" in options,
    )
    _let_in(server, os.environ[KEY])

    def stop(_number: int, _frame: FrameType | None) -> None:
        server.stop()
        sys.exit(0)

    signal.signal(signal.SIGINT, stop)
    signal.signal(signal.SIGTERM, stop)
    server.start()
    server.wait()


def _let_in(server: SecantusDBServer, password: str) -> None:
    """The one user, in the form in which `createUser` keeps it."""
    server.storage.add_user(
        "admin",
        USER,
        {
            "_id": f"admin.{USER}",
            "user": USER,
            "db": "admin",
            "credentials": derive_credentials(password, iterations=ROUNDS).to_doc(),
            "roles": [{"role": "root", "db": "admin"}],
            "mechanisms": [SCRAM_SHA_256],
        },
        replace=True,
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
