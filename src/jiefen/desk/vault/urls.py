"""Into the vault and out of it. What stands under a case, and the page with the one number."""

from django.urls import path

from jiefen.desk.vault import keeper, split, total

urlpatterns = [
    path("cases/<str:slug>/split/", split.split_page),
    path("cases/<str:slug>/vault/", keeper.vault_page),
    path("cases/<str:slug>/steps/split/", keeper.instead, {"name": "split"}),
    path("cases/<str:slug>/steps/unseal/", keeper.instead, {"name": "unseal"}),
    path("intakes/<str:number>/split/", split.split_letter_page),
    path("vault/", total.total_page),
]
