"""People, and what they sign in with. One file per story; Django finds them all here."""

from accounts.models.announcements import Announcement
from accounts.models.application_passwords import ApplicationPassword
from accounts.models.notices import FreezeLink, Notice
from accounts.models.people import Agent, User
from accounts.models.questions import SecurityAnswer
from accounts.models.recovery import HandedCode, RecoveryContact, Reset
from accounts.models.schools import Office, School
from accounts.models.throttles import KnownDevice, Throttle

__all__ = [
    "Agent",
    "Announcement",
    "ApplicationPassword",
    "FreezeLink",
    "HandedCode",
    "KnownDevice",
    "Notice",
    "Office",
    "RecoveryContact",
    "Reset",
    "School",
    "SecurityAnswer",
    "Throttle",
    "User",
]
