"""How people come to their accounts. One file per story; Django finds them all here."""

from activation.models.transfers import ExpectedTransfer

__all__ = [
    "ExpectedTransfer",
]
