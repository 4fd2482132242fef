"""Addresses of the mail pages. French, short, without anything secret."""

from django.urls import path

from webmail.views import (
    acting,
    drafting,
    editor,
    folders,
    habits,
    lists,
    live,
    outgoing,
    parts,
    pictures,
    reading,
    recipients,
    searching,
    settings,
    stationery,
    versions,
    writing,
)

FOLDER = "courriel/<int:mailbox_id>/dossier/<int:folder_id>/"
DRAFT = "courriel/<int:mailbox_id>/brouillon/<uuid:draft_id>/"
MESSAGE = f"{FOLDER}message/<int:uid>/"

urlpatterns = [
    path("", lists.home, name="home"),
    path("courriel/<int:mailbox_id>/", lists.mailbox, name="mailbox"),
    path(FOLDER, lists.folder, name="folder"),
    path("courriel/<int:mailbox_id>/recherche/", searching.search, name="search"),
    path(
        "courriel/<int:mailbox_id>/correspondants/",
        searching.correspondents,
        name="correspondents",
    ),
    path(f"{FOLDER}agir/", acting.act, name="act"),
    path("courriel/<int:mailbox_id>/annuler/<uuid:act_id>/", acting.take_back, name="take_back"),
    path("courriel/<int:mailbox_id>/dossiers/", folders.folders, name="folders"),
    path("courriel/<int:mailbox_id>/etiquettes/", folders.change_labels, name="labels"),
    path(MESSAGE, reading.message, name="message"),
    path(f"{MESSAGE}corps/", reading.body_frame, name="body_frame"),
    path(f"{MESSAGE}source/", parts.source, name="source"),
    path(f"{MESSAGE}image/<str:section>/", parts.inline_image, name="inline_image"),
    path(f"{MESSAGE}image/distante/<str:token>", pictures.remote_image, name="remote_image"),
    path(f"{MESSAGE}images/", pictures.show_pictures, name="show_pictures"),
    path(f"{MESSAGE}piece/<str:section>/<str:name>", parts.attachment, name="attachment"),
    path("interne/nouveau-courriel/", live.new_mail, name="new_mail"),
    path("courriel/<int:mailbox_id>/ecrire/", writing.write, name="compose"),
    path("ecrire/", writing.write_to, name="write_to"),
    path(DRAFT, writing.draft, name="draft"),
    path(f"{DRAFT}enregistrer/", drafting.save, name="draft_save"),
    path(f"{DRAFT}supprimer/", drafting.discard, name="draft_discard"),
    path(f"{DRAFT}pieces/<uuid:file_id>/", drafting.show_file, name="draft_file"),
    path(f"{DRAFT}pieces/<uuid:file_id>/envoyer/", drafting.upload, name="draft_upload"),
    path(f"{DRAFT}pieces/<uuid:file_id>/retirer/", drafting.remove_file, name="draft_remove_file"),
    path("courriel/de-retour/", drafting.signed_in_again, name="signed_in_again"),
    path("courriel/<int:mailbox_id>/envois/", outgoing.outgoing, name="outbox"),
    path(
        "courriel/<int:mailbox_id>/envois/<int:message_id>/annuler/",
        outgoing.take_back,
        name="take_back_sending",
    ),
    path("courriel/<int:mailbox_id>/destinataires/", recipients.read, name="recipients"),
    path("courriel/<int:mailbox_id>/completer/", recipients.completed, name="completion"),
    path("courriel/editeur/", editor.editor, name="editor"),
    path("reglages/", settings.preferences, name="preferences"),
    path("reglages/ecriture/", habits.habits, name="writing_habits"),
    path("reglages/largeur/", settings.list_width, name="list_width"),
    path("reglages/raccourcis/", settings.shortcuts, name="shortcuts"),
    path("reglages/<int:mailbox_id>/signatures/", stationery.signatures, name="signatures"),
    path("reglages/<int:mailbox_id>/modeles/", stationery.templates, name="message_templates"),
    path("reglages/images/", pictures.senders, name="picture_senders"),
    path("version/<str:version>/", versions.choose, name="version"),
    path("langue/<str:language>/", versions.speak, name="speak"),
]
