"""
A mail server that keeps what it gets, and misbehaves on demand.

As a program of its own: `python -m tests.mailbox PORT FILE` writes a line of JSON for each mail.
"""

import json
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from email import message_from_bytes, policy
from pathlib import Path
from socketserver import StreamRequestHandler, ThreadingTCPServer
from types import TracebackType
from typing import Self

MAILS = "mails.jsonl"


@dataclass(frozen=True)
class Mail:
    to: str
    subject: str
    message_id: str


class Mailbox:
    """
    Runs until the block ends.

    `lost_answers`: of so many mails that are taken, the sender hears nothing. `refused`: addresses
    that it does not know. `silence`: seconds before it says a word.
    """

    def __init__(self, port: int = 0, keep: Callable[[Mail], None] | None = None) -> None:
        self.mails: list[Mail] = []
        self.lost_answers = 0
        self.refused: set[str] = set()
        self.silence = 0.0
        self._keep = keep or self.mails.append
        self._server = _Server(("127.0.0.1", port), _Session, self)
        self.port: int = self._server.server_address[1]
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.05,), daemon=True
        )

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def take(self, to: str, data: bytes) -> bool:
        """Keep the mail; say whether its sender is to hear of it."""
        parsed = message_from_bytes(data, policy=policy.default)
        self._keep(Mail(to, parsed["Subject"], parsed["Message-ID"]))
        self.lost_answers -= 1
        return self.lost_answers < 0


class _Server(ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True

    def __init__(
        self, address: tuple[str, int], handler: type["_Session"], mailbox: Mailbox
    ) -> None:
        self.mailbox = mailbox
        super().__init__(address, handler)


class _Session(StreamRequestHandler):
    server: _Server

    def handle(self) -> None:
        time.sleep(self.server.mailbox.silence)
        try:
            self._talk()
        except OSError:
            return

    def _talk(self) -> None:
        self._say("220 mailbox")
        to = ""
        while line := self.rfile.readline().decode().strip():
            command, _space, rest = line.partition(" ")
            match command.upper():
                case "RCPT":
                    to = rest.partition("<")[2].partition(">")[0]
                    is_known = to not in self.server.mailbox.refused
                    self._say("250 ok" if is_known else "550 nobody of that name")
                case "DATA":
                    self._say("354 go on")
                    if not self.server.mailbox.take(to, self._data()):
                        return
                    self._say("250 taken")
                case "QUIT":
                    self._say("221 bye")
                    return
                case _:
                    self._say("250 ok")

    def _data(self) -> bytes:
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line.removeprefix(b".") if line.startswith(b"..") else line)
        return b"".join(lines)

    def _say(self, text: str) -> None:
        self.wfile.write(f"{text}\r\n".encode())


def read(path: Path) -> list[Mail]:
    """What a mailbox that ran as a program has got."""
    lines = path.read_text().splitlines() if path.exists() else []
    return [Mail(**json.loads(line)) for line in lines]


def main(port: int, path: Path) -> None:
    def keep(mail: Mail) -> None:
        with path.open("a") as file:
            file.write(json.dumps(asdict(mail)) + "\n")

    with Mailbox(port, keep):
        threading.Event().wait()


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]))
