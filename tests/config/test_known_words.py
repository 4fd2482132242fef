"""Words of templates, which are looked up once."""

from django.template import Context, Template
from django.utils.translation import override

WORDS = Template(
    "{% load i18n %}{% translate 'Annuler' %} {% translate name %} {% trans 'Aller' as go %}{{ go }}"
)


def said(language: str, name: str) -> str:
    with override(language):
        return WORDS.render(Context({"name": name}))


def test_each_language_says_its_own_words_again_and_again() -> None:
    for _time in range(2):
        assert said("fr", "Fermer") == "Annuler Fermer Aller"
        assert said("en", "Fermer") == "Cancel Close Go"


def test_what_a_page_knows_is_never_remembered() -> None:
    assert said("en", "Fermer") == "Cancel Close Go"
    assert said("en", "<b>") == "Cancel &lt;b&gt; Go"
