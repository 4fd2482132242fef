"""The pages on which somebody activates their account: open to everyone."""

from django.urls import path

from activation.journey.views import choices, ending, proof
from activation.views.help import whom_to_call

urlpatterns = [
    path("", proof.letter, name="activation"),
    path("identifiant/", proof.identifier, name="activation_identifier"),
    path("mutation/", proof.transfer, name="activation_transfer"),
    path("mot-de-passe-provisoire/", proof.temporary, name="activation_temporary"),
    path("mot-de-passe/", choices.password, name="activation_password"),
    path("mot-de-passe/solidite/", choices.show_strength, name="activation_strength"),
    path("questions/", choices.questions, name="activation_questions"),
    path("conditions/", choices.terms, name="activation_terms"),
    path("ouverture/", ending.opening, name="activation_opening"),
    path("aide/", whom_to_call, name="activation_help"),
    path("compte-pret/", ending.ready, name="activation_ready"),
]
