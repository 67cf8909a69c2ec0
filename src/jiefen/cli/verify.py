"""`jiefen verify`."""

import click

from jiefen.cli.leaving import FOUND, NOT_READY, Leave, say
from jiefen.cli.ready import engine, ready, stopwatch
from jiefen.kernel.progress import Line


@click.command(
    help="校验每件事项的步骤链，指出改过、少了、多了的每一步。\n\n"
    "--heads 再和每天另存的链首（JIEFEN_HOME/heads，JIEFEN_HEADS_COPY 指的另一处）比：整件拿走的、用密钥重写过的也查得出。"
    "--note 现在就另存一次，不等夜里。\n\n"
    "退出码：0 全部对得上；1 有对不上的；3 连不上数据库；4 还没有另存过链首。"
)
@click.option("--heads", is_flag=True, help="也和另存的链首比")
@click.option("--note", is_flag=True, help="另存今天的链首")
def command(heads: bool, note: bool) -> None:
    clock = stopwatch()
    ready()
    if note:
        _note()
    with Line("校验") as line:
        report = engine("jiefen.cases.integrity:verify")(line)
    report.problems += engine("jiefen.privacy.retention:without_a_list")()
    if heads:
        report.problems += _compared()
    for problem in report:
        say(str(problem))
    seen = f"事项{report.cases}件，步骤{report.steps}条，附件{report.files}个"
    seen += f"（另有{report.passed}个保管期满、密钥已销毁）" if report.passed else ""
    seen += "，另存的链首已比" if heads else ""
    if len(report):
        raise Leave(f"{seen}；{len(report)}处对不上", FOUND)
    say(f"{seen}，全部对得上（{clock()}）")


def _note() -> None:
    from jiefen.kernel.clock import now
    from jiefen.kernel.heads import Gone
    from jiefen.privacy.chains import folder, note_today

    try:
        made = note_today(now())
    except Gone as gone:
        for fault in gone.faults:
            say(fault)
        raise Leave(f"{len(gone.faults)}件和以前另存的不符，没有另存今天的", FOUND) from None
    if made is None:
        say(f"今天的已经另存过：{folder()}")
    else:
        say(f"已另存{made.cases}件的链首（其中{made.changed}件是新的或有新步骤）：{folder()}，公钥{made.public_key}")


def _compared() -> list[object]:
    from jiefen.privacy.chains import NoNotes, compare

    try:
        return list(compare())
    except NoNotes:
        raise Leave("还没有另存过链首：后台任务每夜存一次，也可以现在运行 jiefen verify --note", NOT_READY) from None
