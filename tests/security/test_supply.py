"""What the shop is made of, pinned with its fingerprints; and nobody's key lies in the files."""

import math
import re
import subprocess
import tomllib
from collections import Counter
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PYPI = {"registry": "https://pypi.org/simple"}
# How keys of those whom this shop speaks to look, and those of the usual clouds.
KEYS = re.compile(
    r"-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----|\b(?:AKIA|ASIA)[0-9A-Z]{16}\b|\bgh[pousr]_\w{30,}"
    r"|\bglpat-[\w-]{20}|\bxox[abpr]-[\w-]{10,}|\bAIza[\w-]{35}|\bSG\.[\w-]{20,}\.[\w-]{20,}"
    r"|\b[rs]k_(?:live|test)_\w{20,}|\bwhsec_\w{24,}|\bAPP_USR-\d{10,}[\w-]+|\bkey_\w{20,}"
    r"|\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]+|\w+://[^\s:/@\"'<>{}$]+:[^\s:/@\"'<>{}$]{6,}@[\w.-]+"
)
LONG_WORD = re.compile(r"[\"'=: ]([A-Za-z0-9+/_-]{32,}={0,2})[\"'\s,;]")
# Bits in each letter: words stay below, keys drawn by lot lie above.
RANDOM = 4.6
# Made up for tests and examples; they open nothing.
MADE_UP = (
    *("example", "shop:secret", "user:password", "a:b", "1234567890", "0123456789abcdef"),
    *("hunter2",),
    *("password", ":secret", "xxxx", "_of_this_shop", "_of_another_shop", "postgres:postgres"),
    # A fingerprint, and the letters that codes are drawn from.
    *("sha256-", "23456789abcdef"),
)
NOT_READ = {"uv.lock"}
TEXT = {
    *(".py", ".html", ".js", ".css", ".md", ".toml", ".yml", ".yaml", ".json", ".txt", ".cfg"),
    *(".sh",),
    *(".env", ".example", ".svg", ".csv", ".po", ""),
}


def tracked() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return [ROOT / name for name in listed.stdout.splitlines() if name not in NOT_READ]


def texts() -> dict[str, str]:
    return {
        str(path.relative_to(ROOT)): path.read_text(errors="replace")
        for path in tracked()
        if path.suffix in TEXT and path.is_file() and path.stat().st_size < 2_000_000
    }


def entropy(word: str) -> float:
    counted = Counter(word)
    return -sum(n / len(word) * math.log2(n / len(word)) for n in counted.values())


def is_made_up(found: str) -> bool:
    return any(word in found.lower() for word in MADE_UP)


def test_every_package_is_pinned_with_its_fingerprints() -> None:
    packages = tomllib.loads((ROOT / "uv.lock").read_text())["package"]
    wrong = []

    for package in packages:
        if package["source"] == {"virtual": "."}:
            continue
        files = [*package.get("wheels", []), *filter(None, [package.get("sdist")])]
        is_pinned = files and all(each["hash"].startswith("sha256:") for each in files)
        if package["source"] != PYPI or not is_pinned:
            wrong.append(package["name"])

    assert len(packages) > 100
    assert wrong == []


def test_every_package_that_is_asked_for_is_locked() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    asked = [*project["project"]["dependencies"], *project["dependency-groups"]["dev"]]
    for extra in project["project"]["optional-dependencies"].values():
        asked += extra
    names = {
        re.split(r"[\[<>=~! ;]", each, maxsplit=1)[0].lower().replace("_", "-") for each in asked
    }

    locked = {each["name"] for each in tomllib.loads((ROOT / "uv.lock").read_text())["package"]}

    assert names <= locked, names - locked


def test_every_package_that_a_shop_installs_is_used() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    named = {re.split(r"[\[<>=~! ;]", each, maxsplit=1)[0] for each in project["dependencies"]}
    modules: dict[str, set[str]] = {}
    for module, packages in packages_distributions().items():
        for package in packages:
            modules.setdefault(package.lower().replace("_", "-"), set()).add(module)
    shop = "\n".join(
        text
        for name, text in texts().items()
        if name.endswith(".py") and not name.startswith(("tests/", "scripts/", "examples/"))
    )

    unused = [
        name
        for name in named
        if not any(re.search(rf"\b{module}\b", shop) for module in modules[name])
    ]

    assert unused == ["argon2-cffi"], "which Django loads for its hasher of passwords"


def test_no_key_lies_in_the_files() -> None:
    found = [
        f"{name}: {match.group()[:30]}…"
        for name, text in texts().items()
        for match in KEYS.finditer(text)
        if not is_made_up(match.group())
    ]

    assert found == []


def test_nothing_in_the_files_looks_drawn_by_lot() -> None:
    found = [
        f"{name}: {match.group(1)[:24]}…"
        for name, text in texts().items()
        if not name.startswith(("demo/", "locale/", "static/", "tests/providers/contracts/"))
        for match in LONG_WORD.finditer(text)
        if entropy(match.group(1)) > RANDOM and not is_made_up(match.group(1))
    ]

    assert found == []


@pytest.mark.parametrize(
    "text",
    [
        "sk_" + "live_51Hh2xyzABCDEFGH23456789",
        "-----BEGIN RSA " + "PRIVATE KEY-----",
        "AKIA" + "IOSFODNN7ZZZZZZ2",
        "postgres://shop:" + "Tr0ub4dor&3@db.internal/shop",
    ],
)
def test_the_search_finds_what_it_is_for(text: str) -> None:
    assert KEYS.search(text)
    assert not is_made_up(text)


def test_environments_are_never_tracked() -> None:
    names = {path.name for path in tracked()}

    assert ".env" not in names
    assert "secret-key" not in names


def test_nothing_is_signed_with_what_is_broken() -> None:
    """Nor drawn by dice that can be foretold."""
    broken = re.compile(
        r"\b(?:md5|sha1)\(|hashlib\.(?:md5|sha1)|random\.(?:choice|randint|random)\("
    )

    found = {name for name, text in texts().items() if name.endswith(".py") and broken.search(text)}

    assert {name for name in found if not name.startswith(("tests/", "demo"))} == set()


def test_the_browser_keeps_nothing_of_the_account() -> None:
    """Only what was looked at or liked, the district and the colours: things of the browser."""
    kept = re.compile(r"(?:local|session)Storage\.setItem\(([^,]+),|document\.cookie|indexedDB")

    found = {
        (name.rpartition("/")[2], match.group(1))
        for name, text in texts().items()
        if name.startswith("static/js/")
        for match in kept.finditer(text)
    }

    assert found == {
        *(("place.js", '"district"'), ("device.js", "name"), ("store.js", '"theme"')),
        *(("admin-scan.js", "ALOUD"), ("admin-scan.js", "OPENED")),
    }
