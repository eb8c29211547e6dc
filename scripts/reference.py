"""Writes the pages of docs/reference from the code, for `make reference`."""

import re
from collections.abc import Callable, Iterable
from io import StringIO
from pathlib import Path
from textwrap import wrap

import django
from django.apps import AppConfig, apps
from django.conf import settings
from django.core.management import BaseCommand, call_command, get_commands, load_command_class
from django.db.models import Field, Model
from django.utils import translation

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "docs" / "reference"
NOTE = "Made from the code by `make reference`; edits by hand are lost."
VARIABLE = re.compile(r"(\w+)=(.*)")


def settings_page() -> str:
    lines = _head("Settings", "Staff change these in the back office while the shop runs.")
    for title, fieldset in dict(settings.CONSTANCE_CONFIG_FIELDSETS).items():
        names = fieldset["fields"] if isinstance(fieldset, dict) else fieldset
        rows = ((f"`{name}`", *_setting(name)) for name in names)
        lines += ["", f"## {title}", *_table(("Setting", "Default", "Meaning"), rows)]
    return _page(lines)


def environment_page() -> str:
    """The variables of .env.example, with the comment above each of them."""
    lines = _head(
        "Environment variables",
        "Set them in the process or in `.env`; the process wins, and an empty one counts as unset.",
    )
    comment: list[str] = []
    above = "-"
    for line in (ROOT / ".env.example").read_text("utf-8").splitlines():
        if found := VARIABLE.fullmatch(line):
            example = f" Example: `{found[2]}`." if found[2] else ""
            text = f"- `{found[1]}`: {' '.join(comment)}{example}"
            lines += wrap(text, 100, subsequent_indent="  ", break_on_hyphens=False)
            comment = []
        elif line and not above:
            comment = []
            title, _colon, more = line.removeprefix("# ").partition(": ")
            lines += ["", f"## {title}", "", *([more, ""] if more else [])]
        elif line:
            comment.append(line.removeprefix("# "))
        above = line
    return _page(lines)


def commands_page() -> str:
    lines = _head(
        "Commands", "Run each as `.venv/bin/python manage.py NAME`; `--help` explains it."
    )
    ours = {app.name for app in _apps()}
    rows = []
    for name, app in sorted(get_commands().items()):
        if app in ours:
            command = load_command_class(app, name)
            rows.append((f"`{name}`", app, _options(command), str(command.help)))
    return _page([*lines, *_table(("Command", "App", "Options", "Effect"), rows)])


def events_page() -> str:
    written = StringIO()
    call_command("events", markdown=True, stdout=written)
    intro = "Apps publish these through the outbox; handlers run after the transaction."
    return _page([*_head("Events", intro), "", written.getvalue().rstrip()])


def data_model_page() -> str:
    lines = _head("Data model", "Fields of each model, and how models refer to each other.")
    for app in _apps():
        models = sorted(app.get_models(), key=lambda model: model.__name__)
        if models:
            lines += [
                "",
                f"## {app.label}",
                "",
                "```mermaid",
                "erDiagram",
                *_drawing(models),
                "```",
            ]
            rows = ((f"`{each.__name__}`", ", ".join(_fields(each))) for each in models)
            lines += _table(("Model", "Fields"), rows)
    return _page(lines)


PAGES: dict[str, Callable[[], str]] = {
    "settings": settings_page,
    "environment": environment_page,
    "commands": commands_page,
    "events": events_page,
    "data-model": data_model_page,
}


def render(name: str) -> str:
    with translation.override("en"):
        return PAGES[name]()


def _apps() -> list[AppConfig]:
    found = [app for app in apps.get_app_configs() if Path(app.path).parent == ROOT]
    return sorted(found, key=lambda app: app.label)


def _setting(name: str) -> tuple[str, str]:
    default, meaning = settings.CONSTANCE_CONFIG[name][:2]
    return f"`{default}`" if str(default) else "empty", str(meaning)


def _options(command: BaseCommand) -> str:
    common = {action.dest for action in BaseCommand().create_parser("", "")._actions}  # noqa: SLF001
    actions = command.create_parser("manage.py", "")._actions  # noqa: SLF001
    own = [action for action in actions if action.dest not in common]
    return " ".join(f"`{(action.option_strings or [action.dest])[-1]}`" for action in own)


def _fields(model: type[Model]) -> list[str]:
    return [field.name for field in model._meta.fields]


def _drawing(models: list[type[Model]]) -> Iterable[str]:
    for model in models:
        yield f"    {model.__name__}"
        for field in model._meta.fields:
            if isinstance(field, Field) and isinstance(field.related_model, type):
                many = "|o" if field.unique else "}o"
                one = "o|" if field.null else "||"
                target = field.related_model.__name__
                yield f"    {model.__name__} {many}--{one} {target} : {field.name}"


def _table(headings: Iterable[str], rows: Iterable[Iterable[str]]) -> list[str]:
    columns = list(headings)
    found = [columns, ["---"] * len(columns), *rows]
    return ["", *(f"| {' | '.join(map(_cell, row))} |" for row in found)]


def _cell(text: str) -> str:
    return " ".join(text.replace("|", "\\|").split())


def _head(title: str, intro: str) -> list[str]:
    return [f"# {title}", "", intro, NOTE]


def _page(lines: Iterable[str]) -> str:
    return "\n".join(lines) + "\n"


def main() -> None:
    django.setup()
    FOLDER.mkdir(exist_ok=True)
    for name in PAGES:
        (FOLDER / f"{name}.md").write_text(render(name), "utf-8")


if __name__ == "__main__":
    main()
