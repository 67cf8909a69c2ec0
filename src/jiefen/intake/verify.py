"""Are the words still those that were taken in? Sealed content that was changed does not open; its digest must agree."""

from collections.abc import Iterator

from cryptography.hazmat.primitives.keywrap import InvalidUnwrap
from django.utils.translation import gettext as _

from jiefen.intake.drafts import same_words
from jiefen.intake.models import Intake
from jiefen.kernel.progress import Progress
from jiefen.kernel.seal import Sealed, blind, open_wrapped


def changed(progress: Progress) -> Iterator[tuple[str, str]]:
    """(number, what is wrong) of every intake that is not as it was taken in. Those whose key was destroyed are passed
    over: nothing is left to compare. Needs a scope that sees all rows."""
    rows = Intake.objects.order_by("pk").values_list(
        "number", "key_id", "key__wrapped", "key__master", "words", "subject", "teller", "token", "text_digest"
    )
    total = rows.count()
    for done, (number, key_id, wrapped, master, words, subject, teller, token, digest) in enumerate(
        rows.iterator(2000), 1
    ):
        if wrapped is not None:
            try:
                key = open_wrapped(key_id, bytes(wrapped), master)
                said = key.open(words, field="intake.words")
                for sealed, field in ((subject, "subject"), (teller, "teller"), (token, "token")):
                    key.open(sealed, field=f"intake.{field}")
            except (Sealed, InvalidUnwrap, ValueError):
                yield number, _("内容被改过，或密钥不符")
            else:
                text = said.get("text", "")
                if (bytes(digest) if digest else None) != (blind("words", same_words(text)) if text.strip() else None):
                    yield number, _("原文与登记时的校验码不符")
        if done % 500 == 0:
            progress(done, total)
    progress(total, total)
