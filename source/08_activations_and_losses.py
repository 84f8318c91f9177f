# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 8. Activations and losses: what a network learns well with
#
# Two choices were made for you in the first notebook: tanh in the hidden layer, and the squared
# error. Backpropagation works with others, and they decide how fast and how well a network learns.
# At the end readers of digits are trained by your functions, with three activations and two losses.
# Which choice makes a difference, and how does one find out fairly?

# %%
import numpy as np

from bplib import (
    begin,
    check,
    datasets,
    derivatives,
    figures,
    hint,
    lend,
    network,
    quick,
    recall,
    replay,
    widgets,
)

np.set_printoptions(precision=3, suppress=True)
begin("08_activations_and_losses")
figures.course_map("08_activations_and_losses")

# %% [markdown]
# **When you are through, you can**
#
# - say where an activation starves its unit, and send an error back through any of them,
# - say why a network that is sure and wrong hardly learns from the squared error, and what mends it,
# - turn ten outputs into shares, and take their loss, with numbers of any size,
# - find hidden units that are dead,
# - compare two choices so that the result means something.
#
# No answer of an earlier notebook is needed.
#
# {{contents}}

# %% [markdown]
# ### Three from before
#
# From notebooks 3 to 5, with new numbers every time. Run the cell, say whether you are sure, and
# click your choice. Being sure and wrong is the best thing that can happen here: such mistakes are
# mended for good. (Where nothing can be clicked, write both into the call,
# `recall("…", "a", "sure")`, and run it again.)

# %% tags=["nbval-ignore-output"]
recall("slope_from_the_value")

# %% tags=["solution", "nbval-ignore-output"]
recall("slope_from_the_value", "b", "sure")

# %% tags=["nbval-ignore-output"]
recall("back_along_two_arrows")

# %% tags=["solution", "nbval-ignore-output"]
recall("back_along_two_arrows", "a", "sure")

# %% tags=["nbval-ignore-output"]
recall("one_sample_of_many")

# %% tags=["solution", "nbval-ignore-output"]
recall("one_sample_of_many", "b", "sure")

# %% [markdown]
# <details><summary><b>Stuck? Climb this ladder</b> (click)</summary>
#
# 1. Read the shapes aloud: "Z is n_out by N, a sample is a column, I need n_out by N."
# 2. Run your function on one sample with numbers you can check by hand.
# 3. `hint("softmax")`: the idea, then the shapes, then all but the last step. Hints cost nothing.
# 4. `replay("softmax")`: what every line of your function gave, at the last check.
#    `widgets.step_through("softmax")` plays the same, line by line.
# 5. `lend("softmax")` in a new cell lends you a working `softmax`, so that you can go on. It earns
#    no points; as soon as you run a function of your own, the loan ends.
# 6. Read the [solution](../../solutions/08_activations_and_losses/08_activations_and_losses.ipynb),
#    close it, and write it yourself from memory. Copying feels like understanding, but it is not.
#
# By symptom:
#
# - *nan*: inf minus inf, inf over inf, 0 over 0, or 0 times inf. Print every line's result and look
#   for the first inf or 0 that should not be one. On paper nothing is infinite here.
# - *RuntimeWarning: overflow encountered in exp*: exp of more than 709 is inf. A warning by itself
#   is no mistake: 1/inf is 0, and may be just what is meant.
# - *operands could not be broadcast together*: a result of `.sum(axis=1)` has one number a row.
#   What you combine it with has one column a sample.
#
# </details>

# %% [markdown]
# ## 1. Four activations, and where they starve
#
# A hidden unit learns from the error that gets through its activation: as much as the curve is
# steep where the unit stands. These four are met most often. The last one, *leaky* ReLU, is $z$ to
# the right of 0 and $z/10$ to the left of it.
#
# **Predict, then run.**

# %%
quick("which_activation_starves", "?")

# %% tags=["solution"]
quick("which_activation_starves", "d")

# %%
figures.activations_and_losses.activations()

# %% [markdown]
# Flat is not the same as useless: a unit that is flat *for some samples* has made up its mind about
# them. It starves if that happens for all samples, or before it has learned anything.
#
# Tanh was built into the way back of notebook 5. Now the activation is to be a choice, so its slope
# comes in as a function:


# %%
def slope_of(f):
    def slope(z):
        return (f(z + 1e-6) - f(z - 1e-6)) / 2e-6

    return slope


SLOPES = {name: slope_of(f) for name, f in network.ACTIVATIONS.items()}
z = np.array([-4.0, -1.0, 0.5, 4.0])
for name, d_activation in SLOPES.items():
    print(f"{name:10}", d_activation(z))

# %% [markdown]
# (They nudge z and see how far h moves. Your own functions of notebook 3 would do as well.)
#
# ### Exercise 1: `delta_hidden`
#
# > difficulty 2 of 5 · importance 5 of 5 · 8 minutes
#
# **What.** The error term of a hidden layer, $\partial L/\partial Z$, shape (n_hidden, N), whatever
# its activation is and whatever layer comes next. From that layer you are given its error term and
# its weights. With tanh units and the output as the next layer, the result is the $\Delta_A$ of
# notebook 5.


# %% nbgrader={"grade_id": "delta_hidden", "solution": true}
def delta_hidden(
    delta_next: np.ndarray, W_next: np.ndarray, Z: np.ndarray, d_activation
) -> np.ndarray:
    """Return the error term of a hidden layer: dL/dZ.

    delta_next : (n_next, N) the error term of the layer that comes next.
    W_next : (n_next, n_hidden) that layer's weights.
    Z : (n_hidden, N) the hidden layer's own pre-activations.
    d_activation : a function; called with pre-activations, it returns the slopes there.
    Returns (n_hidden, N): one number for every hidden unit and every sample.
    """
    ### BEGIN SOLUTION
    return (W_next.T @ delta_next) * d_activation(Z)
    ### END SOLUTION


# %% [markdown]
# Expect the check to hand over four different activations. A slope that is built in shows there.

# %% nbgrader={"grade_id": "check_delta_hidden", "grade": true}
check(delta_hidden, points=2)

# %% [markdown] tags=["solution"]
# **Why this is right.** Two links, as in notebook 5: along every arrow back to the unit, added up;
# then through the activation, entry by entry. Only the second link knows which activation it is,
# and asks `d_activation` at the place where the unit stood: at Z.
#
# **The mistakes people make here.** `d_activation` is multiplied with instead of being called. Or
# the slope is taken at the activations, $f'(f(z))$: notebook 5's short form wanted tanh's *value*,
# a function of z wants z.

# %% [markdown]
# Your function at work. A unit is sent an error of 1, and stands at z:

# %%
figures.activations_and_losses.let_through(delta_hidden)

# %% [markdown]
# The upright dashed line is at the place that was asked for. And mind the *height* of the curves: through
# five layers of sigmoids at most $(1/4)^5$ of an error comes back, a
# thousandth, if the weights make up for nothing.

# %% [markdown]
# ## 2. Sure and wrong
#
# Notebook 4 (in *Further*) left a question open. An output with a sigmoid says a probability:
# $p = \sigma(z)$. If it is sure and wrong, the squared error gives it almost no error term, because
# the sigmoid is flat there. The network has the most to learn, and learns the least.
#
# The sigmoid is not to blame, it has to end at 0 and 1. The *loss* is. One that fits asks: how
# surprised is somebody who believes $p$ and then sees what happened?
#
# $$L = -\log p \quad\text{if } y = 1, \qquad L = -\log(1 - p) \quad\text{if } y = 0$$
#
# or in one line $-y\log p - (1 - y)\log(1 - p)$: the **cross-entropy**. Be half sure of what
# happens, and it costs $\log 2 = 0.69$. Be sure of what happens, and it costs nothing. Believe that
# it happens once in a thousand times: 6.9, and in a million times: 13.8. There is no upper end.

# %%
quick("both_at_minus_six", "?")

# %% tags=["solution"]
quick("both_at_minus_six", "b")

# %%
figures.activations_and_losses.two_losses(z=-6)

# %% [markdown]
# Run it again with other z: 0, 3, −2. Where do the tangents differ
# most, and where are both nearly flat?
#
# Now the slopes in numbers, for one output and one sample, found by nudging z. Both losses, targets
# 1 and 0:


# %%
def squared(z, y):
    return (network.sigmoid(z) - y) ** 2 / 2


def entropy(z, y):
    p = network.sigmoid(z)
    return -y * np.log(p) - (1 - y) * np.log(1 - p)


print("    z   target        p   slope: squared error   cross-entropy")
for y in (1.0, 0.0):
    for z in (-6.0, -1.0, 0.0, 2.0):
        old, new = ((loss(z + 1e-6, y) - loss(z - 1e-6, y)) / 2e-6 for loss in (squared, entropy))
        print(f"{z:5}   {y:6}   {network.sigmoid(z):6.3f}   {old:20.3f}   {new:13.3f}")

# %% [markdown]
# Look at the last column beside *p* and the target. It is simpler than anything that two links of a
# chain have given so far. Say in a sentence what you see, before you go on.
#
# Then find out why. The way from z to the loss has two links:
#
# $$z \;\longrightarrow\; p = \sigma(z) \;\longrightarrow\; L$$
#
# You know the slope of the first, written with $p$ alone. The second is the derivative of a
# logarithm, $(\log p)' = 1/p$. Multiply the two, on paper, once for $y = 1$ and once for $y = 0$.
#
# ### Exercise 2: `delta_logistic`
#
# > difficulty 3 of 5 · importance 5 of 5 · 10 minutes
#
# **What.** The error term of a layer of sigmoid outputs, $\partial L/\partial Z$, shape (n_out, N).
# Each output is a yes-or-no question of its own; $L$ is the mean over the samples of the summed
# cross-entropies of a sample's outputs. Right also for entries of ±1000: simplify on paper first,
# and nothing will be divided by 0.


# %% nbgrader={"grade_id": "delta_logistic", "solution": true}
def delta_logistic(Z: np.ndarray, Y: np.ndarray) -> np.ndarray:
    """Return the error term of sigmoid outputs with cross-entropy: dL/dZ.

    Z : (n_out, N) pre-activations of the output layer.
    Y : (n_out, N) targets, 0 or 1.
    Returns (n_out, N).
    """
    ### BEGIN SOLUTION
    P = 1 / (1 + np.exp(-Z))
    return (P - Y) / Y.shape[1]
    ### END SOLUTION


# %% [markdown]
# If exp overflows somewhere and what comes out is right all the same, the check does not mind.

# %% nbgrader={"grade_id": "check_delta_logistic", "grade": true}
check(delta_logistic, points=2)

# %% [markdown] tags=["solution"]
# **Why this is right.** For $y = 1$ the links are $-1/p$ and $p(1 - p)$, and their product is
# $-(1 - p) = p - 1$. For $y = 0$ they are $1/(1 - p)$ and $p(1 - p)$: $p$. Both are $p - y$. The
# slope of the sigmoid, which starved the squared error, is cancelled exactly. A sample counts 1/N.
#
# **The mistakes people make here.** Both links are kept as they are: at z = 1000 one divides by 0
# and the other multiplies by it. Or the slope $p(1 - p)$ is left in. Or the sigmoid is written as
# $e^z/(1 + e^z)$, which is inf/inf at 1000; $1/(1 + e^{-z})$ is 1/inf = 0 at −1000, as it should be.

# %% [markdown]
# Both error terms side by side: yours, and that of the squared error. Drag z all the way from sure
# and wrong to sure and right, then choose the target 0. Before you do: at which z will the squared
# error's bar be longest?

# %%
widgets.confident(delta_logistic)

# %% [markdown]
# Where the network is right already, both let it be. Where it is sure and wrong, one of the two
# pulls as hard as it can. This is why a yes-or-no output is trained with cross-entropy.

# %% [markdown]
# ## 3. Ten outputs, one right answer
#
# The digits are no ten yes-or-no questions: exactly one of ten answers is right. So the ten outputs
# ought to be shares that add up to 1. Raise one, and the others have to give.
#
# Two steps make shares of any ten numbers: make them positive, by exp; then divide each by their
# sum. By hand, for $z = (2, 1, 0)$:
#
# | | output 0 | output 1 | output 2 | sum |
# |---|---|---|---|---|
# | $z$ | 2 | 1 | 0 | |
# | $e^z$ | 7.39 | 2.72 | 1 | 11.11 |
# | share | 0.67 | 0.24 | 0.09 | 1 |
#
# That is the **softmax**, $p_k = e^{z_k} / \sum_j e^{z_j}$: soft, because the highest does not get
# all. On paper it works for any numbers. In a computer $e^{1000}$ is inf and $e^{-1000}$ is 0, and
# an untrained network or too long a step soon brings such numbers about.

# %%
quick("five_more_for_all", "?")

# %% tags=["solution"]
quick("five_more_for_all", "a")

# %% [markdown]
# You are free, then, to move a column up or down before you start. Where would you like to have it,
# if no exponential is to overflow, and not all of them are to become 0?
#
# ### Exercise 3: `softmax`
#
# > difficulty 2 of 5 · importance 5 of 5 · 8 minutes
#
# **What.** The softmax of every column, shape (n_out, N), like Z. A sample is a column. Right for
# entries of ±1000, also where one column is near 1000 and another one near −1000.


# %% nbgrader={"grade_id": "softmax", "solution": true}
def softmax(Z: np.ndarray) -> np.ndarray:
    """Return the softmax of every column.

    Z : (n_out, N) pre-activations of the output layer, of any size.
    Returns (n_out, N): positive shares; every column adds up to 1.
    """
    ### BEGIN SOLUTION
    exponentials = np.exp(Z - Z.max(axis=0))
    return exponentials / exponentials.sum(axis=0)
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_softmax", "grade": true}
check(softmax, points=2)

# %% [markdown] tags=["solution"]
# **Why this is right.** Taking the same number $m$ from a whole column divides every exponential by
# $e^m$, and the sum as well: the shares stay. With the column's own largest entry as $m$, the
# largest exponent is 0. No exponential exceeds 1, and one of them is 1, so the sum is never 0. What
# becomes 0 is a share that is 0 to every digit.
#
# **The mistakes people make here.** `Z.max()` without an axis: one number for all columns, and a
# column that is 2000 lower has only zeros left. `axis=1`, from courses with samples in rows. Or
# clipping Z: two entries beyond the limit then count as equal.

# %%
figures.activations_and_losses.shares(softmax, [2, 1, 0], [0, 5, 1000, -1000])

# %% [markdown]
# ## 4. Its loss
#
# The cross-entropy of ten shares is as before: how surprised is somebody who believes in them and
# then sees the right answer? Only the share of the right class counts:
#
# $$L = -\frac1N \sum_{n=0}^{N-1} \log p_{\text{right}(n),\,n}
#   = -\frac1N \sum_{n=0}^{N-1} \sum_k y_{kn} \log p_{kn}$$
#
# The second form does the picking with $Y$: one-hot, a single 1 in every column.
#
# By hand, the column $z = (2, 1, 0)$ of above. If class 0 is right, it costs $-\log 0.665 = 0.408$;
# if class 2, $-\log 0.090 = 2.408$. The difference is exactly 2. Where does that come from?

# %%
quick("loss_far_out", "?")

# %% tags=["solution"]
quick("loss_far_out", "b")

# %%
z = np.array([[0.0], [-1000.0]])
with np.errstate(divide="ignore"):
    print("share of the right class:", network.softmax(z)[1, 0])
    print("its logarithm:           ", np.log(network.softmax(z)[1, 0]))

# %% [markdown]
# The share is too small for a computer, but its logarithm is an ordinary number. So do not go
# through the share. Take the logarithm of the formula of softmax on paper: what are $\log(a/b)$ and
# $\log e^z$? And use what you know about moving a column.
#
# ### Exercise 4: `cross_entropy`
#
# > difficulty 4 of 5 · importance 4 of 5 · 12 minutes
#
# **What.** One float, the mean over the samples. It takes *pre-activations*, not shares. Right, and
# not only finite, for entries of ±1000: a small number added inside the logarithm makes the loss
# finite and wrong.


# %% nbgrader={"grade_id": "cross_entropy", "solution": true}
def cross_entropy(Z: np.ndarray, Y: np.ndarray) -> float:
    """Return the mean cross-entropy of the softmax of Z.

    Z : (n_out, N) pre-activations of the output layer, of any size.
    Y : (n_out, N) targets, one-hot columns.
    Returns one number.
    """
    ### BEGIN SOLUTION
    shifted = Z - Z.max(axis=0)
    logarithms = shifted - np.log(np.exp(shifted).sum(axis=0))
    return -np.sum(Y * logarithms) / Y.shape[1]
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_cross_entropy", "grade": true}
check(cross_entropy, points=3)

# %% [markdown] tags=["solution"]
# **Why this is right.** $\log p_k = z_k - \log\sum_j e^{z_j}$, and the same with a column that was
# moved. After taking away the largest entry the sum lies between 1 and n_out, so its logarithm is
# harmless. No share is ever computed.
#
# **The mistakes people make here.** `np.log(softmax(Z))`: log 0 is −inf, and 0 · inf is nan.
# `np.log(P + 1e-12)`: no loss can then exceed 28, and beyond that there is no slope to learn from.
# Or the largest entry is taken from one of the two terms only. Or `np.mean` over all entries.

# %% [markdown]
# ## 5. From the loss back to z
#
# What is the slope of this loss in every pre-activation? Once more by nudging first. A column of
# four outputs; class 1 is right:

# %%
z, y = np.array([[1.0], [0.2], [-0.5], [2.0]]), np.array([[0.0], [1.0], [0.0], [0.0]])
nudged = derivatives.gradient(lambda P: network.cross_entropy(P, y), z)
print("softmax", network.softmax(z).ravel())
print("target ", y.ravel())
print("slopes ", nudged.ravel(), "  their sum", nudged.sum().round(12))

# %% [markdown]
# You have seen this before. But this time every output has a hand in every share, so it is not the
# same calculation. Differentiate $\log\sum_j e^{z_j} - z_{\text{right}}$ in one $z_k$ on paper, and
# look for the softmax in what you get. Two cases: $k$ is the right class, or it is not.
#
# ### Exercise 5: `delta_softmax`
#
# > difficulty 2 of 5 · importance 5 of 5 · 8 minutes
#
# **What.** The error term of a softmax output with cross-entropy, $\partial L/\partial Z$, shape
# (n_out, N), for a batch. You may call your `softmax`; should that one still be wrong, it does not
# count against you here.


# %% nbgrader={"grade_id": "delta_softmax", "solution": true}
def delta_softmax(Z: np.ndarray, Y: np.ndarray) -> np.ndarray:
    """Return the error term of a softmax output with cross-entropy: dL/dZ.

    Z : (n_out, N) pre-activations of the output layer, of any size.
    Y : (n_out, N) targets, one-hot columns.
    Returns (n_out, N).
    """
    ### BEGIN SOLUTION
    return (softmax(Z) - Y) / Y.shape[1]
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_delta_softmax", "grade": true}
check(delta_softmax, points=2)

# %% [markdown] tags=["solution"]
# **Why this is right.** The slope of $\log\sum_j e^{z_j}$ in $z_k$ is $e^{z_k}/\sum_j e^{z_j}$, the
# share $p_k$. The other term gives −1 for the right class and 0 for all others: $-y_k$. So one
# output is pulled up and all the others down, and the pulls add up to 0.
#
# **The mistakes people make here.** Somebody who remembers the slope $p(1 - p)$ multiplies with it:
# that is the squared error's way back, and it starves. The 1/N is forgotten. Or only the right
# class gets an error, as if the others were not there.

# %% [markdown]
# Your two functions on an image, behind a network with random weights:

# %%
digits = datasets.digits()
rng = np.random.default_rng(6)
A_digits = rng.normal(0, 1 / np.sqrt(65), (30, 65))
B_digits = rng.normal(0, 2 / np.sqrt(30), (10, 30))
n = 4
outputs = B_digits @ np.tanh(A_digits @ digits.X[:, [n]])
figures.activations_and_losses.digit_error(
    softmax, delta_softmax, digits.X[:, n], outputs, digits.labels[n]
)

# %% [markdown]
# ## 6. Six readers of digits
#
# Everything is there: three activations, two losses. The squared error goes with linear outputs, as
# in notebook 6, cross-entropy with softmax. One step of training, for any pair of them:


# %%
def squared_error_term(Z, Y):
    return (Z - Y) / Y.shape[1]


def one_step(A, B, X, Y, activation, output_error_term, rate):
    Z = A @ X
    H = network.ACTIVATIONS[activation](Z)
    delta_B = output_error_term(B @ H, Y)
    delta_A = delta_hidden(delta_B, B, Z, SLOPES[activation])
    return A - rate * delta_A @ X.T, B - rate * delta_B @ H.T


def trained(X, Y, activation, output_error_term, rate, seed, epochs=15, batch_size=100):
    rng = np.random.default_rng(seed)
    A = rng.normal(0, 1 / np.sqrt(len(X)), (30, len(X)))
    B = rng.normal(0, 1 / np.sqrt(30), (len(Y), 30))
    for _ in range(epochs):
        order = rng.permutation(X.shape[1])
        for start in range(0, X.shape[1], batch_size):
            batch = order[start : start + batch_size]
            A, B = one_step(A, B, X[:, batch], Y[:, batch], activation, output_error_term, rate)
    return A, B


def share_read(A, B, activation, X, labels):
    return np.mean((B @ network.ACTIVATIONS[activation](A @ X)).argmax(axis=0) == labels)


# %% [markdown]
# **Predict, then run.** How should they be compared?

# %%
quick("one_rate_for_all", "?")

# %% tags=["solution"]
quick("one_rate_for_all", "b")

# %% [markdown]
# So first a search, for each pair by itself. The test images must not take part: who chooses by the
# test has seen it. 347 of the training images are set aside for that. (A few seconds; if your
# functions loop over entries, a few minutes.)

# %%
LOSSES = {"squared error": squared_error_term, "cross-entropy": delta_softmax}
PAIRS = [(activation, loss) for loss in LOSSES for activation in ("sigmoid", "tanh", "relu")]
RATES = (0.06, 0.2, 0.6, 2.0, 6.0)

search = {pair: {} for pair in PAIRS}
with np.errstate(all="ignore"):  # too large a rate overflows, and that is an answer, too
    for activation, loss in PAIRS:
        for rate in RATES:
            A, B = trained(
                digits.X[:, :1000], digits.Y[:, :1000], activation, LOSSES[loss], rate, seed=0
            )
            search[activation, loss][rate] = share_read(
                A, B, activation, digits.X[:, 1000:], digits.labels[1000:]
            )
best = {pair: max(RATES, key=search[pair].get) for pair in PAIRS}
for (activation, loss), rate in best.items():
    print(f"{activation:8} {loss:14} best rate {rate:4}, at a rate of 0.2: ", end="")
    print(f"{search[activation, loss][0.2]:.0%}, at its own {search[activation, loss][rate]:.0%}")

# %% [markdown]
# Then each at its own best rate, on all training images, from five random starts, and asked about
# images that nobody has seen:

# %%
read = {}
for activation, loss in PAIRS:
    rate = best[activation, loss]
    read[activation, loss] = [
        share_read(
            *trained(digits.X, digits.Y, activation, LOSSES[loss], rate, seed),
            *(activation, digits.X_test, digits.labels_test),
        )
        for seed in range(1, 6)
    ]
figures.activations_and_losses.six_pairs(delta_hidden, delta_softmax, search, read)

# %% [markdown]
# What to conclude, and what not:
#
# - **The loss matters here.** With each activation cross-entropy reads more on average. With the
#   sigmoid not one dot disagrees. With tanh and ReLU the dots of the two losses overlap: the more
#   they do, the less do five seeds settle.
# - **Among the activations nothing is settled.** With cross-entropy the dots of all three overlap. A
#   difference that is smaller than the spread of the seeds is no difference yet.
# - **One rate for all would have lied.** At 0.2 the sigmoid with cross-entropy seems the worst of
#   its three, by far. At its own rate it is not. And its best rate is the largest that was tried:
#   who knows what lies beyond?
# - **It was these digits, one hidden layer, 15 epochs.** In a deep network the sigmoid's quarter
#   counts at every layer, and the choice of activation decides whether anything arrives at all.

# %% [markdown]
# ## 7. A dead unit
#
# One danger is left, and it is ReLU's alone.

# %%
quick("a_unit_that_never_fires", "?")

# %% tags=["solution"]
quick("a_unit_that_never_fires", "b")

# %% [markdown]
# Let us bring it about: two moons, twelve ReLU units, one sigmoid output, and three steps that are
# far too long. Afterwards 300 careful ones.

# %%
moons = datasets.two_moons()
rng = np.random.default_rng(1)
A_start, B_start = rng.normal(0, 1, (12, 3)), rng.normal(0, 1, (1, 12))


def walk(A, B, activation, rate, steps):
    for _ in range(steps):
        A, B = one_step(A, B, moons.X, moons.Y, activation, delta_logistic, rate)
    return A, B


A_hit, B_hit = walk(A_start, B_start, "relu", 15.0, 3)
A_end, B_end = walk(A_hit, B_hit, "relu", 1.0, 300)
figures.activations_and_losses.dead_units(
    delta_hidden, {"before": (A_start, B_start), "after": (A_end, B_end)}, moons.X, moons.Y
)

# %% [markdown]
# A loss that stays high does not say why. How do you find dead units in a network of your own? Which of the
# arrays that a forward pass keeps tells you, and along which axis do you ask? Write it below, run
# it, and compare with the figure's empty rows. (No points.)

# %%
# the numbers of the dead units of A_end, on moons.X


# %% tags=["solution"]
print(np.flatnonzero((A_end @ moons.X <= 0).all(axis=1)))

# %%
for activation in ("relu", "leaky_relu"):
    careful = walk(A_start, B_start, activation, 1.0, 303)
    hit = walk(A_start, B_start, activation, 15.0, 3)
    for name, (A, B) in (
        ("careful", careful),
        ("three long steps first", walk(*hit, activation, 1.0, 300)),
    ):
        right = (B @ network.ACTIVATIONS[activation](A @ moons.X) > 0) == (moons.Y > 0.5)
        print(f"{activation:10} {name:22} {np.mean(right):.0%} of the moons told apart")

# %% [markdown]
# With a leak the slope is never 0, so a unit that was hit can come back. Smaller steps at the start
# are the other cure.

# %% [markdown]
# ## What you have now, in one picture

# %%
figures.course_map("08_activations_and_losses")

# %% [markdown]
# Nothing in the pseudocode has changed. Two boxes can be exchanged, the activation and the loss, and
# all else stays.
#
# Three sentences to keep:
#
# - An activation passes on as much error as it is steep; where it is flat for all samples, the unit
#   is dead, or starves.
# - Loss and output belong together: with the one that fits, the flat ends of the output cancel, and
#   who is sure and wrong learns the most.
# - A comparison is worth as much as the care for its weakest side: its own best rate, several seeds,
#   images that took no part.
#
# **One open question, in two sentences.** For both outputs of this notebook, and for the linear
# output with the squared error of notebook 4, the error term looks the same. What do these three
# pairs of output and loss have in common, that sigmoid with squared error has not?

# %% [markdown]
# *Your two sentences:*

# %% [markdown] tags=["solution"]
# *One possible answer.* In each of the three the loss is made for the output: differentiated by z,
# the slope of the output's own activation cancels, and what is left is prediction minus target. With
# sigmoid and squared error nothing cancels the slope, so it remains as a factor that may be 0.

# %% [markdown]
# **Next:** [notebook 9, Debugging](../09_debugging/09_debugging.ipynb): six backward passes with one
# bug each, and how to find it. **Before:** [notebook 7, Deeper
# networks](../07_deeper_networks/07_deeper_networks.ipynb), where the sigmoid's quarter meets many
# layers.
#
# **Compare:** [the solution of this
# notebook](../../solutions/08_activations_and_losses/08_activations_and_losses.ipynb) says for every
# exercise why the answer is right and what people get wrong there.
