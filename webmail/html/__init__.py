"""Hostile HTML made safe, step by step. Pure; `webmail/safe_html.py` is the way in."""
