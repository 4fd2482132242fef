"""The pages of ``/gestion/`` that concern accounts."""

from django.urls import path

from accounts.views import (
    agent_acts,
    agent_secrets,
    agents,
    announcements,
    back_office,
    journal,
    role_holders,
    terms_publishing,
)

urlpatterns = [
    path("", back_office.home, name="back_office"),
    path("agents/", agents.agents, name="agents"),
    path("agents/<int:pk>/", agents.agent, name="agent"),
    path("agents/<int:pk>/numen/", agent_secrets.show_numen, name="agent_numen"),
    path("agents/<int:pk>/code/", agent_secrets.hand_out_code, name="agent_reset_code"),
    path(
        "agents/<int:pk>/mot-de-passe-provisoire/",
        agent_secrets.give_password,
        name="agent_temporary_password",
    ),
    path("agents/<int:pk>/role/", agent_acts.change_role, name="agent_role"),
    path("agents/<int:pk>/geler/", agent_acts.freeze_account, name="agent_freeze"),
    path("agents/<int:pk>/degeler/", agent_acts.unfreeze_account, name="agent_unfreeze"),
    path("agents/<int:pk>/depart/", agent_acts.plan, name="agent_departure"),
    path("agents/<int:pk>/depart/annuler/", agent_acts.cancel, name="agent_departure_cancel"),
    path("agents/<int:pk>/retour/", agent_acts.undo, name="agent_take_back"),
    path("roles/", role_holders.role_holders, name="role_holders"),
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
