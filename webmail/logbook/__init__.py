"""The page of a mailbox's logbook, and the figures beside it, for those who manage the mailbox.

search   what is looked for, page by page
rows     entries as the page shows them: the messages they are about, while they are there
export   the same as a file for a spreadsheet
figures  what the index knows of the mailbox's weeks
"""
