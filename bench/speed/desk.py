"""Lists, searches and cards of the workbench, asked for by many people at once, on SQLite and on PostgreSQL.

    python -m bench.speed.desk [--customers 20_000] [--clients 16] [--pages 20] [--databases …]
                               [--filled DIR …]

A small simulated company's results are repeated and published (as bench.speed.publish does), or workspaces
are taken whose workbench is filled already; a person is added there. `liuke serve` answers; each client asks
for all kinds of pages in turn over one connection after the other. Per kind: milliseconds until the page is
there, half and 95 % of them; questions to the database; milliseconds of processor of one page in a process
that does nothing else. The floor is one customer read by key. Processor time of the server under load counts
PostgreSQL's own processes where the server is ours.
"""

import argparse
import http.client
import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from bench.speed.bytecode import keep_bytecode
from bench.speed.cycle import LIUKE
from bench.speed.processes import run_once
from bench.speed.publish import (
    count_server_cpu_s,
    cycle_small_company,
    publish,
    repeat_results,
    set_database,
    start_postgresql,
)

PERSON = "bench"
ALONE = 5  # pages of each kind asked for one after the other
KEYS_READ = 500


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--customers", type=int, default=20_000)
    asked.add_argument("--clients", type=int, default=16)
    asked.add_argument("--pages", type=int, default=20, help="of each kind, by each client")
    asked.add_argument("--databases", nargs="*", default=["sqlite", "postgresql"])
    asked.add_argument("--filled", type=Path, nargs="*", help="workspaces whose workbench is filled")
    asked.add_argument("--publish", type=Path, help=argparse.SUPPRESS)
    asked.add_argument("--alone", type=Path, help=argparse.SUPPRESS)
    given = asked.parse_args()
    if given.publish:
        publish(given.publish)
    elif given.alone:
        print(json.dumps(measure_alone(given.alone)))
    elif given.filled:
        for workspace in given.filled:
            measure(workspace, given, count_cpu_s=lambda: 0.0)
    else:
        with tempfile.TemporaryDirectory() as folder:
            keep_bytecode(Path(folder))
            fill_and_measure(given, Path(folder))


def fill_and_measure(given: argparse.Namespace, folder: Path) -> None:
    workspace = folder / "company"
    repeat_results(cycle_small_company(folder), workspace, customers=given.customers)
    for database in given.databases:
        address, count_cpu_s, end = (
            start_postgresql(folder / "server") if database == "postgresql" else ("sqlite", zero, nothing)
        )
        set_database(workspace, address)
        try:
            run_once([*LIUKE, "migrate", "-w", str(workspace)])
            run_once([sys.executable, "-m", "bench.speed.desk", "--publish", str(workspace)])
            measure(workspace, given, count_cpu_s=count_cpu_s)
        finally:
            end()


def zero() -> float:
    return 0.0


def nothing() -> None:
    return None


def measure(workspace: Path, given: argparse.Namespace, *, count_cpu_s: Callable[[], float]) -> None:
    told = subprocess.run(
        [sys.executable, "-m", "bench.speed.desk", "--alone", str(workspace)],
        stdout=subprocess.PIPE,
        check=True,
    )
    alone = json.loads(told.stdout.splitlines()[-1])
    port = find_port()
    server = subprocess.Popen(
        [*LIUKE, "serve", "-w", str(workspace), "--port", str(port)], stdout=subprocess.DEVNULL
    )
    try:
        wait_for(port)
        ask_all(port, alone, clients=1, pages=1)  # warms caches
        before = count_server_cpu_s(server.pid) + count_cpu_s()
        times = ask_all(port, alone, clients=given.clients, pages=given.pages)
        used = count_server_cpu_s(server.pid) + count_cpu_s() - before
    finally:
        server.terminate()
        server.wait()
    print_pages(alone, times, clients=given.clients, used=used)


def find_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def wait_for(port: int) -> None:
    for _ in range(600):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError("the workbench does not answer")


def ask_all(port: int, alone: dict[str, Any], *, clients: int, pages: int) -> dict[str, list[float]]:
    """Milliseconds of every page, by kind; each client begins with another kind."""
    kinds = list(alone["pages"])
    found: dict[str, list[float]] = {kind: [] for kind in kinds}

    def ask(client: int) -> None:
        for turn in range(pages * len(kinds)):
            kind = kinds[(client + turn) % len(kinds)]
            found[kind].append(ask_once(port, alone["pages"][kind]["address"], cookie=alone["cookie"]))

    with ThreadPoolExecutor(clients) as pool:
        list(pool.map(ask, range(clients)))
    return found


def ask_once(port: int, address: str, *, cookie: str) -> float:
    began = time.perf_counter()
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    connection.request("GET", address, headers={"Cookie": cookie})
    answer = connection.getresponse()
    answer.read()
    connection.close()
    if answer.status != 200:
        raise RuntimeError(f"{address} was answered with {answer.status}")
    return (time.perf_counter() - began) * 1000


def print_pages(alone: dict[str, Any], times: dict[str, list[float]], *, clients: int, used: float) -> None:
    print(f"\n{alone['customers']:,} customers on {alone['database']}, {clients} clients")
    print(f"{'':<38}{'p50 ms':>9}{'p95 ms':>9}{'cpu ms':>9}{'queries':>9}{'× floor':>9}")
    for kind, page in alone["pages"].items():
        middle, greatest = statistics.median(times[kind]), statistics.quantiles(times[kind], n=20)[-1]
        ratio = page["cpu_ms"] / alone["floor_ms"]
        row = f"{middle:>9.1f}{greatest:>9.1f}{page['cpu_ms']:>9.1f}{page['queries']:>9}{ratio:>9.1f}"
        print(f"{kind:<38}{row}")
    everything = [each for found in times.values() for each in found]
    middle, greatest = statistics.median(everything), statistics.quantiles(everything, n=20)[-1]
    print(f"{'all pages':<38}{middle:>9.1f}{greatest:>9.1f}{used * 1000 / len(everything):>9.1f}")
    print(f"{'floor: a customer read by key':<38}{'':>18}{alone['floor_ms']:>9.2f}{1:>9}{1.0:>9.1f}")


def measure_alone(workspace: Path) -> dict[str, Any]:
    """Processor time and questions of each kind of page, and what a client needs to ask for them."""
    from liuke_desk.config.entering import enter

    enter(workspace)
    from django.conf import settings
    from django.db import connection
    from django.test import Client
    from django_scopes import scopes_disabled

    from liuke_desk.customers.selectors import get_current_publication
    from liuke_desk.people.models import User

    settings.ALLOWED_HOSTS = ["*"]
    user, _ = User.objects.get_or_create(username=PERSON, defaults={"role": "hq_manager"})
    browser = Client()
    browser.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    name = settings.SESSION_COOKIE_NAME
    publication = get_current_publication()
    with scopes_disabled():
        kinds = list_kinds(publication)
        floor_ms = time_keys(publication)
    return {
        "cookie": f"{name}={browser.cookies[name].value}",
        "customers": publication.customers,
        "database": connection.vendor,
        "floor_ms": floor_ms,
        "pages": {kind: ask_alone(browser, address) for kind, address in kinds.items()},
    }


def list_kinds(publication: Any) -> dict[str, str]:
    """Addresses as people ask for them, with values that a customer of the company has."""
    from urllib.parse import urlencode

    from liuke_desk.customers.models import Profile

    known = Profile.objects.filter(publication=publication.pk, warning_rank__isnull=False)
    chosen = known.exclude(name="").exclude(phone="").order_by("warning_rank")[publication.warned // 2]
    worst = publication.tiers[0]["tier"]
    return {
        "warnings": "/warnings/",
        "warnings by risk, upwards": "/warnings/?sort=risk",
        "warnings by risk in two months": "/warnings/?sort=-p_2m",
        "warnings of the best tier by value": f"/warnings/?{urlencode({'tier': worst, 'sort': 'value'})}",
        "warnings of a unit": f"/warnings/?{urlencode({'unit': chosen.unit_id})}",
        "warnings of a kind by risk": "/warnings/?kind=involuntary&sort=-risk",
        "customers": "/customers/",
        "customers by value, upwards": "/customers/?sort=value",
        "search by name": f"/customers/?{urlencode({'q': chosen.name})}",
        "search by the end of a phone": f"/customers/?q={chosen.phone[-4:]}",
        "search by the beginning of a number": f"/customers/?{urlencode({'q': chosen.customer_id[:-1]})}",
        "card": f"/customers/{chosen.customer_id}/",
    }


def ask_alone(browser: Any, address: str) -> dict[str, Any]:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    browser.get(address)  # what is cached for ever is cached now
    with CaptureQueriesContext(connection) as captured:
        browser.get(address)
    queries = len(captured)  # the list is emptied with the next page
    began = time.process_time()
    for _ in range(ALONE):
        browser.get(address)
    used_ms = (time.process_time() - began) * 1000 / ALONE
    return {"address": address, "queries": queries, "cpu_ms": used_ms}


def time_keys(publication: Any) -> float:
    from liuke_desk.customers.models import Profile

    rows = Profile.objects.filter(publication=publication.pk)
    keys = list(rows.order_by("warning_rank").values_list("pk", flat=True)[:KEYS_READ])
    began = time.process_time()
    for key in keys:
        Profile.objects.get(pk=key)
    return (time.process_time() - began) * 1000 / len(keys)


if __name__ == "__main__":
    os.environ.setdefault("PYTHONWARNINGS", "ignore")
    main()
