# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 5. Delta A: the hidden layer's share of the blame
#
# The output layer has targets, so its error can be seen. The hidden layer has none: nobody tells a
# hidden unit what it should have put out. In this notebook it finds out, from the only place where
# anything is known about errors, the output. Then all weights of the network have a gradient, and
# the reader of digits of notebook 4, trained on fewer images, makes a quarter fewer mistakes.

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
begin("05_delta_a")
figures.course_map("05_delta_a")

# %% [markdown]
# **When you are through, you can**
#
# - say how much every hidden unit is to blame for the error, by sending the error back through B,
# - say how much of it gets through the activation, and why saturated units stop learning,
# - write the whole backward pass of a two-layer network, each quantity computed once,
# - take a step on both layers, and say what goes wrong if B moves too early.
#
# No answer of an earlier notebook is needed.
#
# {{contents}}

# %% [markdown]
# ### Three from before
#
# From notebooks 3 and 4, with new numbers every time. Run the cell, say whether you are sure, and
# click your choice. Being sure and wrong is the best thing that can happen here: such mistakes are
# mended for good. (Where nothing can be clicked, run
# `recall("…", "a", "sure")`.)

# %% tags=["nbval-ignore-output"]
recall("two_paths")

# %% tags=["solution", "nbval-ignore-output"]
recall("two_paths", "b", "sure")

# %% tags=["nbval-ignore-output"]
recall("shape_of_an_error")

# %% tags=["solution", "nbval-ignore-output"]
recall("shape_of_an_error", "b", "sure")

# %% tags=["nbval-ignore-output"]
recall("one_weights_slope")

# %% tags=["solution", "nbval-ignore-output"]
recall("one_weights_slope", "a", "sure")

# %% [markdown]
# <details><summary><b>Stuck? Climb this ladder</b> (click)</summary>
#
# 1. Read the shapes aloud: "delta_B is n_out by N, B is n_out by n_hidden, I need n_hidden by N."
# 2. Run your function on one sample, with numbers you can check by hand.
# 3. `hint("error_at_hidden")`: the idea, then the shapes, then all but the last step. Hints cost
#    nothing.
# 4. `replay("error_at_hidden")`: what every line of your function gave, at the last check.
#    `widgets.step_through("error_at_hidden")` plays the same, line by line.
# 5. `lend("error_at_hidden")` in a new cell lends you a working `error_at_hidden`, so that you can
#    go on. It computes by brute force, is slow, and earns no points; as soon as you run a function
#    of your own, the loan ends.
# 6. Read the [solution](../../solutions/05_delta_a/05_delta_a.ipynb), close it, and write it
#    yourself from memory. Copying feels like understanding, but it is not.
#
# By symptom:
#
# - *I get a ValueError from `@`*: `P @ Q` needs as many columns in P as there are rows in Q: the
#   inner sizes must be the same quantity, not only the same number. Print both shapes just before
#   that line. `.T` exchanges rows and columns.
# - *I get a ValueError from `*`*: `*` works entry by entry and needs equal shapes; `@` is the
#   matrix product. Which of the two does the sentence above the exercise describe?
# - *The values are nearly right*: then a quantity was taken at the wrong place or the wrong time: a
#   slope at H for one at Z, a weight after its update for one before.
#
# </details>

# %% [markdown]
# ## 1. What is known before we go back
#
# A small network: 3 inputs (the last one is always 1), 4 hidden units, 2 outputs, and a batch of 6
# samples. No two sizes are equal, so that every shape tells you what it belongs to.

# %%
rng = np.random.default_rng(83)
X = np.vstack([rng.normal(0, 1, (2, 6)), np.ones(6)]).round(1)
Y = rng.normal(0, 1.5, (2, 6)).round(1)
A = rng.normal(0, 1.3, (4, 3)).round(1)
B = rng.normal(0, 1, (2, 4)).round(1)

Z, H, Y_hat = network.forward(A, B, X)
for name, array in (("X", X), ("A", A), ("Z", Z), ("H", H), ("B", B), ("Y_hat", Y_hat)):
    print(f"{name:5} {array.shape}")

# %% [markdown]
# The output error $\Delta_B = \partial L/\partial\hat Y$ is the subject of notebook 4. If you have
# written that notebook's function, you may paste it here. If not: `bplib` finds $\Delta_B$ without
# any formula, by nudging every prediction by itself: slow, but right.

# %%
Delta_B = derivatives.gradient(lambda P: network.mean_loss(P, Y), Y_hat)
print("Delta_B", Delta_B.shape)
figures.delta_a.forward_pass(X, Z, H, Y_hat, Y, Delta_B)

# %% [markdown]
# Blue is what flows forward, orange what is known about errors. About errors we know so far only
# $\Delta_B$, at the very end. We now carry it back, one arrow at a time:
#
# $$A \;\longrightarrow\; Z = A X \;\longrightarrow\; H = \tanh Z \;\longrightarrow\; \hat Y = B H
# \;\longrightarrow\; L$$

# %% [markdown]
# ## 2. How much is a hidden unit to blame?
#
# One hidden unit, two outputs, one sample. The unit puts out $h = 0.5$, and both outputs hear it,
# each through its own weight. The outputs are wrong: their errors are 0.3 and 0.8.

# %%
figures.delta_a.one_unit(0.5, (2, -1), (0.3, 0.8))

# %% [markdown]
# **Predict, then run.** Is this unit too high or too low?

# %%
quick("one_units_blame", "?")

# %% tags=["solution"]
quick("one_units_blame", "b")

# %%
h, weights, targets = 0.5, np.array([2.0, -1.0]), np.array([0.7, -1.3])


def loss_at(h):
    return 0.5 * np.sum((weights * h - targets) ** 2)


print("errors at the outputs:", weights * h - targets)
print(f"blame of the unit, by nudging: {(loss_at(h + 1e-6) - loss_at(h - 1e-6)) / 2e-6:.4f}")

# %% [markdown]
# By hand: raise $h$ by a tiny amount $\varepsilon$, and follow both arrows.
#
# | along the arrow to | the prediction moves by | its error | so the loss moves by |
# |---|---|---|---|
# | $\hat y_0$ | $2\,\varepsilon$ | 0.3 | $0.6\,\varepsilon$ |
# | $\hat y_1$ | $-1\,\varepsilon$ | 0.8 | $-0.8\,\varepsilon$ |
# | both together | | | $-0.2\,\varepsilon$ |
#
# Every error came back along the arrow on which the unit had spoken, as strongly as it had spoken
# there. And what came back was added up.
#
# Now all hidden units and all samples. Which numbers belong to unit $j$ in sample $n$? Mark with a
# finger, in the picture of section 1, which column of $\Delta_B$ you need. Then print B, which is
# (n_out, n_hidden), and find the weights through which unit $j$ speaks: are they a row of B or a
# column?
#
# ### Exercise 1: `error_at_hidden`
#
# > difficulty 2 of 5 · importance 5 of 5 · 10 minutes
#
# **What.** How the loss reacts to each hidden $h$: $\partial L/\partial H$, shape (n_hidden, N),
# like H. Send the output error back through B. Loops are fine; afterwards look for the one matrix
# product that does the same.


# %% nbgrader={"grade_id": "error_at_hidden", "solution": true}
def error_at_hidden(delta_B: np.ndarray, B: np.ndarray) -> np.ndarray:
    """Return the error at the hidden activations: the output error, sent back through B.

    delta_B : (n_out, N) the error term of the output layer.
    B : (n_out, n_hidden) output weights.
    Returns (n_hidden, N): one number for every hidden unit and every sample.
    """
    ### BEGIN SOLUTION
    return B.T @ delta_B
    ### END SOLUTION


# %% [markdown]
# The check does not care which activation the hidden layer has, because between H and the outputs
# there is only B.

# %% nbgrader={"grade_id": "check_error_at_hidden", "grade": true}
check(error_at_hidden, points=2)

# %% [markdown] tags=["solution"]
# **Why this is right.** Unit $j$ speaks to output $k$ through $b_{kj}$, so its blame in sample $n$
# is $\sum_k b_{kj}\,\delta_{kn}$: column $j$ of B against column $n$ of `delta_B`. A matrix product
# takes rows of its first factor, so B is transposed: (n_hidden, n_out) @ (n_out, N). Forward we
# summed over the arrows that *enter* an output, back over the arrows that *leave* a hidden unit.
#
# **The mistakes people make here.** `B @ delta_B` does not fit, and `reshape` makes it fit without
# making it right. Some books share the error out in proportion to the weights; but blame is a
# derivative, not an amount to be divided. And "backwards through B" is not the inverse of B.

# %% [markdown]
# Here is *your* function on sample 0. The lines are the same in both halves, each with its weight
# from B, and thicker where that is larger. Only the arrows are reversed
# (dashed: *back*; in the moving figure below: *negative*).

# %%
figures.delta_a.same_weights(error_at_hidden, Delta_B, B, H, sample=0)

# %% [markdown]
# Look at $h_3$. It speaks loudly to both outputs, and its blame is almost nothing: one output is
# too high, the other too low, both weights are 0.9, and what comes back cancels. Whatever you do to
# $h_3$, you mend one prediction by as much as you spoil the other.
#
# And is it true? Nudge one hidden activation yourself and compare. Try other units and samples.

# %%
j, n = 2, 4
nudge = np.zeros_like(H)
nudge[j, n] = 1e-6
up, down = network.mean_loss(B @ (H + nudge), Y), network.mean_loss(B @ (H - nudge), Y)
print(f"by nudging:    {(up - down) / 2e-6:.6f}")
print(f"your function: {error_at_hidden(Delta_B, B)[j, n]:.6f}")

# %% [markdown]
# ## 3. Through the activation
#
# The error has arrived at H. But weights cannot move H directly. They move Z, and $h = \tanh z$.
# How much of the error at $h$ is left at $z$? The chain rule says: as much as $h$ moves when $z$
# moves.

# %%
figures.delta_a.saturation()

# %% [markdown]
# A unit at $z = 0$ passes its whole error on. A unit at $z = 3$ is *saturated*: it is stuck at the
# top of the curve, and one percent of its error gets through. It may be very much to blame, and
# still next to nothing reaches the weights behind it.
#
# You need the slope of tanh, which notebook 3 wrote with nothing but the value of tanh itself. If
# you do not remember it: differentiate $\tanh z = \sinh z/\cosh z$ as a quotient ($\sinh' = \cosh$,
# $\cosh' = \sinh$) and look for $\tanh z$ in what you get.
#
# ### Exercise 2: `delta_A`
#
# > difficulty 2 of 5 · importance 5 of 5 · 10 minutes
#
# **What.** How the loss reacts to each hidden $z$: $\Delta_A = \partial L/\partial Z$, shape
# (n_hidden, N). This is the hidden layer's **error term**, what $\Delta_B$ is for the output layer.
# Use `error_at_hidden`. The slope is different for every entry, so ask yourself at which array it
# has to be taken.


# %% nbgrader={"grade_id": "delta_A", "solution": true}
def delta_A(delta_B: np.ndarray, B: np.ndarray, Z: np.ndarray) -> np.ndarray:
    """Return the error term of the hidden layer: dL/dZ.

    delta_B : (n_out, N) the error term of the output layer.
    B : (n_out, n_hidden) output weights.
    Z : (n_hidden, N) hidden pre-activations; the hidden activation is tanh.
    Returns (n_hidden, N): one number for every hidden unit and every sample.
    """
    ### BEGIN SOLUTION
    return error_at_hidden(delta_B, B) * (1 - np.tanh(Z) ** 2)
    ### END SOLUTION


# %% [markdown]
# One of the check's networks is saturated almost everywhere. A slope taken at the wrong place shows
# there at once.

# %% nbgrader={"grade_id": "check_delta_A", "grade": true}
check(delta_A, points=2)

# %% [markdown] tags=["solution"]
# **Why this is right.** Each $h$ depends on one $z$ only, so the chain rule is a product entry by
# entry, `*` and not `@`. The slope is $1 - \tanh^2 z$, taken where the unit stood: at Z.
#
# **The mistakes people make here.** The slope is forgotten: with small weights hardly anybody
# notices, because the slope is near 1 there. Or it is taken at H, `1 - np.tanh(H)**2`, which is
# never below 0.42: no unit would ever be saturated. Or `1 - Z**2`: the short form wants what comes
# out of tanh.

# %% [markdown]
# Your function on the small network. The entries with $|z| > 2$ are outlined in all three pictures.

# %%
Delta_A = delta_A(Delta_B, B, Z)
print("Delta_A", Delta_A.shape)
figures.delta_a.beside_Z(error_at_hidden, delta_A, Delta_B, B, Z)

# %% [markdown]
# ## 4. Error times input, once more
#
# The last arrow, from A to Z. Take one weight $a$, from input $i$ to hidden unit $j$, and two
# samples:
#
# | | input $x_i$ | unit $j$'s $\Delta_A$ | raise $a$ by $\varepsilon$: $z$ moves by | the loss by |
# |---|---|---|---|---|
# | sample 0 | 3 | 0.2 | $3\,\varepsilon$ | $0.6\,\varepsilon$ |
# | sample 1 | 1 | −0.1 | $1\,\varepsilon$ | $-0.1\,\varepsilon$ |
# | both | | | | $0.5\,\varepsilon$ |
#
# So $\partial L/\partial a = 0.5$. An input of 0 would have had no share in it at all: through that
# weight nothing flowed. (The 1/N of the loss is in $\Delta_A$ already; it came along from
# $\Delta_B$.)
#
# ### Exercise 3: `gradient_A`
#
# > difficulty 2 of 5 · importance 5 of 5 · 5 minutes
#
# **What.** The slope for every weight of A, $\partial L/\partial A$, shape (n_hidden, n_in), like
# A. If notebook 4 is fresh in your mind, this is a familiar face. That is the point: *a layer's
# gradient is its error term times the input to that layer*, whichever layer.


# %% nbgrader={"grade_id": "gradient_A", "solution": true}
def gradient_A(delta: np.ndarray, X: np.ndarray) -> np.ndarray:
    """Return the gradient of the loss in the hidden weights: error times input.

    delta : (n_hidden, N) the error term of the hidden layer, its 1/N included.
    X : (n_in, N) the input of the hidden layer.
    Returns (n_hidden, n_in): one slope for every weight of A.
    """
    ### BEGIN SOLUTION
    return delta @ X.T
    ### END SOLUTION


# %% [markdown]
# The last row of X is all ones, and its weights are the biases. They are not a special case, and
# the check looks at them too.

# %% nbgrader={"grade_id": "check_gradient_A", "grade": true}
check(gradient_A, points=2)

# %% [markdown] tags=["solution"]
# **Why this is right.** $\partial L/\partial a_{ji} = \sum_n \delta_{jn}\,x_{in}$: row $j$ of
# `delta` against row $i$ of X. With X transposed, N is the inner size of the product and is summed
# over.
#
# **The mistakes people make here.** Averages before the product: errors of different samples then
# cancel before they meet their inputs. A second division by N. And `X[0]` taken for the first
# sample: it is the first *input*.

# %% [markdown]
# Now real data: 200 images of handwritten digits, 65 inputs (64 pixels and the 1), 40 hidden units,
# 10 outputs, random weights. A hidden unit's row of A has one weight for every pixel, so its
# gradient is an image: all 200 images added up, each times the error that this unit has with it.
# You see the five with the largest errors, and the sum of all.

# %%
digits = datasets.digits()
X_200, Y_200 = digits.X[:, :200], digits.Y[:, :200]
rng = np.random.default_rng(4)
A_digits = rng.normal(0, 0.15, (40, 65))
B_digits = rng.normal(0, 0.1, (10, 40))
Z_digits, H_digits, Y_hat_digits = network.forward(A_digits, B_digits, X_200)
Delta_B_digits = derivatives.gradient(lambda P: network.mean_loss(P, Y_200), Y_hat_digits)
for name, array in (("X", X_200), ("Z", Z_digits), ("Y_hat", Y_hat_digits)):
    print(f"{name:5} {array.shape}")

# %%
Delta_A_digits = delta_A(Delta_B_digits, B_digits, Z_digits)
figures.delta_a.blend_of_images(gradient_A, Delta_A_digits, X_200, unit=7)

# %% [markdown]
# With fives this unit's error is positive (it should put out less), with the zero it is negative
# (it should put out more). In the sum it is purple on both sides, where the slope is negative, and
# orange in the middle. A step goes against the slope, so the weights at both sides will grow:
# the unit begins to look for zeros.

# %% [markdown]
# ## 5. All together: each quantity once
#
# Now the whole way, forward and back, in one function. Here is everything that you need, in the
# order in which it becomes known. Cover the right column and say the shapes first.
#
# | quantity | is made from | shape |
# |---|---|---|
# | `Z` | A and X | (n_hidden, N) |
# | `H` | Z | (n_hidden, N) |
# | `Y_hat` | B and H | (n_out, N) |
# | `Delta_B` | Y_hat and Y | (n_out, N) |
# | gradient of B | Delta_B and H | like B |
# | `Delta_A` | Delta_B, B, and Z or H | (n_hidden, N) |
# | gradient of A | Delta_A and X | like A |
#
# Every line uses lines above it, and none has to be computed twice. For $\Delta_B$ use your line
# from notebook 4, or this helper, which nudges one output of all samples at a time. (The nudge is
# an imaginary number: then nothing is subtracted, and no digits are lost.)


# %%
def output_error(Y_hat, Y):
    """Return Delta_B without a formula: nudge every output and see what the losses do."""
    delta = np.zeros_like(Y_hat)
    for k in range(len(Y_hat)):
        nudged = Y_hat.astype(complex)
        nudged[k] += 1e-20j
        delta[k] = network.sample_losses(nudged, Y).imag / 1e-20 / Y.shape[1]
    return delta


# %% [markdown]
# ### Exercise 4: `backward`
#
# > difficulty 3 of 5 · importance 5 of 5 · 15 minutes
#
# **What.** Both gradients, of A and of B, from one forward pass. You may call the functions that
# you have written. One of them serves for both layers. (If your `delta_A` takes the tanh of Z a
# second time, let it. The matrix products cost far more: do none of them twice.)


# %% nbgrader={"grade_id": "backward", "solution": true}
def backward(
    A: np.ndarray, B: np.ndarray, X: np.ndarray, Y: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return the gradients of the mean loss in A and in B, each quantity computed once.

    A : (n_hidden, n_in), B : (n_out, n_hidden) weights; tanh hidden layer, linear output.
    X : (n_in, N) inputs, Y : (n_out, N) targets.
    Returns (grad_A, grad_B), shaped like A and like B.
    """
    ### BEGIN SOLUTION
    Z = A @ X
    H = np.tanh(Z)
    Y_hat = B @ H
    Delta_B = (Y_hat - Y) / Y.shape[1]
    Delta_A = (B.T @ Delta_B) * (1 - H**2)
    return gradient_A(Delta_A, X), gradient_A(Delta_B, H)
    ### END SOLUTION


# %% [markdown]
# The message tells the two gradients apart. If grad_B is right and grad_A is not, the mistake lies
# behind $\Delta_B$.

# %% nbgrader={"grade_id": "check_backward", "grade": true}
check(backward, notebook="05_delta_a", points=3)

# %% [markdown] tags=["solution"]
# **Why this is right.** It is the table from top to bottom. `1 - H**2` is the slope at Z without a
# second tanh, because H is tanh of Z already. `gradient_A` does not know that it is about A: it
# multiplies an error term with a layer's input, so with `Delta_B` and `H` it gives the gradient of
# B.
#
# **The mistakes people make here.** H where X belongs, or X where H belongs: if the sizes happen to
# be equal, no shape complains. The two gradients in the order in which they are computed, B first.
# And `grad_B` in place of B on the way back: both have the same shape.

# %% [markdown]
# The whole pass on the network of notebook 4, with your functions at work. Step through it. At Δ_A,
# choose a sum z and push it far out: the tanh goes flat, and what comes back hardly passes. Then
# nudge a weight of A: your gradient predicts how far the loss moves.

# %%
widgets.backpropagation(output_error, gradient_A, delta_A, gradient_A)

# %% [markdown]
# Believe nothing that has not been nudged. `central_gradient` nudges every weight up and down;
# `gradient` uses imaginary nudges, which leave no rounding error. The distance is relative, as in
# notebook 2.

# %% tags=["nbval-ignore-output"]
grad_A, grad_B = backward(A, B, X, Y)


def loss_of_A(W):
    return network.network_loss(W, B, X, Y)


print("grad_A", grad_A.shape, "  grad_B", grad_B.shape)
central = derivatives.central_gradient(loss_of_A, A)
exact = derivatives.gradient(loss_of_A, A)
print(f"distance to central differences:   {derivatives.distance(grad_A, central):.0e}")
print(f"distance to the imaginary nudges:  {derivatives.distance(grad_A, exact):.0e}")

# %% [markdown]
# ## 6. A step on both layers, and a trap
#
# Both gradients are there; now both layers move, each with its own learning rate. That seems to be
# two lines. **Predict first** what happens if they are written like this: compute the gradient of
# B, update B, send the error back, compute the gradient of A, update A.

# %%
quick("first_B_then_A", "?")

# %% tags=["solution"]
quick("first_B_then_A", "b")

# %% [markdown]
# ### Exercise 5: `step_both`
#
# > difficulty 2 of 5 · importance 4 of 5 · 10 minutes
#
# **What.** The new A and the new B: one step of gradient descent on both, from gradients at the
# *same* point. Return new arrays; the caller's A and B stay as they are.


# %% nbgrader={"grade_id": "step_both", "solution": true}
def step_both(
    A: np.ndarray,
    B: np.ndarray,
    X: np.ndarray,
    Y: np.ndarray,
    learning_rate_A: float,
    learning_rate_B: float,
) -> tuple[np.ndarray, np.ndarray]:
    """Return A and B after one step of gradient descent on both.

    A : (n_hidden, n_in), B : (n_out, n_hidden), X : (n_in, N), Y : (n_out, N).
    learning_rate_A, learning_rate_B : how far to go, for each layer its own.
    Returns (A, B): two new arrays.
    """
    ### BEGIN SOLUTION
    grad_A, grad_B = backward(A, B, X, Y)
    return A - learning_rate_A * grad_A, B - learning_rate_B * grad_B
    ### END SOLUTION


# %% [markdown]
# The two learning rates of the check are never equal, and large enough to show a B that moved too
# early.

# %% nbgrader={"grade_id": "check_step_both", "grade": true}
check(step_both, points=3)

# %% [markdown] tags=["solution"]
# **Why this is right.** `backward` is called once, before anything moves, so both gradients belong
# to the same A and B.
#
# **The mistakes people make here.** `B -= …` before the error goes back: the caller's B changes,
# and the error returns through weights that the forward pass never saw. Or `backward` is called
# again after the first update. Or one learning rate is used for both layers.

# %% [markdown]
# ### Fall into the trap on purpose
#
# With `learning_rate_A = 0` your `step_both` moves B alone. Then the error is sent back twice:
# through B as it was, and through the new one.

# %%
fresh = gradient_A(delta_A(Delta_B, B, Z), X)
rates, gaps = [0.001, 0.01, 0.1, 1.0], []
for rate in rates:
    _, B_new = step_both(A, B, X, Y, 0.0, rate)
    stale = gradient_A(delta_A(Delta_B, B_new, Z), X)
    gaps.append(derivatives.distance(stale, fresh))
    print(f"learning rate {rate:<5g}: the gradient of A is off by {100 * gaps[-1]:6.2f} percent")

# %%
figures.delta_a.stale_B(rates, gaps, fresh, stale)

# %% [markdown]
# With a learning rate of 0.001 nobody would notice. The loss does not tell you either: it falls in
# both orders. Here is one step on both layers, with the learning rate 0.1:

# %%
_, B_new = step_both(A, B, X, Y, 0.0, 0.1)
A_right, _ = step_both(A, B, X, Y, 0.1, 0.0)
stale = gradient_A(delta_A(Delta_B, B_new, Z), X)
A_stale = A - 0.1 * stale
print(f"loss before                     {network.network_loss(A, B, X, Y):.4f}")
print(f"after a step, gradients first   {network.network_loss(A_right, B_new, X, Y):.4f}")
print(f"after a step, B updated first   {network.network_loss(A_stale, B_new, X, Y):.4f}")

# %% [markdown]
# The lesson is not that the last loss is a little higher; elsewhere it may be lower, by chance. It
# is that "the loss goes down" is no proof of a right gradient. Nudging is.

# %% [markdown]
# ## 7. Was it worth it?
#
# In notebook 4 only B learned, on a hidden layer that stayed random. Three hundred steps with your
# `step_both`, once like that and once with A learning too, on 500 images. (If your functions are
# made of loops, the cell stops after fifteen seconds and shows how far it came.)

# %% tags=["nbval-ignore-output"]
figures.delta_a.both_learn(step_both, A_digits, B_digits, digits, steps=300)

# %% [markdown]
# After all 300 steps a quarter of the mistakes on new images is gone, and the loss is still
# falling. Nobody told the hidden units what to look for. They were only told, at every step, what
# they were to blame for.

# %% [markdown]
# ## What you have now, in one picture
#
# Your own arrays, from the small network. Going right, everything is kept; going left, everything
# that was kept is used.

# %%
figures.delta_a.whole_pass(backward, (Delta_A, Delta_B), A, B, X, Y)

# %%
figures.course_map("05_delta_a")

# %% [markdown]
# Still open: the loop around it all.
#
# Three sentences to keep:
#
# - A hidden unit's blame is what comes back along the arrows on which it spoke.
# - The activation lets through as much error as it is steep there; a saturated unit lets through
#   next to nothing.
# - First all gradients, then all updates.
#
# **One open question, in two sentences.** Suppose all weights of B are 0 when training starts, and
# those of A are random. Which of the two gradients is 0 in the first step, and does it stay 0?

# %% [markdown]
# *Your two sentences:*

# %% [markdown] tags=["solution"]
# *One possible answer.* Through a B of zeros no error comes back, so $\Delta_A$ and with it the
# gradient of A is 0, while the gradient of B is not, because H is not 0. So B moves in the first
# step, and from the second step on the error finds its way to A. (If A were all zeros as well, H
# would be 0, and neither layer would ever move.)

# %% [markdown]
# **Next:** [notebook 6, training](../06_training/06_training.ipynb). You put the loop around it:
# batches, epochs, step sizes, and a network that learns digits from beginning to end.
#
# **Compare:** [the solution of this notebook](../../solutions/05_delta_a/05_delta_a.ipynb) says for
# every exercise why the answer is right and what people get wrong there.

# %% [markdown]
# ## Further
#
# Not needed to go on: large weights, a closer look at the judge, and what starting at the output
# saves.
#
# ### Ten times A
#
# What does the size of the weights do to the error? **Predict, then run.**

# %%
quick("ten_times_A", "?")

# %% tags=["solution"]
quick("ten_times_A", "c")

# %%
figures.delta_a.ten_times_A(error_at_hidden, delta_A, Delta_B_digits, A_digits, B_digits, X_200)

# %% [markdown]
# Remember this picture when a network does not learn. Weights that start too large do not make it
# learn fast. They make most of its units deaf to the error.

# %% [markdown]
# ### One sample after the other
#
# The gradient of A in the small network, sample by sample: your function, six times with one sample
# and once with all. A sample with small errors adds little; an input near 0 leaves its column
# almost white; and the last column, below the ones, is the error itself.

# %%
figures.delta_a.outer_products(gradient_A, Delta_A, X)

# %% [markdown]
# ### How close do central differences come?
#
# It depends on their step. Near 1e-16 two gradients are equal to the last digit that a computer
# keeps:

# %%
figures.delta_a.agreement(grad_A, A, loss_of_A, 10.0 ** -np.arange(1, 12))

# %% [markdown]
# The valley is where to look. A gradient with a mistake in it has no valley: its curve stays flat,
# far up, whatever the step. To see one, put `1.01 * grad_A` in place of `grad_A` above.

# %% [markdown]
# ### What starting at the output saves
#
# We went from the output to the input. Could one not go the way the signal goes, from the input?
# **Predict, then run.**

# %%
quick("from_which_side", "?")

# %% tags=["solution"]
quick("from_which_side", "a")

# %% [markdown]
# Here is one weight of the digits network, from pixel `i` to hidden unit `j`: a nudge of that
# weight is pushed forward, to the unit's activation, to all predictions, and to the loss. It gives
# the same number as your `backward`.

# %%
j, i = 3, 20
h_moves = derivatives.derivative(np.tanh, Z_digits[j]) * X_200[i]
predictions_move = B_digits[:, [j]] * h_moves
loss_moves = np.sum(Delta_B_digits * predictions_move)
grad_A_digits, grad_B_digits = backward(A_digits, B_digits, X_200, Y_200)
print(f"from the input side: {loss_moves:.9f}")
print(f"from your backward:  {grad_A_digits[j, i]:.9f}")

# %% [markdown]
# But that was one weight of 2,600, and the next one, from pixel 21 to the same unit, repeats nearly
# all of it: only the input is another one. $\Delta_A$ *is* the common part, computed once and kept.
# Count the multiplications. Yours are counted while your `backward` runs, as far as they are made
# by `@`, `np.dot` or `np.outer`.

# %%
n_hidden, n_in = A_digits.shape
n_out, N = Y_200.shape
forward_pass = (n_in + n_out) * n_hidden * N
one_weight = (1 + n_out + n_out) * N  # its nudge goes to one h, to all predictions, to the loss
counts = {
    "nudging every weight of A twice": 2 * A_digits.size * forward_pass,
    "from the input, weight by weight": forward_pass + A_digits.size * one_weight,
    "your backward, both gradients": figures.delta_a.multiplications(
        backward, A_digits, B_digits, X_200, Y_200
    ),
}
figures.delta_a.costs(counts, needed=2 * n_in * n_hidden * N + 3 * n_out * n_hidden * N)

# %% [markdown]
# Five matrix products are needed for both gradients, two forward and three back: 1,280,000
# multiplications. If your number is higher, something is computed twice; if it is lower, some of
# your work was not seen by the counter. With more layers the difference grows: from the input side,
# every weight of every layer repeats everything that lies behind it.
