"""A person at the composer: their habits and stationery, what they typed, and when it may leave."""
