"""Views that do next to nothing: what the store's pages are measured against."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

from django.contrib.auth.models import Group
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django_redis import get_redis_connection

from core.web.csrf_by_origin import same_origin

Answer = Callable[[HttpRequest], HttpResponse]


class CountQueries:
    """Says in a header how many statements the answer took."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        count = 0

        def counted(execute: Callable[..., Any], *rest: Any) -> Any:
            nonlocal count
            count += 1
            return execute(*rest)

        with connection.execute_wrapper(counted):
            response = self.get_response(request)
        # A kept page is sent with the headers of when it was made: the mark tells which was that.
        response["X-Queries"] = f"{count} {uuid4().hex}"
        return response


def hello(_request: HttpRequest) -> HttpResponse:
    """The fastest answer that this server and its middleware give."""
    return HttpResponse("hello, world", content_type="text/plain")


@same_origin
def post_with_session(request: HttpRequest) -> HttpResponse:
    """A post that reads and writes a session and makes one Redis call."""
    request.session["posts"] = request.session.get("posts", 0) + 1
    get_redis_connection("default").incr("bench:posts")
    return HttpResponse("ok", content_type="text/plain")


@same_origin
def post_with_query(request: HttpRequest) -> HttpResponse:
    """The same with one query by an index, the bar for holds on one hot variant."""
    Group.objects.filter(name="warehouse").first()
    return post_with_session(request)
