"""Working together in a mailbox that several people use.

people     who is in the team
anchors    which conversation something belongs to, whatever becomes of the index
assigning  who sees to what
notes      words among colleagues, which leave with no message
notices    whom somebody called to a conversation
presence   who reads and who writes now
answering  who else answers the same message
"""
