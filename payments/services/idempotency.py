"""Idempotency keys: a request sent twice gets the answer of the first time."""

import json
from datetime import timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from core.database import prepared
from payments.exceptions import KeyReused

LIFETIME = timedelta(days=7)

# The conflicting update changes nothing: it waits for the lock on the row and returns the row.
CLAIM = """
INSERT INTO payments_idempotencykey (key, scope, fingerprint, response, expires_at)
VALUES (%(key)s, %(scope)s, %(fingerprint)s, %(response)s::jsonb, %(expires_at)s)
ON CONFLICT (key) DO UPDATE SET key = EXCLUDED.key
RETURNING response, fingerprint
"""


def claim(key: str, *, scope: str, fingerprint: str, response: dict[str, Any]) -> dict[str, Any]:
    """
    The answer to the first request with this key; `response` itself if this is the first.

    Part of the caller's transaction: the same request waits here until it ends, and a rollback
    frees the key. One query.

    :raises KeyReused: if the first request had another fingerprint, that is, other parameters
    """
    values = {
        "key": key,
        "scope": scope,
        "fingerprint": fingerprint,
        "response": json.dumps(response),
        "expires_at": timezone.now() + LIFETIME,
    }
    answered, first = prepared.run(CLAIM, values) or ("null", fingerprint)
    if first not in ("", fingerprint):
        raise KeyReused(_("This was sent before with other details. Look at what came of it."))
    answer: dict[str, Any] = json.loads(answered)
    return answer
