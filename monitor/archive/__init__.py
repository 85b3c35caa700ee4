"""WARC files (ISO 28500): keeps every exchange with the outside, and answers from them on a replay.

Not a cache: nothing here is ever asked on a live run.
"""

from monitor.archive.foreign import ForeignPage, Skipped, foreign_pages
from monitor.archive.reading import ArchivedRun, Exchange, archive_files, read_runs, runs_since
from monitor.archive.writing import ROTATE_AT, ArchiveWriter

__all__ = [
    "ROTATE_AT",
    "ArchiveWriter",
    "ArchivedRun",
    "Exchange",
    "ForeignPage",
    "Skipped",
    "archive_files",
    "foreign_pages",
    "read_runs",
    "runs_since",
]
