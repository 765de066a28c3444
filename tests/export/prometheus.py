#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: the vtop authors
"""A real Prometheus scrapes the exporter of a simulated host: it gets every value, the rules compute,
and every query of the dashboard has an answer."""
import json
import os
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from running import Exporter, Prometheus, counters, end, point, wait_for  # noqa: E402

SOURCE = os.environ["abs_top_srcdir"]

with tempfile.TemporaryDirectory() as directory:
    exporter = Exporter("--demo=40", "-d1")
    p = Prometheus(directory, exporter, [os.path.join(SOURCE, "share", name)
                                         for name in ("vtop-rules.yml", "vtop-alerts.yml")])
    point("it is scraped", wait_for(lambda: p.query("up == 1")), p.log())
    wait_for(lambda: p.query("count_over_time(vtop_host_cpus[1m]) >= 6"))

    before = counters(exporter.get()[2].decode())
    started = p.number("vtop_exporter_scrapes_total")
    wait_for(lambda: p.number("vtop_exporter_scrapes_total") >= started + 2)
    stored = {p.key(r): float(r["value"][1]) for r in p.query('{__name__=~"vtop_.*_total"}')}
    wait_for(lambda: p.number("vtop_exporter_scrapes_total") >= started + 4)
    after = counters(exporter.get()[2].decode())
    wrong = [(k, before[k], stored.get(k), after.get(k)) for k in before
             if not before[k] <= stored.get(k, -1) <= after.get(k, -1)]
    point("every counter that it stores is between two readings", len(before) > 500 and not wrong,
          wrong[:5])
    missing = p.number('count({__name__=~"vtop_.*",__name__!~"vtop_exporter_.*|vtop:.*"})')
    series = p.number("vtop_exporter_series")
    point("it has as many series as the exporter says", abs(missing - series) <= 2,
          (missing, series))

    with open(os.path.join(SOURCE, "share", "vtop-dashboard.json"), encoding="utf-8") as f:
        panels = json.load(f)["panels"]
    empty = []
    for panel in panels:
        for target in panel["targets"]:
            query = target["expr"].replace("$__rate_interval", "10s").replace("$instance", ".*")
            if not wait_for(lambda: p.query(query), 20):
                empty.append((panel["title"], query))
    point(f"all {len(panels)} panels of the dashboard have data", len(panels) > 10 and not empty,
          "\n".join(map(str, empty)))
    broken = [r["name"] for g in p.get("/api/v1/rules")["groups"] for r in g["rules"]
              if r["health"] != "ok"]
    point("all rules are evaluated", wait_for(lambda: p.query("vtop:guest_cpu:ratio")) and
          not broken, broken)
    point("an alert of a finding is there",
          wait_for(lambda: p.query('ALERTS{alertname="VtopFinding"}')), p.log())
    p.stop()
    point("the exporter ends", exporter.stop() == 0)
end()
