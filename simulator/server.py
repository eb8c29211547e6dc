"""The simulator as a running server: one thread a request, one for deliveries."""

import threading
from pathlib import Path
from socketserver import TCPServer, ThreadingMixIn
from typing import Self
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer

from simulator.app import Simulator
from simulator.bank import Bank
from simulator.delivery import Courier

STOPS_WITHIN = 0.02  # seconds


class ThreadingServer(ThreadingMixIn, WSGIServer):
    daemon_threads = True
    request_queue_size = 128

    def server_bind(self) -> None:
        """Without asking anybody for the name of this machine."""
        TCPServer.server_bind(self)
        self.server_name, self.server_port = str(self.server_address[0]), self.server_address[1]
        self.setup_environ()


class QuietHandler(WSGIRequestHandler):
    timeout = 30

    def log_message(self, *_args: object) -> None:
        """The shop keeps its own log of every conversation."""


class Server:
    """Runs until the block ends. Port 0 is any free one; `url` then says which."""

    def __init__(
        self,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        store: Path | str = ":memory:",
        secret: str,
        webhook_url: str = "",
        public_url: str = "",
    ) -> None:
        self.bank = Bank(store)
        self._http = ThreadingServer((host, port), QuietHandler)
        self.url = f"http://{host}:{self._http.server_port}"
        app = Simulator(self.bank, url=public_url or self.url, secret=secret)
        self._http.set_app(app)
        self.courier = Courier(self.bank, url=webhook_url, secret=secret)
        self._thread = threading.Thread(
            target=self._http.serve_forever, args=(STOPS_WITHIN,), daemon=True
        )

    def __enter__(self) -> Self:
        self._thread.start()
        self.courier.start()
        return self

    def __exit__(self, *_exception: object) -> None:
        self._http.shutdown()
        self._thread.join()
        self._http.server_close()
        self.courier.stop()
        self.bank.close()
