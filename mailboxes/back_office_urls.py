"""The pages of ``/gestion/`` that concern functional mailboxes."""

from django.urls import path

from mailboxes.views import bulk, functional

urlpatterns = [
    path("boites/", functional.mailboxes, name="functional_mailboxes"),
    path("boites/export/", functional.as_csv, name="functional_mailboxes_csv"),
    path("boites/ensemble/", bulk.together, name="functional_mailboxes_together"),
    path("boites/ensemble/<uuid:act_id>/", bulk.act, name="functional_mailboxes_act"),
    path("boites/nouvelle/", functional.new, name="functional_mailbox_new"),
    path("boites/demandes/<int:pk>/", functional.answer, name="functional_mailbox_answer"),
    path("boites/<int:pk>/", functional.mailbox, name="functional_mailbox"),
]
