"""What changed, to the browsers that show it.

Dovecot tells the site of each delivery, a worker syncs the index, whoever writes the index announces it
(webmail/announcing.py), and every open page of that mailbox hears of it:

registration   Dovecot is asked to tell of a mailbox
hub            one subscription for all pages of a web process
stream         what one open page is sent (server-sent events)
"""
