"""The pages on which somebody activates their account: open to everyone."""

from django.urls import URLPattern, URLResolver

urlpatterns: list[URLPattern | URLResolver] = []
