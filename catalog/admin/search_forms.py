"""Forms for synonyms and boosts, with errors beside their fields."""

import re
from typing import Any

from django import forms
from django.contrib.postgres.forms import SimpleArrayField
from django.utils.translation import gettext_lazy as _

from catalog.models import SearchBoost, SearchRedirect, SynonymGroup
from catalog.models.search_rules import MAX_WORDS, MIN_WORDS
from catalog.search.texts import base, plain, split

MAX_WORDS_OF_A_PHRASE = 3
_PHRASE = re.compile(r"[^\W_]+(?: [^\W_]+)*")


class SynonymGroupForm(forms.ModelForm[SynonymGroup]):
    words = SimpleArrayField(
        forms.CharField(max_length=60, required=False),
        label=SynonymGroup._meta.get_field("words").verbose_name,
        help_text=SynonymGroup._meta.get_field("words").help_text,
        widget=forms.TextInput(attrs={"class": "vTextField"}),
    )

    class Meta:
        model = SynonymGroup
        fields = ("words",)

    def clean_words(self) -> list[str]:
        """
        The words in lower case, each once.

        :raises ValidationError: if they are not a valid group, or if there already is one
        """
        typed = (" ".join(word.lower().split()) for word in self.cleaned_data["words"])
        words = list({_meaning(word): word for word in reversed([*typed]) if word}.values())[::-1]
        for word in words:
            if not _PHRASE.fullmatch(word) or len(word.split()) > MAX_WORDS_OF_A_PHRASE:
                raise forms.ValidationError(
                    _("“%(word)s”: write up to three words of letters and digits."),
                    params={"word": word},
                )
        if not MIN_WORDS <= len(words) <= MAX_WORDS:
            raise forms.ValidationError(_("Write two to 20 different words, parted by commas."))
        self._refuse_repetition(words)
        return words

    def _refuse_repetition(self, words: list[str]) -> None:
        own = {_meaning(word) for word in words}
        for other in SynonymGroup.objects.exclude(pk=self.instance.pk):
            if own <= {_meaning(word) for word in other.words}:
                raise forms.ValidationError(
                    _("There is a group with these words: %(group)s."), params={"group": other}
                )


class SearchRedirectForm(forms.ModelForm[SearchRedirect]):
    class Meta:
        model = SearchRedirect
        fields = ("words", "target")

    def clean_words(self) -> str:
        """
        The words as the search reads them.

        :raises ValidationError: if there is no word
        """
        if words := " ".join(split(self.cleaned_data["words"])):
            return words
        raise forms.ValidationError(_("There is no word in it."))


class SearchBoostForm(forms.ModelForm[SearchBoost]):
    class Meta:
        model = SearchBoost
        fields = ("query", "product", "category", "brand", "factor", "position")

    def clean_query(self) -> str:
        """
        The words as the search reads them.

        :raises ValidationError: if there is no word
        """
        typed = self.cleaned_data["query"]
        words = " ".join(split(typed))
        if typed.strip() and not words:
            raise forms.ValidationError(_("There is no word in it."))
        return words

    def clean(self) -> dict[str, Any] | None:
        """:raises ValidationError: if the factor would change nothing"""
        cleaned = super().clean()
        if self.cleaned_data.get("factor") == 1:
            self.add_error("factor", _("A factor of 1 changes nothing."))
        return cleaned


def _meaning(word: str) -> tuple[str, ...]:
    """Equal for words that the search treats as one."""
    return tuple(base(part) for part in plain(word).split())
