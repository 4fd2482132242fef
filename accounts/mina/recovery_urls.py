"""The way back into an account, and what prepares it."""

from django.urls import path

from accounts.mina import questions, recovery_address
from accounts.recovery.views import factor, identifier, new_password, proof
from accounts.recovery.views import questions as reset

FORGOTTEN = "mot-de-passe-oublie"

urlpatterns = [
    path("questions/", questions.questions, name="mina_questions"),
    path("secours/", recovery_address.overview, name="mina_recovery"),
    path("secours/<str:kind>/", recovery_address.give, name="mina_recovery_give"),
    path("secours/<str:kind>/code/", recovery_address.type_code, name="mina_recovery_code"),
    path("secours/<str:kind>/retirer/", recovery_address.remove, name="mina_recovery_remove"),
    path(f"{FORGOTTEN}/", reset.forgotten_password, name="mina_forgotten_password"),
    path(f"{FORGOTTEN}/questions/", reset.answer_questions, name="mina_reset_questions"),
    path(f"{FORGOTTEN}/deuxieme-facteur/", factor.factor, name="mina_reset_factor"),
    path(f"{FORGOTTEN}/code/", proof.contact, name="mina_reset_contact"),
    path(f"{FORGOTTEN}/code-remis/", proof.neither, name="mina_reset_neither"),
    path(f"{FORGOTTEN}/attente/", proof.held, name="mina_reset_held"),
    path(f"{FORGOTTEN}/nouveau/<str:token>/", new_password.new_password, name="mina_reset_new"),
    path(
        f"{FORGOTTEN}/nouveau/<str:token>/solidite/",
        new_password.show_strength,
        name="mina_reset_strength",
    ),
    path(f"{FORGOTTEN}/annuler/<str:token>/", new_password.cancel_reset, name="mina_cancel_reset"),
    path("identifiant-oublie/", identifier.forgotten_identifier, name="mina_forgotten_identifier"),
]
