#!/usr/bin/env python3
"""
A site file of the pages of the demo shopper's orders, whose numbers change with the demo's days.

    python3 tests/judges/orders.py https://127.0.0.1:8462 es > orders.json  # or en
    python3 $JUDGES/all.py orders.json
"""

import json
import re
import ssl
import sys
from collections.abc import Callable
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, HTTPSHandler, Request, build_opener

SIGN_IN = Path(__file__).with_name("sign-in.json").resolve()
SITES = {"es": "site-account.json", "en": "site-account-en.json"}
ORDERS, LOGIN = "/account/orders/", "/account/login/"


def main(base: str, language: str) -> None:
    """Sign in as the flow does, read the list of orders, and name the pages of each."""
    page = signed_in(base)
    like = json.loads(SIGN_IN.with_name(SITES[language]).read_text())
    prefix = "" if language == "es" else f"/{language}"
    pages: dict[str, str] = {}
    for number in sorted(set(re.findall(r"/orders/(PED-[\d-]+)/", page(ORDERS)))):
        order = f"/orders/{number}/"
        ways = {"order": order, "pay": f"/checkout/pay/{number}/"}
        ways |= {name: f"{order}{name}/" for name in ("tracking", "return")}
        shown = page(order)
        pages |= {
            f"{number}-{name}": prefix + way
            for name, way in ways.items()
            if name == "order" or f'"{way}"' in shown
        }
    sys.stdout.write(
        json.dumps(like | {"base": base, "private": pages, "session": str(SIGN_IN)}, indent=1)
    )


def signed_in(base: str) -> Callable[[str], str]:
    """What reads a page of the shopper who signs in by the flow."""
    anyone = ssl.create_default_context()
    anyone.check_hostname, anyone.verify_mode = False, ssl.CERT_NONE
    web = build_opener(HTTPCookieProcessor(CookieJar()), HTTPSHandler(context=anyone))

    def page(path: str, fields: dict[str, str] | None = None) -> str:
        data = urlencode(fields).encode() if fields else None
        headers = {"Referer": base + path, "Origin": base}
        return str(web.open(Request(base + path, data, headers)).read().decode())

    typed = [step for step in json.loads(SIGN_IN.read_text())["steps"] if "fill" in step]
    fields = {re.findall(r"name=(\w+)", step["fill"])[0]: step["value"] for step in typed}
    token = re.findall(r'name="csrfmiddlewaretoken" value="(\w+)"', page(LOGIN))[0]
    page(LOGIN, fields | {"csrfmiddlewaretoken": token})
    return page


if __name__ == "__main__":
    main(sys.argv[1].rstrip("/"), sys.argv[2])
