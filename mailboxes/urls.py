"""``/mina/boites/``: the mailboxes one answers for, and those one was let into."""

from django.urls import path

from mailboxes.views import sharing

urlpatterns = [
    path("", sharing.mailboxes, name="shared_mailboxes"),
    path("<int:mailbox_id>/", sharing.mailbox, name="shared_mailbox"),
    path("<int:mailbox_id>/acces/<int:pk>/", sharing.access, name="shared_mailbox_access"),
    path("<int:mailbox_id>/retirer/", sharing.revoke, name="shared_mailbox_revoke"),
    path("<int:mailbox_id>/prolonger/", sharing.extend, name="shared_mailbox_extend"),
    path("<int:mailbox_id>/renoncer/", sharing.give_up, name="shared_mailbox_give_up"),
    path("<int:mailbox_id>/reconduire/", sharing.copy_last_year, name="shared_mailbox_copy"),
]
