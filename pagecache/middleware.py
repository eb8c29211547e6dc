"""Staff see at once, also as visitors, what they have just changed."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from core.origin import SAFE_METHODS
from pagecache import services


class TellChangesMiddleware:
    """After a post in the back office, pages that show what it changed are made anew. 1 query."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        match = request.resolver_match
        if request.method not in SAFE_METHODS and match and match.app_name == "admin":
            services.tell_changes()
        return response
