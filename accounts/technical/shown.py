"""What the technical pages show of accounts and of the journal: never a NUMEN, a hash or a secret."""

from accounts.models import Agent, Announcement, Departure, School, TemporaryPassword, User
from accounts.technical.site import ReadOnly
from audit.models import Entry


class UserPage(ReadOnly):
    fields = (
        "username",
        "is_active",
        "must_change_password",
        "language",
        "created_at",
        "last_login",
        "password_changed_at",
        "mail_disabled_at",
        "restricted_until",
    )
    list_display = ("username", "is_active", "must_change_password", "last_login")
    list_filter = ("is_active", "must_change_password")
    ordering = ("username",)


class AgentPage(ReadOnly):
    fields = ("user", "first_name", "usual_name", "school", "post", "status", "role", "created_at")
    list_display = ("usual_name", "first_name", "school", "status", "role")
    list_filter = ("status", "role")
    list_select_related = ("school",)
    ordering = ("usual_name", "first_name", "pk")


class SchoolPage(ReadOnly):
    fields = list_display = ("uai", "name", "city")
    ordering = ("uai",)


class DeparturePage(ReadOnly):
    fields = (
        "agent",
        "leaves_on",
        "planned_at",
        "carried_out_at",
        "status_before",
        "mailbox_closed_at",
    )
    list_display = ("agent", "leaves_on", "carried_out_at", "mailbox_closed_at")
    list_select_related = ("agent",)
    ordering = ("-leaves_on",)


class TemporaryPasswordPage(ReadOnly):
    fields = list_display = ("user", "expires_at")
    list_select_related = ("user",)
    ordering = ("expires_at",)


class AnnouncementPage(ReadOnly):
    fields = ("text", "level", "starts_at", "ends_at", "written_by", "withdrawn_at")
    list_display = ("text", "level", "starts_at", "ends_at", "withdrawn_at")
    list_filter = ("level",)
    ordering = ("-starts_at",)


class EntryPage(ReadOnly):
    fields = (
        "number",
        "time",
        "event",
        "actor_label",
        "subject_label",
        "method",
        "factors",
        "result",
        "reason",
        "address",
        "flow",
        "justification",
    )
    list_display = ("number", "time", "event", "actor_label", "subject_label", "result")
    list_filter = ("result", "event")
    ordering = ("-number",)


PAGES = {
    User: UserPage,
    Agent: AgentPage,
    School: SchoolPage,
    Departure: DeparturePage,
    TemporaryPassword: TemporaryPasswordPage,
    Announcement: AnnouncementPage,
    Entry: EntryPage,
}
