"""A message made readable: hostile bytes in, what may be shown out. Pure: no database, no network."""
