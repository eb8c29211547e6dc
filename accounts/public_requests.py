"""What anybody may send the shop with their document and address: complaints, applications."""

from collections.abc import Callable
from typing import Any, TypeVar
from uuid import UUID

from django import forms
from django.conf import settings
from django.db import transaction
from django.db.models import Model, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import documents
from core.mail import message
from core.web.forms import TrapForm

ModelT = TypeVar("ModelT", bound=Model)


class PublicRequestForm(TrapForm, forms.ModelForm[ModelT]):
    """A form with a document; the model names its fields as those here."""

    document_number = forms.CharField(
        label=_("Document number"),
        max_length=20,
        error_messages={"required": _("Write the number of your document.")},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        kind, number = values.get("document_type", ""), values.get("document_number")
        if number and not documents.is_valid(kind, number):
            self.add_error("document_number", _("This is not a valid number for that document."))
        return values


@transaction.atomic
def mail_once(
    rows: QuerySet[ModelT], pk: UUID, stamp: str, mail: Callable[[ModelT], object]
) -> None:
    """Mail about the row and set its `stamp` to now; nothing if it is set, or there is no row."""
    row = rows.select_for_update(of=["self"]).filter(pk=pk, **{stamp: None}).first()
    if row:
        mail(row)
        setattr(row, stamp, timezone.now())
        row.save(update_fields=[stamp])


def mail_receipt(
    row: Any, context: dict[str, Any], *, receipt: str, notice: str, shop: str
) -> None:
    """Mail the sender their copy, and the shop, if it has an address, the row's admin page."""
    message.queue(receipt, to=row.email, language=row.language, context=context)
    if shop:
        name = f"admin:{row._meta.app_label}_{row._meta.model_name}_change"
        link = message.absolute(reverse(name, args=[row.pk]))
        context = {**context, "link": link}
        message.queue(notice, to=shop, language=settings.LANGUAGE_CODE, context=context)
