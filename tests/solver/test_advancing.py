"""Starts and ends of pausing work, against counting tick by tick. Knows nothing of rules."""

from random import Random

from solver.advancing import FAR, Advance
from solver.pieces import pieces_of
from solver.windows import unite
from tests.sizes import count


def random_windows(random: Random, end: int) -> tuple[tuple[int, int], ...]:
    return unite((tick, tick + 1) for tick in range(end) if random.random() < 0.6)


def test_every_answer_is_what_counting_finds() -> None:
    for seed in range(count(short=60, full=600)):
        random = Random(seed)
        advance, duration = Advance(random_windows(random, 24)), random.randint(1, 6)
        ticks = [tick for window in advance.windows for tick in range(*window)]
        ends = {
            start: ticks[at + duration - 1] + 1 if at + duration <= len(ticks) else FAR
            for at, start in enumerate(ticks)
        }
        assert {start: advance.end(start, duration) for start in ticks} == ends
        for tick in range(26):
            assert advance.number(tick) == sum(each < tick for each in ticks)
            assert advance.last_start(tick, duration) == max((s for s in ticks if ends[s] <= tick), default=-1)
            if tick:
                assert advance.first_start(tick, duration) == min((s for s in ticks if ends[s] >= tick), default=FAR)


def test_pieces_cover_every_start_once_and_say_where_the_share_lies() -> None:
    for seed in range(count(short=60, full=600)):
        random = Random(seed)
        advance = Advance(random_windows(random, 24))
        ticks = [tick for window in advance.windows for tick in range(*window)]
        low = random.randint(0, 2)
        share = low, low + random.randint(1, 4)
        starts = tuple(window for window in advance.windows if window[1] - window[0] < 9)
        seen = {}
        for piece in pieces_of(advance, starts, share, advance.windows):
            for start in range(*piece.starts):
                assert start not in seen
                seen[start] = (start + piece.begins, start + piece.ends, piece)
        for start in (tick for window in starts for tick in range(*window)):
            mine = ticks[ticks.index(start) :][share[0] : share[1]]
            if len(mine) < share[1] - share[0]:
                assert start not in seen
                continue
            begin, end, piece = seen[start]
            assert (begin, end) == (mine[0], mine[-1] + 1)
            spans = [(begin, end)]
            if piece.first_until is not None:
                spans = [(begin, piece.first_until), *piece.middle, (piece.last_from, end)]
            assert [tick for span in spans for tick in range(*span)] == mine
