"""What a check says, written down: whole messages, and a line each for all that is ever said.

``python -m tests.test_messages`` writes both files.
"""

import functools
import hashlib
import inspect
import re
from collections import Counter
from dataclasses import replace
from pathlib import Path

from bplib.checking import replaying
from bplib.checking.plain import equal

SAID = Path(__file__).with_name("said.txt")
SEED = 1  # of the draw that is written down
AGAIN = "If that is meant: python -m tests.test_messages, and read the difference."
_HEAD = "=== "
_NOISE = re.compile(r"\d(\.\d+)?e-(0[89]|[1-9]\d)")  # what rounding leaves, another everywhere


def sections(path):
    """Return what stands in a file of records, by its headings."""
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    parts = (part.partition("\n") for part in text.split(_HEAD)[1:])
    return {head: body.strip("\n") for head, _, body in parts}


def write(path, found):
    """Write a file of records."""
    parts = [f"{_HEAD}{head}\n{body}\n" for head, body in found.items()]
    path.write_text("\n".join(parts), encoding="utf-8")


def numbered(names):
    """Yield every name with how often it has come: "wrong-sign #1"."""
    seen = Counter()
    for name in names:
        seen[name] += 1
        yield f"{name} #{seen[name]}"


def message(function, probe, reply, verdict, numbers=True):
    """Return all that a check says of an answer: its codes, its part of the points, its lines."""
    lines, first = inspect.getsourcelines(function)

    def own(line):  # counted from the answer's own; 0 in a helper, which may stand anywhere
        return max(line - first + 1, 0) if line < first + len(lines) else 0

    findings = tuple(
        replace(finding, lines=tuple((own(n), text) for n, text in finding.lines))
        for finding in verdict.findings
    )
    verdict = replace(verdict, findings=findings)
    followed = bool(reply.trace.notes) and not verdict.right
    rows = [
        replace(row, line=own(row.line), numbers=row.numbers * numbers)
        for row in replaying.rows(probe, reply, wrong=followed)
    ]
    kept = f"{' '.join(verdict.codes)} | {verdict.credit:g} | {verdict.lines}"
    text = f"{kept}\n{verdict}\n{replaying.as_text('replayed', rows)}"
    return "\n".join(line.rstrip() for line in text.splitlines())


def said(head, function, probe, reply, verdict):
    """Return the line that is another one as soon as anything else is said of an answer.

    What stands in an array that nothing has filled yet, or is drawn at random, does not count.
    """
    text = message(function, probe, reply, verdict, numbers=False)
    first = reply.outcomes[0] if reply.outcomes else None
    if first and first.again is not None and not equal(first.result, first.again):
        text = "\n".join([text.partition("\n")[0], *(f.says + f.look for f in verdict.findings)])
    short = hashlib.sha256(_NOISE.sub("tiny", text).encode()).hexdigest()[:8]
    return f"{head} | {text.partition(chr(10))[0]} | {short}"


@functools.cache
def _recorded():
    return sections(SAID)


def recorded(exercise):
    """Return the recorded lines of an exercise: of its answers, then of its rows, by heading."""
    lines = _recorded().get(f"{exercise.notebook} {exercise.name}", "").splitlines()
    return {line.partition(" | ")[0]: line for line in lines}
