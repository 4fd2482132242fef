"""All addresses of the site."""

from django.urls import include, path

from accounts.technical import technical_site
from accounts.views import mail_policy, terms
from webmail.views import health

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("compte/", include("accounts.urls")),
    path("gestion/technique/", technical_site.urls),
    path("gestion/", include("accounts.back_office_urls")),
    path("gestion/", include("mailboxes.back_office_urls")),
    path("gestion/", include("activation.back_office_urls")),
    path("gestion/", include("webmail.back_office_urls")),
    path("annuaire/", include("directory.urls")),
    path("contacts/", include("directory.contacts.urls")),
    path("activation/", include("activation.urls")),
    path("conditions/", terms.terms, name="terms"),
    path("conditions/<int:number>/", terms.terms, name="terms_version"),
    path("mina/boites/", include("mailboxes.urls")),
    path("mina/", include("accounts.mina.urls")),
    path("interne/programmes-de-courriel/", mail_policy.answer, name="mail_policy"),
    path("", include("webmail.urls")),
]
