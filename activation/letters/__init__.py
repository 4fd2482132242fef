"""Activation letters: drafted, made into PDF, printed, posted; found again by who holds one."""
