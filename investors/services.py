"""Verbs on people and investors. Each leaves one audit row; all need an identity and a transaction."""
