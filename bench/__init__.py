"""Measures the whole road of a mail on real servers, and the single steps beside it."""
