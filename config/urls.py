"""All addresses of the site."""

from django.urls import include, path

from accounts.views import mail_policy
from webmail.views import health

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("compte/", include("accounts.urls")),
    path("gestion/", include("accounts.back_office_urls")),
    path("gestion/", include("activation.back_office_urls")),
    path("activation/", include("activation.urls")),
    path("mina/", include("accounts.mina.urls")),
    path("interne/programmes-de-courriel/", mail_policy.answer, name="mail_policy"),
    path("", include("webmail.urls")),
]
