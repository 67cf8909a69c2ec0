import time
from tests.committed import committed, owner
from tests.world import MONDAY
from jiefen.cases import integrity, rehome
from jiefen.kernel.scope import scope
from datetime import timedelta
def test_speed(committed):
    case = committed.case()
    with owner() as c:
        # 60,000 open cases with 3 steps each: copies (their chains are wrong; use inspect timing on the raw stream)
        c.execute("SELECT array_to_string(array_agg(quote_ident(column_name)), ',') FROM information_schema.columns WHERE table_name='cases_case' AND column_name NOT IN ('id','number','slug')")
        cols=c.fetchone()[0]
        c.execute(f"INSERT INTO cases_case (number, slug, {cols}) SELECT 'x'||g, 'x'||g, {cols} FROM cases_case, generate_series(1,60000) g WHERE id=%s", [case.pk])
        c.execute("SELECT array_to_string(array_agg(quote_ident(column_name)), ',') FROM information_schema.columns WHERE table_name='cases_step' AND column_name NOT IN ('id','case_id')")
        cols=c.fetchone()[0]
        c.execute(f"INSERT INTO cases_step (case_id, {cols}) SELECT k.id, {','.join('s.'+x for x in cols.split(','))} FROM cases_step s, cases_case k WHERE s.case_id=%s AND k.id<>%s", [case.pk, case.pk])
        c.execute("SELECT array_to_string(array_agg(quote_ident(column_name)), ',') FROM information_schema.columns WHERE table_name='cases_assignment' AND column_name NOT IN ('id','case_id')")
        cols=c.fetchone()[0]
        c.execute(f"INSERT INTO cases_assignment (case_id, {cols}) SELECT k.id, {','.join('s.'+x for x in cols.split(','))} FROM cases_assignment s, cases_case k WHERE s.case_id=%s AND k.id<>%s", [case.pk, case.pk])
        c.execute("ANALYZE")
    from jiefen.cases.chain import chain_key
    key = chain_key(); number = case.number
    t=time.perf_counter(); tc=time.process_time(); r=integrity.Report(); bad=0
    with scope("worker"):
        for (n, steps, head), rows in integrity._chains(r, lambda *_: None):
            bad += len(integrity.inspect(number, steps, head, rows, key))
    d=time.perf_counter()-t
    print(f"\nverify: {r.steps} steps {d:.2f}s wall, cpu {time.process_time()-tc:.2f}s = {r.steps/d:.0f}/s wall; bad {bad}")
    t=time.perf_counter(); o=rehome.orphans(MONDAY); print("orphans", len(o), time.perf_counter()-t)
    t=time.perf_counter(); o=rehome.sweep(MONDAY); print("sweep", o, time.perf_counter()-t)
