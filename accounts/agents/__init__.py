"""What is done for agents by those who look after them: finding them, their cards, leaving, announcements."""
