"""The addresses that outside systems use. The pages for importing a ledger are `ledger.views.ROUTES`, behind the desk's door."""

from jiefen.channels.hotline.urls import urlpatterns

__all__ = ["urlpatterns"]
