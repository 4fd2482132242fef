"""A text that may have formatting, for the forms of signatures, templates and footers."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from webmail.html.outgoing import outgoing
from webmail.writing.habits import habits_of

MAX_HTML = 120_000  # characters: a logo of 80 kB, which stands in the text itself
# Stands in a <noscript>: the formatting of a text nobody changed stays.
NO_SCRIPT = "sans_script"


class FormattedForm(forms.ModelForm):  # type: ignore[type-arg]
    """Its model has `text` and `html`; the editor sends both, a page without JavaScript the text alone."""

    html = forms.CharField(
        required=False, strip=False, widget=forms.Textarea({"hidden": True, "disabled": True})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.longest = self.fields["text"].max_length  # type: ignore[attr-defined]
        self.fields["text"].required = False  # a logo may stand for it
        self.fields["text"].max_length = None  # type: ignore[attr-defined]
        self.fields["text"].validators.clear()
        self.known_text, self.known_html = self.instance.text, self.instance.html

    def is_formatted(self, writer: User) -> bool:
        """Whether the editor opens by itself: for what has a form already, and for those who like one."""
        if self.is_bound:
            return "html" in self.data
        return bool(self.known_html) if self.instance.pk else habits_of(writer).is_rich

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        text, html = self._both(cleaned)
        cleaned["text"], cleaned["html"] = text, html
        self.instance.text, self.instance.html = text, html
        if not text.strip() and not html:
            self.add_error("text", _("Écrivez un texte."))
        elif len(html) > MAX_HTML:
            self.add_error("text", _("L’image est trop lourde : réduisez-la, ou retirez-la."))
        elif len(text) > self.longest:
            words = ngettext("Au plus %(n)s caractère.", "Au plus %(n)s caractères.", self.longest)
            self.add_error("text", words % {"n": self.longest})
        return cleaned

    def _both(self, cleaned: dict[str, Any]) -> tuple[str, str]:
        typed = cleaned.get("text", "").replace("\r\n", "\n")
        if NO_SCRIPT in self.data and typed.strip() == self.known_text.strip():
            return self.known_text, self.known_html
        if "html" not in self.data:
            return typed, ""
        written = outgoing(cleaned.get("html", ""), keep_data=True)
        return written.text.strip("\n"), "" if written.is_empty else written.html
