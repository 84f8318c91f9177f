# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 6. Training: the whole loop
#
# Every part is on the table: the loss, its gradient by the chain rule, the error terms $\Delta_B$
# and $\Delta_A$, a step downhill. Here you put them together, once, and let them run: random numbers
# become a network that reads handwriting, the one from the first page of notebook 1, and now yours.

# %%
import sys

import numpy as np
from tqdm import tqdm

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
begin("06_training")
figures.course_map("06_training")

# %% [markdown]
# **When you are through, you can**
#
# - write the complete training of a two-layer network, every line your own,
# - cut the data into mini-batches, and say why that pays,
# - train a network that reads handwritten digits, and look at what it has learned and what not.
#
# No answer of an earlier notebook is needed.
#
# {{contents}}

# %% [markdown]
# ### Three from before
#
# From earlier notebooks, with new numbers every time. Say whether you are sure, and click your
# choice. (Where nothing can be clicked: `recall("…", "a", "sure")`.)

# %% tags=["nbval-ignore-output"]
recall("one_step_of_a_weight")

# %% tags=["solution", "nbval-ignore-output"]
recall("one_step_of_a_weight", "b", "sure")

# %% tags=["nbval-ignore-output"]
recall("shape_of_a_gradient")

# %% tags=["solution", "nbval-ignore-output"]
recall("shape_of_a_gradient", "a", "sure")

# %% tags=["nbval-ignore-output"]
recall("through_the_slope")

# %% tags=["solution", "nbval-ignore-output"]
recall("through_the_slope", "b", "sure")

# %% [markdown]
# <details><summary><b>Stuck? Climb this ladder</b> (click)</summary>
#
# 1. Read the shapes aloud: "Z is n_hidden by N, X is n_in by N, I need n_hidden by n_in."
# 2. Run your function on one sample, with numbers you can check by hand.
# 3. `hint("forward")`: the idea, then the shapes, then all but the last step. Hints cost nothing.
# 4. `replay("forward")`: what every line of your function gave, at the last check.
#    `widgets.step_through("forward")` plays the same, line by line.
# 5. `lend("forward")` in a new cell lends you a working `forward`, so that you can go on. It
#    computes by brute force, is slow, and earns no points; as soon as you run a function of your
#    own, the loan ends.
# 6. Read the [solution](../../solutions/06_training/06_training.ipynb), close it, and write it
#    yourself from memory. Copying feels like understanding, but it is not.
#
# By symptom:
#
# - *The loss grows, or becomes inf or nan*: divide both learning rates by 10. If it falls now, they
#   were too large. If it still grows, the sign of the step is wrong, or the gradient is.
# - *The loss falls, but the check says that something is wrong*: many wrong gradients lower the
#   loss for a while. The check compares every number; trust it.
# - *The check says that I change an argument*: `A -= …` and `A[…] = …` write into the caller's
#   array. Start with a copy, `A = A.copy()`, or make a new array, `A = A - …`.
# - *It takes for ever*: interrupt it (the black square above). A loop over samples or weights
#   inside `forward` or `backward` is right, but some hundred times slower than a matrix product.
#
# </details>

# %% [markdown]
# ## 1. The plan
#
# This is the program on the map, for batches, with the details filled in. On the right stands who
# does the work: five functions, and you write all of them.
#
# | line | in words | function |
# |---|---|---|
# | 1 | start from random A and B; note the loss | `train` |
# | 2 | **repeat** for every epoch: | `train` |
# | 3 | – shuffle the samples, deal them into batches | `minibatches` |
# | 4 | – **for** every batch: | `train` |
# | 5 | – – go forward; keep Z, H and Y_hat | `forward` |
# | 6 | – – go back: $\Delta_B$, gradient of B, $\Delta_A$, gradient of A | `backward` |
# | 7 | – – step: A and B against their gradients | `update` |
# | 8 | – note the loss of all the data | `train` |
#
# An **epoch** is one walk through all the data. A **batch** is the handful of samples that share
# one step. We work from the inside out: lines 5, 6 and 7 first, then line 3, then the loop around
# them. The random numbers of line 1 are drawn outside; `train` gets A and B as arguments.

# %% [markdown]
# ## 2. Forward, and keep what you pass
#
# In notebook 1 the forward pass threw everything away except the prediction. Look at the smallest
# network there is, one weight $a$, one weight $b$, with $x = 1$, $y = 1.5$:

# %%
a, b, x, y = 0.5, 2.0, 1.0, 1.5
z = a * x
h = np.tanh(z)
y_hat = b * h
print(f"z = {z:.3f}, h = {h:.3f}, prediction = {y_hat:.3f}, target = {y}")

# %% [markdown]
# Which of these numbers will be asked for on the way back? The error at the output needs $\hat y$.
# The gradient of $b$ is an error times what entered that layer: $h$. The error passes tanh at the
# place where the unit stands: $z$, or $h$, which says the same. All three come up again. So a
# forward pass for training keeps them.
#
# ### Exercise 1: `forward`
#
# > difficulty 1 of 5 · importance 4 of 5 · 5 minutes
#
# **What.** `Z`, `H` and `Y_hat`, in this order: the forward pass of notebook 1, with tanh in the
# hidden layer and a linear output.


# %% nbgrader={"grade_id": "forward", "solution": true}
def forward(A: np.ndarray, B: np.ndarray, X: np.ndarray) -> tuple:
    """Run the network forward and keep what the backward pass will need.

    A : (n_hidden, n_in) hidden weights.
    B : (n_out, n_hidden) output weights.
    X : (n_in, N) inputs, one column per sample.
    Returns Z (n_hidden, N), H (n_hidden, N), Y_hat (n_out, N).
    """
    ### BEGIN SOLUTION
    Z = A @ X
    H = np.tanh(Z)
    Y_hat = B @ H
    return Z, H, Y_hat
    ### END SOLUTION


# %% [markdown]
# One of the check's networks has nearly all hidden units saturated.

# %% nbgrader={"grade_id": "check_forward", "grade": true}
check(forward, notebook="06_training", points=2)

# %% [markdown] tags=["solution"]
# **Why this is right.** It is the table, line by line. Nothing is computed that `predict` did not
# compute; it is only not thrown away.
#
# **The mistake people make here.** One name for two things: after `Z = np.tanh(Z)`, or `np.tanh(Z,
# out=Z)`, the pre-activations are gone, and a backward pass that asks for them gets the activations
# without noticing.

# %% [markdown]
# ## 3. Back, from what was kept
#
# Now the other direction. In notebook 5 the backward pass got the weights and the data and had to
# run the network first. Here the forward pass has been run already, so the new function gets what
# was kept, and computes nothing twice.

# %%
quick("where_is_A", "?")

# %% tags=["solution"]
quick("where_is_A", "b")

# %% [markdown]
# By hand, with the one-weight network: nudge $b$, nudge $a$, and see how the loss responds. These
# are the two numbers that a backward pass has to give, from $x$, $z$, $h$, $\hat y$ and $b$ alone.


# %%
def loss_of(a, b):
    return 0.5 * (b * np.tanh(a * x) - y) ** 2


a, b, x, y = 0.5, 2.0, 1.0, 1.5
nudge = 1e-5
by_nudging_b = (loss_of(a, b + nudge) - loss_of(a, b - nudge)) / (2 * nudge)
by_nudging_a = (loss_of(a + nudge, b) - loss_of(a - nudge, b)) / (2 * nudge)
print(f"x = {x}, z = {z:.3f}, h = {h:.3f}, prediction = {y_hat:.3f}, b = {b}")
print(f"slope in b: {by_nudging_b:.4f}")
print(f"slope in a: {by_nudging_a:.4f}")

# %% [markdown]
# Take a pencil and get both numbers from the first line of the output. The error is $0.924 - 1.5$.
# Which two numbers does it meet on its way to $b$, and which on its way to $a$?
#
# Then write it for layers and batches. Four quantities, and each is made from what stands above it
# and from what was kept:
#
# | in words | in symbols | shape |
# |---|---|---|
# | error at the output | $\Delta_B = \partial L/\partial \hat Y$ | (n_out, N) |
# | gradient of B: error × input of that layer | $\partial L/\partial B$ | (n_out, n_hidden) |
# | error at the hidden layer, from $\Delta_B$ | $\Delta_A = \partial L/\partial Z$ | (n_hidden, N) |
# | gradient of A: error × input of that layer | $\partial L/\partial A$ | (n_hidden, n_in) |
#
# ### Exercise 2: `backward`
#
# > difficulty 3 of 5 · importance 5 of 5 · 15 minutes
#
# **What.** `grad_A` and `grad_B`. The loss is the mean squared error of this course,
# $\frac{1}{2N}\sum\lVert\hat y - y\rVert^2$. Use what was kept; do not run the network again. Write
# it without looking back at notebooks 4 and 5, then compare.


# %% nbgrader={"grade_id": "backward", "solution": true}
def backward(
    B: np.ndarray,
    X: np.ndarray,
    Z: np.ndarray,
    H: np.ndarray,
    Y_hat: np.ndarray,
    Y: np.ndarray,
) -> tuple[np.ndarray, np.ndarray]:
    """Return the gradients of the mean loss in A and B, from what forward kept.

    B : (n_out, n_hidden) output weights.
    X : (n_in, N) inputs; Y : (n_out, N) targets.
    Z, H : (n_hidden, N) and Y_hat : (n_out, N), from the forward pass.
    Returns grad_A (n_hidden, n_in), grad_B (n_out, n_hidden).
    """
    ### BEGIN SOLUTION
    delta_B = (Y_hat - Y) / Y.shape[1]
    grad_B = delta_B @ H.T
    delta_A = (B.T @ delta_B) * (1 - H**2)
    grad_A = delta_A @ X.T
    return grad_A, grad_B
    ### END SOLUTION


# %% [markdown]
# If a step of yours is off, the check tries to tell which one, from the error terms that can be
# read out of your gradients.

# %% nbgrader={"grade_id": "check_backward", "grade": true}
check(backward, notebook="06_training", points=3)

# %% [markdown] tags=["solution"]
# **Why this is right.** Four lines, from the output to the input. `1 - H**2` is the slope of tanh
# at Z, had from H for nothing, because $\tanh'(z) = 1 - \tanh^2(z)$. The pencil numbers: $-0.576
# \cdot 0.462 = -0.266$ for $b$, and $-0.576 \cdot 2 \cdot (1 - 0.462^2) \cdot 1 = -0.906$ for $a$.
#
# **The mistakes people make here.** The slope taken once too often, `1 - np.tanh(H)**2`: H has been
# through tanh already. Or the slope left out. Or 1/N forgotten: the direction is right, but the
# step grows with the batch. Two of the three still lower the loss.

# %%
print("the one-weight network, by your backward:")
one = [np.array([[value]]) for value in (b, x, z, h, y_hat, y)]
grad_a, grad_b = backward(*one)
print(f"slope in b: {grad_b.item():.4f}")
print(f"slope in a: {grad_a.item():.4f}")

# %% [markdown]
# Never train with a gradient that has not been compared with nudging. A network for the digits, 30
# hidden units, 100 images: all 2,250 slopes, by `bplib`'s central differences and by your two
# functions.

# %%
digits = datasets.digits()
rng = np.random.default_rng(0)
X_100, Y_100 = digits.X[:, :100], digits.Y[:, :100]
A_30, B_30 = rng.normal(0, 0.2, (30, 65)), rng.normal(0, 0.2, (10, 30))

nudged_A = derivatives.central_gradient(lambda W: network.network_loss(W, B_30, X_100, Y_100), A_30)
nudged_B = derivatives.central_gradient(lambda W: network.network_loss(A_30, W, X_100, Y_100), B_30)
Z, H, Y_hat = forward(A_30, B_30, X_100)
grad_A, grad_B = backward(B_30, X_100, Z, H, Y_hat, Y_100)

print("A agrees to eight digits:", derivatives.distance(grad_A, nudged_A) < 1e-8)
print("B agrees to eight digits:", derivatives.distance(grad_B, nudged_B) < 1e-8)

# %% [markdown]
# ## 4. The step
#
# Line 7. A weight of 0.5 with slope 4, and a learning rate of 0.05: the step is 0.2 long, and it
# goes down the slope. A and B do the same with all their weights at once, each with a learning rate
# of its own. Why two? Because the two layers see slopes of different size; *Further* shows what
# that does.
#
# ### Exercise 3: `update`
#
# > difficulty 1 of 5 · importance 4 of 5 · 5 minutes
#
# **What.** The new A and the new B, shaped like the old ones. Leave the caller's arrays as they
# are.


# %% nbgrader={"grade_id": "update", "solution": true}
def update(
    A: np.ndarray,
    B: np.ndarray,
    grad_A: np.ndarray,
    grad_B: np.ndarray,
    learning_rate_A: float,
    learning_rate_B: float,
) -> tuple[np.ndarray, np.ndarray]:
    """Take one step of gradient descent with both layers.

    A, grad_A : (n_hidden, n_in) hidden weights and their gradient.
    B, grad_B : (n_out, n_hidden) output weights and their gradient.
    learning_rate_A, learning_rate_B : the step sizes, one for each layer.
    Returns the new A and the new B; the arguments stay as they are.
    """
    ### BEGIN SOLUTION
    return A - learning_rate_A * grad_A, B - learning_rate_B * grad_B
    ### END SOLUTION


# %% [markdown]
# The check hands in gradients that have nothing to do with any network, so only the step itself is
# looked at.

# %% nbgrader={"grade_id": "check_update", "grade": true}
check(update, points=1)

# %% [markdown] tags=["solution"]
# **Why this is right.** The gradient points uphill, so it is subtracted, and each layer goes as far
# as its own learning rate says.
#
# **The mistake people make here.** `A -= …` looks the same and does the same to A, but it does it
# to the caller's A. Whoever wanted to compare "before" and "after" finds two times "after".

# %% [markdown]
# Lines 5, 6 and 7, once, on 100 images:

# %%
loss_before = network.mean_loss(Y_hat, Y_100)
A_next, B_next = update(A_30, B_30, grad_A, grad_B, 0.1, 0.05)
Z_next, H_next, Y_hat_next = forward(A_next, B_next, X_100)
print(f"loss before the step {loss_before:.3f}")
print(f"loss after the step  {network.mean_loss(Y_hat_next, Y_100):.3f}")

# %% [markdown]
# ## 5. Mini-batches
#
# A step along the gradient of all 1,347 training images is a step in the best direction, but it
# costs a walk through all the data. The gradient of ten images costs less than a hundredth of that,
# and points roughly the same way. So take many cheap steps instead of one good one. Two things make
# it fair: every image has its turn once in each epoch, and the batches are **shuffled anew** each
# time, so that hardly any batch comes together twice.

# %% [markdown]
# Random numbers come from a *generator*: `rng = np.random.default_rng(0)`. It remembers where it
# is, so asking it twice gives two different answers, and starting again with the same seed gives
# the same ones again. That is how an experiment with chance in it can be repeated. It rolls dice
# with `rng.integers`, and it can shuffle too: `help(rng.permutation)` says how.

# %%
rng = np.random.default_rng(0)
print("one toss of a die, and another:", rng.integers(1, 7), rng.integers(1, 7))
rng = np.random.default_rng(0)
print("from the start again:          ", rng.integers(1, 7), rng.integers(1, 7))

# %% [markdown]
# ### Exercise 4: `minibatches`
#
# > difficulty 2 of 5 · importance 3 of 5 · 10 minutes
#
# **What.** A list of int arrays, the column numbers of each batch. Deal the numbers 0 to N − 1, in
# an order drawn from `rng`, into batches of `batch_size`. What is left over makes a shorter last
# batch. Later `X[:, batch]` will pick a batch's columns.


# %% nbgrader={"grade_id": "minibatches", "solution": true}
def minibatches(N: int, batch_size: int, rng: np.random.Generator) -> list[np.ndarray]:
    """Deal the indices of N samples into shuffled batches.

    N : how many samples there are.
    batch_size : how many of them share a batch; the last batch may be smaller.
    rng : where the order is drawn from.
    Returns a list of int arrays that together hold each of 0, …, N − 1 once.
    """
    ### BEGIN SOLUTION
    order = rng.permutation(N)
    return [order[start : start + batch_size] for start in range(0, N, batch_size)]
    ### END SOLUTION


# %% [markdown]
# Any way to draw a random order is right, as long as it comes from `rng`.

# %% nbgrader={"grade_id": "check_minibatches", "grade": true}
check(minibatches, points=2)

# %% [markdown] tags=["solution"]
# **Why this is right.** `rng.permutation(N)` is the shuffled pack. A slice that reaches beyond the
# end stops there, so the short last batch needs no special case.
#
# **The mistakes people make here.** `N // batch_size` batches: the rest is never trained on. A new
# permutation for each batch: some images come twice, others never. `np.random.default_rng(0)`
# inside the function: every epoch gets the same batches.

# %% [markdown]
# ## 6. The loop
#
# Line 1 and lines 2, 4 and 8 are left: the frame that holds the others. Before you write it, decide
# for each line of the plan: does it happen once, once in every epoch, or once for every batch?
#
# The loss that is noted is that of **all** the data, `network.mean_loss(predictions, Y)`: of the
# network as it is before training (entry 0), and after every epoch.
#
# ### Exercise 5: `train`
#
# > difficulty 4 of 5 · importance 5 of 5 · 20 minutes
#
# **What.** The trained `A` and `B`, and `losses`, epochs + 1 numbers. Use your four functions. The
# caller's arrays stay as they are; with 0 epochs, copies of A and B and one loss come back.


# %% nbgrader={"grade_id": "train", "solution": true}
def train(
    A: np.ndarray,
    B: np.ndarray,
    X: np.ndarray,
    Y: np.ndarray,
    learning_rate_A: float,
    learning_rate_B: float,
    epochs: int,
    batch_size: int,
    rng: np.random.Generator,
) -> tuple[np.ndarray, np.ndarray, list[float]]:
    """Train the network: the whole of the pseudocode.

    A : (n_hidden, n_in), B : (n_out, n_hidden) the weights to start from; left as they are.
    X : (n_in, N) inputs; Y : (n_out, N) targets.
    learning_rate_A, learning_rate_B : the step sizes.
    epochs : how often to walk through all the data, 0 or more.
    batch_size : how many samples share a step; rng : where their order is drawn from.
    Returns the trained A and B (new arrays), and the list of losses: of all the data,
    before training and after every epoch.
    """
    ### BEGIN SOLUTION
    A, B = A.copy(), B.copy()
    losses = [network.mean_loss(forward(A, B, X)[2], Y)]
    for _ in range(epochs):
        for batch in minibatches(X.shape[1], batch_size, rng):
            Z, H, Y_hat = forward(A, B, X[:, batch])
            grad_A, grad_B = backward(B, X[:, batch], Z, H, Y_hat, Y[:, batch])
            A, B = update(A, B, grad_A, grad_B, learning_rate_A, learning_rate_B)
        losses.append(network.mean_loss(forward(A, B, X)[2], Y))
    return A, B, losses
    ### END SOLUTION


# %% [markdown]
# Every number after 0, 1, 2 and 3 epochs is compared, and the batches too, in whatever order you
# draw them. If an earlier function is not right yet, it does not count against you here.

# %% nbgrader={"grade_id": "check_train", "grade": true}
check(train, points=5)

# %% [markdown] tags=["solution"]
# **Why this is right.** Once: copies and the first loss. Once an epoch: new batches, and the loss
# at the end. For every batch: forward, backward, update. A and B are taken over from `update` each
# time, and `backward` divides by the size of the batch it is given.
#
# **The mistakes people make here.** `update(…)` without taking what it returns: nothing ever
# changes. The loss noted from inside the inner loop, of one batch: a curve that jumps about, of the
# wrong length. The batches drawn before the first loop: shuffled, but only once. `A -= …` on the
# caller's A.

# %% [markdown]
# Your code, and the line of the plan that each line of it is:

# %%
figures.training.beside_pseudocode(train)

# %% [markdown]
# That is backpropagation, complete. Now let it learn: this is your `train`, one epoch at a time. Take
# the spiral, and see how many hidden units it needs. Find a step size that is too long. Take the
# digits, and draw one.

# %%
widgets.training(train)

# %% [markdown]
# ## 7. Reading digits
#
# 1,347 images for training, 450 that the network will never be trained on. 65 inputs, 50 hidden
# units, 10 outputs, one for each digit; the largest output is the answer. 3,750 weights, from
# random to useful, in batches of 10 and 40 epochs. We train epoch by epoch to look in between, and
# count how many images are read correctly. The goal is 95 % of the test images, the dashed line in
# the figure.


# %%
def share_read(A, B, X, labels):
    """Return the share of images in which the largest output is the right digit."""
    return float(np.mean(forward(A, B, X)[2].argmax(axis=0) == labels))


# %% tags=["nbval-ignore-output"]
rng = np.random.default_rng(6)
A_start = rng.normal(0, 1 / np.sqrt(65), (50, 65))
B_start = rng.normal(0, 1 / np.sqrt(50), (10, 50))
A, B = A_start, B_start
losses = [network.network_loss(A, B, digits.X, digits.Y)]
in_training = [share_read(A, B, digits.X, digits.labels)]
in_test = [share_read(A, B, digits.X_test, digits.labels_test)]
moments = {"before": (A, B)}
for epoch in tqdm(range(1, 41), desc="epochs", file=sys.stdout):
    A, B, history = train(A, B, digits.X, digits.Y, 0.1, 0.01, 1, 10, rng)
    losses.append(history[-1])
    in_training.append(share_read(A, B, digits.X, digits.labels))
    in_test.append(share_read(A, B, digits.X_test, digits.labels_test))
    if epoch in (1, 5, 40):
        moments[f"epoch {epoch}"] = (A, B)

# %% [markdown]
# The losses are known to Python, not yet to you. Draw what you expect: 40 epochs, from the first
# loss on.

# %% tags=["nbval-ignore-output"]
widgets.draw_first(
    lambda: losses,
    "The loss over 40 epochs of digits",
    count=41,
    heights=(0.005, 5),
    across="epoch",
    up="loss of the training images",
    first=losses[0],
    logarithmic=True,
)

# %% tags=["nbval-ignore-output"]
figures.training.learning_curve(losses, in_training, in_test)

# %% [markdown]
# The distance between the two curves on the right is what the network knows by heart and cannot use
# on new images. It is small here. Only the test images say how well it *reads*.
#
# What goes wrong? Up to twelve test images, with the right digit and the network's answer:

# %% tags=["nbval-ignore-output"]
read = forward(A, B, digits.X_test)[2].argmax(axis=0)
missed = np.flatnonzero(read != digits.labels_test)
print(f"{len(missed)} of {len(read)} test images are misread")
figures.digit_grid(
    digits.X_test[:, missed[:12]],
    [f"{digits.labels_test[n]}, read {read[n]}" for n in missed[:12]],
    columns=6,
    alt="Test images that the network misreads, each with its label and the network's answer.",
)

# %% [markdown]
# Be honest: how many of them would you have read? And now the inside. **Predict, then run.**

# %%
quick("what_units_look_for", "?")

# %% tags=["solution"]
quick("what_units_look_for", "c")

# %% tags=["nbval-ignore-output"]
figures.training.hidden_units(A_start, A)

# %% [markdown]
# These are the 20 units, of 50, whose weights have changed most. Ink on orange turns a unit on, on
# purple off. Most units compare: ink here, paper there.
#
# Some pixels are white in every image. What has become of their weights?

# %%
never = np.flatnonzero(digits.X.max(axis=1) == 0)
print("pixels that are always white:", never)
print("their weights are as they were drawn:", np.array_equal(A[:, never], A_start[:, never]))

# %% [markdown]
# A gradient is an error times an input. Where the input is always 0, the gradient is 0, and nothing
# is ever learned there. What is never used is never changed.

# %% [markdown]
# ## All of it is yours
#
# One last cell: the complete training in one go, from random numbers to a reader, with nothing but
# the functions that you wrote.

# %%
rng = np.random.default_rng(1)
A = rng.normal(0, 1 / np.sqrt(65), (50, 65))
B = rng.normal(0, 1 / np.sqrt(50), (10, 50))
A, B, losses = train(A, B, digits.X, digits.Y, 0.1, 0.01, 40, 10, rng)
accuracy = share_read(A, B, digits.X_test, digits.labels_test)

assert accuracy >= 0.95, (
    f"Your network reads {accuracy:.0%} of the new images. With all five functions right it is more "
    "than 95 %, so one of them is not yet: run the five checks above again, from the first one."
)
print("At least 95 of 100 images that it never saw, read by your own network.")

# %% [markdown]
# ## What you have now, in one picture
#
# Most digits are easy: they are read correctly after the first epoch. These are the others. Each row
# is a moment of the training, each column a test image: ten that were learned late, and, on the
# right, two that are misread in the end.

# %% tags=["nbval-ignore-output"]
after_one = forward(*moments["epoch 1"], digits.X_test)[2].argmax(axis=0)
late = np.flatnonzero((read == digits.labels_test) & (after_one != digits.labels_test))[:10]
some = np.concatenate([late, missed[:2]])
answers = {
    moment: forward(*weights, digits.X_test[:, some])[2].argmax(axis=0)
    for moment, weights in moments.items()
}
figures.training.readings(digits.X_test[:, some], digits.labels_test[some], answers)

# %%
figures.course_map("06_training")

# %% [markdown]
# You can read the program from the first line to the last, and for each line you have written the
# code, had it judged against nudging, and seen what it does.
#
# - Forward keeps, backward uses: a gradient of all weights costs as much as two to three
#   forward passes, however many weights there are.
# - First all gradients, then all updates, each layer with its own step size.
# - Many cheap steps beat a few good ones, as long as every sample has its turn and the order
#   changes.
# - That the loss falls proves little; compare the gradient with nudging, and the reading with
#   images that were not trained on.
#
# **One open question, in two sentences.** Which of the eight lines of the plan would have to change
# if the network had a second hidden layer, and which would stay as they are?

# %% [markdown]
# *Your two sentences:*

# %% [markdown] tags=["solution"]
# *One possible answer.* Only lines 5, 6 and 7 change: forward keeps one more pair of Z and H,
# backward makes one more error term from the one behind it, and one more layer takes a step. The
# loop, the batches, and the noting of losses know nothing of layers.

# %% [markdown]
# **Next:** [notebook 7, deeper networks](../07_deeper_networks/07_deeper_networks.ipynb): the same
# error term, sent back once more for each further layer, and what becomes of it on so long a way.
# The experiments below, under *Further*, are a good way to spend an evening with a network of your
# own.
#
# **Compare:** [the solution of this notebook](../../solutions/06_training/06_training.ipynb) says
# for every exercise why the answer is right and what people get wrong there.

# %% [markdown]
# ## Further
#
# Not needed: experiments with what you have built. Each stands by itself.
#
# ### How long should a step be?
#
# The two moons: two coordinates and the 1 come in, one number comes out, six hidden units between.
# **Predict, then run.**

# %%
quick("three_rates", "?")

# %% tags=["solution"]
quick("three_rates", "b")

# %%
moons = datasets.two_moons()
rng = np.random.default_rng(1)
A_moons, B_moons = rng.normal(0, 1, (6, 3)), rng.normal(0, 0.5, (1, 6))
figures.training.rates(train, A_moons, B_moons, moons.X, moons.Y, (0.003, 0.3, 3))

# %% [markdown]
# Three shapes to remember. A flat line: too small, or stuck. A quick fall that bends: good. A line
# that climbs: too large.

# %%
quick("too_large_for_A", "?")

# %% tags=["solution"]
quick("too_large_for_A", "b")

# %% [markdown]
# Every cell of this map is a training of its own, 60 epochs with your function. The darker, the
# lower the last loss; the circle is the lowest of all, a cross is a loss that has exploded.

# %%
figures.training.rate_map(
    train,
    A_moons,
    B_moons,
    moons.X,
    moons.Y,
    rates_A=(0.01, 0.1, 1, 10, 100, 1000),
    rates_B=(0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3),
)

# %% [markdown]
# To the right stands a cliff: beyond a certain learning rate of B the predictions, and with them
# the errors, and with them the steps, grow without bound. A has no cliff of its own; but with
# saturated units ($|H|$ near 1) the cliff of B stands further left. At the top on the left is a
# swamp: a huge step on A throws the units to where tanh is flat, and there they stay. (A larger
# rate of B can still make something of them, as it did of random units in notebook 4: further
# right the upper rows are dark, up to the cliff.) In practice: find a pair in the valley, try
# both larger and smaller by factors of 3, and keep a little distance from the cliff.
#
# A last thing about the start. **Predict, then run.**

# %%
quick("all_zeros", "?")

# %% tags=["solution"]
quick("all_zeros", "c")

# %%
zeros_A, zeros_B = np.zeros_like(A_moons), np.zeros_like(B_moons)
after_A, after_B, losses = train(
    zeros_A, zeros_B, moons.X, moons.Y, 0.3, 0.3, 20, 20, np.random.default_rng(0)
)
print(f"loss before {losses[0]:.4f}, after 20 epochs {losses[-1]:.4f}")
print("A moved:", bool(np.any(after_A != 0)), "  B moved:", bool(np.any(after_B != 0)))

# %% [markdown]
# ### Watch it learn
#
# First XOR, the problem that no network without a hidden layer can solve: two classes, each at two
# opposite corners. Colour is what the network says at that point, black is where it says ½, and
# five moments of one training stand side by side.

# %%
xor = datasets.xor()
rng = np.random.default_rng(0)
A_xor, B_xor = rng.normal(0, 1, (6, 3)), rng.normal(0, 0.5, (1, 6))
figures.training.boundaries(train, xor, A_xor, B_xor, (0.5, 0.1), 200, (0, 5, 15, 40, 150))

# %% [markdown]
# One hidden unit draws one soft line, and with one line XOR cannot be done. Watch how a second one
# comes out of a bend of the first. Now the moons, in batches of 20:

# %%
figures.training.boundaries(train, moons, A_moons, B_moons, (1.0, 0.1), 20, (0, 2, 10, 50, 250))

# %% [markdown]
# It starts with something nearly straight and bends it where that pays. What the line does in the
# corners, where there are no samples, no error has ever judged. Try other numbers here: four hidden
# units? A learning rate at the edge of the cliff? Another seed?

# %% [markdown]
# ### What is kept, and what comes of it
#
# Twelve images in a network with eight hidden units, and your forward pass, column by column. Below it
# the 2,250 slopes of the gradient check, each by your function and by nudging.

# %%
A_small, B_small = rng.normal(0, 0.3, (8, 65)), rng.normal(0, 0.4, (10, 8))
figures.training.kept(forward, A_small, B_small, digits.X[:, :12])
figures.training.agreement((grad_A, grad_B), (nudged_A, nudged_B))

# %% [markdown]
# ### What a gradient costs
#
# In notebook 2 you counted what nudging costs. **Predict, then run.**

# %%
quick("price_of_a_gradient", "?")

# %% tags=["solution"]
quick("price_of_a_gradient", "b")

# %% [markdown]
# Measured on this machine, with your own functions, 50 images, and networks with 2 to 60 hidden
# units; for nudging, the time of two forward passes per weight. (The clock also sees tanh and what
# Python adds to every call, so expect the ratio that you have just counted only up to a factor of
# two or three.)

# %% tags=["nbval-ignore-output"]
figures.training.cost(forward, backward, X_100[:, :50], Y_100[:, :50], (2, 6, 20, 60))

# %% [markdown]
# Three times as many weights: nudging has three times as many weights to nudge, and every forward
# pass costs more as well. Backpropagation pays for the larger products only. The trick behind it is
# the order: we start at the output, so each error term is made once and used by everything in front
# of it.

# %% [markdown]
# ### How good is the direction of a batch?
#
# Forty random batches of each size, and the angle between their gradient and that of all images:

# %%
A_50, B_50 = rng.normal(0, 0.12, (50, 65)), rng.normal(0, 0.14, (10, 50))
figures.training.directions(forward, backward, A_50, B_50, digits.X, digits.Y)

# %% [markdown]
# Ten images cost less than a hundredth, and here they point downhill every time. (Near the end of a
# training the angles are wider, and now and then a batch of ten points uphill.) And this is how
# your function deals:

# %%
figures.training.dealt(minibatches)

# %%
quick("steps_in_an_epoch", "?")

# %% tags=["solution"]
quick("steps_in_an_epoch", "b")

# %% [markdown]
# ### Large batches or small?
#
# A race. **Predict, then run.**

# %%
quick("same_work", "?")

# %% tags=["solution"]
quick("same_work", "c")

# %%
race = {}
for batch_size in (1347, 100, 10):
    rng = np.random.default_rng(0)
    _, _, history = train(A_start, B_start, digits.X, digits.Y, 0.1, 0.01, 10, batch_size, rng)
    race[batch_size] = history
figures.training.batch_sizes(race, digits.X.shape[1])

# %% [markdown]
# The small batches win by their number of steps. Could the one large batch not simply take longer
# steps? Try: give it ten times the learning rates, and remember the cliff.
