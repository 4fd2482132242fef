"""Files of messages: decoded while they are read, sent on whole or in pieces, looked at, zipped."""
