"""Which features of a device the scripts of a page may use."""

from typing import TypeVar

from django.http import HttpResponseBase

AnswerT = TypeVar("AnswerT", bound=HttpResponseBase)
POLICY = "camera=(), geolocation=(), microphone=(), payment=(self), usb=()"


def with_camera(answer: AnswerT) -> AnswerT:
    """A page of ours where codes are scanned: its own scripts may ask for the camera."""
    answer.headers["Permissions-Policy"] = POLICY.replace("camera=()", "camera=(self)")
    return answer
