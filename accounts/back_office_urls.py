"""The pages of ``/gestion/`` that concern accounts."""

from django.urls import path

from accounts.views import agents, announcements, back_office, journal, terms_publishing

urlpatterns = [
    path("", back_office.home, name="back_office"),
    path("agents/", agents.agents, name="agents"),
    path("agents/<int:pk>/", agents.agent, name="agent"),
    path("agents/<int:pk>/numen/", agents.show_numen, name="agent_numen"),
    path("agents/<int:pk>/role/", agents.change_role, name="agent_role"),
    path("agents/<int:pk>/geler/", agents.freeze_account, name="agent_freeze"),
    path("agents/<int:pk>/degeler/", agents.unfreeze_account, name="agent_unfreeze"),
    path("journal/", journal.journal, name="journal"),
    path("journal/export/", journal.journal_as_csv, name="journal_csv"),
    path("annonces/", announcements.announcements, name="announcements"),
    path("annonces/nouvelle/", announcements.write_announcement, name="announcement_new"),
    path("annonces/<int:pk>/", announcements.write_announcement, name="announcement"),
    path(
        "annonces/<int:pk>/retirer/",
        announcements.withdraw_announcement,
        name="announcement_withdraw",
    ),
    path("conditions/", terms_publishing.terms_versions, name="terms_versions"),
    path("conditions/nouvelle/", terms_publishing.write_terms, name="terms_write"),
    path("conditions/nouvelle/relire/", terms_publishing.preview_terms, name="terms_preview"),
    path("conditions/nouvelle/publier/", terms_publishing.publish_terms, name="terms_publish"),
]
