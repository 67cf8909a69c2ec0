"""`jiefen manage source_key SOURCE`: make, list or end the keys of outside systems."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from jiefen.channels.hotline.keys import end_key, make_key
from jiefen.channels.ledger.county import home_area
from jiefen.channels.ledger.profile import BadProfile
from jiefen.channels.models import SourceKey
from jiefen.kernel.clock import now


class Command(BaseCommand):
    help = "给外部系统（如市12345平台）发一把接口钥匙；不写来源就列出现有的。钥匙只显示这一次。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("source", nargs="?", default="", help="来源的名字，如 city-12345")
        parser.add_argument("--home", default="", help="没写区划的工单归哪里收，不写就是县")
        parser.add_argument("--end", action="store_true", help="作废这个来源的全部钥匙")

    def handle(self, *args: Any, **options: Any) -> None:
        at, source = now(), options["source"].strip()
        if not source:
            for row in SourceKey.objects.select_related("home").order_by("source", "pk"):
                state = f"{row.ended_at:%Y-%m-%d}作废" if row.ended_at else "在用"
                self.stdout.write(f"{row.source}  {row.home.name}  {row.made_at:%Y-%m-%d}发  {state}")
            return
        if options["end"]:
            rows = list(SourceKey.objects.filter(source=source, ended_at__isnull=True))
            for row in rows:
                end_key(row, at=at)
            self.stdout.write(f"{source}：{len(rows)}把钥匙已作废")
            return
        try:
            home = home_area(options["home"], at)
        except BadProfile as no:
            raise CommandError(str(no)) from None
        _row, key = make_key(source, home, by=None, at=at)
        self.stdout.write(f"{source} 的钥匙（只显示这一次，请存好）：\n{key}")
