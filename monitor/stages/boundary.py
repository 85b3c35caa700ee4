"""The one place where errors become values, so that one source or page never stops another."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from typing import TypeVar

from monitor.errors import MonitorError, Reason, ReasonedError

log = logging.getLogger(__name__)
T = TypeVar("T")


async def attempt(what: str, call: Callable[[], Awaitable[T]]) -> T | ReasonedError:
    """Result of the call, or the error it ended with. An unexpected exception is a bug: logged with its traceback.

    Errors of ours that are not about one document (a full disk, a broken archive) go on and end the run.
    """
    try:
        return await call()
    except ReasonedError as error:
        return error
    except MonitorError:
        raise
    except Exception as error:  # the only one in the package: a bug in one document must not end the run
        log.exception("bug while handling %s", what)
        return ReasonedError(Reason.BUG, f"{what}: unexpected {type(error).__name__}: {error}")
