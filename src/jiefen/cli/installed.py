"""Is the installation whole? Used by `jiefen check install`; needs Django set up."""

import ctypes.util
import os
from pathlib import Path


def problems() -> list[str]:
    """Sentences about what is missing; an empty list is good news."""
    from django.conf import settings
    from django.db import connections

    from jiefen.kernel.seal import master_key_path

    out = []
    key = master_key_path()
    if not key.exists():
        out.append(f"还没有主密钥（{key}）：首次封存内容时生成，生成后请 jiefen key export 另存一份")
    elif key.stat().st_mode & 0o077:
        out.append(f"别人也能读主密钥，请运行 chmod 600 {key}")
    if ctypes.util.find_library("magic") is None:
        out.append("没有 libmagic，上传会被拒绝：apt-get install libmagic1")
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user")
        if cursor.fetchone()[0]:
            out.append("服务用的数据库角色能绕过行级安全，请换一个普通角色（docs/howto/install.md）")
    files = Path(settings.FILES)
    if files.exists() and not os.access(files, os.W_OK):
        out.append(f"附件文件夹不能写：{files}")
    return out
