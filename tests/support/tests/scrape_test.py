#!/usr/bin/python3
"""Prometheus' own parser (python3-prometheus-client) reads what a tracker writes, and finds in it as many
samples as support/metrics_text.hpp, which the hidden tests read with.

    scrape_test.py the-program-that-prints-it
"""

import math
import subprocess
import sys

from prometheus_client.parser import text_string_to_metric_families

NAMES = ["user", "", "back\\slash", '"quoted"', "two\nlines", 'größer {x="1"}']
OUTCOMES = {"resolved": 0.0015, "rejected": 0.2515, "abandoned": 3600.2515}
BOUNDS = ["0.005", "0.01", "0.025", "0.05", "0.1", "0.25", "0.5", "1", "2.5", "5", "10", "+Inf"]


def expected() -> dict[tuple, float]:
    samples = {}
    for name in NAMES:
        pending = 1 if name == "user" else 0
        samples["futures_created_total", frozenset({("name", name)})] = 3 + pending
        samples["futures_in_flight", frozenset({("name", name)})] = pending
        for outcome, duration in OUTCOMES.items():
            labels = {("name", name), ("outcome", outcome)}
            samples["futures_settled_total", frozenset(labels)] = 1
            for bound in BOUNDS:
                key = "future_duration_seconds_bucket", frozenset(labels | {("le", bound)})
                samples[key] = 1 if duration <= float(bound) else 0
            samples["future_duration_seconds_sum", frozenset(labels)] = duration
            samples["future_duration_seconds_count", frozenset(labels)] = 1
    return samples


def main(program: str) -> int:
    printed = subprocess.run([program], capture_output=True, check=True)
    families = list(text_string_to_metric_families(printed.stdout.decode()))
    types = {family.name: family.type for family in families}
    # The library takes _total for a part of the sample's name.
    assert types == {
        "futures_created": "counter",
        "futures_settled": "counter",
        "futures_in_flight": "gauge",
        "future_duration_seconds": "histogram",
    }, types
    assert all(family.documentation for family in families)
    found: dict[tuple, float] = {}
    for family in families:
        for sample in family.samples:
            key = sample.name, frozenset(sample.labels.items())
            assert key not in found, f"{key} is there twice"
            found[key] = sample.value
    wanted = expected()
    assert found.keys() == wanted.keys(), found.keys() ^ wanted.keys()
    for key, value in wanted.items():
        assert math.isclose(found[key], value, rel_tol=1e-12), (key, found[key], value)
    assert int(printed.stderr) == len(found), "support/metrics_text.hpp counts other samples"
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
