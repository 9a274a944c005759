"""Paying benefits: lists that go to the bank, and the results that come back."""
