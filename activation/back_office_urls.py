"""The pages of ``/gestion/`` that concern imports, letters and the follow-up of activations."""

from django.urls import URLPattern, URLResolver

urlpatterns: list[URLPattern | URLResolver] = []
