"""Writes the pages of docs/reference from the code, for `make reference`."""

import re
from argparse import Action
from collections.abc import Callable, Iterable
from functools import partial
from io import StringIO
from pathlib import Path
from textwrap import wrap

import django
from django.apps import AppConfig, apps
from django.conf import settings
from django.core.management import BaseCommand, call_command, get_commands, load_command_class
from django.db.models import Model
from django.utils import translation

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "docs" / "reference"
NOTE = "Made from the code by `make reference`; edits by hand are lost."
VARIABLE = re.compile(r"(\w+)=(.*)")


def settings_page() -> str:
    lines = _head("Settings", "Staff change these in the back office while the shop runs.")
    for title, names in dict(settings.CONSTANCE_CONFIG_FIELDSETS).items():
        rows = ((f"`{name}`", *_setting(name)) for name in names)
        lines += ["", f"## {title}", *_table(("Setting", "Default", "Meaning"), rows)]
    return _page(lines)


def environment_page() -> str:
    """The variables of .env.example; those without a comment share the one above them."""
    lines = _head(
        "Environment variables",
        "Set them in the process or in `.env`; the process wins, and an empty one counts as unset.",
    )
    for part in (ROOT / ".env.example").read_text("utf-8").split("\n\n")[1:]:
        heading, *rest = part.splitlines()
        title, _colon, more = heading.removeprefix("# ").partition(": ")
        lines += ["", f"## {title}", ""]
        for comment, variables in _explained(rest, more):
            names = ", ".join(f"`{name}`" for name, _example in variables)
            examples = "".join(f" Example: `{example}`." for _name, example in variables if example)
            text = f"- {names}: {comment}{examples}"
            lines += wrap(text, 100, subsequent_indent="  ", break_on_hyphens=False)
    return _page(lines)


def _explained(lines: Iterable[str], first: str) -> list[tuple[str, list[tuple[str, str]]]]:
    """Each comment with the variables and examples below it; `first` comes before the lines."""
    found: list[tuple[str, list[tuple[str, str]]]] = [(first, [])]
    for line in lines:
        if variable := VARIABLE.fullmatch(line):
            found[-1][1].append((variable[1], variable[2]))
        elif not found[-1][1]:
            found[-1] = (f"{found[-1][0]} {line.removeprefix('# ')}".strip(), [])
        else:
            found.append((line.removeprefix("# "), []))
    return [(comment, variables) for comment, variables in found if variables]


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
    """References between apps, and a link to the page of each app."""
    lines = _head("Data model", "The apps' models, and how the apps refer to each other.")
    lines += ["", "```mermaid", "flowchart LR", *_arrows(), "```"]
    rows = (
        (f"[{app.label}](data-model/{app.label}.md)", ", ".join(each.__name__ for each in models))
        for app, models in _models().items()
    )
    return _page([*lines, *_table(("App", "Models"), rows)])


def app_page(app: AppConfig, models: list[type[Model]]) -> str:
    lines = _head(f"Data model of {app.label}", "Its models with their fields and references.")
    lines += ["", "```mermaid", "erDiagram", *_drawing(models), "```"]
    rows = ((f"`{each.__name__}`", ", ".join(_fields(each))) for each in models)
    return _page([*lines, *_table(("Model", "Fields"), rows)])


def _models() -> dict[AppConfig, list[type[Model]]]:
    return {
        app: sorted(app.get_models(), key=lambda model: model.__name__)
        for app in _apps()
        if any(app.get_models())
    }


def _arrows() -> list[str]:
    pairs = {
        (app.label, field.related_model._meta.app_label)
        for app, models in _models().items()
        for model in models
        for field in model._meta.fields
        if isinstance(field.related_model, type)
    }
    return [f"    {one} --> {other}" for one, other in sorted(pairs) if one != other]


def pages() -> dict[str, Callable[[], str]]:
    """The function that writes each page, by its path below docs/reference without `.md`."""
    return {
        "settings": settings_page,
        "environment": environment_page,
        "commands": commands_page,
        "events": events_page,
        "data-model": data_model_page,
        **{
            f"data-model/{app.label}": partial(app_page, app, models)
            for app, models in _models().items()
        },
    }


def render(name: str) -> str:
    with translation.override("en"):
        return pages()[name]()


def _apps() -> list[AppConfig]:
    found = [app for app in apps.get_app_configs() if Path(app.path).parent == ROOT]
    return sorted(found, key=lambda app: app.label)


def _setting(name: str) -> tuple[str, str]:
    default, meaning = settings.CONSTANCE_CONFIG[name][:2]
    return f"`{default}`" if str(default) else "empty", str(meaning)


def _options(command: BaseCommand) -> str:
    common = {action.dest for action in _actions(BaseCommand())}
    own = [action for action in _actions(command) if action.dest not in common]
    return " ".join(f"`{(action.option_strings or [action.dest])[-1]}`" for action in own)


def _actions(command: BaseCommand) -> list[Action]:
    return command.create_parser("manage.py", "")._actions  # noqa: SLF001 - nothing public has them


def _fields(model: type[Model]) -> list[str]:
    return [field.name for field in model._meta.fields]


def _drawing(models: list[type[Model]]) -> Iterable[str]:
    for model in models:
        yield f"    {model.__name__}"
        for field in model._meta.fields:
            if isinstance(field.related_model, type):
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
    (FOLDER / "data-model").mkdir(parents=True, exist_ok=True)
    for name in pages():
        (FOLDER / f"{name}.md").write_text(render(name), "utf-8")


if __name__ == "__main__":
    main()
