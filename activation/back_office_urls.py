"""The pages of ``/gestion/`` that concern imports, letters and the follow-up of activations."""

from django.urls import path

from activation.views import (
    departures,
    follow_up,
    imports,
    letter_batches,
    letter_people,
    letters,
    returned_letters,
)

urlpatterns = [
    path("imports/", imports.imports, name="imports"),
    path("imports/<int:pk>/", imports.import_page, name="import"),
    path("imports/<int:pk>/confirmer/", imports.confirm, name="import_confirm"),
    path("imports/<int:pk>/abandonner/", imports.give_up, name="import_give_up"),
    path("imports/<int:pk>/departs/", departures.plan_departures, name="import_departures"),
    path("imports/<int:pk>/rapport/", imports.report, name="import_report"),
    path("activations/", follow_up.follow_up, name="follow_up"),
    path("activations/rappels/", follow_up.remind_schools, name="follow_up_remind"),
    path("activations/export/", follow_up.export, name="follow_up_csv"),
    path("activations/<slug:uai>/", follow_up.school, name="follow_up_school"),
    path("courriers/", letters.letters, name="letters"),
    path("courriers/preparer/", letters.draft_letters, name="letters_draft"),
    path("courriers/personnes/", letter_people.letter_people, name="letter_people"),
    path("courriers/personnes/ecrire/", letter_people.write_to_people, name="letter_people_write"),
    path("courriers/lots/<int:pk>/", letter_batches.letter_batch, name="letter_batch"),
    path(
        "courriers/lots/<int:pk>/fichiers/<int:number>/",
        letter_batches.letter_file,
        name="letter_file",
    ),
    path("courriers/lots/<int:pk>/imprimees/", letter_batches.batch_printed, name="batch_printed"),
    path("courriers/lots/<int:pk>/postees/", letter_batches.batch_posted, name="batch_posted"),
    path("courriers/lots/<int:pk>/annuler/", letter_batches.batch_withdraw, name="batch_withdraw"),
    path("courriers/lots/<int:pk>/lettres/", letter_batches.batch_letters, name="batch_letters"),
    path("courriers/revenus/", returned_letters.returned_letters, name="returned_letters"),
    path("courriers/revenus/<int:pk>/", returned_letters.letter_returned, name="letter_returned"),
    path(
        "courriers/revenus/<int:pk>/remettre/",
        returned_letters.letter_hand_over,
        name="letter_hand_over",
    ),
]
