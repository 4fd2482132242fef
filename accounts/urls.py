"""Sign-in, sign-out and second factors; allauth's views under our own addresses."""

from allauth.account import views as allauth_views
from django.urls import include, path

from accounts.views.missing_questions import missing_questions
from accounts.views.new_password import must_change_password, show_strength
from accounts.views.signin import SignInView
from accounts.views.terms import new_terms

urlpatterns = [
    path("connexion/", SignInView.as_view(), name="account_login"),
    path(
        "connexion/nouveau-mot-de-passe/",
        must_change_password,
        name="account_must_change_password",
    ),
    path(
        "connexion/nouveau-mot-de-passe/solidite/",
        show_strength,
        name="account_must_change_strength",
    ),
    path("connexion/questions/", missing_questions, name="account_missing_questions"),
    path("connexion/conditions/", new_terms, name="account_new_terms"),
    path("deconnexion/", allauth_views.logout, name="account_logout"),
    path("confirmer/", allauth_views.reauthenticate, name="account_reauthenticate"),
    path("", include("accounts.second_factor.urls")),
]
