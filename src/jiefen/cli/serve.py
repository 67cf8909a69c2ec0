"""`jiefen serve`: database, web and worker under one supervisor, until Ctrl-C."""

import http.client
import os
import socket
import subprocess
import sys
import time
from pathlib import Path

import click

from jiefen.cli import static
from jiefen.cli.leaving import NOT_READY, Leave, say
from jiefen.cli.migrate import is_migrated
from jiefen.cli.ready import reach, settle
from jiefen.kernel import embedded
from jiefen.kernel.supervise import Child, Supervisor


@click.command(
    help="启动网站和后台任务；没有 DATABASE_URL 时连同自带的数据库。按 Ctrl-C 全部停下。\n\n"
    "首页能打开之后才打印地址。退出码：0 正常停下；3 连不上数据库；4 端口被占用等条件不具备。"
)
@click.option("--port", type=int, envvar="PORT", default=8000, show_default=True, help="端口，也可用环境变量 PORT")
@click.option("--host", default="127.0.0.1", show_default=True, help="监听的地址")
@click.option("--workers", type=click.IntRange(1, 32), default=1, show_default=True, help="网站进程数")
@click.option("--no-worker", is_flag=True, help="不启动后台任务")
@click.option("--demo", is_flag=True, help="先装入演示县（只装一次），并打印演示人员怎么登录")
def command(port: int, host: str, workers: int, no_worker: bool, demo: bool) -> None:
    began = time.monotonic()
    settle()
    _free(host, port)
    database = Database(embedded.jiefen_home())
    try:
        card = _prepare(database, demo=demo)
        web = [sys.executable, "-m", "uvicorn", "jiefen.config.asgi:application", "--host", host, "--port", str(port)]
        # No access log: the address of a page may hold a code.
        web += ["--no-access-log", "--log-level", "warning", "--lifespan", "off", "--no-server-header"]
        web += ["--timeout-graceful-shutdown", "5"] + (["--workers", str(workers)] if workers > 1 else [])
        children = [Child("网站", web)]
        if not no_worker:
            # Once the first page answers, so that it has the processor to itself; or after a while all the same.
            children.append(Child("后台任务", [sys.executable, "-m", "jiefen.cli", "worker", "--supervised"], delay=20))

        def when_ready() -> None:
            say(f"解纷已启动（{time.monotonic() - began:.1f}秒）：http://{host}:{port}/")
            if card:
                say(card)
            say("按 Ctrl-C 停止")

        supervisor = Supervisor(children, keep=database.keep, ready=FirstPage(host, port), say=_warn)
        supervisor.run(when_ready)
    finally:
        database.stop()
    say("已停止")


class Database:
    """The embedded server as long as we serve; nothing to do when `DATABASE_URL` names another."""

    def __init__(self, home: Path):
        self.home = home
        self.ours = False  # we started it, so we stop it
        self.seen = False

    def keep(self) -> None:
        """Start it when it is not there; after a crash it is back before most visitors notice."""
        if embedded.is_embedded() and embedded.running(self.home) is None:
            if self.seen:
                _warn("数据库不在了，重新启动")
            self.ours = embedded.start(self.home) or self.ours
        self.seen = True

    def stop(self) -> None:
        """Stop it if we started it and no other program of this home is using it."""
        if not self.ours:
            return
        others = 0
        for _ in range(10):  # our own children's connections take a moment to be gone
            others = self._others()
            if not others:
                embedded.stop(self.home)
                return
            time.sleep(0.2)
        _warn(f"数据库还有{others}个连接在用，留着不停（jiefen manage --stop-database 可停）")

    def _others(self) -> int:
        import psycopg

        ask = "SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
        try:
            with psycopg.connect(embedded.superuser_url(self.home), connect_timeout=3) as link:
                return int((link.execute(ask).fetchone() or (0,))[0])
        except psycopg.OperationalError:
            return 0


def _prepare(database: Database, *, demo: bool) -> str:
    """Schema, demo county and static files, each only when it is not there yet. Returns what to tell about the demo.

    When nothing is missing the database is not even waited for: it starts while the web process is loading.
    """
    home = database.home
    card = home / "demo.txt"
    fresh = not is_migrated(home)
    if fresh:
        database.keep()
        reach()
        _verb("migrate", "--quiet")
    _key_is_there(database)
    static.collect_if_stale(home)
    if not demo:
        return ""
    if fresh or not card.exists():  # another program or another database: see whether anything is missing
        database.keep()
        reach()
        _verb("demo", quiet=True)  # it writes the card, which is shown when the first page answers
    return card.read_text() if card.exists() else ""


def _key_is_there(database: Database) -> None:
    """A missing master key is made anew only where nothing is sealed yet. Leaves with 4 otherwise: what came in under
    a new key could never be brought together with the old."""
    key = Path(os.environ.get("JIEFEN_MASTER_KEY") or database.home / "keys" / "master.key")
    if key.exists():
        return
    database.keep()
    reach()
    import psycopg

    with psycopg.connect(embedded.resolve_urls().owner) as link:
        if link.execute("SELECT 1 FROM kernel_sealkey LIMIT 1").fetchone():
            raise Leave(f"数据库里有封存的内容，却没有主密钥（{key}）；请先 jiefen key restore 放回", NOT_READY)


def _warn(text: str) -> None:
    click.echo(text, err=True)


def _verb(*words: str, quiet: bool = False) -> None:
    """Run another verb in a process of its own, so that this one stays small. Leaves with the verb's own number."""
    command = [sys.executable, "-m", "jiefen.cli", *words]
    code = subprocess.run(command, check=False, stdout=subprocess.DEVNULL if quiet else None).returncode
    if code:
        raise Leave(f"jiefen {' '.join(words)} 没有完成", code if code > 0 else 1)


def _free(host: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise Leave(f"端口{port}不能用（{error.strerror}）。换一个，例如 PORT={port + 1}", NOT_READY) from error


class FirstPage:
    """Does the first page answer with 200? A broken one does not count, and is named after a while."""

    def __init__(self, host: str, port: int):
        self.where = {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}.get(host, host)
        self.port = port
        self.name = _site(self.where, port)
        self.warn_at = time.monotonic() + 30

    def __call__(self) -> bool:
        status = self._status()
        if status == 200:
            return True
        if status and time.monotonic() > self.warn_at:
            self.warn_at = time.monotonic() + 60
            _warn(f"首页还打不开：http://{self.name}/ 答{status}")
        time.sleep(0.05)
        return False

    def _status(self) -> int:
        """What the page answers, 0 when nobody does."""
        link = http.client.HTTPConnection(self.where, self.port, timeout=10)
        try:
            link.request("GET", "/", headers={"Host": self.name})
            return link.getresponse().status
        except (OSError, http.client.HTTPException):
            return 0
        finally:
            link.close()


def _site(host: str, port: int) -> str:
    """The name to ask by: the first that this site answers to, else the address it is reached at."""
    named = os.environ.get("JIEFEN_HOSTS", "").split(",")[0].strip().lstrip(".")
    if named and named != "*":
        return named
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
