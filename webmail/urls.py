"""Addresses of the mail pages. French, short, without anything secret."""

from django.urls import path

from webmail.views import (
    acting,
    folders,
    lists,
    live,
    outgoing,
    parts,
    pictures,
    reading,
    searching,
    settings,
    versions,
    writing,
)

FOLDER = "courriel/<int:mailbox_id>/dossier/<int:folder_id>/"
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
    path("courriel/<int:mailbox_id>/envois/", outgoing.outgoing, name="outbox"),
    path("reglages/", settings.preferences, name="preferences"),
    path("reglages/largeur/", settings.list_width, name="list_width"),
    path("reglages/raccourcis/", settings.shortcuts, name="shortcuts"),
    path("reglages/images/", pictures.senders, name="picture_senders"),
    path("version/<str:version>/", versions.choose, name="version"),
    path("langue/<str:language>/", versions.speak, name="speak"),
]
