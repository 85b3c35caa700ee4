"""Duplicates (the same text?) and stories (the same event?): two questions, never mixed. Values in, values out."""

from monitor.stories.duplicates import exact_duplicates, near_duplicates
from monitor.stories.grouping import assign
from monitor.stories.recheck import recheck
from monitor.stories.verdicts import verdict

__all__ = ["assign", "exact_duplicates", "near_duplicates", "recheck", "verdict"]
