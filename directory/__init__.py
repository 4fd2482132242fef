"""The staff directory (annuaire): who works where, and where to write."""
