"""A sample academy for the demo, tests and measurements; nothing of the product imports it."""
