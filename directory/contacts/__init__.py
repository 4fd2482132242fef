"""Somebody's own address book: people and organisations they write to, and groups of them."""
