"""Owns every state of a message on its way out.

    held ──due──▶ queued ──claim──▶ sending ──┬─▶ sent       (some recipients may be refused, each with its reason)
      │             ▲                         ├─▶ refused    (every recipient was refused, or 48 hours passed)
      │             └──── temporary failure ──┤
      ▼                   of all or of some   └─▶ uncertain  (the connection broke after the text was handed over)
    taken back

A recipient who accepted is never sent the message again: a new attempt names only those who wait. What is
uncertain is never sent again by itself. The row is the truth; Celery only hints. `send` and `file_copy` can
run any number of times.

keeping    a message is accepted: its bytes, its row, and the moment before which it can be taken back
spool      the bytes, in files
claims     who may send it now; every change of state
sending    the worker's side
filing     the copy in Sent, and the mark on the message that was answered
doubts     whether what is uncertain has left: what Sent and the server's log know
choices    what the person decides about a message that has not left
waiting    what pages show
hints      who is asked to go on, and when
"""

from webmail.outbox import spool
from webmail.outbox.choices import (
    discard,
    has_left_for_some,
    refuse_all_of,
    retry_now,
    send_now,
    take_back,
)
from webmail.outbox.claims import ANSWER_LASTS, CLAIM_LASTS, GIVE_UP_AFTER
from webmail.outbox.doubts import has_left
from webmail.outbox.filing import FAILURES, file_copy
from webmail.outbox.hints import hint, send_waiting, sweep, tidy
from webmail.outbox.keeping import MARKS, Leaving, Origin, Plan, queue
from webmail.outbox.sending import send
from webmail.outbox.waiting import count_in_transit, in_transit, in_transit_of_outer_mailbox

__all__ = [
    "ANSWER_LASTS",
    "CLAIM_LASTS",
    "FAILURES",
    "GIVE_UP_AFTER",
    "MARKS",
    "Leaving",
    "Origin",
    "Plan",
    "count_in_transit",
    "discard",
    "file_copy",
    "has_left",
    "has_left_for_some",
    "hint",
    "in_transit",
    "in_transit_of_outer_mailbox",
    "queue",
    "refuse_all_of",
    "retry_now",
    "send",
    "send_now",
    "send_waiting",
    "spool",
    "sweep",
    "take_back",
    "tidy",
]
