#!/usr/bin/env python3
"""Runs the contestants turn by turn and prints tests/bench/README.md's tables. Called by scripts/bench."""
import os
import statistics
import subprocess
import sys
import tempfile
import time

QUICK = "--quick" in sys.argv
TURNS = 1 if QUICK else 5
CONTEST = "build/release/tests/bench/bench_contest"
UPDRAFT = os.path.abspath("build/release/updraft")
QUICKSTART = os.path.abspath("scenarios/00_quickstart.yaml")

# kind, devices: samples of each contestant; what would take minutes gets fewer.
SAMPLES = {
    ("fifo", 1): {"native": 100000, "simgrid": 100000, "bare": 100000, "lindley": 100000, "simpy": 20000},
    ("fifo", 10): {"native": 100000, "simgrid": 100000, "bare": 100000, "lindley": 100000, "simpy": 20000},
    ("fifo", 100): {"native": 100000, "simgrid": 50000, "bare": 50000, "lindley": 100000, "simpy": 20000},
    ("fifo", 1000): {"native": 200000, "simgrid": 50000, "bare": 50000, "lindley": 200000, "simpy": 20000},
    ("fifo", 10000): {"native": 400000, "simgrid": 20000, "bare": 20000, "lindley": 400000, "simpy": 20000},
    ("cell", 1): {"native": 100000, "simgrid": 50000, "bare": 50000},
    ("cell", 10): {"native": 100000, "simgrid": 50000, "bare": 50000},
    ("cell", 100): {"native": 100000, "simgrid": 20000, "bare": 20000},
    ("cell", 1000): {"native": 200000, "simgrid": 10000, "bare": 10000},
    ("cell", 10000): {"native": 400000, "simgrid": 10000, "bare": 10000},
}


def measure(who, kind, devices, samples):
    """(CPU seconds, samples, mean latency, peak MiB), or None where the contestant is not there."""
    command = ([sys.executable, "tests/bench/simpy_bench.py", str(devices), str(samples)] if who == "simpy"
               else [CONTEST, who, kind, str(devices), str(samples)])
    said = subprocess.run(command, capture_output=True, text=True)
    if said.returncode != 0:
        return None
    words = said.stdout.split()
    return float(words[4]), int(words[3]), float(words[5]), float(words[6])


def machine():
    model, cores = "unknown processor", os.cpu_count()
    for line in open("/proc/cpuinfo"):
        if line.startswith("model name"):
            model = line.split(":", 1)[1].strip()
    return f"{model}, {cores} cores"


us = {}      # (kind, devices, who): microseconds a sample, of every turn
latency = {}
peak = {}
skipped = set()
for turn in range(TURNS):
    for (kind, devices), contestants in SAMPLES.items():
        for who, samples in contestants.items():
            if who in skipped:
                continue
            samples = max(devices, samples // 10) if QUICK else samples
            found = measure(who, kind, devices, samples)
            if found is None:
                skipped.add(who)
                continue
            us.setdefault((kind, devices, who), []).append(1e6 * found[0] / found[1])
            latency[kind, devices, who] = found[2]
            peak[kind, devices, who] = found[3]
    print(f"turn {turn + 1} of {TURNS} done", file=sys.stderr)


def median(kind, devices, who):
    values = us.get((kind, devices, who))
    return statistics.median(values) if values else None


def shown(value, digits=3):
    return "-" if value is None else f"{value:.{digits}g}"


print(f"Measured on {machine()}; medians of {TURNS} turns of CPU time, µs per sample.\n")
for kind, title in (("fifo", "Every link FIFO"), ("cell", "One shared cell, each device's access rate a cap")):
    whos = ["native", "simgrid", "bare"] + (["simpy", "lindley"] if kind == "fifo" else [])
    print(f"{title}:\n")
    print("| devices | " + " | ".join(whos) + " | bare / native | simgrid / bare |" +
          (" native / lindley |" if kind == "fifo" else "") + " native, samples/s | native, peak MiB |")
    print("|---" * (5 + len(whos) + (kind == "fifo")) + "|")
    for (k, devices) in SAMPLES:
        if k != kind:
            continue
        m = {who: median(kind, devices, who) for who in whos}
        line = [f"{devices:,}"] + [shown(m[who]) for who in whos]
        line += [f"**{m['bare'] / m['native']:.1f}**", f"{m['simgrid'] / m['bare']:.2f}"]
        if kind == "fifo":
            line.append(f"{m['native'] / m['lindley']:.1f}")
        line += [f"{1e6 / m['native']:,.0f}", f"{peak[kind, devices, 'native']:.0f}"]
        print("| " + " | ".join(line) + " |")
    print()
if "simpy" in skipped:
    print("SimPy was skipped: python3 finds no version 3 or 4.\n")
spread = max((max(v) / min(v) for v in us.values() if len(v) > 1), default=1)
print(f"Largest spread of one cell of the tables over the turns: {spread:.2f} times.\n")

with tempfile.TemporaryDirectory() as folder:
    def run(*arguments):
        """The shortest wall seconds of all turns, and peak MiB."""
        best, most = None, 0
        for _ in range(TURNS):
            begun = time.monotonic()
            child = subprocess.Popen([UPDRAFT, *arguments], stdout=subprocess.DEVNULL)
            _, status, usage = os.wait4(child.pid, 0)
            took = time.monotonic() - begun
            if status != 0:
                sys.exit("updraft " + " ".join(arguments) + " failed")
            best = took if best is None else min(best, took)
            most = max(most, usage.ru_maxrss / 1024)
        return best, most

    text = open(QUICKSTART).read()
    text = text[:text.index("policies:")].replace("traces/", os.path.abspath("traces") + "/")
    curve = os.path.join(folder, "curve.yaml")
    with open(curve, "w") as out:
        out.write(text + "policies: [{name: q, policy: threshold, stage: appealnet, score: q, reference: plain, "
                         "delta: 0}]\nsweep: {policies.q.delta: {from: 0, to: 1, count: 1000}}\n")
    swept, _ = run("sweep", curve, "-o", os.path.join(folder, "sweep"), "--quiet")
    once, once_peak = run("run", QUICKSTART, "-o", os.path.join(folder, "run"), "--quiet", "--no-figure")
    _, bare_peak = run("--version")

rows = [
    ("native vs bare chain, 1 device, FIFO, 100,000 samples", "at least 20",
     median("fifo", 1, "bare") / median("fifo", 1, "native"), lambda v: v >= 20),
    ("native vs bare chain, 1000 devices, one cell", "at least 60",
     median("cell", 1000, "bare") / median("cell", 1000, "native"), lambda v: v >= 60),
    ("native vs the Lindley floor, 1 device", "at most 12",
     median("fifo", 1, "native") / median("fifo", 1, "lindley"), lambda v: v <= 12),
    ("native, a sample at 10,000 devices vs 10", "at most 4",
     median("fifo", 10000, "native") / median("fifo", 10, "native"), lambda v: v <= 4),
    ("sweep of 1000 cells of 10,000 samples, wall seconds", "under 10", swept, lambda v: v < 10),
    ("`updraft run` of the quickstart, no figure, wall seconds", "at most 0.15", once, lambda v: v <= .15),
]
print("| work | target | measured | |\n|---|---|---|---|")
for what, target, value, good in rows:
    print(f"| {what} | {target} | {value:.3g} | {'met' if good(value) else 'missed'} |")
print(f"\nThe quickstart's run peaks at {once_peak:.0f} MiB, {bare_peak:.0f} of them the program and its libraries alone; "
      f"its recording is {os.path.getsize('traces/inference/fashion_mnist.h5') / 2**20:.1f} MiB.")
