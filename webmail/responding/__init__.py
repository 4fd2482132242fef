"""What a message asks of its reader, and what then leaves in the reader's name."""
