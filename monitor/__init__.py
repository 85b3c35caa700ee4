"""peru-monitor: an open news monitor for a country desk that watches Peru."""

__version__ = "0.1.0"
