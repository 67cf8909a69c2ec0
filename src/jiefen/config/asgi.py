"""The one web application. Start it with `jiefen serve`."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jiefen.config.settings")

import django

django.setup(set_prefix=False)

from jiefen.config.handler import Handler  # noqa: E402

application = Handler()
