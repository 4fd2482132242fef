"""How people come to their accounts. One file per story; Django finds them all here."""

from activation.models.imports import Import, ImportLine, ImportPart
from activation.models.journeys import Journey
from activation.models.letters import Letter, LetterBatch, LetterFile
from activation.models.reminders import SchoolReminder
from activation.models.transfers import ExpectedTransfer

__all__ = [
    "ExpectedTransfer",
    "Import",
    "ImportLine",
    "ImportPart",
    "Journey",
    "Letter",
    "LetterBatch",
    "LetterFile",
    "SchoolReminder",
]
