"""Second factors: django-allauth's names under our own addresses.

What adds one, takes one away or shows the recovery codes is closed in restricted mode.
"""

from allauth.mfa.base import views as base
from allauth.mfa.recovery_codes import views as recovery_codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as webauthn
from django.contrib.auth.decorators import login_required
from django.urls import path

from accounts.restriction import unrestricted
from accounts.second_factor import views

urlpatterns = [
    path("connexion/deuxieme-etape/", base.authenticate, name="mfa_authenticate"),
    path("connexion/cet-appareil/", views.TrustView.as_view(), name="mfa_trust"),
    path(
        "connexion/cle-d-acces/",
        views.PasskeySignInView.as_view(),
        name="mfa_login_webauthn",
    ),
    path("confirmer/code/", base.reauthenticate, name="mfa_reauthenticate"),
    path(
        "confirmer/cle-d-acces/",
        webauthn.reauthenticate_webauthn,
        name="mfa_reauthenticate_webauthn",
    ),
    path("securite/", base.index, name="mfa_index"),
    path(
        "securite/application/",
        login_required(unrestricted(views.AuthenticatorApplicationView.as_view())),
        name="mfa_activate_totp",
    ),
    path(
        "securite/application/retirer/",
        login_required(unrestricted(totp.deactivate_totp)),
        name="mfa_deactivate_totp",
    ),
    path(
        "securite/codes-de-secours/",
        login_required(unrestricted(recovery_codes.view_recovery_codes)),
        name="mfa_view_recovery_codes",
    ),
    path(
        "securite/codes-de-secours/nouveaux/",
        login_required(unrestricted(recovery_codes.generate_recovery_codes)),
        name="mfa_generate_recovery_codes",
    ),
    path(
        "securite/codes-de-secours/telecharger/",
        login_required(unrestricted(recovery_codes.download_recovery_codes)),
        name="mfa_download_recovery_codes",
    ),
    path("securite/cles-d-acces/", webauthn.list_webauthn, name="mfa_list_webauthn"),
    path(
        "securite/cles-d-acces/ajouter/",
        login_required(unrestricted(webauthn.add_webauthn)),
        name="mfa_add_webauthn",
    ),
    path(
        "securite/cles-d-acces/<int:pk>/renommer/",
        login_required(unrestricted(webauthn.edit_webauthn)),
        name="mfa_edit_webauthn",
    ),
    path(
        "securite/cles-d-acces/<int:pk>/retirer/",
        login_required(unrestricted(webauthn.remove_webauthn)),
        name="mfa_remove_webauthn",
    ),
]
