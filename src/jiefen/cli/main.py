"""The list of verbs and what a failure of each kind is called when we leave."""

import importlib
import sys
from typing import Any

import click

from jiefen.cli.leaving import FOUND, NO_DATABASE, Leave
from jiefen.kernel.embedded import EmbeddedError

# Verb → its one line of help, so that `jiefen --help` imports no verb.
VERBS = {
    "init": "建立一个真实的县：数据库、主密钥、首位管理员、区域、单位",
    "demo": "装入演示县“清和县”",
    "serve": "启动网站和后台任务（需要时连同自带的数据库）",
    "worker": "只启动后台任务",
    "migrate": "把数据库改到这一版程序的样子",
    "import": "导入来件台账（xlsx、csv），可续传、可撤销",
    "export": "导出总表（xlsx）",
    "clock": "逐日打印一件事项的时限怎么算出来",
    "procedures": "列出、检查办理程序",
    "learn": "学习类型：由已定类的事项或一个文件",
    "suggest": "给文件里的每一行建议类型，不用数据库",
    "alike": "一个文件里哪些行说的是同一件事，不用数据库",
    "facts": "抽取文件里每一行说的事实：人、地点、金额、日期……，不用数据库",
    "indicators": "打印指标：分子／分母＝百分比，截至哪一天",
    "check": "检查区域、单位、时限、责任人有没有漏",
    "verify": "校验步骤链：改过、少了、多了的都指出来",
    "rebuild": "由步骤重算状态、时限和索引，或只比对",
    "retention": "保管期满的：列出、提出销毁、批准",
    "backup": "备份数据库和附件到一个文件",
    "restore": "由备份文件恢复",
    "key": "主密钥：在哪里、更换、导出、恢复",
    "bench": "测量快慢和内存",
    "manage": "转给 Django 的管理命令",
}


class Verbs(click.Group):
    """Imports a verb's module only when that verb is asked for, and turns known failures into exit codes."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in VERBS:
            return None
        name = f"jiefen.cli.{'import_' if cmd_name == 'import' else cmd_name}"
        try:
            module = importlib.import_module(name)
        except ModuleNotFoundError as missing:
            if missing.name != name:
                raise
            raise Leave(f"这个安装里没有“{cmd_name}”", FOUND) from None
        command: click.Command = module.command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("命令"):
            formatter.write_dl(list(VERBS.items()))

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except EmbeddedError as error:
            raise Leave(f"数据库起不来：{error}", NO_DATABASE) from error
        except Exception as error:
            if _is_unreachable(error):
                raise Leave(f"连不上数据库：{str(error).strip().splitlines()[0]}", NO_DATABASE) from error
            raise


def _is_unreachable(error: BaseException | None) -> bool:
    """Is this, or what caused it, a database that cannot be reached? Asks by name, so that nothing is imported."""
    while error is not None:
        if type(error).__name__ in {"PoolTimeout", "ConnectionTimeout"}:
            return True
        if type(error).__name__ == "OperationalError" and "connect" in str(error).lower():
            return True
        error = error.__cause__
    return False


@click.group(
    cls=Verbs,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    help="解纷：矛盾纠纷和诉求的一个入口。\n\n"
    "退出码：0 正常；1 发现问题；2 用法不对；3 连不上数据库；4 条件不具备，没有改动任何东西。",
)
@click.version_option(package_name="jiefen", message="解纷 %(version)s")
def jiefen() -> None:
    # Messages are Chinese whatever the terminal's locale says.
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure:
            reconfigure(encoding="utf-8", errors="replace")
