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
    line : int
        The line of the answer's cell that goes wrong, counted from 1; 0 where it is not known.
    """

    code: str
    says: str
    look: str = ""
    evidence: str = ""
    credit: float = 0.0
    line: int = 0


CODES = {
    "not-defined": "no function of that name",
    "not-attempted": "the stub as it was handed out",
    "not-a-function": "check was given something else than a function",
    "wrong-signature": "other parameters than the stub's",
    "endless-loop": "stopped while it was still running",
    "endless-recursion": "calls itself without an end",
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
    "returns-callers-own": "an argument itself is returned where a copy belongs",
    "differs-between-calls": "the same arguments give different results",
    "all-zero": "every entry is 0",
    "ignores-its-arguments": "the same number at every call",
    "finite-differences": "numerical differentiation where a formula is asked for",
    "wrong-in-a-special-case": "right but for one kind of arguments",
    "wrong-sign": "right but for the sign",
    "constant-factor": "right but for a factor without a name",
    "doubled-samples": "does not follow when every sample is given twice",
    "order-of-samples": "does not follow when the samples are reordered",
    "order-of-hidden-units": "does not follow when the hidden units are reordered",
    "order-of-outputs": "does not follow when the outputs are reordered",
}
"""What every check may find, whatever the exercise.

Besides these there are the codes of the rows of known mistakes, and three families: `raises-…` with
the name of the exception, `times-…` with the factor by which the result is off, and `step-…` with
the step of the computation that goes wrong.
"""
