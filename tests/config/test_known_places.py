"""Addresses that stand in templates, which are made once."""

from django.template import Context, Template
from django.templatetags.static import static
from django.urls import reverse

PLACES = Template(
    "{% load static %}{% static 'css/base.css' %} {% static file %} {% static 'css/base.css' as css %}{{ css }} "
    "{% url 'version' 'simple' %} {% url 'folder' 7 number %} {% url 'mina' as mina %}{{ mina }}"
)


def test_what_a_template_names_itself_stays_and_what_the_page_knows_does_not() -> None:
    css, mina, simple = static("css/base.css"), reverse("mina"), reverse("version", args=["simple"])
    for file, number in (("js/list.js", 3), ("js/live.js", 4)):
        made = PLACES.render(Context({"file": file, "number": number}))
        folder = reverse("folder", args=[7, number])
        assert made.split() == [css, static(file), css, simple, folder, mina]
