"""Signing in: from what is typed to the open session, step by step."""
