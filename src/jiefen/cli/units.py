"""The table of units for `jiefen init`: read whole, then written whole. Not a verb."""

import csv
import io
from datetime import date
from pathlib import Path

COLUMNS = {
    "code": ("代码", "单位代码"),
    "name": ("名称", "单位名称"),
    "unit_type": ("类型", "单位类型"),
    "area": ("区域代码", "区域"),
    "parent": ("上级代码", "上级"),
    "short": ("简称",),
    "mark": ("字号", "编号用字"),
    "letters": ("字母", "代码字母"),
    "stay": ("进驻方式", "进驻"),
    "stay_note": ("进驻时间",),
    "phone": ("电话",),
    "address": ("地址",),
}
NEEDED = ("code", "name", "unit_type", "area")


def import_units(path: Path, since: date) -> tuple[list[str], int, int]:
    """All or nothing. Returns (errors as sentences, how many new, how many known). Known codes stay as they are."""
    from django.db import transaction

    from jiefen.people.models import Unit
    from jiefen.places.models import Area

    rows, errors = read(path.read_bytes())
    areas = {code: pk for code, pk in Area.objects.values_list("code", "pk")}
    known = dict(Unit.objects.values_list("code", "pk"))
    stays = {label: value for value, label in Unit.Stay.choices} | {value: value for value in Unit.Stay.values}
    in_file = {cells["code"] for _, cells in rows}
    for line, cells in rows:
        for key in NEEDED:
            if not cells[key]:
                errors.append(f"第{line}行“{COLUMNS[key][0]}”：没有填")
        if cells["area"] and cells["area"] not in areas:
            errors.append(f"第{line}行“区域代码”：没有代码是{cells['area']}的区域")
        if cells["parent"] and cells["parent"] not in known and cells["parent"] not in in_file:
            errors.append(f"第{line}行“上级代码”：没有代码是{cells['parent']}的单位")
        if cells["stay"] and cells["stay"] not in stays:
            errors.append(f"第{line}行“进驻方式”：只能是{'、'.join(label for _, label in Unit.Stay.choices)}")
        for key, longest in (("code", 32), ("name", 60), ("short", 20), ("mark", 8), ("letters", 4), ("phone", 30)):
            if len(cells[key]) > longest:
                errors.append(f"第{line}行“{COLUMNS[key][0]}”：超过{longest}个字")
    if len(in_file) < len(rows):
        errors.append("文件：有重复的单位代码")
    if errors:
        return errors, 0, 0
    fresh = [cells for _, cells in rows if cells["code"] not in known]
    with transaction.atomic():
        for cells in fresh:
            plain = {key: cells[key] for key in ("code", "name", "short", "unit_type", "mark", "letters", "phone")}
            unit = Unit.objects.create(
                **plain,
                stay_note=cells["stay_note"],
                address=cells["address"],
                stay=stays[cells["stay"]] if cells["stay"] else Unit.Stay.ELSEWHERE,
                area_id=areas[cells["area"]],
                since=since,
            )
            known[unit.code] = unit.pk
        for cells in fresh:  # a parent may stand below its children in the file
            if cells["parent"]:
                Unit.objects.filter(code=cells["code"]).update(parent_id=known[cells["parent"]])
    return [], len(fresh), len(rows) - len(fresh)


def read(data: bytes) -> tuple[list[tuple[int, dict[str, str]]], list[str]]:
    """CSV bytes to (line, cells by our keys) and errors; the same encodings as the table of areas."""
    from jiefen.places.tables import RowError, decode

    decoded = decode(data)
    if isinstance(decoded, RowError):
        return [], [str(decoded)]
    reader = csv.reader(io.StringIO(decoded[0], newline=""))
    try:
        heading = [cell.strip() for cell in next(reader, [])]
        places = {
            key: heading.index(word) for key, words in COLUMNS.items() for word in (*words, key) if word in heading
        }
        if missing := [COLUMNS[key][0] for key in NEEDED if key not in places]:
            return [], [f"文件：没有这些列：{'、'.join(missing)}"]
        rows = []
        for record in reader:
            if any(cell.strip() for cell in record):
                cells = {key: record[at].strip() if at < len(record) else "" for key, at in places.items()}
                rows.append((reader.line_num, {key: cells.get(key, "") for key in COLUMNS}))
    except csv.Error as error:
        return [], [f"第{reader.line_num}行：{error}"]
    return rows, [] if rows else ["文件：没有一行数据"]
