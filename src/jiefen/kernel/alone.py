"""One at a time: where there is no row yet that two people could wait for, they wait for a name."""

from django.db import connection


def one_at_a_time(*about: object) -> None:
    """Wait until nobody else does this, to the end of the running transaction. `about`: what is done, and to what."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [" ".join(map(str, about))])
