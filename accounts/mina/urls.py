"""MINA: a person's own account."""

from django.urls import include, path

from accounts.mina import applications, data, freeze, history, home, language, password, sessions

urlpatterns = [
    path("", home.home, name="mina"),
    path("langue/", language.choose, name="mina_language"),
    path("mot-de-passe/", password.change, name="mina_password"),
    path("mot-de-passe/solidite/", password.show_strength, name="mina_strength"),
    path("applications/", applications.applications, name="mina_applications"),
    path(
        "applications/<int:password_id>/revoquer/",
        applications.revoke,
        name="mina_revoke_application",
    ),
    path("sessions/", sessions.sessions, name="mina_sessions"),
    path(
        "sessions/navigateurs/<int:browser_id>/oublier/",
        sessions.end_trust,
        name="mina_end_trust",
    ),
    path("sessions/fermer/", sessions.end_all, name="mina_end_sessions"),
    path("sessions/<int:session_id>/fermer/", sessions.end_one, name="mina_end_session"),
    path("historique/", history.history, name="mina_history"),
    path("mes-donnees/", data.choices, name="mina_data"),
    path("mes-donnees/json/", data.as_json, name="mina_data_json"),
    path("mes-donnees/vcard/", data.as_vcard, name="mina_data_vcard"),
    path("ce-n-est-pas-moi/<str:token>/", freeze.freeze, name="mina_freeze"),
    path("", include("accounts.mina.recovery_urls")),
]
