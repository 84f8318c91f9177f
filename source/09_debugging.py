# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 9. Debugging: what is wrong with this gradient?
#
# You can write a backward pass. Sooner or later you will write a wrong one, or be handed one, and
# it will not say so: it runs, the shapes may fit, the loss may fall. In this notebook you get six
# backward passes with one bug in each, as people write them. You read the symptom, name the bug,
# and mend it. Then you write the judge that would have caught them all.

# %%
import numpy as np

from bplib import (
    begin,
    check,
    derivatives,
    figures,
    hint,
    lend,
    network,
    quick,
    recall,
    replay,
)
from bplib.course.debugging import planted

np.set_printoptions(precision=3, suppress=True)
begin("09_debugging")
figures.course_map("09_debugging")

# %% [markdown]
# **When you are through, you can**
#
# - say why a falling loss proves nothing about a gradient,
# - read a symptom (which gradient, which shape, which ratio) before you read code,
# - go from a symptom to the few lines that can cause it,
# - write a check that lets no wrong gradient through and refuses no right one.
#
# The network is that of notebooks 5 and 6: two layers, tanh, a linear output, the mean squared loss.
# No answer of an earlier notebook is needed.
#
# {{contents}}

# %% [markdown]
# ### Three from before
#
# With new numbers every time. Say whether you are sure, and click your choice. (Where nothing can
# be clicked, write both into the call, `recall("…", "a", "sure")`, and run it again.)

# %% tags=["nbval-ignore-output"]
recall("agree_or_differ")

# %% tags=["solution", "nbval-ignore-output"]
recall("agree_or_differ", "b", "sure")

# %% tags=["nbval-ignore-output"]
recall("what_flows_in")

# %% tags=["solution", "nbval-ignore-output"]
recall("what_flows_in", "a", "sure")

# %% tags=["nbval-ignore-output"]
recall("what_gets_through")

# %% tags=["solution", "nbval-ignore-output"]
recall("what_gets_through", "c", "sure")

# %% [markdown]
# <details><summary><b>Stuck? Climb this ladder</b> (click)</summary>
#
# 1. Say the symptom aloud: which gradient is off, in which way, and which one is right?
# 2. Go through the lines with a finger and say the shape of each result.
# 3. `hint("bug_1")` and `hint("fix_1")`: three hints for every case. They cost nothing.
# 4. `check(fix_1)`, then `replay("fix_1")`: what every line of your function gave, in one call.
# 5. `lend("fix_1")` in a new cell lends you a pass that works, so that you can go on. It is slow,
#    and earns no points; as soon as you run a function of your own, the loan ends.
# 6. Read the [solution](../../solutions/09_debugging/09_debugging.ipynb), which mends other bugs
#    than yours in the same manner, close it, and come back.
#
# By symptom:
#
# - *A shape is wrong*: the last product was made of the wrong pair, or in the wrong order.
# - *One ratio everywhere*: a number is lost or added. Compare it with N, n_out, 2 and −1.
# - *grad_B right, grad_A not*: behind $\Delta_B$ on the way back, and nowhere else.
# - *Right for one sample only*: where the samples come together.
#
# </details>

# %% [markdown]
# ## 1. The loss falls. So what?
#
# Most people debug by watching the loss. Let us see how good that is. We take the bugs of this
# notebook, each in a backward pass of its own, and train the same small network on a hundred digits
# with each of them: same start, same learning rates, 300 steps. **Predict, then run.**

# %%
quick("does_it_still_fall", "?")

# %% tags=["solution"]
quick("does_it_still_fall", "c")

# %%
figures.debugging.how_many_still_learn()

# %% [markdown]
# Left of the line, the loss has fallen below half of what it was. (The bugs that give wrong shapes
# are missing: they do not get that far.) The names will mean something to you soon. Ask yourself of
# each bar: would you have noticed? Nor does it help to wait: with a right gradient, 13 percent of the
# loss is left.
#
# What does help is nudging. It knows nothing of your code, so it cannot share its mistake.

# %% [markdown]
# ## 2. First the symptom, then the code
#
# A small network on which everything will be tried. No two sizes are equal: a matrix in the wrong
# place cannot hide behind a shape that happens to fit.

# %%
rng = np.random.default_rng(218)
X = np.vstack([rng.normal(0.3, 1, (3, 5)), np.ones(5)])
Y = rng.normal(0.5, 1.5, (3, 5))
A = rng.normal(0, 1, (6, 4))
B = rng.normal(0.2, 1, (3, 6))
for name, array in (("X", X), ("A", A), ("B", B), ("Y", Y)):
    print(f"{name:2} {array.shape}")

# %% [markdown]
# Here is a backward pass that somebody wrote. Do not look for the bug yet.

# %%
example = planted.case("everybody", 0)
example

# %%
figures.debugging.symptoms(example, A, B, X, Y)

# %% [markdown]
# Left of each pair, every entry of the gradient against what nudging says: a right gradient lies on
# the dashed line. Right of it, the gradient as a table: the darker, the further off.
#
# **1. Which gradient?** Before you read on:

# %%
quick("what_is_cleared", "?")

# %% tags=["solution"]
quick("what_is_cleared", "a")

# %% [markdown]
# Here it is the other way round: `grad_A` is right, and `grad_B` is not. For `grad_A` the error has
# come all the way: from the output, back through B, through the slope. So all of that is right, and
# the error at the output with it. What has `grad_B` that `grad_A` has not?
#
# **2. Which shape?** Both fit. **3. Which ratio?** Let us look at it, entry by entry:


# %%
def nudged_B(X):
    """Return the gradient of B at some inputs, without any formula."""
    return derivatives.central_gradient(lambda W: network.network_loss(A, W, X, Y), B)


grad_A, grad_B = example(A, B, X, Y)
print(grad_B / nudged_B(X))

# %% [markdown]
# No constant: nothing as simple as a missing N. Most entries are somewhat too small. **4. For which
# data?** One sample at a time, and data of other sizes. A hundredth of X makes every z small:

# %%
for times in (0.01, 1, 100):
    grad_A, grad_B = example(A, B, times * X, Y)
    ratio = np.linalg.norm(grad_B) / np.linalg.norm(nudged_B(times * X))
    print(f"X times {times:<5g} length of grad_B over the right one: {ratio:.3f}")

# %% [markdown]
# With tiny inputs it is right, with large ones it comes down to 0.76, which is tanh(1). A saturated
# unit puts out 1, and something takes the tanh of that. Only now look at the line for `grad_B`.
#
# The bug was found outside the code, by four questions: *which gradient, which shape, which ratio,
# for which data*. Each one clears lines. What is left is short enough to read.

# %% [markdown]
# ## 3. Your six cases
#
# The bugs are drawn by your name, so your cases are not those of your neighbour. Type any name, and
# keep it: the same name always gives the same six.

# %%
reader = "?"

# %% tags=["solution"]
reader = "Ada"  # your cases will be others

# %% [markdown]
# Each bug has one of these names. You will come back to this list.

# %%
planted.catalogue()

# %% [markdown]
# In every case: look at the picture first, say what is cleared, then read the lines. `bug_1` returns
# your `reader` and a name from the list. `fix_1` is the pass, mended: copy its lines into the cell
# and change what is wrong. Any right mend is accepted, also one that looks quite different.

# %% [markdown]
# ### Case 1
#
# What comes back must be shaped like the weights. Whatever is not says which two arrays met last.

# %%
case_1 = planted.case(reader, 1)
case_1

# %%
figures.debugging.symptoms(case_1, A, B, X, Y)

# %% [markdown]
# ### Exercise 1: `bug_1`
#
# > difficulty 1 of 5 · importance 4 of 5 · 3 minutes
#
# **What.** Your `reader` and the name of the bug in case 1.


# %% nbgrader={"grade_id": "bug_1", "solution": true}
def bug_1() -> tuple[str, str]:
    """Return your reader name, and what the list calls the bug in case 1."""
    ### BEGIN SOLUTION
    return "Ada", "error-terms"
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_bug_1", "grade": true}
check(bug_1, points=1)

# %% [markdown]
# ### Exercise 2: `fix_1`
#
# > difficulty 1 of 5 · importance 4 of 5 · 2 minutes
#
# **What.** The pass of case 1, mended: both gradients, `grad_A` first.


# %% nbgrader={"grade_id": "fix_1", "solution": true}
def fix_1(
    A: np.ndarray, B: np.ndarray, X: np.ndarray, Y: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return the gradients of the mean loss in A and in B, shaped like A and like B.

    A : (n_hidden, n_in), B : (n_out, n_hidden), X : (n_in, N), Y : (n_out, N).
    """
    ### BEGIN SOLUTION
    H = np.tanh(A @ X)
    delta_B = (B @ H - Y) / X.shape[1]
    delta_A = (B.T @ delta_B) * (1 - H**2)
    return delta_A @ X.T, delta_B @ H.T
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_fix_1", "grade": true}
check(fix_1, points=1)

# %% [markdown] tags=["solution"]
# **Ada's case: `error-terms`.** The picture says (6, 5) for `grad_A` and (3, 5) for `grad_B`: the 5
# is N, and no gradient has an axis for samples. They are error terms, well made, under wrong names;
# what each still has to meet is the input of its layer. The other bugs of this case show in the
# shape as well: a column for every hidden unit where inputs belong (`h-for-x`), for every input
# where hidden units belong (`x-for-h`), rows and columns exchanged, or each gradient in the other's
# place.

# %% [markdown]
# ### Case 2
#
# Points on a straight line that is not the dashed one: every entry is off by the same number.
# **Predict first** how one gets from a number to a line of code:

# %%
quick("one_ratio", "?")

# %% tags=["solution"]
quick("one_ratio", "b")

# %%
case_2 = planted.case(reader, 2)
case_2

# %%
figures.debugging.symptoms(case_2, A, B, X, Y)

# %% [markdown]
# ### Exercise 3: `bug_2`
#
# > difficulty 2 of 5 · importance 4 of 5 · 3 minutes
#
# **What.** Your `reader` and the name of the bug in case 2.


# %% nbgrader={"grade_id": "bug_2", "solution": true}
def bug_2() -> tuple[str, str]:
    """Return your reader name, and what the list calls the bug in case 2."""
    ### BEGIN SOLUTION
    return "Ada", "mean-twice"
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_bug_2", "grade": true}
check(bug_2, points=1)

# %% [markdown]
# ### Exercise 4: `fix_2`
#
# > difficulty 2 of 5 · importance 4 of 5 · 2 minutes
#
# **What.** The pass of case 2, mended: both gradients, `grad_A` first.


# %% nbgrader={"grade_id": "fix_2", "solution": true}
def fix_2(
    A: np.ndarray, B: np.ndarray, X: np.ndarray, Y: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return the gradients of the mean loss in A and in B, shaped like A and like B.

    A : (n_hidden, n_in), B : (n_out, n_hidden), X : (n_in, N), Y : (n_out, N).
    """
    ### BEGIN SOLUTION
    N = X.shape[1]
    H = np.tanh(A @ X)
    delta_B = (B @ H - Y) / N
    grad_B = delta_B @ H.T
    delta_A = B.T @ delta_B * (1 - H**2)
    grad_A = delta_A @ X.T
    return grad_A, grad_B
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_fix_2", "grade": true}
check(fix_2, points=1)

# %% [markdown] tags=["solution"]
# **Ada's case: `mean-twice`.** The ratio is 0.2, and N is 5. With a third of the samples it would be
# another one: try it. The other bugs of this case: a ratio of N, of 2, of −1, of 1/n_out. Changing
# the sizes tells them apart, where two of them happen to give the same number.

# %% [markdown]
# ### Case 3
#
# Ask what is cleared. If `grad_A` is right, the error at the output is. If both are off and the
# ratio is no constant, what do the two have in common?

# %%
case_3 = planted.case(reader, 3)
case_3

# %%
figures.debugging.symptoms(case_3, A, B, X, Y)

# %% [markdown]
# ### Exercise 5: `bug_3`
#
# > difficulty 3 of 5 · importance 4 of 5 · 3 minutes
#
# **What.** Your `reader` and the name of the bug in case 3.


# %% nbgrader={"grade_id": "bug_3", "solution": true}
def bug_3() -> tuple[str, str]:
    """Return your reader name, and what the list calls the bug in case 3."""
    ### BEGIN SOLUTION
    return "Ada", "name-used-again"
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_bug_3", "grade": true}
check(bug_3, points=1)

# %% [markdown]
# ### Exercise 6: `fix_3`
#
# > difficulty 3 of 5 · importance 4 of 5 · 2 minutes
#
# **What.** The pass of case 3, mended: both gradients, `grad_A` first.


# %% nbgrader={"grade_id": "fix_3", "solution": true}
def fix_3(
    A: np.ndarray, B: np.ndarray, X: np.ndarray, Y: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return the gradients of the mean loss in A and in B, shaped like A and like B.

    A : (n_hidden, n_in), B : (n_out, n_hidden), X : (n_in, N), Y : (n_out, N).
    """
    ### BEGIN SOLUTION
    N = X.shape[1]
    H = np.tanh(A @ X)
    delta_B = (B @ H - Y) / N
    slope = 1 - H**2
    delta_A = B.T @ delta_B * slope
    return delta_A @ X.T, delta_B @ H.T
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_fix_3", "grade": true}
check(fix_3, points=1)

# %% [markdown] tags=["solution"]
# **Ada's case: `name-used-again`.** `grad_A` is right, so $\Delta_B$ and B and the slope are. What is
# left is H in the last product; and H is not H any more there, since two lines above the name was
# given to its slope. Look at the table of gaps: whole columns are dark, and a column of `grad_B` is
# a hidden unit. The others: Z in H's place (columns of saturated units too large), the slope a line
# too early (these columns nearly 0). If both gradients are off, it is $\Delta_B$: here a slope at an
# output that is linear.

# %% [markdown]
# ### Case 4
#
# Between H and Z there is one factor for every unit and sample. It can be measured from outside:
# with one sample and one input, a unit's gradient over its error at H *is* that factor. The second
# picture does so for 61 units with z from −3 to 3.

# %%
case_4 = planted.case(reader, 4)
case_4

# %%
figures.debugging.symptoms(case_4, A, B, X, Y)

# %%
figures.debugging.slope_used(case_4)

# %% [markdown]
# ### Exercise 7: `bug_4`
#
# > difficulty 2 of 5 · importance 4 of 5 · 3 minutes
#
# **What.** Your `reader` and the name of the bug in case 4.


# %% nbgrader={"grade_id": "bug_4", "solution": true}
def bug_4() -> tuple[str, str]:
    """Return your reader name, and what the list calls the bug in case 4."""
    ### BEGIN SOLUTION
    return "Ada", "slope-at-h"
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_bug_4", "grade": true}
check(bug_4, points=1)

# %% [markdown]
# ### Exercise 8: `fix_4`
#
# > difficulty 2 of 5 · importance 4 of 5 · 2 minutes
#
# **What.** The pass of case 4, mended: both gradients, `grad_A` first.


# %% nbgrader={"grade_id": "fix_4", "solution": true}
def fix_4(
    A: np.ndarray, B: np.ndarray, X: np.ndarray, Y: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return the gradients of the mean loss in A and in B, shaped like A and like B.

    A : (n_hidden, n_in), B : (n_out, n_hidden), X : (n_in, N), Y : (n_out, N).
    """

    ### BEGIN SOLUTION
    def d_tanh(z):
        return 1 - np.tanh(z) ** 2

    Z = A @ X
    delta_B = (B @ np.tanh(Z) - Y) / X.shape[1]
    delta_A = d_tanh(Z) * (B.T @ delta_B)
    return delta_A @ X.T, delta_B @ np.tanh(Z).T
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_fix_4", "grade": true}
check(fix_4, points=1)

# %% [markdown] tags=["solution"]
# **Ada's case: `slope-at-h`.** The dashed curve never falls below 0.42, and 0.42 is the slope of tanh
# at 1: what went in was an activation. A flat line at 1 is a missing slope; one that dives below 0
# for large z is the short form fed with z; one that is not the same at z and −z has lost a square,
# and one that goes through 0 at z = 0 is tanh itself.

# %% [markdown]
# ### Case 5
#
# Between the output and H there is B. Read the picture's tables: is a whole row of `grad_A`
# wrong, that is, one hidden unit, or all of them? Then set weights of B to 0 and see who is still
# blamed.

# %%
case_5 = planted.case(reader, 5)
case_5

# %%
figures.debugging.symptoms(case_5, A, B, X, Y)

# %%
one_weight = np.zeros_like(B)
one_weight[0, 2] = 1.0
print(case_5(A, one_weight, X, Y)[0])

# %% [markdown]
# Only hidden unit 2 speaks, to output 0 alone. Which rows should be 0, and are they?

# %% [markdown]
# ### Exercise 9: `bug_5`
#
# > difficulty 3 of 5 · importance 4 of 5 · 3 minutes
#
# **What.** Your `reader` and the name of the bug in case 5.


# %% nbgrader={"grade_id": "bug_5", "solution": true}
def bug_5() -> tuple[str, str]:
    """Return your reader name, and what the list calls the bug in case 5."""
    ### BEGIN SOLUTION
    return "Ada", "reshaped"
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_bug_5", "grade": true}
check(bug_5, points=1)

# %% [markdown]
# ### Exercise 10: `fix_5`
#
# > difficulty 3 of 5 · importance 4 of 5 · 2 minutes
#
# **What.** The pass of case 5, mended: both gradients, `grad_A` first.


# %% nbgrader={"grade_id": "fix_5", "solution": true}
def fix_5(
    A: np.ndarray, B: np.ndarray, X: np.ndarray, Y: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return the gradients of the mean loss in A and in B, shaped like A and like B.

    A : (n_hidden, n_in), B : (n_out, n_hidden), X : (n_in, N), Y : (n_out, N).
    """
    ### BEGIN SOLUTION
    H = np.tanh(A @ X)
    delta_B = (B @ H - Y) / X.shape[1]
    back = B.T @ delta_B
    delta_A = back * (1 - H**2)
    return delta_A @ X.T, delta_B @ H.T
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_fix_5", "grade": true}
check(fix_5, points=1)

# %% [markdown] tags=["solution"]
# **Ada's case: `reshaped`.** Only unit 2 has a weight that is not 0, and yet another row is blamed:
# the weights have moved. `reshape` refills rows one number after the other; `.T` exchanges rows and
# columns. The others: every row is blamed although its weights are 0, by the same error
# (`weights-missing`) or each by another (`gradient-for-b`); or none is, since the last output has no
# weight here (`last-output-only`).

# %% [markdown]
# ### Case 6
#
# The last one. **Predict first:**

# %%
quick("right_for_one_sample", "?")

# %% tags=["solution"]
quick("right_for_one_sample", "a")

# %%
case_6 = planted.case(reader, 6)
case_6

# %%
figures.debugging.symptoms(case_6, A, B, X, Y)


# %%
def nudged_A(X, Y):
    """Return the gradient of A for some samples, without any formula."""
    return derivatives.central_gradient(lambda W: network.network_loss(W, B, X, Y), A)


for n in (1, 2, 5):
    some_X, some_Y = X[:, :n], Y[:, :n]
    mine = case_6(A, B, some_X, some_Y)[0]
    error = derivatives.distance(mine, nudged_A(some_X, some_Y))
    print(f"{n} samples: grad_A is off by {error:.0e}")

# %% [markdown]
# ### Exercise 11: `bug_6`
#
# > difficulty 3 of 5 · importance 4 of 5 · 3 minutes
#
# **What.** Your `reader` and the name of the bug in case 6.


# %% nbgrader={"grade_id": "bug_6", "solution": true}
def bug_6() -> tuple[str, str]:
    """Return your reader name, and what the list calls the bug in case 6."""
    ### BEGIN SOLUTION
    return "Ada", "last-sample-only"
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_bug_6", "grade": true}
check(bug_6, points=1)

# %% [markdown]
# ### Exercise 12: `fix_6`
#
# > difficulty 3 of 5 · importance 4 of 5 · 2 minutes
#
# **What.** The pass of case 6, mended: both gradients, `grad_A` first.


# %% nbgrader={"grade_id": "fix_6", "solution": true}
def fix_6(
    A: np.ndarray, B: np.ndarray, X: np.ndarray, Y: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return the gradients of the mean loss in A and in B, shaped like A and like B.

    A : (n_hidden, n_in), B : (n_out, n_hidden), X : (n_in, N), Y : (n_out, N).
    """
    ### BEGIN SOLUTION
    N = X.shape[1]
    grad_A, grad_B = np.zeros_like(A), np.zeros_like(B)
    for x, y in zip(X.T, Y.T, strict=True):
        h = np.tanh(A @ x)
        error = (B @ h - y) / N
        grad_B += np.outer(error, h)
        grad_A += np.outer(B.T @ error * (1 - h**2), x)
    return grad_A, grad_B
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_fix_6", "grade": true}
check(fix_6, points=1)

# %% [markdown] tags=["solution"]
# **Ada's case: `last-sample-only`.** Right for one sample, wrong for more, so every formula is right
# for a column. In the loop, `=` replaces where `+=` would add. The others: a `return` that stands
# within the loop, one slope for all samples, and means taken before the product. A mean of products
# is not the product of means.

# %% [markdown]
# ## 4. A wrong gradient that you can watch
#
# The pass of case 5 as it was planted, and yours, on the hundred digits of section 1.

# %%
figures.debugging.trains_beside(case_5, fix_5)

# %% [markdown]
# In the end, both have fallen. Of the dashed curve alone you would have said that it learns, if not
# too well, and gone on: another learning rate, more hidden units, more steps. People spend weeks
# there. What the two networks read of images that they have not seen is told in the picture, too. It
# says that something is wrong; it does not say what.

# %% [markdown]
# ## 5. A judge of your own
#
# You will not always have six pictures. What you can always have is a function that looks at any
# backward pass and says whether to trust it.
#
# Such a judge can fail in two ways. It *misses* a wrong gradient, or it raises a *false alarm* at a
# right one. A judge that always says no misses nothing, and is worth nothing. So it is scored on
# both: ten wrong backward passes, five right ones.
#
# What it may meet, all of it from real life:
#
# - only one of the two gradients is wrong, or a single entry, by a hundredth of the largest;
# - gradients of length 100, or, with other units of measure, of length 0.000000001;
# - a gradient that is 0 and has to be: which weight of A matters when all of B is 0?
# - nan, and results of another shape.
#
# How near is near? Notebook 2 found that right gradients and central differences are less than
# 1e-7 apart, measured against the longer of the two, and mistakes hardly ever less than 1e-3. There
# is much room in between.
#
# ### Exercise 13: `agrees`
#
# > difficulty 4 of 5 · importance 5 of 5 · 14 minutes
#
# **What.** True if both gradients that `backward(A, B, X, Y)` returns agree with nudging the mean
# squared loss, else False. For the loss there is `network.network_loss(A, B, X, Y)`; for nudging
# your `numerical_gradient` of notebook 2, or `derivatives.central_gradient(f, W)`, which nudges
# every entry of `W` in `f(W)`.


# %% nbgrader={"grade_id": "agrees", "solution": true}
def agrees(backward, A: np.ndarray, B: np.ndarray, X: np.ndarray, Y: np.ndarray) -> bool:
    """Return whether a backward pass agrees with nudging the mean squared loss.

    backward : a function of (A, B, X, Y) that returns (grad_A, grad_B), right or wrong.
    A : (n_hidden, n_in), B : (n_out, n_hidden), X : (n_in, N), Y : (n_out, N).
    """
    ### BEGIN SOLUTION
    nudged_A = derivatives.central_gradient(lambda W: network.network_loss(W, B, X, Y), A)
    nudged_B = derivatives.central_gradient(lambda W: network.network_loss(A, W, X, Y), B)
    grad_A, grad_B = backward(A, B, X, Y)
    for mine, nudged in ((grad_A, nudged_A), (grad_B, nudged_B)):
        if mine.shape != nudged.shape:
            return False
        longest = max(np.linalg.norm(mine), np.linalg.norm(nudged))
        if longest != 0 and not np.linalg.norm(mine - nudged) / longest < 1e-6:
            return False
    return True
    ### END SOLUTION


# %% [markdown]
# Misses and false alarms are counted, and both cost points.

# %% nbgrader={"grade_id": "check_agrees", "grade": true}
check(agrees, points=4)

# %% [markdown] tags=["solution"]
# **Why this is right.** Two comparisons, each by itself, so that a long gradient cannot cover up for
# a short one. Relative, so that tiny gradients are judged like large ones. `not … < limit` where one
# would write `… >= limit`: a comparison with nan is False, and so nan is refused. And nothing is
# divided by 0.
#
# **The mistakes people make here.** One gradient only. A limit on the difference itself, which lets
# everything through once gradients are smaller than the limit (`np.allclose` has such a limit, 1e-8,
# unless told otherwise). Sums, lengths or angles compared in place of entries. `if error > limit:
# return False`, which nan passes.

# %%
figures.debugging.verdicts(agrees)

# %% [markdown]
# ## What you have now
#
# **A checklist to keep.** It works for any network, in any framework.
#
# | see | ask | then look at |
# |---|---|---|
# | it stops, or a shape is wrong | which two arrays met last? | the last product, its order, what is returned first |
# | one ratio for all entries | is it N, 1/N, 2, −1, 1/n_out? change the sizes | where a sum, a mean or a sign is made |
# | the last layer right, an earlier one not | what lies between the two? | weights on the way back, slope, input of that layer |
# | the last layer wrong, an earlier one right | what has only the last one? | the activations that flow into it |
# | all layers wrong, no constant ratio | what do all have in common? | the error at the output, the forward pass |
# | off where units are saturated | at what is the slope taken? | the slope |
# | right for one sample | where do samples come together? | loops, means, sums, axes |
# | right at first, wrong after an update | which numbers are new, which are old? | the order of gradients and updates |
# | right gradient, and it still does not learn | is it the gradient at all? | learning rate, start, data: but only now |
#
# And before all of that: uneven sizes, a few samples, no weight at 0, and nudging.

# %%
figures.course_map("09_debugging")

# %% [markdown]
# Three sentences to keep:
#
# - A falling loss is no proof: 18 of the 23 wrong gradients of section 1 halve it.
# - First the symptom, then the code: which gradient, which shape, which ratio, for which data.
# - A check is as good as what it lets through and what it refuses; count both.
#
# **One open question, in two sentences.** A colleague's check nudges one weight, chosen at random,
# before every training. What will it find, and what will it overlook?

# %% [markdown]
# *Your two sentences:*

# %% [markdown] tags=["solution"]
# *One possible answer.* Whatever is wrong everywhere, such as a sign, a missing mean or a missing
# slope, is found at nearly any weight. What is wrong in one layer, one row or one entry is found only
# if the weight lies there, so it takes many trainings until it is noticed.

# %% [markdown]
# **Compare:** [the solution of this notebook](../../solutions/09_debugging/09_debugging.ipynb) says
# for every case what gave it away.
#
# **This is the end of the course**, and you have written all of it: a loss, a gradient by nudging, the
# chain rule, the errors on their way back, a training, and the judge of it all. One thing is left to
# see, in *Further*: how a machine finds the way back by itself, which is what every framework does.

# %% [markdown]
# ## Further
#
# Not needed, not graded: from here to automatic differentiation, in five steps and forty lines.
#
# > 12 minutes, if you follow every line
#
# ### Step 1: a value that remembers where it came from
#
# You have written the way back by hand, for one network. But each step of it was local: an operation
# needs to know only what went into it, and how an error that arrives at its result goes on to these.
# So let every value keep just that.


# %%
class Node:
    """A value, the nodes it was made of, and how an error at it is sent back to these."""

    def __init__(self, value, made_of=(), send_back=None):
        self.value, self.made_of, self.send_back = value, made_of, send_back
        self.error = np.zeros_like(value)  # dL/d(value), once it is known


# %% [markdown]
# ### Step 2: operations that know their way back
#
# Forward beside backward, in one place. Both lines of `matmul` are those of notebooks 4 and 5.


# %%
def matmul(P, Q):
    def send_back(error):
        return error @ Q.value.T, P.value.T @ error

    return Node(P.value @ Q.value, (P, Q), send_back)


def minus(P, Q):
    return Node(P.value - Q.value, (P, Q), lambda error: (error, -error))


def tanh(P):
    H = np.tanh(P.value)
    return Node(H, (P,), lambda error: (error * (1 - H**2),))


# %% [markdown]
# ### Step 3: a single number at the end
#
# The mean of half the squared lengths. A way back always starts at one number.


# %%
def mean_of_squares(E):
    N = E.value.shape[1]
    value = np.array(np.sum(E.value**2) / (2 * N))
    return Node(value, (E,), lambda error: (error * E.value / N,))


# %% [markdown]
# ### Step 4: backwards, each node once
#
# A node may send its error on only when all that it is used for has sent back to it. So: list the
# nodes such that everything stands behind what it was made of, and go through the list from its end.
# `+=` is the fork of notebook 3: a value that is used twice hears twice.


# %%
def in_order(node, seen):
    if node not in seen:
        for source in node.made_of:
            in_order(source, seen)
        seen[node] = True
    return list(seen)


def run_back(result):
    result.error = np.ones_like(result.value)
    for node in reversed(in_order(result, {})):
        if node.send_back:
            for source, error in zip(node.made_of, node.send_back(node.error), strict=True):
                source.error = source.error + error


# %% [markdown]
# ### Step 5: is it right?
#
# The network is one line, and nobody has written its way back. Your own passes are the judges, and
# then your judge.


# %%
def automatic(A, B, X, Y):
    a, b, x, y = Node(A), Node(B), Node(X), Node(Y)
    run_back(mean_of_squares(minus(matmul(b, tanh(matmul(a, x))), y)))
    return a.error, b.error


for name, pass_ in (("fix_1", fix_1), ("fix_6", fix_6)):
    gaps = [
        derivatives.distance(mine, yours)
        for mine, yours in zip(automatic(A, B, X, Y), pass_(A, B, X, Y), strict=True)
    ]
    print(f"the machine and {name} agree to rounding:", max(gaps) < 1e-11)
print("and your judge says:", agrees(automatic, A, B, X, Y))

# %% [markdown]
# These forty lines are what frameworks do, but for speed and the number of operations. They know
# nothing of layers: one layer more is one `matmul` and one `tanh` more, and the way back comes by
# itself. Nothing in it is new to you. And where an operation's way back is wrong, everything is wrong
# that uses it: frameworks are checked by nudging, too.

# %%
C = rng.normal(0, 1, (6, 6))
a, b, c = Node(A), Node(B), Node(C)
deeper = matmul(b, tanh(matmul(c, tanh(matmul(a, Node(X))))))
run_back(mean_of_squares(minus(deeper, Node(Y))))


def loss_of_C(W):
    return network.mean_loss(B @ np.tanh(W @ np.tanh(A @ X)), Y)


exact = derivatives.central_gradient(loss_of_C, C)
print("a layer more, and right:", derivatives.distance(c.error, exact) < 1e-7)

# %% [markdown]
# ### The same, by the names of others
#
# | here | PyTorch | JAX |
# |---|---|---|
# | samples are columns: `A @ X` | samples are rows: `X @ W.T + b` | as you like; mostly rows: `X @ W + b` |
# | `A`, (n_hidden, n_in) | `nn.Linear(n_in, n_hidden).weight`, the same shape | `W`, mostly (n_in, n_hidden) |
# | a row of ones in X | `.bias`, an array of its own | an array of its own |
# | `Node(A)` | a tensor with `requires_grad=True` | any array that is an argument of the function |
# | `run_back(loss)` | `loss.backward()` | `jax.grad(loss)(A)` |
# | `a.error` afterwards | `A.grad`, and it *adds up*: `optimizer.zero_grad()` before the next one | is returned; nothing is kept |
# | errors in between | are dropped, unless `H.retain_grad()` was called | are not kept |
# | what forward keeps | is let go after `backward()`, unless `retain_graph=True` | lives as long as the call |
# | ½, mean over samples | `nn.MSELoss`: no ½, mean over samples *and outputs*: 2/n_out times ours | what you write |
# | no way back from here | `with torch.no_grad():`, `.detach()` | `jax.lax.stop_gradient` |
# | `agrees` | `torch.autograd.gradcheck`, in double precision | `jax.test_util.check_grads` |
#
# One of these rows is a bug of this notebook in other clothes: a mean that runs over the outputs as
# well. Another is new, and you would see it by its ratio: a gradient that adds up because nobody set
# it to 0.
