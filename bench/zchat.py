from __future__ import annotations
import os, time, random, cProfile, pstats
def main(words):
    os.environ["OPENBLAS_NUM_THREADS"] = "1"
    import django
    django.setup()
    from bench.chat import _prepare
    import bench.chat as c
    from django.db import connection
    from django.utils import timezone
    q = _prepare()
    from eunion.channels.wechat import api
    from eunion.channels.wechat.models import Account, InboundMessage, Follower
    from eunion.channels.wechat.services import inbound
    from eunion.assistant import retrieval
    api.post = lambda *a, **k: {}
    retrieval.warm_up()
    acc = Account.objects.get()
    n = 300
    for i in range(n):
        Follower.objects.create(account=acc, openid=f"o{i}", subscribed=True, last_active_at=timezone.now() - timezone.timedelta(days=1))
    ids = [InboundMessage.objects.create(account=acc, dedupe_key=str(i), openid=f"o{i}", kind="text", payload={"Content": q[i], "CreateTime": str(int(time.time()))}, received_at=timezone.now()).pk for i in range(n)]
    for i in ids[:20]: inbound.handle_one(inbound_id=i)
    from django.test.utils import CaptureQueriesContext
    with CaptureQueriesContext(connection) as ctx: inbound.handle_one(inbound_id=ids[20])
    for one in ctx.captured_queries: print(one["time"], one["sql"][:110])
    t, w = time.process_time(), time.perf_counter()
    for i in ids[21:160]: inbound.handle_one(inbound_id=i)
    print("cpu ms", (time.process_time() - t) / 139 * 1e3, "wall", (time.perf_counter() - w) / 139 * 1e3)
    p = cProfile.Profile(); p.enable()
    for i in ids[160:]: inbound.handle_one(inbound_id=i)
    p.disable(); pstats.Stats(p).sort_stats("cumtime").print_stats(60)
    return {"x": 1}
