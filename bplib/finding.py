"""One thing that is wrong with an answer, as everything that judges an answer reports it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Finding:
    """What is wrong, as a code for programs and as sentences for people.

    Decisions are made by `code` alone; the sentences may be reworded at any time.

    Parameters
    ----------
    code : str
        Lower case with hyphens, the same for the same mistake in every exercise:
        "slope-missing". `docs/mistakes.md` lists them; "" where no name is known.
    says : str
        What is wrong, in one or two sentences.
    look : str
        Where to look next.
    evidence : str
        The one line of numbers that shows it.
    credit : float
        The part of the points that such an answer keeps, 0 to 1.
    lines : tuple of (int, str)
        The line of its cell that goes wrong, counted from 1, as the learner wrote it; more than
        one where each of them may be it, none where it is not known.
    """

    code: str
    says: str
    look: str = ""
    evidence: str = ""
    credit: float = 0.0
    lines: tuple[tuple[int, str], ...] = ()

    @property
    def line(self) -> int:
        """The first of its lines, 0 where none is known."""
        return self.lines[0][0] if self.lines else 0


CODES = {
    "not-defined": "no function of that name",
    "not-attempted": "the stub as it was handed out",
    "not-a-function": "check was given something else than a function",
    "a-class-for-a-function": "a class in a function's place",
    "an-async-function": "`async def` where `def` belongs",
    "a-generator-function": "`yield` where `return` belongs",
    "left-over-raise": "code, and below it the stub's `raise NotImplementedError`",
    "wrong-signature": "other parameters than the stub's",
    "endless-loop": "stopped while it was still running",
    "asks-for-input": "waits for somebody to type",
    "ends-the-program": "calls exit()",
    "caret-for-power": "^ where ** belongs",
    "endless-recursion": "calls itself without an end",
    "unanswered": "a reply that lacks outcomes, as no call of ours gives",
    "no-error-raised": "should have refused its arguments",
    "returns-none": "nothing is returned",
    "prints-instead-of-returning": "the result is printed and None returned",
    "wrong-number-of-results": "more or fewer values than asked for",
    "returns-a-boolean": "True or False where something else belongs",
    "returns-text": "text where something else belongs",
    "returns-a-number": "a number where something else belongs",
    "returns-a-complex-number": "a complex number where something else belongs",
    "returns-a-list": "a list where something else belongs",
    "returns-a-tuple": "a tuple where something else belongs",
    "returns-an-array": "an array where something else belongs",
    "returns-a-function": "a function where its result belongs",
    "returns-another-type": "an object that is neither an array nor a number",
    "returns-complex-numbers": "complex numbers where real ones belong",
    "returns-booleans": "an array of True and False where numbers belong",
    "returns-a-float-for-an-int": "a float where a whole number belongs",
    "half-precision": "float16",
    "far-too-large": "a result so large that it was not looked at",
    "stops-early": "fewer rounds than were asked for where hardly anything moves",
    "wrong-length": "a list that is too long or too short",
    "transposed": "rows and columns exchanged",
    "an-array-for-a-number": "an array where a number belongs",
    "a-number-for-an-array": "a number where an array belongs",
    "wrong-axes": "the right number of entries, otherwise arranged",
    "an-axis-lost": "too few axes",
    "an-axis-too-many": "too many axes",
    "wrong-shape": "the right number of axes, of other lengths",
    "nan-or-inf": "entries that are not finite",
    "changes-argument": "an argument is another one afterwards",
    "not-restored-exactly": "an argument is put back up to rounding only",
    "differs-between-calls": "the same arguments give different results",
    "all-zero": "every entry is 0",
    "ignores-its-arguments": "the same number at every call",
    "finite-differences": "numerical differentiation where a formula is asked for",
    "leaves-the-way": "a line that gives something wrong out of what is right",
    "returns-another-quantity": "a right quantity that is not the one asked for",
    "something-else": "another line goes wrong besides",
    "wrong-in-a-special-case": "right but for one kind of arguments",
    "wrong-sign": "right but for the sign",
    "constant-factor": "right but for a factor without a name",
    "reversed-order": "the right numbers, one axis the other way round",
    "shifted-entries": "the right numbers, moved along one axis by one",
    "permuted-entries": "the right numbers at other places",
    "clipped": "right up to a limit, cut off beyond it",
    "through-a-function": "an element-wise function of the right result",
    "constant-added": "the right result plus the same number at every call",
    "combination": "a sum of multiples of arguments, or of these and the right result",
    "parentheses-missing": "a pair of parentheses is missing or misplaced",
    "one-change": "no name is known, but one change of one line makes it right",
    "doubled-samples": "does not follow when every sample is given twice",
    "order-of-samples": "does not follow when the samples are reordered",
    "order-of-hidden-units": "does not follow when the hidden units are reordered",
    "order-of-outputs": "does not follow when the outputs are reordered",
    # found from the numbers of a gradient
    "wrong-output-error": "the error at the output is already off",
    "wrong-way-back": "the error is sent back through other weights, or through none",
    "wrong-slope": "an error is scaled by another slope than the activation's",
    # found in names of bugs, and in what judges a backward pass
    "no-name-given": "the name in the notebook is the one that it came with",
    "no-such-bug": "a name that is not on the list of bugs",
    "another-bug": "a name on the list, of a bug that has not been planted there",
    "misses-and-false-alarms": "accepts wrong backward passes, or refuses right ones",
    # found in batches and in a training loop
    "an-empty-batch": "a batch of no samples",
    "batch-size-taken-as-their-number": "so many batches as there should be samples in one",
    "batches-of-even-size": "all batches are about equally full, not all but the last",
    "wrong-batch-sizes": "batches of other sizes",
    "batches-of-another-size": "all batches but the last are of one other size",
    "counts-from-1": "indices from 1 to N",
    "samples-missing-or-repeated": "indices that are in no batch, or in several",
    "floats-for-indices": "right indices, as floats",
    "not-shuffled": "the samples stand in the order in which they came",
    "neighbours-stay-together": "batches are shuffled, or samples within them, but never all",
    "rng-not-used": "the order is not drawn from the generator",
    "shuffled-only-once": "every epoch has the same batches",
    "first-epoch-not-shuffled": "shuffled from the second epoch on",
    "not-shuffled-in-every-epoch": "some epoch has the batches of the one before",
    "losses-0-is-not-the-loss-before-training": "the history begins with another loss",
    "losses-of-batches": "right weights, and losses that are not those of all the data",
    "only-the-losses-are-off": "right weights, and losses that are those of something else",
    "x-and-y-torn-apart": "inputs meet the targets of other samples",
    "samples-left-out-or-repeated": "samples count unequally in a step",
    "sample-not-used-once-in-each-epoch": "a sample is left out of an epoch, or counts too much",
    "wrong-step-length": "a step the right way, of wrong length",
    "moves-at-learning-rate-0": "weights move whose learning rate is 0",
    "weights-off-after-several-steps": "one step is right, several are not",
    "best-weights-not-the-last": "the weights of the lowest loss, not those after the last step",
    "all-samples-in-every-step": "a step a batch, each along the gradient of all the samples",
    "fits-no-order-of-the-samples": "weights to which no shuffling leads",
    "all-equal": "every number that should be drawn at random is the same",
    "weights-repeated": "random numbers that are used more than once",
    "mean-not-zero": "random numbers of one sign more than of the other",
    "wrong-spread": "random numbers of another standard deviation",
}
"""What checks may find that has no row, in any exercise or in those of its kind.

Besides these there are the codes of the rows of known mistakes, and three families: `raises-…` with
the name of the exception, `times-…` with the factor by which the result is off, and `step-…` with
the step of the computation that goes wrong.
"""
