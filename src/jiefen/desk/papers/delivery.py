"""Writing down that a paper reached somebody, with what proves it: windows run from here, and only from here."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from jiefen.cases.access import case_for, note_reading, roles_on
from jiefen.cases.actions import StepRefused
from jiefen.cases.models import Case, Party
from jiefen.cases.proofs import WAYS, Proof, way_of, windowed
from jiefen.desk.door import staff
from jiefen.desk.papers.reading import SERVES
from jiefen.files.actions import BadFile
from jiefen.kernel.masking import mask_name
from jiefen.kernel.seal import open_row
from jiefen.papers.actions import PaperRefused, serve
from jiefen.papers.models import Paper
from jiefen.papers.queries import on_file
from jiefen.procedures.catalogue import procedure, vocabulary

SAID = {
    "direct": (lazy("直接送达"), lazy("请上传受送达人签收的送达回证（照片或扫描件）。")),
    "post": (lazy("邮寄送达"), lazy("请填写邮件号码。")),
    "left": (lazy("留置送达"), lazy("请写明见证人和留置的地点。")),
    "electronic": (lazy("电子送达"), lazy("电子送达须本人同意：请写明怎样同意的，并上传到达记录。")),
    "announcement": (lazy("公告送达"), lazy("请上传公告，并写明在哪里公告。")),
}
"""The ways in the language of the page."""
FIELDS = ("number", "witness", "consent", "place", "signed_by")


@staff
def delivery(request: HttpRequest, slug: str) -> HttpResponse:
    """The form, and recording one delivery."""
    actor, at = request.actor, request.at  # type: ignore[attr-defined]
    case = case_for(actor, slug)
    roles = roles_on(actor, case)
    role = next((r for r in SERVES if r in roles), None)
    if role is None:
        raise Http404
    if request.method != "POST":
        return _form(request, case, {"paper": request.GET.get("paper", "")})
    said = {name: request.POST.get(name, "")[:400] for name in ("paper", "party", "way", "note", *FIELDS)}
    number = said["paper"]
    paper = Paper.objects.filter(case=case, pk=int(number)).first() if number.isdecimal() and len(number) < 19 else None
    if paper is None or not said["party"] or way_of(said["way"]) is None:
        return _form(request, case, said, _("请选择送达哪份文书、给谁、怎么送的。"))
    upload = request.FILES.get("proof")
    given = any(said[name].strip() for name in FIELDS) or upload is not None
    try:
        serve(
            paper, person=said["party"], way=said["way"], by=actor, role=role, unit=roles[role][0], at=at, note=said["note"],
            proof=_proof(said) if given else None,
            upload=(upload.read(), upload.name or "") if upload is not None else None,
        )  # fmt: skip
    except StepRefused as no:
        return _form(request, case, said, no.refusal.says)
    except (PaperRefused, BadFile) as no:
        return _form(request, case, said, str(no))
    return redirect(f"/cases/{slug}/#papers")


def _proof(said: dict[str, str]) -> Proof:
    return Proof(
        number=said["number"].strip(), witness=said["witness"].strip(), consent=said["consent"].strip(), place=said["place"].strip(),
        signed_by=said["signed_by"].strip(),
    )  # fmt: skip


def _form(request: HttpRequest, case: Case, said: dict[str, str], refused: str = "") -> HttpResponse:
    key = open_row(case.key)
    labels = vocabulary().papers
    must = windowed(procedure(case.procedure, case.version))
    papers: list[dict[str, Any]] = [
        {"id": str(p.pk), "label": labels[p.kind]["label"], "number": p.number, "must": p.kind in must}
        for p in on_file(case).filter(void_at=None)
        if p.kind in labels and p.kind != "service-record"
    ]
    people = [
        {
            "key": p.key,
            "role": p.get_role_display(),
            "name": p.unit.name if p.unit else mask_name((key.open(p.sealed, field="party") or {}).get("name", "")),
        }
        for p in Party.objects.filter(case=case).select_related("unit").order_by("pk")
    ]
    note_reading(f"case:{case.pk}", request.actor, purpose="办理", what="送达", at=request.at)  # type: ignore[attr-defined]
    return render(
        request, "desk/papers/delivery.html",
        {"case": case, "papers": papers, "people": people, "ways": [(code, *SAID[code]) for code in WAYS], "said": said, "refused": refused},
        status=422 if refused else 200,
    )  # fmt: skip
