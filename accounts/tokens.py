"""Tokens in links: drawn at random, sent once, kept only as their SHA-256."""

import hashlib
import secrets

from accounts.secrets import Token

TOKEN_BYTES = 32


def new_token() -> Token:
    return Token(secrets.token_urlsafe(TOKEN_BYTES))


def hash_of_token(token: Token) -> str:
    """SHA-256 in hexadecimal, by which the row is found."""
    return hashlib.sha256(token.reveal().encode("utf-8", "surrogatepass")).hexdigest()
