"""Passwords: which are refused and why, how strong one is, and one to offer instead."""

from accounts.passwords.meter import Strength, strength
from accounts.passwords.passphrases import suggest_passphrase
from accounts.passwords.person import NOBODY, Person, person_of, person_of_agent
from accounts.passwords.rules import Refusal, check_password_rules
from accounts.spelling import normalised

__all__ = [
    "NOBODY",
    "Person",
    "Refusal",
    "Strength",
    "check_password_rules",
    "normalised",
    "person_of",
    "person_of_agent",
    "strength",
    "suggest_passphrase",
]
