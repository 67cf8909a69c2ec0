"""`jiefen key`: where the master key lies, and what is done with it."""

import os
from pathlib import Path

import click

from jiefen.cli.leaving import FOUND, NOT_READY, Leave, say
from jiefen.cli.ready import ready, stopwatch
from jiefen.kernel.progress import Line


@click.group(
    help="主密钥。每件事项的内容用它自己的密钥封存，那些密钥又由主密钥包着；没有主密钥，谁也读不出内容。\n\n"
    "它在 JIEFEN_HOME/keys/master.key（或环境变量 JIEFEN_MASTER_KEY 指的地方），只有运行解纷的系统用户能读，"
    "不在数据库里，也不在普通备份里。装好的当天就 export 一份，放在另一处锁起来；更换（rotate）之后再 export 一份。"
)
def command() -> None:
    pass


@command.command("show-path", help="打印主密钥在哪里、有几个版本。不打印密钥本身。")
def show_path() -> None:
    ready(database=False)
    from jiefen.kernel.seal import master_key_path

    path = master_key_path()
    say(str(path))
    if not path.exists():
        raise Leave("还没有：首次封存内容时生成，或用 jiefen key restore 放回", FOUND)
    say(f"版本：{'、'.join(map(str, sorted(_read(path))))}（最后一个在用）")
    if path.stat().st_mode & 0o077:
        raise Leave(f"别人也能读它，请运行 chmod 600 {path}", FOUND)


@command.command(
    help="更换主密钥：生成一个新版本，把每件事项的密钥改由它包着。网站不用停；中断了再运行一次就接着做。"
    "旧版本留在文件里，因为索引和旧备份还要它。\n\n"
    "退出码：0 完成；1 有打不开的密钥（主密钥不对）；3 连不上数据库；4 数据库还没有改到这一版，或另一个更换正在进行。"
)
def rotate() -> None:
    clock = stopwatch()
    ready()
    from jiefen.kernel.rotation import Busy, rotate_master
    from jiefen.kernel.seal import Sealed, master_key_path

    try:
        with Line("更换主密钥") as line:
            done = rotate_master(line)
    except Busy:
        raise Leave("另一个更换正在进行，没有改动", NOT_READY) from None
    except Sealed as wrong:
        raise Leave(f"{wrong}。已换好的仍然有效；请先 jiefen key restore 放回对的主密钥，再运行一次", FOUND) from None
    began = f"已生成第{done.version}版" if done.added else f"接着上次的更换，仍是第{done.version}版"
    say(
        f"{began}，{done.wrapped}件事项的密钥改由它包着，{clock()}。请再导出一份：jiefen key export（{master_key_path()}）"
    )


@command.command("export", help="把主密钥另存一份（只有您能读）。拿着它和备份，就能读出全部内容：请锁好。")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def export_key(file: Path) -> None:
    ready(database=False)
    from jiefen.kernel.seal import master_key_path

    path = master_key_path()
    if not path.exists():
        raise Leave("还没有主密钥可导出", NOT_READY)
    try:
        with open(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
            out.write(path.read_bytes())
    except FileExistsError:
        raise Leave(f"{file}已经存在，换个名字", NOT_READY) from None
    say(f"已导出到{file}，版本{'、'.join(map(str, sorted(_read(path))))}")


@command.command(
    "restore",
    help="由导出的文件放回主密钥。只添版本，不改已有的；同一版本内容不同时拒绝。\n\n"
    "退出码：0 完成；1 文件不是主密钥；4 与现有的冲突。",
)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--force", is_flag=True, help="以文件里的为准（现有的另存为 master.before-restore）")
def restore_key(file: Path, force: bool) -> None:
    ready(database=False)
    from jiefen.kernel.seal import master_key_path

    path = master_key_path()
    given, present = _read(file), (_read(path) if path.exists() else {})
    clash = sorted(version for version in given.keys() & present.keys() if given[version] != present[version])
    if clash and not force:
        raise Leave(f"版本{'、'.join(map(str, clash))}与现有的不同，没有改动。确认要换，请加 --force", NOT_READY)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    if clash:
        path.with_suffix(".before-restore").write_bytes(path.read_bytes())
        path.with_suffix(".before-restore").chmod(0o600)
    spare = path.with_suffix(".new")
    spare.unlink(missing_ok=True)
    with open(os.open(spare, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
        out.writelines(f"{version} {key}\n" for version, key in sorted({**present, **given}.items()))
        out.flush()
        os.fsync(out.fileno())
    spare.replace(path)
    say(f"已放回，现有版本{'、'.join(map(str, sorted({**present, **given})))}")


def _read(path: Path) -> dict[int, str]:
    """Version → key in hex. Leaves with 1 for a file that is not a master key."""
    try:
        rows = [line.split() for line in path.read_text().splitlines() if line.strip()]
        found = {int(version): key.lower() for version, key in rows}
        if not found or any(len(bytes.fromhex(key)) != 32 for key in found.values()):
            raise ValueError
    except (ValueError, OSError):
        raise Leave(f"{path}不是主密钥文件", FOUND) from None
    return found
