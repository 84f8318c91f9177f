"""09_debugging: name a planted bug, mend it, six times; then judge any backward pass."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from bplib.course.debugging import planted
from bplib.course.debugging.symptoms import symptoms
from bplib.course.draws import network_cases
from bplib.course.exercise import Exercise, Output, Question
from bplib.course.nudged import gradient_of_A, gradient_of_B
from bplib.course.probe import Case, Function
from bplib.finding import Finding
from bplib.network import Array

_NOTEBOOK = "09_debugging"
CASES = range(1, 7)


# --- the names ----------------------------------------------------------------------------------


def _small_network() -> tuple[Array, Array, Array, Array]:
    """Return the network at which messages compare two bugs, always the same."""
    rng = np.random.default_rng(9)
    X = np.vstack([rng.normal(0.3, 1, (3, 5)), np.ones(5)])
    return rng.normal(0, 1, (6, 4)), rng.normal(0.3, 1, (3, 6)), X, rng.normal(0.5, 1.5, (3, 5))


def _seen(bug: planted.Bug) -> str:
    return ", ".join(map(str, symptoms(bug.backward, *_small_network())))


def _named(number: int) -> Callable[[Any, Any, Any, Any], Finding | None]:
    """Return what judges the name of the bug in a case: whose case it is comes with it."""

    def examine(arguments: Any, after: Any, result: Any, truth: Any) -> Finding | None:
        reader, name = (str(part).strip() for part in result)
        if planted.is_nobody(reader):
            return Finding(
                "no-name-given",
                "There is no name to this answer, so nobody knows whose case it is about.",
                "Put your name into `reader` near the top, and run the cells below it again.",
            )
        key = "-".join(name.lower().replace("_", " ").split())
        chosen = next((bug for bug in planted.bugs() if bug.name == key), None)
        if chosen is None:
            return Finding(
                "no-such-bug",
                f"The list has no bug called {name!r}.",
                "planted.catalogue() shows the list: the name is what stands on the left.",
            )
        right = planted.bug_of(reader, number)
        if chosen.name == right.name:
            return None
        return Finding(
            "another-bug",
            f"Case {number} has another bug than {chosen.name}: on one and the same network, the "
            "two give different gradients.",
            "Which of its lines makes the first quantity that is off? What stands in that line?",
            f"your case: {_seen(right)}. With {chosen.name}: {_seen(chosen)}.",
        )

    return examine


_NAME_HINTS = (
    "Look at the symptom before you look at the code. Which of the two gradients is off? What is "
    "right clears all the lines that it was made of.",
    "A wrong shape says which two arrays met in the last product. One ratio for all entries says "
    "that a number is lost or added. A ratio that changes says that some array is another one "
    "than it should be: see along which axis it changes.",
    "Say what each line computes, with its shape, as in the table of notebook 5, and stop at the "
    "first that you would not have written. Then look for it in planted.catalogue(), and return "
    "reader and that name.",
)


def _bug(number: int) -> Exercise:
    return Exercise(
        name=f"bug_{number}",
        notebook=_NOTEBOOK,
        arguments={},
        returns=(Output("reader"), Output("name")),
        draw=lambda rng: (Case(()),),
        truth=lambda: ("somebody", planted.bug_of("somebody", number).name),
        examine=_named(number),
        hints=_NAME_HINTS,
    )


# --- the mends ----------------------------------------------------------------------------------


def _gradients(A: Array, B: Array, X: Array, Y: Array) -> tuple[Array, Array]:
    Z = A @ X
    return gradient_of_A(Z, B, X, Y), gradient_of_B(B, np.tanh(Z), Y)


_MEND_HINTS = {
    1: (
        "Each gradient has the shape of its own weights. Which of the two has not, and which "
        "arrays were multiplied to make it?",
        "grad_A is (n_hidden, n_in), grad_B is (n_out, n_hidden), and grad_A comes first. In the "
        "product that makes a gradient, N is the inner size.",
        "Write beside each of the last lines the shapes that go in and the shape that comes out. "
        "One line does not give what its name says: what should flow into that layer, on which "
        "side does it stand, and in which order do the results leave?",
    ),
    2: (
        "All entries are off by one number, so the directions are right. Where does a number come "
        "into these lines at all, and where does it not although it should?",
        "The loss is half of a squared length, and a mean over the N columns. N is the second "
        "size of X, Y and H.",
        "Take the loss for one prediction and one sample and differentiate it on paper: see which "
        "sign, which 2 and which N is left. Then count how often each of them is in your lines.",
    ),
    3: (
        "Is grad_A right? Then so is the error at the output, and you can leave those lines "
        "alone. Is it off as well? Then the two share a wrong line.",
        "The gradient of B is made of the error at the output, (n_out, N), and of what the hidden "
        "layer puts out, (n_hidden, N). Z, H and the slope all have that second shape.",
        "Print what stands in the product for grad_B just before it is made: no activation is "
        "beyond −1 and 1, and it is Z that has their signs. If that is as it should be, look at "
        "the error: the output of this network is linear.",
    ),
    4: (
        "grad_B is right, so everything up to the error at the output is. Between H and Z lies "
        "one function. What does the chain rule ask for there?",
        "The error at H and its factor are both (n_hidden, N). The factor lies between 0 and 1: "
        "near 1 where z is near 0, near 0 where |z| is large.",
        "Evaluate the factor in your code at z = 0, at z = 2 and at z = −2, by hand. Compare it "
        "with how steep tanh is at these three places.",
    ),
    5: (
        "grad_B is right, so the error at the output is. How does it get to a hidden unit: along "
        "which arrows, and with what on them?",
        "Unit j hears from every output, through column j of B. What comes back is "
        "(n_hidden, N), and n_out has been summed over.",
        "Set all weights of B to 0 but one and run your function: only one unit may be blamed, "
        "in proportion to that weight, and for the error of one output.",
    ),
    6: (
        "With one sample it is right. So every formula in it is right for one column; what goes "
        "wrong is how the columns come together.",
        "Every sample has an error, a slope and an input of its own. They meet within the sample; "
        "what is added up, at the very end, are their products.",
        "Run it on two samples, and on each of these alone: the first result should be the mean "
        "of the other two. If a sample has no say, look at the loop; if it has, look at where a "
        "mean is taken.",
    ),
}


def _fix(number: int) -> Exercise:
    return Exercise(
        name=f"fix_{number}",
        notebook=_NOTEBOOK,
        arguments={
            "A": "(n_hidden, n_in)",
            "B": "(n_out, n_hidden)",
            "X": "(n_in, N)",
            "Y": "(n_out, N)",
        },
        returns=(Output("grad_A", "(n_hidden, n_in)"), Output("grad_B", "(n_out, n_hidden)")),
        draw=network_cases("A", "B", "X", "Y"),
        truth=_gradients,
        hints=_MEND_HINTS[number],
        unaided=True,
    )


BUGS = {number: _bug(number) for number in CASES}
FIXES = {number: _fix(number) for number in CASES}


# --- the judge ----------------------------------------------------------------------------------

RIGHT_ONES = ("an ordinary one", "large", "tiny", "no error for A", "a single sample")
WRONG_ONES = {
    "A": "only the gradient of A is wrong",
    "B": "only the gradient of B is wrong",
    "reversed": "everything has the wrong sign",
    "summed": "both are N times too large",
    "doubled": "tiny gradients, twice as large as they should be",
    "one entry": "one entry is wrong, by a hundredth of the largest",
    "moved": "the right entries of B, at other places",
    "zero": "both are all zero",
    "nan": "one entry is nan",
    "transposed": "the gradient of A has its axes exchanged",
}
"""The wrong backward passes by their edits (`bplib.course.functions.backward_pass`), in words."""


def _drawn(rng: np.random.Generator, kind: str) -> tuple[Array, Array, Array, Array]:
    """Draw a small network of which no slope is next to 0, but where that is the point."""
    n_in, n_hidden, n_out, N = (4, 5, 1, 1) if kind == "a single sample" else (3, 4, 2, 5)
    scale = 1e-5 if kind in ("tiny", "doubled") else 1.0  # below what np.allclose sees
    while True:
        A, B = rng.normal(0, 0.8, (n_hidden, n_in)), rng.normal(0.2, 0.8, (n_out, n_hidden))
        X = scale * rng.normal(0.4, 1, (n_in, N))
        Y = scale * rng.normal(0.5, 50 if kind == "large" else 1.5, (n_out, N))
        slopes = _gradients(A, B, X, Y)
        if all(np.min(np.abs(g)) > 0.02 * np.max(np.abs(g)) for g in slopes):
            return A, np.zeros_like(B) if kind == "no error for A" else B, X, Y


def _battery(rng: np.random.Generator) -> tuple[Case, ...]:
    right = [
        Case((Function("backward_pass", ("right",)), *_drawn(rng, kind)), f"a right pass: {kind}")
        for kind in RIGHT_ONES
    ]
    wrong = [
        Case((Function("backward_pass", (edit,)), *_drawn(rng, edit)), f"a wrong pass: {words}")
        for edit, words in WRONG_ONES.items()
    ]
    cases = [*right, *wrong]
    return tuple(cases[i] for i in rng.permutation(len(cases)))


def _agrees(backward: Callable[..., Any], A: Array, B: Array, X: Array, Y: Array) -> bool:
    nudged = _gradients(A, B, X, Y)
    pairs = list(zip(backward(A, B, X, Y), nudged, strict=True))
    return all(
        mine.shape == right.shape
        and bool(np.max(np.abs(mine - right)) <= 1e-5 * np.max(np.abs(right)))
        for mine, right in pairs
    )


def _score(calls: Sequence[tuple[str, Any, Any]]) -> Finding | None:
    """Count misses and false alarms; the credit is what is caught less what is refused."""
    wrong = [(note.split(": ")[1], result) for note, result, truth in calls if not truth]
    right = [(note.split(": ")[1], result) for note, result, truth in calls if truth]
    missed = [note for note, result in wrong if result]
    refused = [note for note, result in right if not result]
    if not missed and not refused:
        return None
    caught, kept = 1 - len(missed) / len(wrong), 1 - len(refused) / len(right)
    told = [*missed, *(f"refused: {note}" for note in refused)]
    return Finding(
        "misses-and-false-alarms",
        f"It lets {len(missed)} of {len(wrong)} wrong backward passes through and refuses "
        f"{len(refused)} of {len(right)} right ones.",
        "Make a pass like the first of these and print what your function compares there.",
        f"misses {len(missed)}, false alarms {len(refused)}: {'; '.join(sorted(told))}",
        credit=round(max(0.0, caught + kept - 1), 3),
    )


AGREES = Exercise(
    name="agrees",
    notebook=_NOTEBOOK,
    arguments={
        "backward": "",
        "A": "(n_hidden, n_in)",
        "B": "(n_out, n_hidden)",
        "X": "(n_in, N)",
        "Y": "(n_out, N)",
    },
    returns=(Output("verdict"),),
    draw=_battery,
    truth=_agrees,
    score=_score,
    nudging=True,
    hints=(
        "Two gradients come from the pass, two from nudging the mean loss, weight by weight. Each "
        "pair has to agree, and one pair that does not is enough for False.",
        "backward returns (grad_A, grad_B); a nudged gradient has the shape of its weights. What "
        "comes back may have any shape and hold anything: look at the shape before you subtract. "
        "The answer is one True or False, no array.",
        "Nudge every entry of A up and down, then every entry of B, with network.network_loss; "
        "notebook 2 has the function for it. Then compare each pair by the length of their "
        "difference, measured against the longer of the two. What remains: the limit, both at 0, "
        "and what a comparison with nan gives.",
    ),
)

EXERCISES = (
    *(exercise for number in CASES for exercise in (BUGS[number], FIXES[number])),
    AGREES,
)


QUESTIONS = (
    Question(
        name="what_is_cleared",
        text="A backward pass gives a right grad_B and a wrong grad_A. Which of these cannot be "
        "where the bug is?",
        choices={
            "a": "the error at the output, Δ_B",
            "b": "the way back through B",
            "c": "the slope of the activation",
        },
        right="a",
        replies={
            "a": "grad_B is made of Δ_B and H. Both must be right, or it would not be. What comes "
            "behind them on the way to A is what is left.",
            "b": "grad_B does not need it: the error is not sent through B to make it. So it is "
            "still under suspicion.",
            "c": "grad_B does not need it: no slope lies between B and the loss. So it is still "
            "under suspicion.",
        },
    ),
    Question(
        name="one_ratio",
        text="There are 5 samples and 3 outputs. Every entry of both gradients is −5 times what "
        "nudging says. What do you look for?",
        choices={
            "a": "a −5 in the code, such as a learning rate",
            "b": "two bugs: a sign, and something that counts samples",
            "c": "one wrong entry in X",
        },
        right="b",
        replies={
            "a": "Possible, but try the sizes first: which of them gives 5?",
            "b": "Factors multiply: −1 from the one and N from the other. With 8 samples it would "
            "be −8: change N, and see whether the ratio follows.",
            "c": "That would change some columns of grad_A, and not by one and the same factor.",
        },
    ),
    Question(
        name="right_for_one_sample",
        text="With a single sample a backward pass is right. With two it is wrong. Which line is "
        "the most suspicious?",
        choices={
            "a": "one that takes a mean, or runs over the samples",
            "b": "the slope of tanh",
            "c": "the sign of the error",
        },
        right="a",
        replies={
            "a": "What is right for one column is wrong only in how columns come together.",
            "b": "A wrong slope is wrong for one sample, too.",
            "c": "A wrong sign is wrong for one sample, too.",
        },
    ),
    Question(
        name="does_it_still_fall",
        text="We train the same network with backward passes that are all wrong, each with "
        "another of the mistakes that people make. How many of them still bring the loss down to "
        "less than half?",
        choices={
            "a": "hardly any: a wrong gradient points somewhere else",
            "b": "about a quarter of them",
            "c": "most of them",
        },
        right="c",
        replies={
            "a": "Most mistakes bend the gradient; few turn it round. Anything within 90 degrees "
            "of the right direction goes downhill, if the steps are small.",
            "b": "More. Even with A standing still, a right gradient of B alone brings the loss "
            "far down.",
            "c": "The picture below counts them. So a falling loss is what a bug looks like, too.",
        },
    ),
)
