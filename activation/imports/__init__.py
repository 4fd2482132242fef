"""Schools and agents out of HR's files: read without writing, shown, then written at once.

``layout`` (bytes → rows) and ``cells`` (text → values) are pure; ``agents`` and ``schools`` compare
rows with the database; ``arrivals``, ``reading`` and ``writing`` lead a file from its upload to its end.
"""
