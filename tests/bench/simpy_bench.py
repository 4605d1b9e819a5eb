#!/usr/bin/env python3
"""The workload of bench_contest in SimPy 3 or 4, FIFO links, as a user of SimPy would write it:
    simpy_bench.py DEVICES SAMPLES
prints: simpy fifo devices samples cpu_seconds mean_latency_s peak_MiB. Its draws are Python's own, so its
mean latency is near the others' and not theirs to the digit. Exit 3 where no SimPy 3 or 4 can be imported
(Debian's python3-simpy is SimPy 2, another interface)."""
import random
import resource
import sys
import time

try:
    import simpy
except ImportError:
    print("no SimPy 3 or 4 can be imported", file=sys.stderr)
    sys.exit(3)

devices, samples = int(sys.argv[1]), int(sys.argv[2]) // int(sys.argv[1]) * int(sys.argv[1])
RATE_HZ, OFFLOADED, STAGE_S, LATENCY_S, SERVICE_S = 20, 0.3, 0.01, 0.01, 0.01
PAYLOAD_B, REPLY_B, DOWNLINK_BPS = 50000, 1000, 1.25e6
draws = random.Random(1)
access = [1e6 + 3e6 * draws.random() for _ in range(100)]  # bytes/s, one a second
latencies = []


def upload_time(date):
    """Seconds that a payload takes from `date` on."""
    left, now = PAYLOAD_B, date
    while True:
        rate, until = access[int(now) % len(access)], int(now) + 1
        if now + left / rate <= until:
            return now + left / rate - date
        left -= rate * (until - now)
        now = until


def sample(env, edge, uplink, cloud, downlink, coin):
    arrived = env.now
    with edge.request() as turn:
        yield turn
        yield env.timeout(STAGE_S)
    if coin.random() < OFFLOADED:
        with uplink.request() as turn:
            yield turn
            yield env.timeout(upload_time(env.now))
        yield env.timeout(LATENCY_S)
        with cloud.request() as turn:
            yield turn
            yield env.timeout(SERVICE_S)
        with downlink.request() as turn:
            yield turn
            yield env.timeout(REPLY_B / DOWNLINK_BPS)
        yield env.timeout(LATENCY_S)
    latencies.append(env.now - arrived)


def device(env, cloud, number):
    coin = random.Random(number)
    edge, uplink, downlink = (simpy.Resource(env) for _ in range(3))
    for _ in range(samples // devices):
        yield env.timeout(coin.expovariate(RATE_HZ))
        env.process(sample(env, edge, uplink, cloud, downlink, coin))


begun = time.process_time()
env = simpy.Environment()
cloud = simpy.Resource(env, capacity=max(1, devices // 10))
for d in range(devices):
    env.process(device(env, cloud, d))
env.run()
took = time.process_time() - begun
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(f"simpy fifo {devices} {samples} {took:.6f} {sum(latencies) / len(latencies):.9f} {peak:.1f}")
