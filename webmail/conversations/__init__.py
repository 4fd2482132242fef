"""The reading pane: which messages belong together, and what stands around each."""
