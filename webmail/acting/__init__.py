"""What is done to messages and folders, taken back, put into words, and told to the logbook."""
