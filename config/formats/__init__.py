"""How languages write numbers, where Pli differs from Django."""
