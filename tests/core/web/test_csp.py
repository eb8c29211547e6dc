"""The policy of an answer is the shop's, unless the view says another."""

from collections.abc import Callable
from typing import Any, cast

import pytest
from csp.constants import HEADER, NONE
from csp.decorators import csp, csp_exempt
from csp.middleware import CSPMiddleware
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.test import RequestFactory

from core.web.csp import PolicyMiddleware


def plain(_request: HttpRequest) -> HttpResponse:
    return HttpResponse()


def with_own(_request: HttpRequest) -> HttpResponse:
    return HttpResponse(headers={HEADER: "default-src 'none'"})


VIEWS = {
    "plain": plain,
    "own": with_own,
    "other": csp({"default-src": [NONE]})(plain),
    "exempt": csp_exempt()(plain),
}


def policy(kind: type[CSPMiddleware], view: Callable[..., HttpResponseBase]) -> str | None:
    return ask(kind, view).headers.get(HEADER)


def ask(kind: type[CSPMiddleware], view: Callable[..., HttpResponseBase]) -> HttpResponse:
    return cast("HttpResponse", kind(view)(RequestFactory().get("/")))


@pytest.mark.parametrize("name", VIEWS)
@pytest.mark.parametrize("debug", [True, False])
def test_each_answer_has_the_policy_that_the_library_gives_it(
    name: str, debug: bool, settings: Any
) -> None:
    settings.DEBUG = debug

    found = policy(PolicyMiddleware, VIEWS[name])

    assert found == policy(CSPMiddleware, VIEWS[name])
    assert (found is None) == (name == "exempt")


def test_a_policy_that_is_changed_holds_at_once(settings: Any) -> None:
    middleware = PolicyMiddleware(plain)
    request = RequestFactory().get("/")
    before = cast("HttpResponse", middleware(request)).headers[HEADER]

    settings.CONTENT_SECURITY_POLICY = {"DIRECTIVES": {"default-src": [NONE]}}

    assert cast("HttpResponse", middleware(request)).headers[HEADER] == "default-src 'none'"
    assert before != "default-src 'none'"
