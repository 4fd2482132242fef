"""What is written, as the bytes that leave. Pure: no database, no network."""
