"""The one road from the site to machines outside that a mail names: pictures, unsubscribing."""
