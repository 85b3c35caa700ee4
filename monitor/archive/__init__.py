"""WARC files (ISO 28500): keeps every exchange with the outside, and answers from them on a replay.

Not a cache: nothing here is ever asked on a live run.
"""

from monitor.archive.reading import ArchivedRun, Exchange, archive_files, read_runs
from monitor.archive.writing import ROTATE_AT, ArchiveWriter

__all__ = ["ROTATE_AT", "ArchiveWriter", "ArchivedRun", "Exchange", "archive_files", "read_runs"]
