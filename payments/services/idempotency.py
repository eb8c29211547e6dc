"""Requests that may be sent twice: the second gets the first one's answer."""

import json
from datetime import timedelta
from typing import Any

from django.utils import timezone

from core import statements

KEPT = timedelta(days=7)

# The conflicting update changes nothing, but waits for whoever has the row and gives what it says.
CLAIM = """
INSERT INTO payments_idempotencykey (key, scope, fingerprint, response, expires_at)
VALUES (%(key)s, %(scope)s, '', %(response)s::jsonb, %(expires_at)s)
ON CONFLICT (key) DO UPDATE SET key = EXCLUDED.key
RETURNING response
"""


def claim(key: str, *, scope: str, response: dict[str, Any]) -> dict[str, Any]:
    """
    What the request was answered when it came first; `response` itself if that is now.

    Part of the caller's transaction: the same request waits here until that has ended, and a
    transaction that fails has answered nothing. One query.
    """
    values = {
        "key": key,
        "scope": scope,
        "response": json.dumps(response),
        "expires_at": timezone.now() + KEPT,
    }
    [answered] = statements.run(CLAIM, values) or ("null",)
    answer: dict[str, Any] = json.loads(answered)
    return answer
