"""Searching a mailbox's index.

query    what a person typed → Query; pure
finding  Query → conditions on the index
people   correspondents whose name begins so

Full text of bodies, when it comes, is one more condition beside those of finding.py: the language, the
address and the page stay.
"""
