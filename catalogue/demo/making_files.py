"""The files of the demo, made in processes beside the one that writes the database: bytes come back."""

import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice

from archive import audio, images
from archive.images import Derived
from catalogue.demo import pictures, sound
from catalogue.demo.band.instruments import RATE
from catalogue.demo.band.score import Recipe
from catalogue.demo.pictures import Picture

PEAKS = 200
AHEAD = 24  # pieces that may be made before they are asked for: eighty megabytes


@dataclass(frozen=True)
class SoundOrder:
    """A recording to be played and cut."""

    recipe: Recipe
    fragment_start_ms: int


@dataclass(frozen=True)
class PictureOrder:
    """A picture to be drawn and made smaller; the texts travel inside the files."""

    picture: Picture
    title: str
    creator: str
    notice: str


@dataclass(frozen=True)
class Sound:
    """A WAV master (mono, 16 bit) with its waveform, and the MP3 fragment."""

    master: bytes
    sample_rate: int  # Hz
    duration_ms: int
    peaks: tuple[float, ...]
    fragment: bytes
    fragment_start_ms: int
    fragment_ms: int


@dataclass(frozen=True)
class Drawing:
    """A JPEG master with the copies for the screen."""

    master: bytes
    width: int  # pixels
    height: int
    preview: Derived
    thumbnail: Derived


Order = SoundOrder | PictureOrder
Made = Sound | Drawing


@contextmanager
def workers() -> Iterator[Executor]:
    """Start as many processes as there are processors; they end with the one that started them."""
    pool = ProcessPoolExecutor(
        os.cpu_count() or 1, mp_context=multiprocessing.get_context("spawn"), initializer=_obey_parent
    )
    try:
        yield pool
    finally:
        pool.shutdown(cancel_futures=True)


def in_order(pool: Executor, orders: Iterable[Order]) -> Iterator[Made]:
    """Have files made and give them in the order in which they were ordered; the first begin at once."""
    waiting = iter(orders)
    begun = deque(pool.submit(make, order) for order in islice(waiting, AHEAD))
    return _given(pool, begun, waiting)


def make(order: Order) -> Made:
    """Make the files of one piece."""
    return _play(order) if isinstance(order, SoundOrder) else _draw(order)


def _given(pool: Executor, begun: deque[Future[Made]], waiting: Iterator[Order]) -> Iterator[Made]:
    while begun:
        made = begun.popleft().result()
        begun.extend(pool.submit(make, order) for order in islice(waiting, 1))
        yield made


def _play(order: SoundOrder) -> Sound:
    samples = sound.render(order.recipe)
    master = sound.wav_bytes(samples)
    duration = len(samples) * 1000 // RATE
    return Sound(
        master=master,
        sample_rate=RATE,
        duration_ms=duration,
        peaks=tuple(audio.peaks(master, PEAKS)),
        fragment=audio.fragment(master, order.fragment_start_ms),
        fragment_start_ms=order.fragment_start_ms,
        fragment_ms=min(audio.FRAGMENT_MS, duration - order.fragment_start_ms),
    )


def _draw(order: PictureOrder) -> Drawing:
    image = pictures.draw(order.picture)
    master = pictures.jpeg_bytes(image, order.title, order.creator, order.notice)
    preview, thumbnail = (
        images.derive(master, longest, credit=order.creator, rights=order.notice)
        for longest in (images.PREVIEW, images.THUMBNAIL)
    )
    return Drawing(master, image.width, image.height, preview, thumbnail)


def _obey_parent() -> None:
    # Ctrl-C reaches all processes of a terminal: the parent answers it. A parent that is killed cannot end its
    # children, and they would wait for work for ever.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
