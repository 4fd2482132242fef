"""All addresses of the site."""

from django.urls import include, path

from webmail.views import health

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("compte/", include("accounts.urls")),
    path("gestion/", include("accounts.back_office_urls")),
    path("", include("webmail.urls")),
]
