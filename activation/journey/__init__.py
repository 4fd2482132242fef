"""From the proof of who somebody is to their open mailbox: one engine for the four ways in.

``proofs`` says who it is, ``progress`` keeps the row that remembers how far they are, ``completion``
opens the account in one transaction, ``opening`` the mailbox on the mail server.
"""
