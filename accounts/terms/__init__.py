"""The conditions of use (CGU): the text in force, its earlier versions, and who accepted them."""

from accounts.terms.acceptance import accept, current_terms, has_accepted

__all__ = ["accept", "current_terms", "has_accepted"]
