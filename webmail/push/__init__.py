"""What changed, to the browsers that show it.

Dovecot tells the site of each delivery, a worker syncs the index, whoever writes the index announces it
here, and every open page of that mailbox hears of it:

registration   Dovecot is asked to tell of a mailbox
channels       what is announced, through Redis
hub            one subscription for all pages of a web process
stream         what one open page is sent (server-sent events)
"""
