"""What comes inside mails besides text: events, cards, reports, tables, Outlook's parcels. Pure."""
