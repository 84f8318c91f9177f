"""Whether a mistake has one name: every wrong answer at 20 draws, ``python -m tests.draws``.

Prints the answers that get other codes at other draws, and ends with an error if there is one.
"""

import sys
from collections import Counter
from concurrent.futures import ProcessPoolExecutor

from tests.answers import all_answers, judged, replied

DRAWS = range(20)


def codes(place: int) -> Counter[tuple[str, ...]]:
    """Return how often an answer, given by its place among all, gets which codes."""
    answer = all_answers()[place]
    found = Counter(judged(answer, seed).codes for seed in DRAWS)
    replied.cache_clear()  # or all replies are kept
    return found


def main() -> None:
    """Print a line for each answer whose codes depend on the draw, and how many there are."""
    places = [place for place, answer in enumerate(all_answers()) if not answer.right]
    several = 0
    with ProcessPoolExecutor() as pool:
        for place, found in zip(places, pool.map(codes, places), strict=True):
            if len(found) > 1:
                several += 1
                print(all_answers()[place].notebook, all_answers()[place].id, dict(found))
    print(f"{several} of {len(places)} wrong answers have more than one name.")
    sys.exit(bool(several))


if __name__ == "__main__":
    main()
