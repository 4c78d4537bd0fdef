"""Cells as clerks write them → texts, days, numbers, codes, in whole columns at a time."""
