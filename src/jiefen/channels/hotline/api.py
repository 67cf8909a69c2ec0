"""`POST /api/hotline/orders`: one order at a time, idempotent by the order's number.

201 taken in now · 200 the same order was taken in before, here is its receipt again · 400 not JSON · 401 no key ·
409 the number stands for something else · 413 too large · 422 a field cannot be used: which, and what to do.
"""

import json
import logging
import re
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI, Schema, Status
from ninja.errors import HttpError, ValidationError
from ninja.parser import Parser
from ninja.security import HttpBearer
from pydantic import ConfigDict, Field, StrictBool, StrictInt, StrictStr, field_validator

from jiefen.channels.dates import BadDate, moment
from jiefen.channels.hotline.keys import source_of
from jiefen.channels.models import SourceKey
from jiefen.intake.actions import OtherContent
from jiefen.intake.drafts import BadDraft, IntakeDraft
from jiefen.kernel.clock import now
from jiefen.triage.actions import take_in

log = logging.getLogger(__name__)
LARGEST = 1_000_000  # bytes of a body
DEEPEST = 6  # levels of nesting; an order has one


class Order(Schema):
    """One order as the hotline platform has it. No field is guessed: a number where a text belongs is refused."""

    model_config = ConfigDict(extra="forbid")

    order: StrictStr = Field(min_length=1, max_length=60, description="工单编号，同一编号只收一次")
    text: StrictStr = Field(min_length=1, max_length=200_000, description="反映内容，原话")
    received_at: StrictStr = Field(description="来电时间，如 2026-11-20T09:31:00+08:00 或 2026-11-20 09:31")
    subject: StrictStr = Field("", max_length=200, description="标题")
    name: StrictStr = Field("", max_length=60)
    phone: StrictStr = Field("", max_length=30)
    address: StrictStr = Field("", max_length=200)
    identity: StrictStr = Field("named", description="named 实名，hidden 对对方保密，anonymous 匿名")
    area_code: StrictStr = Field("", max_length=20, description="区划代码；不写就按内容判断")
    people: StrictInt | None = Field(None, ge=1, lt=1_000_000)
    happened_on: StrictStr = Field("", max_length=40)
    ask_type: StrictStr = Field("", max_length=20, description="咨询、求助、建议、投诉、举报")
    is_urgent: StrictBool = False

    @field_validator("received_at")
    @classmethod
    def _moment(cls, value: str) -> str:
        try:
            moment(value)
        except BadDate as bad:
            raise ValueError(str(bad)) from None
        return value


class Receipt(Schema):
    """What the platform keeps: the number here, the code to follow it with, and whether it was new."""

    number: str
    code: str
    created: bool


class Problem(Schema):
    """What is wrong, by field, and what to do."""

    detail: str
    fields: dict[str, str] = {}


class ByKey(HttpBearer):
    """`Authorization: Bearer jf_…`."""

    def authenticate(self, request: HttpRequest, token: str) -> SourceKey | None:
        return source_of(token)


class Bounded(Parser):
    """JSON of bounded size and depth, so that no body can exhaust the process."""

    def parse_body(self, request: HttpRequest) -> Any:
        body = _body(request)
        try:
            text = body.decode("utf-8")
        except UnicodeDecodeError:
            raise HttpError(400, "请求不是UTF-8编码的JSON。") from None
        if _depth(text) > DEEPEST:
            raise HttpError(400, f"JSON嵌套超过{DEEPEST}层。工单只有一层。")
        try:
            return json.loads(text)
        except (ValueError, RecursionError):
            raise HttpError(400, "请求不是JSON。") from None


def _body(request: HttpRequest) -> bytes:
    length = request.headers.get("Content-Length", "0")
    if not length.isdigit() or int(length) > LARGEST:
        raise HttpError(413, "请求太大，最多一百万字节。附件请另传。")
    body = request.body
    if len(body) > LARGEST:
        raise HttpError(413, "请求太大，最多一百万字节。附件请另传。")
    return body


_STRING = re.compile(r'"(?:[^"\\]|\\.)*"?')
_BRACKET = re.compile(r"[\[\]{}]")


def _depth(text: str) -> int:
    """How deep brackets nest outside of strings. Counted before parsing: the parser itself gives up only after going
    down all the way."""
    deep = most = 0
    for bracket in _BRACKET.finditer(_STRING.sub("", text)):
        deep += 1 if bracket[0] in "[{" else -1
        most = max(most, deep)
        if most > DEEPEST:
            break
    return most


api = NinjaAPI(
    title="解纷：热线工单", version="1", auth=ByKey(), parser=Bounded(), urls_namespace="hotline-api",
    docs_url=None, openapi_url="/openapi.json",
)  # fmt: skip


@api.post(
    "/orders",
    response={201: Receipt, 200: Receipt, 400: Problem, 401: Problem, 409: Problem, 413: Problem, 422: Problem},
)
def orders(request: HttpRequest, order: Order) -> Status[dict[str, Any]]:
    """Take one order in. The same number with the same content gives the first receipt again."""
    source: SourceKey = request.auth  # type: ignore[attr-defined]
    at = now()
    try:
        receipt = take_in(draft_of(order, source, at), home=source.home, by=None, at=at)
    except BadDraft as bad:
        return Status(422, _problem(bad.problems))
    except OtherContent as other:
        return Status(409, {"detail": str(other), "fields": {"order": "这个编号以前交过，内容不同。"}})
    said = {"number": receipt.number, "code": receipt.short_code, "created": receipt.created}
    return Status(201 if receipt.created else 200, said)


def draft_of(order: Order, source: SourceKey, at: datetime) -> IntakeDraft:
    """The order as a draft. Raises BadDraft for a time to come and for what no column can hold."""
    received = moment(order.received_at)
    if received > at:
        raise BadDraft({"received_at": "来电时间在将来，请核对两边的时钟。"})
    kept = {"ask_type": order.ask_type, "is_urgent": order.is_urgent}
    return IntakeDraft(
        channel="hotline", once_key=f"hotline:{source.source}:{order.order}", text=order.text, subject=order.subject,
        name=order.name, phone=order.phone, address=order.address, identity=order.identity, area_code=order.area_code,
        happened_on=order.happened_on, people=order.people, received_at=received, outside_number=order.order,
        extra={"columns": {k: v for k, v in kept.items() if v}},
    )  # fmt: skip


def _problem(fields: dict[str, str]) -> dict[str, Any]:
    return {"detail": "这份工单没有收：" + "；".join(fields.values()), "fields": fields}


@api.exception_handler(ValidationError)
def _invalid(request: HttpRequest, wrong: ValidationError) -> HttpResponse:
    fields = {}
    for error in wrong.errors:
        name = ".".join(str(part) for part in error["loc"][2:]) or "body"
        fields[name] = _say(error)
    return api.create_response(request, _problem(fields), status=422)


def _say(error: dict[str, Any]) -> str:
    kind, ctx = error["type"], error.get("ctx") or {}
    if kind == "missing":
        return "缺少这一项。"
    if kind == "extra_forbidden":
        return "没有这一项，请去掉，或核对拼写。"
    if kind == "string_type":
        return "要写成文字（带引号）。"
    if kind in ("int_type", "int_parsing"):
        return "要写成整数。"
    if kind == "bool_type":
        return "只能是true或false。"
    if kind == "string_too_long":
        return f"太长，最多{ctx.get('max_length')}字。"
    if kind == "string_too_short":
        return "不能为空。"
    if kind in ("greater_than_equal", "less_than"):
        return "数目不对，请核对。"
    if kind == "value_error":
        return str(error.get("msg", "")).removeprefix("Value error, ") or "请核对。"
    return "请核对这一项。"


@api.exception_handler(Exception)
def _broken(request: HttpRequest, wrong: Exception) -> HttpResponse:
    # What failed is logged without the body; the platform keeps the order and sends it again.
    log.error("hotline order failed: %s", type(wrong).__name__, exc_info=wrong)
    return api.create_response(request, {"detail": "这份工单现在收不了，没有写入。请稍后用同一编号再交。"}, status=503)


@api.exception_handler(HttpError)
def _refused(request: HttpRequest, wrong: HttpError) -> HttpResponse:
    # The framework wraps what the parser raises into a 400 of its own; ours says what is wrong.
    own = wrong.__cause__ if isinstance(wrong.__cause__, HttpError) else wrong
    return api.create_response(request, {"detail": str(own), "fields": {}}, status=own.status_code)
