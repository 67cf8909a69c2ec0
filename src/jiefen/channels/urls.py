"""The addresses that outside systems use. The pages for importing a ledger are `ledger.views.ROUTES`, behind the desk's door.

The interface is loaded with its first request: its packages are a sixth of a start, and the first page needs none.
"""

from django.urls import URLResolver
from django.urls.resolvers import RoutePattern

urlpatterns = [
    URLResolver(
        RoutePattern("api/hotline/"), "jiefen.channels.hotline.urls", app_name="ninja", namespace="hotline-api"
    ),
]
