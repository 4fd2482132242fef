"""What proves a person: given, changed, told to the mail servers, closed at once."""
