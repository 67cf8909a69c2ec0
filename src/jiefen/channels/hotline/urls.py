"""The interface of the hotline. Every route is opened by a source's key and by nothing else."""

from django.urls import URLPattern, path

from jiefen.channels.hotline.api import api

_ROUTES, _APP, _NAMESPACE = api.urls

for route in _ROUTES:
    if isinstance(route, URLPattern):
        route.callback.guard = ("key", frozenset())  # type: ignore[attr-defined]

urlpatterns = [path("api/hotline/", (_ROUTES, _APP, _NAMESPACE))]
