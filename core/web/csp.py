"""The Content-Security-Policy, which is the same text on nearly every page."""

from typing import Any

from csp.constants import HEADER
from csp.middleware import CSPMiddleware
from csp.utils import build_policy
from django.conf import settings
from django.http import HttpRequest, HttpResponseBase


class PolicyMiddleware(CSPMiddleware):
    """django-csp builds the policy for each answer; this caches the common one."""

    _policy: Any = None
    _text = ""

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        # A view's own additions are in attributes with these names.
        differs = any(name.startswith("_csp") for name in (*vars(response), *vars(request)))
        if differs or settings.DEBUG:
            answer: HttpResponseBase = super().process_response(request, response)
            return answer
        response.headers.setdefault(HEADER, self._usual())
        return response

    def _usual(self) -> str:
        """Built once per policy; tests have several."""
        if self._policy is not settings.CONTENT_SECURITY_POLICY:
            self._text = build_policy()
            self._policy = settings.CONTENT_SECURITY_POLICY
        return self._text
