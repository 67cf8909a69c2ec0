from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class KernelConfig(AppConfig):
    name = "jiefen.kernel"
    label = "kernel"

    def ready(self) -> None:
        post_migrate.connect(grant_to_plain_role, dispatch_uid="grant to the plain role")


def grant_to_plain_role(using: str = "owner", **_: Any) -> None:
    """What the owner migrated, the plain role may use; the chain it may only read and add to.

    Runs after every migration, so that a server of the county's own needs no set-up of default privileges.
    """
    from django.db import connections

    connection = connections[using]
    plain = connections["default"].settings_dict["USER"]
    if not plain or plain == connection.settings_dict["USER"]:
        return
    name = connection.ops.quote_name(plain)
    with connection.cursor() as cursor:
        cursor.execute(f"GRANT USAGE ON SCHEMA public TO {name}")
        cursor.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {name}")
        cursor.execute(f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {name}")
        cursor.execute("SELECT to_regclass('cases_step')")
        if cursor.fetchone()[0]:
            cursor.execute(f"REVOKE UPDATE, DELETE, TRUNCATE ON cases_step FROM {name}")
