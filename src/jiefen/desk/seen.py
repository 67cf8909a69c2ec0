"""What a page had shown when it was sent: the number that a verb compares with what is there (`expected`)."""

from django.http import HttpRequest


def seen_of(request: HttpRequest) -> int | None:
    """The number the page that was sent had been painted from; None where it does not say."""
    said = request.POST.get("seen", "")
    return int(said) if said.isdecimal() and len(said) < 9 else None
