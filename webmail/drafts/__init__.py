"""Messages being written: rows from the first keystroke, files in the spool, a copy in the Drafts folder.

keeping     saves, and who wrote meanwhile; what happens to a draft when it leaves
files       what goes with it, and how much of it
receiving   uploads on their way to the spool
filing      the copy that other programs see
sweeping    what nobody needs any more
"""

from webmail.drafts.keeping import (
    Beginning,
    Left,
    Outdated,
    Source,
    Written,
    come_back,
    discard,
    end,
    leave,
    open_draft,
    save,
)

__all__ = [
    "Beginning",
    "Left",
    "Outdated",
    "Source",
    "Written",
    "come_back",
    "discard",
    "end",
    "leave",
    "open_draft",
    "save",
]
