"""Stands between the visitors and the shop, and cuts their connections when it is told to."""

import socket
import threading
from contextlib import suppress
from enum import Enum
from typing import Self

CHUNK = 65536


class Cut(Enum):
    """Where a visitor's connection breaks."""

    REQUEST = "half of the request has left"
    ANSWER_LOST = "the shop has done all, and its answer is lost"
    ANSWER_HALF = "half of the answer has come"


class Proxy:
    """
    Runs until the block ends. While `cut` is set, each visitor's connection breaks there.

    Its address is the shop's: a shop sends visitors who call it otherwise to SITE_URL.
    """

    def __init__(self) -> None:
        self.cut: Cut | None = None
        self.broken = 0
        self.shop_port = 0
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=128)
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self._thread = threading.Thread(target=self._accept, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_exception: object) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join()

    @property
    def _shop(self) -> tuple[str, int]:
        return "127.0.0.1", self.shop_port

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                visitor, _address = self._listener.accept()
                threading.Thread(target=self._serve, args=(visitor,), daemon=True).start()

    def _serve(self, visitor: socket.socket) -> None:
        with visitor, suppress(OSError), socket.create_connection(self._shop) as shop:
            up = threading.Thread(target=self._pump, args=(visitor, shop, Cut.REQUEST), daemon=True)
            up.start()
            self._pump(shop, visitor, Cut.ANSWER_HALF)
            _hang_up(visitor)
            up.join(1)

    def _pump(self, source: socket.socket, target: socket.socket, cut: Cut) -> None:
        with suppress(OSError):
            while data := source.recv(CHUNK):
                if self.cut == cut:
                    target.sendall(data[: len(data) // 2])
                    break
                if self.cut == Cut.ANSWER_LOST and cut == Cut.ANSWER_HALF:
                    break
                target.sendall(data)
            else:
                return
            self.broken += 1
            _hang_up(source)
            _hang_up(target)


def _hang_up(connection: socket.socket) -> None:
    with suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)
