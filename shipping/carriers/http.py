"""JSON with a carrier: one request, with limits of time and size."""

import json
import time
from collections.abc import Mapping
from typing import Any

import requests

from shipping.carriers.base import CarrierRefused, CarrierUnavailable

# Seconds to connect, between two bytes, and for the whole answer.
TIMEOUT = (3.0, 10.0)
MAX = 30.0
MAX_ANSWER = 8 * 1024 * 1024  # a label in base64
CHUNK = 64 * 1024
UNCLEAR = (408, 409, 425, 429)


def call(
    method: str, url: str, *, headers: Mapping[str, str], body: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """
    Ask the carrier, once. No redirect is followed, and the machine's proxies are ignored.

    :raises CarrierUnavailable: without an answer that can be read, or if it says to try again
    :raises CarrierRefused: if the answer is no
    """
    with requests.Session() as session:
        session.trust_env = False
        try:
            with session.request(
                method,
                url,
                json=body,
                headers=dict(headers),
                timeout=TIMEOUT,
                allow_redirects=False,
                stream=True,
            ) as answer:
                content = _content(answer)
        except requests.RequestException as error:
            raise CarrierUnavailable(type(error).__name__) from error
    return _judged(answer, content)


def _content(answer: requests.Response) -> bytes:
    """:raises CarrierUnavailable: if it is endless, in bytes or in time"""
    until = time.monotonic() + MAX
    content = bytearray()
    for chunk in answer.iter_content(CHUNK):
        content += chunk
        if len(content) > MAX_ANSWER or time.monotonic() > until:
            raise CarrierUnavailable("The answer has no end.")
    return bytes(content)


def _judged(answer: requests.Response, content: bytes) -> dict[str, Any]:
    found = _json(content)
    if answer.status_code in UNCLEAR or answer.status_code >= requests.codes.server_error:
        raise CarrierUnavailable(f"HTTP {answer.status_code}")
    if answer.status_code >= requests.codes.bad_request:
        raise CarrierRefused(str(found.get("error") or f"HTTP {answer.status_code}")[:200])
    if not answer.ok or not found:
        raise CarrierUnavailable("The answer is not readable.")
    return found


def _json(content: bytes) -> dict[str, Any]:
    try:
        found = json.loads(content)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
