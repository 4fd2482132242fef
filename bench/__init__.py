"""What the budgets of the design are measured with: ``make bench`` (see docs/bench.md)."""
