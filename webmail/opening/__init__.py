"""One message of a mailbox: fetched part by part, read, and kept a moment."""
