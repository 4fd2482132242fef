"""Who has activated, who has not and why: figures by school, their course over time, reminders."""
