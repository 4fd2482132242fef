"""Pictures of a mail: their kinds, and the remote ones, which only the site ever fetches."""
