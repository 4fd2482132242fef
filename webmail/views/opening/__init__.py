"""Pages of one message: its conversation, its frame, its files, what it asks."""
