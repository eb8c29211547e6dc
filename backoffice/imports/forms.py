"""What staff choose to import products from a spreadsheet."""

from io import BytesIO
from typing import Any, cast

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Seller, User
from catalog.spreadsheets.archives import MAX_ARCHIVE, open_archive
from catalog.spreadsheets.files import MAX_FILE, open_sheet
from catalog.spreadsheets.formats import to_own_columns
from catalog.spreadsheets.workbooks import check_workbook, is_workbook
from core.web import throttle
from core.web.uploads import FileRefused

MAX_UPLOADS_PER_HOUR = 30
_HOUR = 3600
# Larger ones are looked at by the worker alone.
_SMALL = 2 * 1024 * 1024
_MB = 1024 * 1024


class SheetForm(forms.Form):
    """A spreadsheet, and an archive of the pictures that it names."""

    file = forms.FileField(
        label=gettext_lazy("Spreadsheet"),
        help_text=gettext_lazy(
            "CSV or XLSX, up to 100 MB: our own columns, or an export of Shopify or WooCommerce."
        ),
        widget=forms.FileInput(attrs={"accept": ".csv,.xlsx,text/csv"}),
    )
    pictures = forms.FileField(
        label=gettext_lazy("Pictures"),
        required=False,
        help_text=gettext_lazy(
            "A zip archive with the pictures that the spreadsheet names, up to 200 MB. None is"
            " needed where it gives their addresses."
        ),
        widget=forms.FileInput(attrs={"accept": ".zip"}),
    )
    text_language = forms.ChoiceField(
        label=gettext_lazy("Language of the texts"),
        choices=settings.LANGUAGES,
        initial=settings.LANGUAGE_CODE,
        help_text=gettext_lazy("Of columns that name no language, such as those of other shops."),
    )
    seller: "forms.ModelChoiceField[Seller]" = forms.ModelChoiceField(
        Seller.objects.none(),
        label=gettext_lazy("Seller"),
        required=False,
        empty_label=gettext_lazy("as the spreadsheet says"),
    )

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._user = user
        field = cast("forms.ModelChoiceField[Seller]", self.fields["seller"])
        if user.has_perm("catalog.add_sheetimport"):
            field.queryset = Seller.objects.order_by("name")
        else:
            field.queryset = Seller.objects.filter(members__user=user).order_by("name")
            field.required, field.empty_label = True, None

    def clean_file(self) -> "UploadedFile[bytes]":
        file: UploadedFile[bytes] = self.cleaned_data["file"]
        _check_size(file, MAX_FILE)
        try:
            # A workbook is opened by the worker, in a process of its own.
            if is_workbook(file):
                check_workbook(file)
            elif (file.size or 0) <= _SMALL:
                to_own_columns(open_sheet(BytesIO(file.read())), settings.LANGUAGE_CODE)
        except FileRefused as error:
            raise forms.ValidationError(str(error)) from error
        file.seek(0)
        return file

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        seller = cleaned.get("seller")
        owner = seller.pk if seller else self._user.pk
        if not throttle.allows(f"sheet:{owner}", most=MAX_UPLOADS_PER_HOUR, seconds=_HOUR):
            raise forms.ValidationError(
                _("These are more than %(most)s files in an hour. Try again in an hour.")
                % {"most": MAX_UPLOADS_PER_HOUR}
            )
        return cleaned

    def clean_pictures(self) -> "UploadedFile[bytes] | None":
        file: UploadedFile[bytes] | None = self.cleaned_data.get("pictures")
        if file:
            _check_size(file, MAX_ARCHIVE)
            try:
                open_archive(file)
            except FileRefused as error:
                raise forms.ValidationError(str(error)) from error
            file.seek(0)
        return file


def _check_size(file: "UploadedFile[bytes]", most: int) -> None:
    if (file.size or 0) > most:
        raise forms.ValidationError(
            _("The file is larger than %(most)s MB. Choose a smaller one.") % {"most": most // _MB}
        )


class ApprovalForm(forms.Form):
    """Which rows to leave out, and which to import despite warnings."""

    leaves_out_refused = forms.BooleanField(required=False)
    takes_doubtful = forms.BooleanField(required=False)
