"""A message taken apart: headers, parts, charsets, attachments. Pure; `webmail/mime.py` is the way in."""
