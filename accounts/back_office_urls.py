"""The pages of ``/gestion/`` that concern accounts."""

from django.urls import path

from accounts.views import announcements

urlpatterns = [
    path("annonces/", announcements.announcements, name="announcements"),
    path("annonces/nouvelle/", announcements.write_announcement, name="announcement_new"),
    path("annonces/<int:pk>/", announcements.write_announcement, name="announcement"),
    path(
        "annonces/<int:pk>/retirer/",
        announcements.withdraw_announcement,
        name="announcement_withdraw",
    ),
]
