"""The memory of decoded words: it keeps what is used, and never more than its budget."""

import threading
from concurrent.futures import ThreadPoolExecutor

from hypothesis import given
from hypothesis import strategies as st

from catalogue.search.engine.memory import Memory


def test_what_is_kept_is_made_once():
    memory, made = Memory(10, len), []

    found = [memory.get("key", lambda: made.append(1) or "thing") for _ in range(3)]

    assert (found, made, "key" in memory) == (["thing"] * 3, [1], True)


def test_what_was_used_longest_ago_goes_first():
    memory = Memory(3, len)
    for key in ("a", "b", "c", "a", "d"):
        memory.get(key, lambda: "x")

    assert [key for key in "abcd" if key in memory] == ["a", "c", "d"]


def test_what_is_larger_than_the_budget_is_given_but_not_kept():
    memory = Memory(3, len)
    memory.get("small", lambda: "x")

    assert memory.get("large", lambda: "xxxx") == "xxxx"
    assert ("large" in memory, "small" in memory) == (False, True)


def test_what_fails_to_be_made_is_tried_again():
    memory = Memory(3, len)

    def fail() -> str:
        raise OSError

    for make, expected in ((fail, None), (lambda: "x", "x")):
        try:
            found = memory.get("key", make)
        except OSError:
            found = None
        assert found == expected


@given(
    budget=st.integers(0, 20),
    asked=st.lists(
        st.tuples(st.integers(0, 9), st.integers(0, 9)).map(lambda pair: (pair[0], pair[0] + pair[1] % 3))
    ),
)
def test_the_budget_holds_whatever_is_asked(budget: int, asked: list[tuple[int, int]]):
    memory = Memory(budget, len)
    for key, size in asked:
        memory.get(key, lambda size=size: "x" * size)

        assert sum(size for _thing, size in memory._kept.values()) == memory._used <= budget


def test_threads_share_it_and_each_gets_its_own_answer():
    memory, barrier = Memory(500, len), threading.Barrier(8)

    def ask(thread: int) -> bool:
        barrier.wait()
        keys = [(thread * 31 + step * 7) % 60 for step in range(400)]
        return all(memory.get(key, lambda key=key: str(key) * 10) == str(key) * 10 for key in keys)

    with ThreadPoolExecutor(8) as threads:
        assert all(threads.map(ask, range(8)))
    assert sum(size for _thing, size in memory._kept.values()) == memory._used <= 500
