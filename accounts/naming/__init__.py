"""Logins: how a name becomes one, given once and for ever, and whose one is meant."""
