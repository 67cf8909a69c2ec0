"""No text and no personal field reaches a log record."""

import logging
import re
import traceback

# Digits of any width, with the blanks and dashes that people put between them.
_PHONE = re.compile(r"(?<!\d)[1１][3-9３-９](?:[ \u3000-]?\d){9}(?!\d)")
_ID = re.compile(r"(?<!\d)\d{6}[ \u3000-]?\d{8}[ \u3000-]?\d{3}[\dXxＸｘ](?!\w)")
_HAN_RUN = re.compile(r"[\u3400-\u9fff]{12,}")


def covered(message: str) -> str:
    """A message with phones, ID numbers and long runs of Chinese text replaced; its shape stays."""
    return _HAN_RUN.sub("［文］", _PHONE.sub("［号］", _ID.sub("［证］", message)))


def places(error: BaseException) -> str:
    """Where an error came from: frames and kinds of errors, causes first, and none of their words.

    The words of an error hold what somebody typed, and a database error holds the row.
    """
    earlier = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    before = f"{places(earlier)}\n\n" if earlier is not None else ""
    frames = "".join(traceback.format_list(traceback.extract_tb(error.__traceback__)))
    kind = type(error)
    return f"{before}Traceback (most recent call last):\n{frames}{kind.__module__}.{kind.__qualname__}"


class NoPersonalFields(logging.Filter):
    """Covers what a record says, and keeps of an error its kind and its place."""

    def filter(self, record: logging.LogRecord) -> bool:
        try:
            message = record.getMessage()
        except Exception:  # a record that cannot be written is no reason to fail what it was about
            message = f"unreadable record of {record.pathname}:{record.lineno}"
        clean = covered(message)
        if clean != message or record.args:
            record.msg, record.args = clean, ()
        if record.exc_info and record.exc_info[1] is not None:
            record.exc_text, record.exc_info = places(record.exc_info[1]), None
        return True
