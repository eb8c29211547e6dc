"""Changes that lead money elsewhere want the person again, not only their session."""

import time
from datetime import timedelta

from allauth.account.authentication import get_authentication_records
from allauth.core.exceptions import ReauthenticationRequired
from django.http import HttpRequest

FRESH_FOR = timedelta(minutes=10)


def check_fresh(request: HttpRequest) -> None:
    """
    Go on if the person has signed in within the last minutes. Otherwise allauth asks who they are
    and repeats the request, so that nothing typed is lost.

    :raises ReauthenticationRequired: for allauth's middleware
    """
    records = get_authentication_records(request, request.user)
    last = max((float(record.get("at", 0)) for record in records), default=0.0)
    if time.time() - last >= FRESH_FOR.total_seconds():
        raise ReauthenticationRequired
