"""Form fields for uploaded pictures, which are re-encoded before they are stored."""

from collections.abc import Mapping
from typing import IO, Any

from django import forms
from django.core.files.base import File

from core.web.uploads import FileRefused, clean_icon, clean_logo, clean_picture


class PictureField(forms.ImageField):
    """A picture of sensible size, without metadata; refused in words if it is none."""

    draw = staticmethod(clean_picture)

    def to_python(self, data: Any) -> File[bytes] | None:
        file = forms.FileField.to_python(self, data)
        if file is None:
            return None
        try:
            return self.draw(file)
        except FileRefused as refusal:
            raise forms.ValidationError(str(refusal)) from refusal


class LogoField(PictureField):
    """A sign that keeps its transparent ground."""

    draw = staticmethod(clean_logo)


class IconField(PictureField):
    """A square for tabs and home screens."""

    draw = staticmethod(clean_icon)


class PicturesInput(forms.FileInput):
    allow_multiple_selected = True

    def value_from_datadict(
        self, data: Mapping[str, Any], files: Any, name: str
    ) -> list[IO[bytes]]:
        return list(files.getlist(name))


class PicturesField(forms.Field):
    """Any number of files, not looked at yet: one that is no picture does not stop the others."""

    widget = PicturesInput

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"required": False, **kwargs})
        self.widget.attrs |= {"accept": "image/jpeg,image/png,image/webp,image/avif"}
