"""Rights on mailboxes: who has them, giving, changing and taking them, one by one or in many at once."""
