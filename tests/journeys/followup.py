"""What each person does where a matter is told or not told, visited, and reported to the system above. With or without JavaScript."""

import io
from pathlib import Path
from typing import Any

from tests.journeys import offices, story

HARM = "丈夫又动手打我，把孩子也打了，昨晚我带孩子躲到娘家，住集镇社区幸福巷，我怕他再来，请帮帮我。"
HARM_OFFICE = "清和县妇女联合会"
SILENT = "现在什么都不告诉对方。"
WORK = "家住集镇社区幸福巷，三月到六月在柳河镇老街改造工地扎钢筋，拖欠工资{}元，包工头不接电话。"


def press(page: Any, button: str) -> None:
    """A button that leads to a page, also where it is the same one."""
    with page.expect_navigation():
        page.locator(button).first.click()


def tell_of_harm(zhou: Any, phone: str) -> str:
    """Somebody who was beaten comes to the window; it is handed to those who protect her. Returns the case's address."""
    number = offices.bring(zhou, HARM, "冯桂花", phone)["number"]
    zhou.goto(f"/intakes/{number}/")
    zhou.select_option("#k", label="婚恋家庭·家庭暴力")
    zhou.select_option("#u", label=HARM_OFFICE)
    zhou.fill("#de", "保护我和孩子的安全")
    zhou.click("button[value=open]")
    zhou.wait_for_url(lambda url: "/cases/" in url)
    return str(zhou.url).partition("#")[0]


def allow(su: Any, case: str, why: str) -> None:
    """The named person allows it, with the reason."""
    su.goto(f"{case}telling/")
    su.fill("#why", why)
    press(su, "button[value=allow]")


def take_back(su: Any, case: str, why: str) -> None:
    su.goto(f"{case}telling/")
    su.fill("#why", why)
    press(su, "button[value=take-back]")


def answered(zhou: Any, he: Any, owed: str, name: str, phone: str) -> tuple[str, dict[str, str]]:
    """A matter of wages, answered and waiting to be followed up. Its address, and what she carries."""
    receipt = offices.bring(zhou, WORK.format(owed), name, phone)
    case = offices.open_matter(zhou, receipt["number"], f"老街改造工地拖欠{owed}元", f"支付拖欠工资{owed}元")
    story.take(he, case, "sign")
    story.take(he, case, "contact", **{"session-note": "已电话联系，核对了工日"})
    offices.answer(he, case)
    story.take(he, case, "reply")
    return case, receipt


def ask_to_go(caller: Any, case: str, what: str) -> None:
    """The caller asks the grid worker of the place to go and see."""
    caller.goto(case.replace("/cases/", "/follow-ups/"))
    caller.click("summary:has-text('请网格员上门看看')")
    caller.fill("#vwp1", what)
    press(caller, "button:has-text('请他们去')")


def photo() -> bytes:
    from PIL import Image

    out = io.BytesIO()
    Image.new("RGB", (320, 240), (90, 120, 90)).save(out, "JPEG")
    return out.getvalue()


def go_and_see(ge: Any, what: str, said: str) -> None:
    """From his workbench to the errand, and what was seen there: not solved, not content, with a photo."""
    ge.goto("/desk/")
    ge.locator("section[aria-labelledby=h-e] a", has_text=what).click()
    ge.wait_for_url("**/follow-ups/visits/*/")
    ge.fill("#vq", said)
    ge.check("input[name=solved][value=no]")
    ge.check("input[name=satisfied][value=no]")
    ge.select_option("#vg", label="答复与事实不符")
    ge.set_input_files("#vf", files=[{"name": "现场.jpg", "mimeType": "image/jpeg", "buffer": photo()}])
    press(ge, "button[value=reached]")


def pack(officer: Any) -> bytes:
    """The workbook for the system above, as it is downloaded."""
    officer.goto("/upper/")
    with officer.expect_download() as got:
        officer.click("form[action$='/pack/'] button")
    return Path(got.value.path()).read_bytes()


def rows_of(book: bytes) -> list[dict[str, str]]:
    """The first sheet of a workbook, each row by its heads."""
    from python_calamine import CalamineWorkbook

    head, *rows = CalamineWorkbook.from_filelike(io.BytesIO(book)).get_sheet_by_index(0).to_python()
    return [dict(zip(map(str, head), map(str, row), strict=True)) for row in rows]


def filled_in(rows: list[dict[str, str]], numbers: dict[str, str]) -> bytes:
    """The same sheet come back: the numbers of the system above written beside ours."""
    import xlsxwriter

    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    page = book.add_worksheet()
    page.write_row(0, 0, list(rows[0]))
    for line, row in enumerate(rows, 1):
        page.write_row(line, 0, list((row | {"国家信访编号": numbers.get(row["本地编号"], "")}).values()))
    book.close()
    return out.getvalue()


def bring_back(officer: Any, book: bytes) -> str:
    """The receipt of the system above is read in; what the page says of it."""
    officer.goto("/upper/")
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    officer.set_input_files("#rf-national-petition", files=[{"name": "回执.xlsx", "mimeType": kind, "buffer": book}])
    press(officer, "button:has-text('读回编号')")
    return str(officer.inner_text("main [role=status]"))
