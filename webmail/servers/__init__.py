"""The servers beside the mail: signing in to them, submission, the antivirus, and what they refuse."""
