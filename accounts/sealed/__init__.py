"""Personal data that is sealed: the keys, the NUMEN, how long it is kept."""
