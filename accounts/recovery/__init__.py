"""Getting back into an account whose password or identifier was forgotten."""
