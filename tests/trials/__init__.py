"""Trials with programs that a fresh machine does not have; not part of the suite (docs/trials.md)."""
