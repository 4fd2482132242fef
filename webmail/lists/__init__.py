"""A list's way to the screen: its address, its page of the index, its rows, one mailbox's or several's."""
