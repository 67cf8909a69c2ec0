"""Somebody of the small county at a browser, signed in."""

from django.test import Client

from tests.world import World


def client_for(county: World, name: str | None) -> Client:
    """Signed in as one of its people; with None a stranger."""
    client = Client()
    if name:
        client.force_login(county.people[name], backend="allauth.account.auth_backends.AuthenticationBackend")
    return client
