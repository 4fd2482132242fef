"""IMAP: the only package that imports imapclient.

A `MailSession` speaks for one mailbox on behalf of one person. Names of folders are Unicode here;
the wire has modified UTF-7. Errors of the network or the server become those of webmail.errors.

    uid_set, replies, structures   pure: sets of UIDs, what servers say
    channel                        commands and replies on one connection
    folders, reading, acting, rows, changes, previews   what a session can do, story by story
    connection, pool               signing in, errors, connections that wait
"""

from webmail.imap.changes import Changes
from webmail.imap.channel import Selected
from webmail.imap.connection import (
    POOL,
    MailSession,
    OpenSession,
    connect,
    session,
    translated_errors,
)
from webmail.imap.folders import FolderStatus
from webmail.imap.reading import UID_LIMIT, FetchedMessage
from webmail.imap.rows import FlagRow, HeaderRow
from webmail.imap.uid_set import UidSet

__all__ = [
    "POOL",
    "UID_LIMIT",
    "Changes",
    "FetchedMessage",
    "FlagRow",
    "FolderStatus",
    "HeaderRow",
    "MailSession",
    "OpenSession",
    "Selected",
    "UidSet",
    "connect",
    "session",
    "translated_errors",
]
