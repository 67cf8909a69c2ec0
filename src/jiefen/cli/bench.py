"""`jiefen bench`: passes on to the folder `bench/` of a checkout."""

import importlib
import importlib.util
import sys
from pathlib import Path

import click

from jiefen.cli.leaving import NOT_READY, Leave
from jiefen.cli.ready import settle


@click.command(
    help="测量收件、列表、事项页、步骤、导入、启动和内存（只在源码目录里能用）。后面的词都交给 bench/run.py。"
    "\n\njiefen bench understanding：测对文本的理解（类型、要素、相似、急难、查找），不用数据库。",
    context_settings={"ignore_unknown_options": True, "allow_interspersed_args": False},
)
@click.argument("words", nargs=-1, type=click.UNPROCESSED)
def command(words: tuple[str, ...]) -> None:
    path = Path(__file__).resolve().parents[3] / "bench" / "run.py"
    if not path.exists():
        raise Leave("这里没有 bench/run.py；测量要在源码目录里做", NOT_READY)
    settle()
    sys.path.insert(0, str(path.parents[1]))
    if words[:1] == ("understanding",):
        raise SystemExit(importlib.import_module("bench.understanding.run").main(list(words[1:])))
    spec = importlib.util.spec_from_file_location("bench_run", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["bench_run"] = module
    spec.loader.exec_module(module)
    raise SystemExit(module.main(list(words)))
