"""`jiefen manage`: Django's own commands, with our settings, and the embedded server by hand."""

import click

from jiefen.cli.leaving import say
from jiefen.cli.ready import settle
from jiefen.kernel import embedded


@click.command(
    help="转给 Django 的管理命令，例如 jiefen manage shell。\n\n"
    "--start-database、--stop-database 手工起停自带的数据库，--database-status 看它在不在。",
    context_settings={"ignore_unknown_options": True, "allow_interspersed_args": False},
)
@click.option("--start-database", "wish", flag_value="start", help="启动自带的数据库")
@click.option("--stop-database", "wish", flag_value="stop", help="停止自带的数据库")
@click.option("--database-status", "wish", flag_value="status", help="自带的数据库在不在、地址是什么")
@click.argument("words", nargs=-1, type=click.UNPROCESSED)
def command(wish: str | None, words: tuple[str, ...]) -> None:
    settle()
    home = embedded.jiefen_home()
    if wish == "start":
        embedded.ensure(home)
    if wish == "stop":
        say("已停止" if embedded.stop(home) else "没有在运行")
        return
    if wish:
        number = embedded.running(home)
        say(f"在运行，进程{number}" if number else "没有在运行")
        say(f"所有者：{embedded.resolve_urls(home).owner}\n服务用：{embedded.resolve_urls(home).app}")
        return
    if embedded.is_embedded() and not {"makemigrations", "makemessages", "compilemessages", "help"} & set(words[:1]):
        embedded.ensure(home)
    from django.core.management import execute_from_command_line

    execute_from_command_line(["jiefen manage", *words])
