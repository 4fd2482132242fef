"""Sign-in, sign-out and second factors; allauth's views under our own addresses."""

from allauth.account import views as allauth_views
from django.urls import path

from accounts.views.new_password import must_change_password
from accounts.views.signin import SignInView

urlpatterns = [
    path("connexion/", SignInView.as_view(), name="account_login"),
    path(
        "connexion/nouveau-mot-de-passe/",
        must_change_password,
        name="account_must_change_password",
    ),
    path("deconnexion/", allauth_views.logout, name="account_logout"),
    path("confirmer/", allauth_views.reauthenticate, name="account_reauthenticate"),
]
