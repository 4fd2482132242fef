"""The index of a mailbox: what the server told us last, so that pages need not ask again.

following          one look at the server, and what follows from it
folders, messages  rows that come, change and go
threads, rows      conversations, and what lists show of them
snippets           the second pass
notes              what a page did itself
hints              who is asked to go on, and when
lease, tables      who may write, and how so much at once
freshness          how new what a page shows is, and who looks
checking           whether the index says what the server says
"""

from webmail.sync.folders import store_folders, throw_away
from webmail.sync.following import Outcome, first_sight, progress, sync
from webmail.sync.hints import note_all_seen, note_seen, queue, queue_filling, queue_number
from webmail.sync.lease import LeaseLost
from webmail.sync.notes import note_flags, note_gone, note_moved, note_shown_anew

__all__ = [
    "LeaseLost",
    "Outcome",
    "first_sight",
    "note_all_seen",
    "note_flags",
    "note_gone",
    "note_moved",
    "note_seen",
    "note_shown_anew",
    "progress",
    "queue",
    "queue_filling",
    "queue_number",
    "store_folders",
    "sync",
    "throw_away",
]
