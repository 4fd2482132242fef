"""Telling a person, at every address known to be theirs."""
