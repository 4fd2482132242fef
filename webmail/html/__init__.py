"""Hostile HTML made safe, step by step. Pure; `webmail/readable/safe_html.py` is the way in."""
