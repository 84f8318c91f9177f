"""What notebook 02 asks again of notebook 01."""

import numpy as np

from bplib.course.recall import Drawn, Recalled


def _miss_and_loss(rng: np.random.Generator) -> Drawn:
    miss, times = rng.integers(1, 5) / 10, int(rng.integers(2, 6))
    return Drawn(
        f"One prediction misses its target by {miss:g}, another one by {times * miss:g}. How do "
        "their losses ½ · error² compare?",
        {
            "a": "they are equal",
            "b": f"the second is {times} times as large",
            "c": f"the second is {times**2} times as large",
        },
        {
            "a": "Then nobody would care how far a prediction is off.",
            "b": "That is how the errors compare. The loss squares them.",
            "c": f"{miss**2 / 2:g} and {(times * miss) ** 2 / 2:g}: the errors compare as 1 to "
            f"{times}, their squares as 1 to {times**2}.",
        },
    )


def _loss_of_a_batch(rng: np.random.Generator) -> Drawn:
    tenths = rng.choice(np.arange(1, 30), 4, replace=False)
    tenths[-1] += -tenths.sum() % 4  # their mean is a round number
    losses, total = tenths / 10, tenths.sum() / 10
    return Drawn(
        f"Four samples have the losses {', '.join(f'{loss:g}' for loss in losses)}. What is the "
        "loss of all four together?",
        {"a": f"{total:g}", "b": f"{total / 4:g}", "c": f"{losses.max():g}"},
        {
            "a": "That is their sum. It would double if every sample were there twice, and the "
            "network would be no worse for it.",
            "b": "The mean: it does not depend on how many samples there are.",
            "c": "That is the worst of them. The others count as well.",
        },
    )


def _blind_search(rng: np.random.Generator) -> Drawn:
    values, weights = int(rng.integers(4, 11)), int(rng.integers(5, 8))
    return Drawn(
        f"Blind search tries {values} values for every weight, in all combinations. How many "
        f"losses must it compute for a network of {weights} weights?",
        {
            "a": f"{values + weights}",
            "b": f"{values * weights}",
            "c": f"{values**weights:,}",
        },
        {
            "a": f"That adds {values} and {weights}. Each of the {values} values of the first "
            f"weight can meet each of those of the second: already {values**2:,}.",
            "b": "That changes one weight at a time and leaves the others alone. All combinations "
            "are many more.",
            "c": f"{values} · {values} · … , {weights} times. Every further weight makes it "
            f"{values} times more.",
        },
    )


RECALLED = (
    Recalled(
        "miss_and_loss",
        "c",
        _miss_and_loss,
        "The loss of an output is half the square of its error. Make the error twice as large, "
        "and the square is 2 · 2 = 4 times as large; three times, and it is 9 times as large. So "
        "one prediction that is far off weighs more than many that are a little off, and a "
        "network that learns will mend it first.",
        "notebook 1, section 3",
    ),
    Recalled(
        "loss_of_a_batch",
        "b",
        _loss_of_a_batch,
        "The loss of a batch is the mean of its samples' losses. Say it as a test: copy every "
        "sample, so that each is there twice. The network has not become any worse, so its loss "
        "must stay what it was. The sum would double; the mean stays.",
        "notebook 1, section 4",
    ),
    Recalled(
        "blind_search",
        "c",
        _blind_search,
        "Count it for two weights on a grid: one weight gives the columns, the other the rows, "
        "and every crossing is a network to be tried. A third weight makes a cube of it. Every "
        "further weight multiplies the number, it does not add to it. That is why nobody finds "
        "a good network by trying, and why this notebook asks for the way down instead.",
        "notebook 1, section 6",
    ),
)
