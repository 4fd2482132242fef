"""People, and what they sign in with. One file per story; Django finds them all here."""

from accounts.models.announcements import Announcement
from accounts.models.application_passwords import ApplicationPassword
from accounts.models.departures import Departure
from accounts.models.logins import LoginName
from accounts.models.mail_pauses import MailLine, MailPause
from accounts.models.notices import FreezeLink, Notice
from accounts.models.people import Agent, User
from accounts.models.questions import SecurityAnswer
from accounts.models.recovery import HandedCode, RecoveryContact, Reset
from accounts.models.schools import Office, School
from accounts.models.temporary_passwords import TemporaryPassword
from accounts.models.terms import TermsAcceptance, TermsVersion
from accounts.models.throttles import KnownDevice, Throttle
from accounts.models.trusted_browsers import TrustedBrowser

__all__ = [
    "Agent",
    "Announcement",
    "ApplicationPassword",
    "Departure",
    "FreezeLink",
    "HandedCode",
    "KnownDevice",
    "LoginName",
    "MailLine",
    "MailPause",
    "Notice",
    "Office",
    "RecoveryContact",
    "Reset",
    "School",
    "SecurityAnswer",
    "TemporaryPassword",
    "TermsAcceptance",
    "TermsVersion",
    "Throttle",
    "TrustedBrowser",
    "User",
]
