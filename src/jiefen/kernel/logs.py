"""No text and no personal field reaches a log record."""

import logging
import re

_PHONE = re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)")
_ID = re.compile(r"(?<!\d)\d{17}[\dXx](?!\w)")
_HAN_RUN = re.compile(r"[\u4e00-\u9fff]{12,}")


class NoPersonalFields(logging.Filter):
    """Replaces phones, ID numbers and long runs of Chinese text in a record; the shape of the message stays."""

    def filter(self, record: logging.LogRecord) -> bool:
        message = record.getMessage()
        clean = _HAN_RUN.sub("［文］", _ID.sub("［证］", _PHONE.sub("［号］", message)))
        if clean != message:
            record.msg, record.args = clean, ()
        if record.exc_info and record.exc_info[1] is not None:
            # A database error carries the row in its DETAIL: keep the kind of error and where, not the row.
            record.exc_text = None
            kind = record.exc_info[0]
            record.msg = f"{record.msg} [{kind.__module__ + '.' + kind.__qualname__ if kind else '?'}]"
            if kind is not None and kind.__module__.startswith(("psycopg", "django.db")):
                record.exc_info = None
        return True
