"""Answers: span, coverage and its gaps, reach, listings and comparisons, each a pure function of an `Org`.

Every question is asked of one day; every answer is a Polars frame that names units by id and name. A
figure that is not known is null and never zero; what a rate is made of stands beside it.
"""
