"""The interface of the hotline. Every route is opened by a source's key and by nothing else."""

from django.urls import URLPattern

from jiefen.channels.hotline.api import api

urlpatterns, _APP, _NAMESPACE = api.urls

for route in urlpatterns:
    if isinstance(route, URLPattern):
        route.callback.guard = ("key", frozenset())  # type: ignore[attr-defined]
