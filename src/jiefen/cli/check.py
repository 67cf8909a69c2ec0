"""`jiefen check`: is what was set up whole?"""

from datetime import date

import click

from jiefen.cli.leaving import FOUND, Leave, say
from jiefen.cli.ready import engine, ready
from jiefen.kernel.clock import local_day, now


@click.group(help="检查设置和事项有没有漏。\n\n退出码：0 没有要补的；1 有；3 连不上数据库。")
def command() -> None:
    pass


@command.command(help="区域：缺口、重叠、没有上级的、没有专人的。")
@click.option("--on", "day", type=click.DateTime(["%Y-%m-%d"]), help="截至哪一天，默认今天")
@click.option("--tolerance", type=float, help="多少平方米以内的缺口、重叠不算")
def areas(day: date | None, tolerance: float | None) -> None:
    ready()
    on = local_day(now()) if day is None else date(day.year, day.month, day.day)
    words = {} if tolerance is None else {"tolerance_m2": tolerance}
    report = engine("jiefen.places.checks:check_areas")(on, **words)
    for line in report.lines():
        say(line)
    if not report.clean:
        raise Leave("区域有要补的", FOUND)


@command.command(help="在办事项：每件都有在岗的责任人和下一个日期。")
def duties() -> None:
    ready()
    from jiefen.kernel.scope import scope

    with scope("worker"):
        problems = [str(problem) for problem in engine("jiefen.cases.duties:problems")(at=now())]
    for problem in problems:
        say(problem)
    if problems:
        raise Leave(f"{len(problems)}件没有责任人或下一个日期", FOUND)
    say("每件在办事项都有责任人和下一个日期")


@command.command(help="合并、拆分：没有留在已撤单位、已停区域名下的事项、任职和下级。")
def changes() -> None:
    ready()
    problems = engine("jiefen.cases.succession:problems")(now())
    for problem in problems:
        say(problem)
    if problems:
        raise Leave(f"{len(problems)}处还留在已撤的单位或已停的区域名下", FOUND)
    say("合并、拆分没有留下什么")


@command.command(help="排队号：以前各日的号，每个都要有登记或者理由。")
def tickets() -> None:
    ready()
    from jiefen.kernel.scope import scope

    with scope("worker"):
        problems = engine("jiefen.channels.window.queries:check_tickets")(now())
    for problem in problems:
        say(problem)
    if problems:
        raise Leave(f"{len(problems)}个号没有结束，请在窗口补登记，或写明为什么没有登记", FOUND)
    say("以前各日的号都有登记或者理由")


@command.command(help="安装：数据库、主密钥、文件识别库、静态文件、时区。")
def install() -> None:
    ready()
    from jiefen.cli.installed import problems

    found = problems()
    for problem in found:
        say(problem)
    if found:
        raise Leave(f"安装有{len(found)}处要补", FOUND)
    say("安装没有要补的")
