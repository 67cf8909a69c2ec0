"""`jiefen worker`: do the jobs that steps left in the outbox, and take up those whose worker died."""

import asyncio
import logging
import os

import click

from jiefen.cli.leaving import FOUND, Leave, say
from jiefen.cli.ready import ready
from jiefen.kernel.embedded import is_embedded

log = logging.getLogger("jiefen.worker")


@click.command(
    help="只启动后台任务（jiefen serve 已经带着一个）。数据库重启后自己会退出，请由 serve 或 systemd 重新启动它。\n\n"
    "--stuck 只列出做不成、没人做的任务；--retry 把做不成的重新排上。\n\n"
    "退出码：0 被停止或数据库断开；1 --stuck 时有卡住的；3 连不上数据库；4 数据库还没有改到这一版。"
)
@click.option("--concurrency", type=click.IntRange(1, 16), default=2, show_default=True, help="同时做几件")
@click.option("--queue", "queues", multiple=True, help="只做这些队列，可重复")
@click.option("--once", is_flag=True, help="把现有的做完就退出")
@click.option("--stuck", "list_stuck", is_flag=True, help="列出卡住的任务，不启动")
@click.option("--retry", is_flag=True, help="把做不成的任务重新排上，不启动")
@click.option("--supervised", is_flag=True, hidden=True, help="由 jiefen serve 启动")
def command(
    concurrency: int, queues: tuple[str, ...], once: bool, list_stuck: bool, retry: bool, supervised: bool
) -> None:
    # Under a supervisor the database is its business: starting it here too would race with an orderly stop.
    ready(database=not (supervised and is_embedded()), migrated=not supervised)
    from django.utils.module_loading import autodiscover_modules

    autodiscover_modules("jobs")  # also what is done by the clock: the worker defers it while it runs
    if list_stuck or retry:
        _stuck(retry)
        return
    if not supervised:
        say("后台任务已启动，按 Ctrl-C 停止")
    asyncio.run(_run(concurrency, list(queues) or None, once))


def _stuck(retry: bool) -> None:
    """List what is stuck, or give what failed back to the queue."""
    from jiefen.kernel import stuck

    if retry:
        say(f"{stuck.retry()}个做不成的任务已重新排上")
        return
    jobs = stuck.jobs()
    for job in jobs:
        say(str(job))
    if jobs:
        raise Leave(f"{len(jobs)}个任务卡住；查明原因后 jiefen worker --retry 重新排上", FOUND)
    say("没有卡住的任务")


async def _run(concurrency: int, queues: list[str] | None, once: bool) -> None:
    from procrastinate.contrib.django import app

    from jiefen.kernel.reaper import reap_for_ever

    worker_app = app.with_connector(app.connector.get_worker_connector())  # type: ignore[attr-defined]
    with app.replace_connector(worker_app.connector):
        async with app.open_async():
            reaper = asyncio.create_task(reap_for_ever(app))
            try:
                await app.run_worker_async(
                    name=f"jiefen-{os.getpid()}",
                    queues=queues,  # type: ignore[arg-type]
                    concurrency=concurrency,
                    wait=not once,
                    shutdown_graceful_timeout=8,
                    delete_jobs="never",
                )
            finally:
                reaper.cancel()
