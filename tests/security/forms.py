"""The forms of a page, as a browser would send them if nobody touched them."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

from django.test import Client


@dataclass
class Form:
    """A form as a page shows it: what would be sent if nobody touched it."""

    action: str
    method: str
    values: dict[str, list[str]] = field(default_factory=dict)
    files: set[str] = field(default_factory=set)


class Forms(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[Form] = []
        self._form: Form | None = None
        self._select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            method = given.get("method", "get").lower()
            self._form = Form(given.get("action", ""), method)
            self.found.append(self._form)
        elif self._form and tag in ("input", "textarea", "button") and given.get("name"):
            self._keep(self._form, given)
        elif self._form and tag == "select":
            self._select = given.get("name", "")
        elif self._form and tag == "option" and self._select and given.get("value"):
            self._choose(self._form, given)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        elif tag == "select":
            self._select = ""

    def _choose(self, form: Form, given: dict[str, str]) -> None:
        if self._select not in form.values or "selected" in given:
            form.values[self._select] = [given["value"]]

    def _keep(self, form: Form, given: dict[str, str]) -> None:
        if given.get("type") == "file":
            form.files.add(given["name"])
        else:
            form.values.setdefault(given["name"], [given.get("value", "")])


def forms_of(client: Client, path: str) -> Iterator[Form]:
    """The forms of a page, if it is one; one asked for by a fragment included."""
    answer = client.get(path)
    if answer.status_code == 200 and "html" in answer.get("Content-Type", ""):
        parser = Forms()
        parser.feed(answer.getvalue().decode(errors="replace"))
        for form in parser.found:
            yield Form(form.action or path, form.method, form.values, form.files)
