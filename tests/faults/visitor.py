"""A browser without scripts in front of a web server that runs as a process of its own."""

import re
from dataclasses import dataclass
from http.client import HTTPMessage
from http.cookiejar import CookieJar
from typing import IO, Any
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import (
    HTTPCookieProcessor,
    HTTPRedirectHandler,
    ProxyHandler,
    Request,
    build_opener,
)

TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="(\w+)"')


@dataclass(frozen=True)
class Answer:
    status: int
    text: str
    location: str

    @property
    def is_page_of_the_shop(self) -> bool:
        return 'id="main"' in self.text


class _StayHere(HTTPRedirectHandler):
    """Redirects are answers like others here."""

    def redirect_request(
        self,
        req: Request,
        fp: IO[bytes],
        code: int,
        msg: str,
        headers: HTTPMessage,
        newurl: str,
    ) -> Request | None:
        return None


class Visitor:
    """Keeps cookies, and the form's token of the page that was read last."""

    def __init__(self, url: str, *, patience: float = 20, **headers: str) -> None:
        self._url = url
        self._patience = patience
        self._headers = headers
        self._token = ""
        self._opener = build_opener(ProxyHandler({}), HTTPCookieProcessor(CookieJar()), _StayHere())

    def get(self, path: str, **headers: str) -> Answer:
        return self._ask(Request(self._at(path), headers=headers))

    def post(self, path: str, fields: dict[str, Any], **headers: str) -> Answer:
        data = urlencode(fields | {"csrfmiddlewaretoken": self._token}).encode()
        return self._ask(Request(self._at(path), data=data, headers=headers))

    def bring(self, path: str, body: bytes, **headers: str) -> Answer:
        """A message that is no form."""
        kind = {"Content-Type": "application/json"}
        return self._ask(Request(self._url + path, data=body, headers=headers | kind))

    def hand_in(self, path: str, name: str, file: bytes) -> Answer:
        """A file by the form of the page that was read last."""
        token = f'name="csrfmiddlewaretoken"\r\n\r\n{self._token}\r\n'
        paper = f'name="{name}"; filename="paper.pdf"\r\nContent-Type: application/pdf\r\n\r\n'
        edge = "----a-line-that-no-file-has"
        start = f"--{edge}\r\nContent-Disposition: form-data; "
        head = f"{start}{token}{start}{paper}".encode()
        kind = {"Content-Type": f"multipart/form-data; boundary={edge}"}
        body = head + file + f"\r\n--{edge}--\r\n".encode()
        return self._ask(Request(self._at(path), data=body, headers=kind))

    def _at(self, path: str) -> str:
        """Also another server's page, by its whole address."""
        return self._url + path if path.startswith("/") else path

    def _ask(self, request: Request) -> Answer:
        for name, value in self._headers.items():
            request.add_header(name.replace("_", "-"), value)
        try:
            answer = self._opener.open(request, timeout=self._patience)
        except HTTPError as refusal:
            answer = refusal
        with answer:
            text = answer.read().decode()
        found = TOKEN.search(text)
        self._token = found[1] if found else self._token
        return Answer(answer.status, text, answer.headers.get("Location", ""))
