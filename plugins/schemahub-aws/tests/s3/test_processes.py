"""Many threads, several processes, forks: one lake."""

from __future__ import annotations

import multiprocessing
import pickle
import subprocess
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import schemahub
from schemahub.testing.conformance.racing import race

if TYPE_CHECKING:
    from schemahub_aws.s3.store import S3Store

ADDER = Path(__file__).with_name("adder.py")
THREADS = (13, 13, 12, 12)
TIMES = 1


def test_fifty_threads_of_four_processes_lose_no_update_of_a_checkpoint(bucket: str) -> None:
    url = f"s3://{bucket}/lake"
    commands = [
        [sys.executable, str(ADDER), url, str(sum(THREADS[:number]) * TIMES), str(threads), str(TIMES)]
        for number, threads in enumerate(THREADS)
    ]
    adders = [subprocess.Popen(command) for command in commands]  # noqa: S603 - this very interpreter
    for process in adders:
        with process:
            assert process.wait(120) == 0
    (stream,) = schemahub.open(url).lake.checkpoints.streams()
    loaded = schemahub.open(url).lake.checkpoints.load(stream)
    assert loaded is not None
    assert len(loaded.checkpoint.covered) == sum(THREADS) * TIMES


def test_two_hundred_threads_share_one_client(store: S3Store) -> None:
    made = race(200, lambda number: (store.put_new(f"k{number}", b""), store._bucket.calls._client()))
    assert all(stored for stored, _ in made)
    assert len({id(client) for _, client in made}) == 1
    assert store._options.max_pool_connections >= 200


def test_a_pickled_store_is_the_same_lake(store: S3Store) -> None:
    store.put_new("a", b"1")
    assert pickle.loads(pickle.dumps(store)).get("a").data == b"1"  # noqa: S301 - our own


def _child(store: S3Store, parents_client: int, queue: multiprocessing.Queue[object]) -> None:
    same = id(store._bucket.calls._client()) == parents_client
    queue.put((same, store.put_new("child", b"2"), store.get("a").data))


@pytest.mark.skipif("fork" not in multiprocessing.get_all_start_methods(), reason="this system cannot fork")
@pytest.mark.filterwarnings("ignore:.*multi-threaded.*fork:DeprecationWarning")
def test_a_forked_child_makes_a_client_of_its_own(store: S3Store) -> None:
    store.put_new("a", b"1")
    client = store._bucket.calls._client
    parents, making = id(client()), client._making
    context = multiprocessing.get_context("fork")
    queue = context.Queue()
    # As if another thread were just making one: its lock stays locked in the child for ever.
    holding = threading.Thread(target=making.acquire)
    holding.start()
    holding.join()
    child = context.Process(target=_child, args=(store, parents, queue))
    child.start()
    assert queue.get(timeout=30) == (False, True, b"1")
    child.join(30)
    making.release()
    assert store.get("child").data == b"2", "the parent's own connections are unharmed"
