#!/usr/bin/env python3
"""Live predictions of a running daemon: requests and rows a second, p50 and p99, and p99 of another page of the API beside them.

    run.py URL TOKEN_FILE COUNTRY [--seconds 10] [--clients 1 8 32] [--items 1 20]

Without clients (`--clients 0`) the page alone is read. The items are made of words here; what they say does not matter. Python's standard library only, so the clients' own time
is part of what is seen: one process for each.
"""
import argparse
import http.client
import json
import multiprocessing
import random
import select
import time
import urllib.parse

WORDS = "kabel usb ladegerät monitor kühlschrank lampe led akku wasserkocher set schwarz weiß 230V 27 zoll neu mini pro".split()


def quantile(values, share):
    return sorted(values)[min(len(values) - 1, int(share * len(values)))] if values else float("nan")


def client(url, token, method, path, items, seconds, seed, out):
    chance = random.Random(seed)
    at = urllib.parse.urlparse(url)
    connection = http.client.HTTPConnection(at.hostname, at.port, timeout=60)
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    times, refused, end = [], 0, time.monotonic() + seconds
    while time.monotonic() < end:
        body = json.dumps({"items": [{"title": " ".join(chance.sample(WORDS, 6))} for _ in range(items)]}) if items else None
        begun = time.monotonic()
        connection.request(method, path, body, headers)
        reply = connection.getresponse()
        reply.read()
        if reply.status == 200:
            times.append(time.monotonic() - begun)
        else:
            refused += 1
        if not items:
            select.select([], [], [], 0.01)  # a person's page, not a load
    out.put((items, times, refused))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("url")
    parser.add_argument("token_file")
    parser.add_argument("country")
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--clients", type=int, nargs="+", default=[1, 8, 32])
    parser.add_argument("--items", type=int, nargs="+", default=[1, 20])
    given = parser.parse_args()
    with open(given.token_file, encoding="ascii") as file:
        token = file.readline().strip()
    print("| clients | items a request | requests/s | rows/s | p50 ms | p99 ms | refused | p99 of GET /v1/runs, ms |")
    print("|---|---|---|---|---|---|---|---|")
    for clients in given.clients:
        for items in given.items if clients else [0]:
            out = multiprocessing.Queue()
            path = f"/v1/countries/{given.country}/predict"
            work = [multiprocessing.Process(target=client, args=(given.url, token, "POST", path, items, given.seconds, seed, out)) for seed in range(clients)]
            work.append(multiprocessing.Process(target=client, args=(given.url, token, "GET", "/v1/runs", 0, given.seconds, 0, out)))
            for each in work:
                each.start()
            told = [out.get() for _ in work]
            for each in work:
                each.join()
            times = [t for n, ts, _ in told if n for t in ts]
            pages = [t for n, ts, _ in told if not n for t in ts]
            refused = sum(r for n, _, r in told if n)
            rate = len(times) / given.seconds
            print(f"| {clients} | {items} | {rate:,.0f} | {rate * items:,.0f} | {1000 * quantile(times, 0.5):.1f} | {1000 * quantile(times, 0.99):.1f} "
                  f"| {refused} | {1000 * quantile(pages, 0.99):.1f} |", flush=True)


if __name__ == "__main__":
    main()
