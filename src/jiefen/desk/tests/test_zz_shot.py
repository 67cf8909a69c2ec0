import re
from pathlib import Path
import pytest
from jiefen.analytics import exports
from jiefen.desk.tests.test_indicators import *  # noqa
for n in [k for k in list(globals()) if k.startswith("test_")]:
    del globals()[n]
STATIC = Path("/work/main/src/jiefen/desk/static")
def test_shot(county, made):
    c = client_for(county, "su")
    row = ledger_of(county, "su")
    for name, url in {"index": "/indicators/", "list": "/indicators/answered-within-15/?part=denominator", "ledger": f"/indicators/ledger/{row.pk}/"}.items():
        html = c.get(url).content.decode()
        html = re.sub(r'href="/static/([^"]+?)(\.[0-9a-f]{12})?\.(css|svg)"', lambda m: f'href="file://{STATIC}/{m[1]}.{m[3]}"', html)
        Path(f"/tmp/shot-{name}.html").write_text(html)
