"""A message taken apart: headers, parts, charsets, attachments. Pure; `webmail/readable/mime.py` is the way in."""
