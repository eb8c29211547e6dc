"""What shoppers type about a product, and about what others typed."""

from typing import Any, cast
from uuid import UUID

from django import forms
from django.conf import settings
from django.contrib.admin.helpers import ActionForm
from django.contrib.admin.widgets import AdminTextareaWidget, AdminTextInputWidget
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from core.web.forms import PhotosField, PhotosForm, TrapForm, answer_field
from reviews.models import Fit, ProductQuestion, QuestionStatus, ReportReason, Review
from reviews.models.photo import MAX_PHOTOS
from reviews.services import Opinion

STARS = [
    (1, _("1 star: bad")),
    (2, _("2 stars: poor")),
    (3, _("3 stars: all right")),
    (4, _("4 stars: good")),
    (5, _("5 stars: excellent")),
]


class ReviewForm(PhotosForm):
    """A product in stars, words and pictures."""

    rating = forms.TypedChoiceField(
        label=_("Your rating"),
        choices=STARS,
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose how many stars you give it.")},
    )
    title = forms.CharField(label=_("In a few words"), max_length=150, required=False)
    comment = forms.CharField(
        label=_("Your review"),
        max_length=5000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("What do you like, what not, how do you use it?"),
    )
    fit = forms.ChoiceField(
        label=_("How does it fit?"),
        choices=Fit.choices,
        required=False,
        widget=forms.RadioSelect,
    )
    dropped = forms.MultipleChoiceField(
        label=_("Take photos away"), required=False, widget=forms.CheckboxSelectMultiple
    )
    photos = PhotosField(
        label=_("Photos"),
        most=MAX_PHOTOS,
        required=False,
        help_text=_("Up to 5, of 8 MB each. Everybody sees them once the review is shown."),
    )

    def __init__(
        self, *args: Any, review: Review | None, has_sizes: bool = False, **kwargs: Any
    ) -> None:
        if review:
            names = ("rating", "title", "comment", "fit")
            words = {name: getattr(review, name) for name in names}
            kwargs["initial"] = words
        super().__init__(*args, **kwargs)
        photos = review.photos.all() if review else ()
        choices = [
            (str(photo.pk), _("Photo %(number)s") % {"number": number})
            for number, photo in enumerate(photos, start=1)
        ]
        cast("forms.ChoiceField", self.fields["dropped"]).choices = choices
        if not choices:
            del self.fields["dropped"]
        if not has_sizes:
            del self.fields["fit"]

    @property
    def opinion(self) -> Opinion:
        values = self.cleaned_data
        return Opinion(
            rating=values["rating"],
            title=values["title"],
            comment=values["comment"],
            language=get_language() or settings.LANGUAGE_CODE,
            fit=values.get("fit", ""),
            photos=values["photos"],
            dropped=[UUID(key) for key in values.get("dropped", ())],
        )


class ReportForm(TrapForm):
    """Why a review should not be shown."""

    reason = forms.ChoiceField(
        label=_("What is wrong with it?"),
        choices=ReportReason.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what is wrong with it.")},
    )
    note = forms.CharField(
        label=_("What should we know?"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class QuestionForm(TrapForm):
    """What somebody wants to know of a product."""

    text = forms.CharField(
        label=_("Your question"),
        max_length=1000,
        error_messages={"required": _("Write your question.")},
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    name = forms.CharField(
        label=_("Your name"),
        max_length=60,
        help_text=_("It stands beside your question."),
        error_messages={"required": _("Write your name.")},
        widget=forms.TextInput(attrs={"autocomplete": "given-name"}),
    )
    email = answer_field(_("Our answer goes there. Nobody else sees it."))


class RejectionForm(ActionForm):
    """What goes with an action of the list: why reviews are not shown."""

    message = forms.CharField(
        label=_("Why it is rejected:"), max_length=1000, required=False, widget=AdminTextInputWidget
    )


class ModerationForm(forms.ModelForm[Review]):
    """What staff decide of a review, and what its seller answers."""

    decision = forms.ChoiceField(
        label=_("Decision"),
        required=False,
        choices=[("", _("Leave it as it is")), ("approve", _("Show it")), ("reject", _("Reject"))],
    )
    rejection = forms.CharField(
        label=_("Why it was rejected"),
        max_length=1000,
        required=False,
        widget=AdminTextareaWidget(attrs={"rows": 3}),
        help_text=_("The customer reads it. Needed to reject a review."),
    )

    class Meta:
        model = Review
        fields = ("decision", "rejection", "answer")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("decision") == "reject" and not cleaned.get("rejection", "").strip():
            self.add_error("rejection", _("Tell the customer why their review is not shown."))
        return cleaned


class QuestionAnswerForm(forms.ModelForm[ProductQuestion]):
    """What staff decide of a question, and what they or its seller answer."""

    decision = forms.ChoiceField(
        label=_("Decision"),
        required=False,
        choices=[("", _("Leave it as it is")), ("approve", _("Show it")), ("reject", _("Reject"))],
        help_text=_("A question is shown with its answer, which the asker then gets by mail."),
    )

    class Meta:
        model = ProductQuestion
        fields = ("answer", "decision")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.status == QuestionStatus.PENDING and "decision" in self.fields:
            self.initial["decision"] = "approve"
