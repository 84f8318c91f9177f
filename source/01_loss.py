# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 1. The loss: how wrong is a network?
#
# Nobody has ever written down rules that tell a handwritten 4 from a 9. Still, programs read them:
# they have **learned** to, from examples. At the end of these six notebooks you will own such a
# program, and every line of the code that taught it will be yours.
#
# Here is what it will do. Click into the grey cell and press **Shift + Enter**.

# %%
import numpy as np

from bplib import begin, check, datasets, figures, hint, lend, quick, replay, trained, widgets

np.set_printoptions(precision=3, suppress=True)
begin("01_loss")

digits = datasets.digits()
reader = trained.digits_reader()
figures.loss.first_reading(reader, digits)
right = np.mean(reader.read(digits.X_test) == digits.labels_test)
print(f"{right:.0%} of 450 new images, read correctly")
print(f"the loss on them: {reader.loss(digits.X_test, digits.Y_test):.3f}")

# %% [markdown]
# This network began as random numbers and learned by the algorithm that nearly all neural networks
# learn with: **backpropagation**. You will build it in some thirty short functions, in Python and
# NumPy. Each is checked as soon as you have written it, and the check says not only *wrong*, but
# what is wrong and where to look. You need loops, NumPy arrays, and derivatives as at school.
#
# The network is not perfect: look at its last four answers. Before anything can learn, something
# must say how wrong it is, in one number. That number is the **loss**, and it is the subject of
# this notebook.

# %% [markdown]
# ## Where we are

# %%
figures.course_map("01_loss")

# %% [markdown]
# This map opens every notebook. A network turns inputs into predictions (blue, from left to right).
# The **loss** measures how wrong they are. Then the error flows back through the network, and every
# weight learns how it should change. On the right, the same as a program. Today's part is the first
# two lines of its loop, *forward* and *loss*. A line gets its tick (✓) when the checks that belong
# to it have passed.
#
# **When you are through, you can**
#
# - compute what a network predicts, for a thousand samples at once,
# - say how wrong it is, for one sample and for all, in a single number,
# - see that number as a function of the weights: a landscape,
# - and say why nobody can find its lowest place by guessing.
#
# {{contents}}

# %% [markdown]
# ### How these pages work
#
# **Cells.** Run them from top to bottom, each with **Shift + Enter**. The brackets at the left show
# `[*]` while a cell runs, then a number. Behind the page runs a Python, the **kernel**, which
# remembers what has been *run*. If things turn odd, start it afresh: menu **Kernel → Restart Kernel
# and Run up to Selected Cell**. Your text is kept. Save with **Ctrl + S**.
#
# **An answer cell** holds a function for you to write: your code takes the place of `raise
# NotImplementedError()`. The one below is for trying things out, so it is filled in already. In a
# matrix `X` of data every column is one sample.


# %%
def count_samples(X: np.ndarray) -> int:
    """Return the number of samples in X, shape (n_in, N)."""
    return X.shape[1]


# %% [markdown]
# **A check** calls your function with newly drawn numbers and looks at what comes back. Run it:

# %%
check(count_samples)

# %% [markdown]
# Now **break it**: change the `1` above to a `0`, run that cell again, then the check again.
# (Always both: the check knows only what has been run.) Read the message from top to bottom: what
# is wrong, the numbers that show it, where to look. Then mend the function.
#
# Run a check as often as you like; the last time counts. *Not attempted yet* means that the
# function is still as it was handed out, *not defined yet* that its cell has not been run.
#
# **A hint** comes in three steps: the idea, the shapes, all but the last step. Run this three
# times:

# %%
hint("count_samples")

# %% [markdown]
# **A quick question** is for you alone; nobody counts it. Run the cell and click your choice, or
# press its letter. The wrong choices are worth a try: each has an answer of its own. (Where nothing
# can be clicked, open a choice, or write it into the call: `quick("what_is_a_column", "a")`.)

# %%
quick("what_is_a_column", "?")

# %% tags=["solution"]
quick("what_is_a_column", "b")

# %% [markdown]
# <details><summary><b>Stuck? Climb this ladder</b> (click)</summary>
#
# 1. Read the shapes aloud: "A is n_hidden by n_in, X is n_in by N, so …"
# 2. Run your function on one sample, `X[:, :1]`, in a cell of your own (the **+** in the bar above
#    makes one), and print every step.
# 3. `hint("predict")`: the idea, then the shapes, then all but the last step. Hints cost nothing.
# 4. `replay("predict")`: what every line of your function gave, at the last check.
#    `widgets.step_through("predict")` plays the same, line by line.
# 5. `lend("predict")` in a new cell lends you a working `predict`, so that you can go on. It
#    computes by brute force, is slow, and earns no points; as soon as you run a function of your
#    own, the loan ends.
# 6. Open the [solution](../../solutions/01_loss/01_loss.ipynb). Read the answer and why it is
#    right, close it, wait five minutes, and write it yourself. Copied code teaches nothing.
#
# By symptom:
#
# - *`NameError: name '…' is not defined`*: a cell further up has not been run, or the name is
#   spelled differently there. Menu **Kernel → Restart Kernel and Run up to Selected Cell**.
# - *`matmul: … mismatch in its core dimension`*: for `P @ Q`, P needs as many columns as Q has
#   rows. Print both shapes on the line before.
# - *`operands could not be broadcast together`*: for `P - Q`, both need the same shape.
# - *The brackets stay at `[*]`*: the kernel is still busy, perhaps in a loop without an end. Menu
#   **Kernel → Interrupt Kernel**.
# - *The check complains of something you have mended*: run the answer cell again, then the check.
# - *"changes its argument"*: `Y_hat -= Y` writes into the caller's array; `Y_hat - Y` makes a new
#   one.
#
# </details>

# %% [markdown]
# ### Three quick questions first
#
# Two about arrays, one about derivatives: what you bring along.

# %%
quick("matmul_shape", "?")

# %% tags=["solution"]
quick("matmul_shape", "a")

# %%
quick("sum_axis", "?")

# %% tags=["solution"]
quick("sum_axis", "b")

# %%
quick("school_slope", "?")

# %% tags=["solution"]
quick("school_slope", "b")

# %% [markdown]
# ## 1. The data: every column is a sample
#
# Our task for the whole course: small images of handwritten digits, 8 × 8 pixels each. A network is
# to say which digit it sees.

# %%
X, Y = digits.X, digits.Y
print("X", X.shape, " Y", Y.shape)
figures.loss.images_and_targets(X, Y, range(10))

# %% [markdown]
# Three conventions, the same in all notebooks:
#
# - **Samples are columns.** Column `n` of `X` holds image `n`, its 64 pixels below one another,
#   from 0 (paper) to 1 (ink). Column `n` of `Y` holds its **targets**: what a perfect network would
#   say.
# - **A target for every digit.** A 2 has the targets 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, the one in
#   row 2. So a network needs `n_out` = 10 outputs.
# - **The last row of X is all ones.** It lets a hidden unit have a constant of its own, its *bias*,
#   as one more weight. So `n_in` = 64 + 1 = 65.
#
# `N` is the number of samples: 1,347 images for learning. (Another 450 are kept apart, to test what
# has been learned.)

# %% [markdown]
# ## 2. Forward: neurons, wires, and then matrices
#
# A network is made of **units** that pass numbers along **wires**. Each wire has a **weight**, and
# multiplies what passes through it. A unit adds up what arrives. The units in the middle, the
# **hidden units**, do one thing more: they squeeze their sum between −1 and 1.

# %%
figures.loss.wires()

# %% [markdown]
# **By hand**, on the left: the input is 2, and below it stands the constant 1. Their wires have the
# weights 0.4 and −0.3, so 0.4 · 2 − 0.3 · 1 = 0.5 arrives at the hidden unit. The curve in the
# middle, **tanh**, makes 0.46 of it. The last wire has the weight 5, so the network predicts 5 ·
# 0.46 = 2.3.
#
# tanh is the **activation**: near 0 it is nearly its input, far to the right nearly 1, far to the
# left nearly −1. Without it, two layers would be no more than one: a weighted sum of weighted sums
# is a weighted sum.
#
# On the right is a network with more of everything. Its green wires are 4 · 3 numbers, one row for
# each hidden unit: a matrix, **A**. Its purple wires are 2 · 4 numbers, one row for each output: a
# matrix, **B**. With these, all the sums of a layer are one matrix product. For one sample, a
# column $x$:
#
# $$z = A\,x \qquad\qquad h = \tanh(z) \qquad\qquad \hat y = B\,h$$
#
# The names and shapes that you will meet in all notebooks, for N samples at once:
#
# | name | shape | meaning |
# |---|---|---|
# | `X` | (n_in, N) | inputs |
# | `A` | (n_hidden, n_in) | weights of the hidden layer |
# | `Z` | (n_hidden, N) | hidden **pre-activations** |
# | `H` | (n_hidden, N) | hidden **activations** |
# | `B` | (n_out, n_hidden) | weights of the output layer |
# | `Y_hat` | (n_out, N) | predictions (ŷ is said "y hat") |
#
# (The ones in X give every hidden unit a bias. B has none, on purpose: a hidden unit that always
# says nearly 1 can serve as one, and every formula stays a line shorter.)
#
# Now a network for our digits, with 20 hidden units and random weights: it has learned nothing yet.
# What becomes of the first twelve images on their way through it?

# %%
rng = np.random.default_rng(1)
A = rng.normal(0, 1, (20, 65))
B = rng.normal(0, 1, (10, 20))
Z, H, Y_hat = figures.loss.forward_pass(A, B, X[:, :12])

# %% [markdown]
# Below each picture stand its lowest and its highest number. Look at Z and H: the rows are the same
# hidden units, but H is squeezed between −1 and 1. A hidden unit whose $z$ is 5 or −7 says nearly 1
# or −1, and hardly notices a small change of its input. That will matter in notebook 5.

# %%
quick("one_column_changes", "?")

# %% tags=["solution"]
quick("one_column_changes", "c")

# %% [markdown]
# ### Exercise 1: `predict`
#
# > difficulty 1 of 5 · importance 5 of 5 · 5 minutes
#
# **Why.** Everything starts from what the network says. All later notebooks begin with this step.
#
# **What.** `Y_hat`, shape (n_out, N): the predictions for all the samples of `X`. The three
# formulas above are for one sample; written for whole matrices they look the same, because samples
# are columns and no step mixes columns. `@` multiplies matrices, `np.tanh` works on arrays of any
# shape.


# %% nbgrader={"grade_id": "predict", "solution": true}
def predict(A: np.ndarray, B: np.ndarray, X: np.ndarray) -> np.ndarray:
    """Return the network's predictions.

    A: (n_hidden, n_in), B: (n_out, n_hidden), X: (n_in, N).
    Returns Y_hat: (n_out, N).
    """
    ### BEGIN SOLUTION
    Z = A @ X
    H = np.tanh(Z)
    return B @ H
    ### END SOLUTION


# %% [markdown]
# Expect a green card. If the check names a shape, write the shape of every intermediate result
# beside its line.

# %% nbgrader={"grade_id": "check_predict", "grade": true}
check(predict, points=2)

# %% [markdown] tags=["solution"]
# **Why this is right.** `A @ X` is (n_hidden, n_in) times (n_in, N): column n of the product is A
# times column n of X, which is the formula for sample n. tanh works entry by entry and keeps the
# shape. The output layer is linear, so nothing follows the last product.
#
# **The mistake people make here** is to treat both layers alike and put a tanh around the output
# too. Then no prediction can ever leave the interval from −1 to 1, and a target of 2 is out of
# reach. The other one is to forget tanh altogether: $B(Ax) = (BA)x$ is a single linear layer.

# %% [markdown]
# Your function on other data: points along a line, with one input and one target, so that a network
# can be drawn as a curve. Each curve is your `predict` with other random weights.

# %%
figures.loss.random_networks(predict)

# %% [markdown]
# So the weights *are* the function. Learning means: find the weights whose curve runs through the
# points. For that we must be able to say how far away a curve is.

# %% [markdown]
# ## 3. The loss of one sample
#
# What does the random network say about one image?

# %%
figures.loss.one_digit(predict, A, B, X, Y, 4)

# %% [markdown]
# Ten **errors** ŷ − y (dashed), some positive, some negative. The loss makes one number of them. It
# should be 0 for a perfect prediction, and grow with every error, whatever its sign. So: **square
# every error, add them up, and take half of the sum.**
#
# $$\text{loss of one sample} \;=\; \tfrac12\,\lVert \hat y - y\rVert^2 \;=\;
# \tfrac12 \sum_{k} (\hat y_k - y_k)^2$$
#
# **By hand**, with three outputs: the network says (0.8, 0.1, −0.3), the targets are (1, 0, 0).
#
# | step | output 0 | output 1 | output 2 | |
# |---|---|---|---|---|
# | error | −0.2 | 0.1 | −0.3 | |
# | squared | 0.04 | 0.01 | 0.09 | added up: 0.14 |
# | half of it | | | | **0.07** |
#
# Why half? Only because it will cancel a 2 when we take the derivative. Why squares, and not just
# the absolute values? Squares have a slope everywhere, and notebook 2 lives on slopes. They do have
# a temperament, though:

# %%
quick("error_four_times", "?")

# %% tags=["solution"]
quick("error_four_times", "b")

# %% [markdown]
# ### Exercise 2: `sample_losses`
#
# > difficulty 2 of 5 · importance 4 of 5 · 10 minutes
#
# **Why.** The losses of single samples show *where* a network fails: you will see its worst images.
#
# **What.** An array of shape (N,): one loss for every sample, that is for every column of `Y_hat`
# and `Y`. A loop over the samples is fine. If you like, do it without: differences and squares work
# on whole arrays, and `np.sum` takes an `axis`.


# %% nbgrader={"grade_id": "sample_losses", "solution": true}
def sample_losses(Y_hat: np.ndarray, Y: np.ndarray) -> np.ndarray:
    """Return the loss of every sample: half the squared length of its error.

    Y_hat, Y: (n_out, N). Returns an array of shape (N,).
    """
    ### BEGIN SOLUTION
    errors = Y_hat - Y
    return 0.5 * np.sum(errors**2, axis=0)
    ### END SOLUTION


# %% [markdown]
# Expect shape (N,): one axis fewer than `Y_hat` has.

# %% nbgrader={"grade_id": "check_sample_losses", "grade": true}
check(sample_losses, points=2)

# %%
y_hat, y = np.array([[0.8], [0.1], [-0.3]]), np.array([[1.0], [0.0], [0.0]])
print("by hand 0.07, by your function", sample_losses(y_hat, y))

# %% [markdown] tags=["solution"]
# **Why this is right.** The outputs of a sample stand below one another, in a column. Summing over
# axis 0 adds them up and leaves one number for every column.
#
# **The mistake people make here** is the wrong axis: `axis=1` adds up over the samples and gives
# one number for every output. Another one is `np.mean` over the outputs: it divides by n_out, which
# the definition does not. And `Y_hat -= Y` gives the right numbers but destroys the caller's
# predictions.

# %% [markdown]
# Your function, for a sample with a single output whose target is 0:

# %%
figures.loss.parabola(sample_losses)

# %% [markdown]
# And your two functions together, on all 1,347 images. The four images at the right are the ones
# this network gets most wrong. Nothing is wrong with them; the network has not learned anything
# yet.

# %%
image_losses = sample_losses(predict(A, B, X), Y)
figures.loss.digit_losses(image_losses, X, digits.labels)

# %% [markdown]
# ## 4. One number for all samples: the mean
#
# To say which of two networks is better we need one number, not 1,347. Take the mean of the
# samples' losses:
#
# $$L \;=\; \frac1N \sum_{n=0}^{N-1} \tfrac12\,\lVert \hat y_n - y_n \rVert^2$$
#
# Why not the sum? It would grow with the number of samples, and a network is not ten times worse
# because it was tried on ten times as many images.
#
# **By hand.** Three samples with losses 0.07, 0.50 and 0.03. The loss is 0.60 / 3 = 0.2.
#
# ### Exercise 3: `mean_loss`
#
# > difficulty 1 of 5 · importance 5 of 5 · 5 minutes
#
# **Why.** *This* is the number that learning makes small, from here to the end of the course.
#
# **What.** A single number: the mean over the samples of what `sample_losses` gives. You may call
# your own function; here and later that is what earlier answers are for. (If it is not right yet,
# no points are lost here: the check sees whether this step is right by itself.)


# %% nbgrader={"grade_id": "mean_loss", "solution": true}
def mean_loss(Y_hat: np.ndarray, Y: np.ndarray) -> float:
    """Return the loss: the mean of the losses of all samples.

    Y_hat, Y: (n_out, N). Returns a single number.
    """
    ### BEGIN SOLUTION
    return float(np.mean(sample_losses(Y_hat, Y)))
    ### END SOLUTION


# %% [markdown]
# Expect a single number. Mind what you divide by: the check can tell.

# %% nbgrader={"grade_id": "check_mean_loss", "grade": true}
check(mean_loss, points=2)

# %% [markdown] tags=["solution"]
# **Why this is right.** `sample_losses` gives N numbers, `np.mean` divides their sum by N.
#
# **The mistake people make here** is `np.mean((Y_hat - Y) ** 2)`, the "MSE" of many libraries. It
# divides by n_out · N and has no ½. Both losses have their lowest place at the same weights, but
# their slopes differ by a constant factor, and every later check would notice it. So fix the
# convention once: half, sum over the outputs, mean over the samples.

# %% [markdown]
# Is the mean loss of our random network large? First think of a network that has no weights at all
# and always answers 0.

# %%
quick("saying_nothing", "?")

# %% tags=["solution"]
quick("saying_nothing", "b")

# %%
print(f"always 0:           {mean_loss(np.zeros_like(Y), Y):8.3f}")
print(f"the random network: {mean_loss(predict(A, B, X), Y):8.3f}")

# %% [markdown]
# The random network is far worse than silence: it says large things about what it does not know.
# (The reader at the top of this page has a loss of 0.08.)
#
# One more property of squares, before we rely on them. **Predict, then run:**

# %%
quick("one_far_off", "?")

# %% tags=["solution"]
quick("one_far_off", "c")

# %%
line = datasets.noisy_line()
Y_slip = line.Y.copy()
Y_slip[0, np.argmax(line.Y)] *= -1

# One hidden unit with a small weight: tanh is nearly straight near 0.
A_line, B_line = np.array([[0.1, 0.0625]]), np.array([[8.0]])
figures.loss.residuals(predict, sample_losses, mean_loss, A_line, B_line, line, Y_slip)

# %% [markdown]
# All of this came from your three functions: the line, the bars, the numbers. A network that
# learned from the right half would move away from good points to please a single bad one.

# %% [markdown]
# ## 5. The loss as a function of the weights
#
# Now turn the question round. So far the network was given, and the loss told how wrong it is. But
# the data stay as they are, and the weights are ours to choose. So look at the loss as a function
# **of A and B**:
#
# $$L(A, B) \quad\text{with } X \text{ and } Y \text{ fixed}$$
#
# ### Exercise 4: `network_loss`
#
# > difficulty 1 of 5 · importance 5 of 5 · 5 minutes
#
# **Why.** This is the function that we will walk downhill on. Its slopes are what backpropagation
# computes.
#
# **What.** A single number: the loss of the network with weights `A` and `B` on the data `X` and
# `Y`. You have all the parts.


# %% nbgrader={"grade_id": "network_loss", "solution": true}
def network_loss(A: np.ndarray, B: np.ndarray, X: np.ndarray, Y: np.ndarray) -> float:
    """Return the loss of the network with weights A and B on the data X and Y.

    A: (n_hidden, n_in), B: (n_out, n_hidden), X: (n_in, N), Y: (n_out, N).
    Returns a single number.
    """
    ### BEGIN SOLUTION
    return mean_loss(predict(A, B, X), Y)
    ### END SOLUTION


# %% [markdown]
# Expect it to be short.

# %% nbgrader={"grade_id": "check_network_loss", "grade": true}
check(network_loss, points=1)

# %% [markdown] tags=["solution"]
# **Why this is right.** It is a composition: first the predictions, then their loss. Keep this
# picture: notebook 3 takes such chains apart, link by link.
#
# **The mistake people make here** is to use the `A` and `B` of the notebook instead of those handed
# in. It works as long as they happen to be the same. In a function, everything it needs should come
# in as an argument.

# %% [markdown]
# A landscape! To draw it we need a network with two weights only: one hidden unit, no bias, one
# output. It predicts $\hat y = b\,\tanh(a\,x)$. **Predict, then run:**

# %%
quick("how_many_valleys", "?")

# %% tags=["solution"]
quick("how_many_valleys", "b")

# %%
# Points about a line through the origin, for a network without a bias.
slope_only = datasets.noisy_line(intercept=0.0)
figures.loss.surface(network_loss, slope_only.X, slope_only.Y)

# %% [markdown]
# Read it like a hiking map: lines join places of equal loss. Your function gave the height of every
# place. Now walk in it: a point on the map is a pair of weights, and beside it stands the curve that
# your `predict` makes of them. How low can you get?

# %%
widgets.landscape(network_loss, predict)

# %% [markdown]
# With two weights we can simply look, and point at the bottom. The network for the digits
# has 20 · 65 + 10 · 20 = 1,500 weights. Nobody can look at a landscape over 1,500 directions.

# %% [markdown]
# ## 6. Blind search: why not just guess?
#
# The simplest way to learn: draw many random networks and keep the best. It needs no mathematics at
# all.
#
# ### Exercise 5: `best_guess`
#
# > difficulty 2 of 5 · importance 3 of 5 · 10 minutes
#
# **Why.** To see what a method without slopes can do, and what it cannot.
#
# **What.** `candidates` is a list of pairs `(A, B)`. Return a single int: the place in the list
# (counted from 0) of the pair whose loss on `X` and `Y` is lowest. If several are equally low, the
# first of them.
#
# **By hand.** If four candidates have the losses 0.9, 0.4, 0.7, 0.4, the answer is 1: not 0.4, not
# 3, and not the pair itself.


# %% nbgrader={"grade_id": "best_guess", "solution": true}
def best_guess(
    candidates: list[tuple[np.ndarray, np.ndarray]], X: np.ndarray, Y: np.ndarray
) -> int:
    """Return the index of the pair (A, B) with the lowest loss, the first of equals.

    candidates: list of (A, B); X: (n_in, N), Y: (n_out, N). Returns an int.
    """
    ### BEGIN SOLUTION
    losses = [network_loss(A, B, X, Y) for A, B in candidates]
    return int(np.argmin(losses))
    ### END SOLUTION


# %% [markdown]
# Expect the check to try lists in which the best pair is first, last, alone, or there twice, and
# losses of any size.

# %% nbgrader={"grade_id": "check_best_guess", "grade": true}
check(best_guess, points=3)

# %% [markdown] tags=["solution"]
# **Why this is right.** `np.argmin` gives the *place* of the lowest entry, the first one if there
# are several. With a loop: keep the lowest loss so far *and* its place, and replace both only if a
# loss is really lower (`<`).
#
# **The mistake people make here** is to remember the place and to forget the loss. Then the last
# candidate that beats the *first* one wins, not the best. Another one is `<=`: it takes the last of
# equals.

# %% [markdown]
# Fifty guesses on the map from before. The star is the place that your function found.

# %%
rng = np.random.default_rng(0)
pairs = []
for _ in range(50):
    a, b = rng.uniform(-3, 3, 2)
    pairs.append((np.array([[a, 0.0]]), np.array([[b]])))

best = best_guess(pairs, slope_only.X, slope_only.Y)
figures.loss.surface(network_loss, slope_only.X, slope_only.Y, pairs, best)

# %% [markdown]
# Not bad: with two weights, fifty guesses are enough to hit a valley. Now three tasks of different
# size: the points along a line, with **3 weights**; *two moons*, points of a plane in two curved
# bands, with **16 weights**; and 300 of our digits, with **1,500 weights**. (For the digits the
# guesses are a tenth as large as our random network, which was too loud.)
#
# **Predict, then run:**

# %%
quick("ten_times_the_guesses", "?")

# %% tags=["solution"]
quick("ten_times_the_guesses", "c")

# %%
figures.loss.search_curves(best_guess, network_loss)

# %% [markdown]
# Both axes are logarithmic: from one mark to the next, ten times as many guesses. The dashed grey
# line at 1 is what you get without a network, by answering the mean of the targets to everything.
# With 3 weights, blind search comes far below it. With 16 it needs about a hundred guesses to
# draw level. With 1,500 weights, **a thousand guesses do not even beat an answer that never looks at
# the image.** Would a million do?

# %%
quick("tenths_of_weights", "?")

# %% tags=["solution"]
quick("tenths_of_weights", "c")

# %% [markdown]
# ## What you have now
#
# Everything in this picture is yours: `predict` draws the curves, `network_loss` gives each its
# number, and `best_guess` chooses. And the map, with your ticks:

# %%
rng = np.random.default_rng(20)
guesses = [(rng.normal(0, 1, (3, 2)), rng.normal(0, 1, (1, 3))) for _ in range(1000)]
figures.loss.in_order(predict, network_loss, best_guess, guesses, line)

# %%
figures.course_map("01_loss")

# %% [markdown]
# **An open question**, for two sentences of your own (nobody grades them). Blind search forgets
# everything between one guess and the next. Suppose you stand at some place of the landscape, in
# fog, and can measure the loss where you stand and one small step to every side. What would you do,
# and why would it need fewer measurements than guessing?

# %% [markdown]
# *Your two sentences (double-click here to write them, then Shift + Enter):*

# %% [markdown] tags=["solution"]
# *One possible answer:* Take a small step to the side where the loss falls most, and measure again.
# Every step starts from what the last one has reached, so nothing is thrown away, and the number of
# measurements for one step grows with the number of weights only as 1,500 does, not as 10 to the
# power of 1,500.

# %% [markdown]
# **Next:** [notebook 2, the gradient](../02_gradient/02_gradient.ipynb). The slope of the loss
# says, for every weight, which way is uphill. You go the other way.
#
# **Compare:** [the solution of this notebook](../../solutions/01_loss/01_loss.ipynb) says for every
# exercise why the answer is right and what people get wrong there.
