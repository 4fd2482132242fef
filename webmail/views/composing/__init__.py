"""Pages of the composer and of the outbox."""
