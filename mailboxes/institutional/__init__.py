"""Mailboxes of schools and of posts: opening, changing and closing them, and who answers for them."""
