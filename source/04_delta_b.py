# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 4. Delta B: the output error and the last layer's weights
#
# You can say how wrong a network is (notebook 1), you know that its gradient points uphill
# (notebook 2), and you can carry a slope back along a chain (notebook 3). Now these three meet in
# the network itself. We start at the output, because that is where the loss is measured, and go
# back one layer: to the weights **B**. At the end B alone, trained by you, reads nine of ten
# digits.

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
begin("04_delta_b")
figures.course_map("04_delta_b")

# %% [markdown]
# **When you are through, you can**
#
# - say how the loss reacts to every single prediction: the *output error* $\Delta_B$,
# - turn that error into the gradient of all weights in B at once,
# - take a step on B that lowers the loss, and say what happens if the step is too long.
#
# No answer of an earlier notebook is needed.
#
# {{contents}}

# %% [markdown]
# ### Three from before
#
# From notebooks 1 to 3, with new numbers every time. Run the cell, say whether you are sure, and
# click your choice. Being sure and wrong is the best thing that can happen here: such mistakes are
# mended for good. (Where nothing can be clicked, write both into the call,
# `recall("…", "a", "sure")`, and run it again.)

# %% tags=["nbval-ignore-output"]
recall("samples_twice")

# %% tags=["solution", "nbval-ignore-output"]
recall("samples_twice", "b", "sure")

# %% tags=["nbval-ignore-output"]
recall("slope_of_a_shift")

# %% tags=["solution", "nbval-ignore-output"]
recall("slope_of_a_shift", "a", "sure")

# %% tags=["nbval-ignore-output"]
recall("two_links")

# %% tags=["solution", "nbval-ignore-output"]
recall("two_links", "b", "sure")

# %% [markdown]
# <details><summary><b>Stuck? Climb this ladder</b> (click)</summary>
#
# 1. Read the shapes aloud: "delta is n_out by N, H is n_hidden by N, I need n_out by n_hidden."
# 2. Run your function on one sample with numbers you can check by hand.
# 3. `hint("delta_B")`: the idea, then the shapes, then all but the last step. Hints cost nothing.
# 4. `replay("delta_B")`: what every line of your function gave, at the last check.
#    `widgets.step_through("delta_B")` plays the same, line by line.
# 5. `lend("delta_B")` in a new cell lends you a working `delta_B`, so that you can go on. It
#    computes by brute force, is slow, and earns no points; as soon as you run a function of your
#    own, the loan ends.
# 6. Read the [solution](../../solutions/04_delta_b/04_delta_b.ipynb), close it, and write it
#    yourself from memory. Copying feels like understanding, but it is not.
#
# By symptom:
#
# - *I get a ValueError from `@` or from `−`*: print the shapes of both sides just before that line.
#   `P @ Q` needs as many columns in P as there are rows in Q. `P - Q` needs equal shapes. `.T`
#   exchanges rows and columns.
# - *The check says that I change an argument*: if the caller handed in `M`, then `M *= 2` and `M[0]
#   = …` write into the caller's array. `2 * M` makes a new one.
# - *The shape is right and the values are wrong*: read the numbers in the message and work out that
#   one entry by hand, with N = 1 first.
#
# </details>

# %% [markdown]
# ## 1. One weight, one sample, by hand
#
# The smallest output layer there is: one hidden activation $h$, one weight $b$, one prediction
# $\hat y = b\,h$, one target $y$, and the loss $L = \tfrac12(\hat y - y)^2$.
#
# $$b \;\longrightarrow\; \hat y = b\,h \;\longrightarrow\; L$$
#
# Two arrows, so two slopes. Take $h = 0.6$, $b = 2$ and $y = 2$. Nudge each quantity by 0.001, and
# see how far the next one moves.

# %%
h, b, y = 0.6, 2.0, 2.0
y_hat = b * h
loss = 0.5 * (y_hat - y) ** 2
print(f"prediction {y_hat:.3f}, loss {loss:.3f}")

nudge = 0.001
slope_of_loss = (0.5 * (y_hat + nudge - y) ** 2 - loss) / nudge
slope_of_prediction = ((b + nudge) * h - y_hat) / nudge
slope_of_both = (0.5 * ((b + nudge) * h - y) ** 2 - loss) / nudge

print(f"nudge ŷ: the loss moves {slope_of_loss:.2f} times as far")
print(f"nudge b: ŷ moves        {slope_of_prediction:.2f} times as far")
print(f"nudge b: the loss moves {slope_of_both:.2f} times as far")

# %% [markdown]
# The third number is the product of the first two: the chain rule, at work in a network. Read it
# from the output backward:
#
# - **−0.80** is the error that comes back from the loss. It says: *raise the prediction*, because
#   the loss falls when ŷ grows.
# - **0.60** is what came in at the weight. It says how much this weight has to do with the
#   prediction.
# - **−0.48** is the slope for $b$ itself.
#
# Everything that follows is this computation, for more outputs, more weights, more samples. Start
# with the first factor. **Predict, then run.**

# %%
quick("twice_as_far_off", "?")

# %% tags=["solution"]
quick("twice_as_far_off", "b")

# %%
figures.delta_b.loss_of_one_prediction(2.0, [1.2, 0.4, 2.8])

# %% [markdown]
# The slope carries two messages. Its **sign** says on which side of the target the prediction is.
# Its **size** says how far away.

# %% [markdown]
# ## 2. The output error: one slope for every prediction
#
# Now a real, if tiny, network: 3 inputs (the last one is always 1), 4 hidden units, 2 outputs, and
# a batch of 5 samples. The forward pass comes from `bplib`; it is that of notebook 1, and hands
# back everything that it computes on the way.

# %%
A = np.array([[0.5, -1.0, 0.2], [-0.8, 0.4, 0.6], [1.2, 0.3, -0.5], [0.1, 0.9, 0.0]])
B = np.array([[1.0, -0.5, 0.8, 0.3], [-0.6, 1.1, 0.2, -1.4]])
X = np.array([[0.5, -1.0, 2.0, 0.0, 1.5], [1.0, 0.5, -1.0, 1.0, 0.0], [1, 1, 1, 1, 1]])
Y = np.array([[1.0, 0.0, 1.0, -1.0, 0.5], [0.0, 1.0, -1.0, 0.5, 0.0]])

Z, H, Y_hat = network.forward(A, B, X)
for name, array in (("X", X), ("Z", Z), ("H", H), ("Y_hat", Y_hat), ("Y", Y)):
    print(f"{name:5} {array.shape}")

# %%
figures.delta_b.forward(B, H, Y_hat, Y)

# %% [markdown]
# Ten predictions, two for each of five samples. The loss is a function of all ten:
#
# $$L(\hat Y) = \frac{1}{2N}\sum_{n=0}^{N-1}\,\lVert \hat y_n - y_n\rVert^2$$
#
# (The squared bars are a sum of squares: one for each output of sample $n$.)
#
# How does it react to each of them? Let us ask by nudging, as in notebook 2. `central_gradient`
# nudges every entry up and down by itself and returns the slopes, in an array of the same shape.
# First for **one sample**, column 0 alone, so that N = 1:

# %%
column, target = Y_hat[:, [0]], Y[:, [0]]
slopes = derivatives.central_gradient(lambda P: network.mean_loss(P, target), column)
print("prediction ", column.ravel())
print("target     ", target.ravel())
print("slopes     ", slopes.ravel())

# %% [markdown]
# Check one of them against the parabola above: on which side of the target is it, and how far?
#
# Now the **whole batch**, N = 5. Look at the first column, and compare it with the three lines that
# you just printed. It is the same sample. What is different, and which symbol in the formula of $L$
# makes the difference?

# %%
slopes = derivatives.central_gradient(lambda P: network.mean_loss(P, Y), Y_hat)
print("Y_hat\n", Y_hat)
print("Y\n", Y)
print("slopes of the loss\n", slopes)

# %% [markdown]
# These slopes have a name: the **output error** $\Delta_B$.
#
# Nudging takes at least twenty evaluations of the loss for these ten numbers. You know the
# derivative of a square, so you can write all ten down at once, exactly.
#
# ### Exercise 1: `delta_B`
#
# > difficulty 1 of 5 · importance 5 of 5 · 5 minutes
#
# **What.** The slope for every prediction, $\Delta_B = \partial L/\partial \hat Y$, shape (n_out,
# N). Take the formula of $L$, differentiate it with respect to *one* entry of $\hat Y$ on paper,
# and write the result for the whole array. One line is enough; a loop is fine too.


# %% nbgrader={"grade_id": "delta_B", "solution": true}
def delta_B(Y_hat: np.ndarray, Y: np.ndarray) -> np.ndarray:
    """Return the output error: the slope of the mean loss for every prediction.

    Y_hat : (n_out, N) predictions of a linear output layer.
    Y : (n_out, N) targets.
    Returns (n_out, N): one slope for every prediction.
    """
    ### BEGIN SOLUTION
    return (Y_hat - Y) / Y.shape[1]
    ### END SOLUTION


# %% [markdown]
# If it is not right yet, the check says what your numbers have in common with the right ones and
# where they part.

# %% nbgrader={"grade_id": "check_delta_B", "grade": true}
check(delta_B, points=2)

# %% [markdown] tags=["solution"]
# **Why this is right.** In $\frac{1}{2N}\sum\sum(\hat y_{kn} - y_{kn})^2$ only one square contains
# the entry $\hat y_{kn}$. Its derivative is $2(\hat y_{kn} - y_{kn})$; the 2 meets the ½, and $1/N$
# stays.
#
# **The mistakes people make here.** The $1/N$ is forgotten: nothing looks wrong, but every step is
# N times too long. Or $Y - \hat Y$: the network then climbs. And `len(Y)` is n_out, not N.

# %% [markdown]
# Here is your function at work on a sample with two outputs: the target is the star, the circles
# join predictions of equal loss, and the arrows are *your* Δ.

# %%
figures.delta_b.error_arrows(delta_B)

# %% [markdown]
# Uphill, every time. So "go the other way" means, at the output, what you would have said without
# any calculus: *go towards the target, the further off the more*. Calculus is needed for what comes
# before the output: the weights.

# %%
delta = delta_B(Y_hat, Y)
print("delta", delta.shape)
print(delta)

# %% [markdown]
# ## 3. From the error to the weights
#
# A prediction cannot be moved by hand. Weights can. How does the loss react to the weights in B?
#
# Follow one of them, the wire from hidden unit $j$ to output $k$:

# %%
quick("one_wire", "?")

# %% tags=["solution"]
quick("one_wire", "a")

# %% [markdown]
# Now all eight weights of B, for **one sample** again. The slopes below were found by nudging each
# weight and evaluating the loss of sample 0. Left of the table stands that sample's `delta`, above
# it its column of H, laid flat.

# %%
h_0, y_0 = H[:, [0]], Y[:, [0]]
delta_0 = delta_B(B @ h_0, y_0)
slopes_0 = derivatives.central_gradient(lambda W: network.mean_loss(W @ h_0, y_0), B)
print("its delta", delta_0.shape, "  its h", h_0.shape, "  slopes", slopes_0.shape)
figures.delta_b.one_sample(delta_0, h_0, slopes_0)

# %% [markdown]
# Pick a number in the table, look to its left and above it. Pick another one. A table made like
# this is called an *outer product*: a column of errors meets a row of activations.
#
# - A **row** belongs to an output. Where the error is near 0, as in the second row, none of its
#   weights gets much of a slope: what is right already need not change.
# - A **column** belongs to a hidden unit. The stronger it speaks, the more its weights are to
#   blame.
#
# A batch has N such tables. The loss is a mean over the samples, and `delta` knows about the mean.
# So what becomes of the N tables, if the same eight weights serve all samples?
#
# ### Exercise 2: `gradient_B`
#
# > difficulty 2 of 5 · importance 5 of 5 · 10 minutes
#
# **What.** The slope for every weight of B, $\partial L/\partial B$, shape (n_out, n_hidden), for a
# whole batch. In a sentence: *a layer's gradient is its error term times the input to that layer*.
# Start with a loop over samples if you like; then look for the one matrix product that does the
# same.


# %% nbgrader={"grade_id": "gradient_B", "solution": true}
def gradient_B(delta: np.ndarray, H: np.ndarray) -> np.ndarray:
    """Return the gradient of the loss in B: error times input, over all samples.

    delta : (n_out, N) the error term of the output layer, its 1/N included.
    H : (n_hidden, N) the input of the output layer.
    Returns (n_out, n_hidden): one slope for every weight of B.
    """
    ### BEGIN SOLUTION
    return delta @ H.T
    ### END SOLUTION


# %% [markdown]
# Expect the check to draw networks with tanh, sigmoid and ReLU units. If your function passes, it
# does not care where H came from.

# %% nbgrader={"grade_id": "check_gradient_B", "grade": true}
check(gradient_B, points=2)

# %% [markdown] tags=["solution"]
# **Why this is right.** One wire: $\partial L/\partial b_{kj} = \sum_n \delta_{kn}\,h_{jn}$. That
# is row $k$ of `delta` times row $j$ of `H`, added up over the samples; as a matrix product the
# second one has to be turned, so that its rows become columns: `delta @ H.T`. The shapes leave no
# other choice: (n_out, N) @ (N, n_hidden).
#
# **The mistakes people make here.** Averages first, `np.outer(delta.mean(1), H.mean(1))`: errors of
# different samples cancel before they meet their activations. Or a second division by N. Or the
# slope of tanh: it belongs to A, because a change of B does not pass through tanh on its way to the
# loss.

# %%
figures.delta_b.sum_over_samples(gradient_B, delta, H)

# %% [markdown]
# Your function computed each of these tables: five times with a single sample, once with all. (The
# numbers are rounded: add them by hand, and the last digit may be off by one.)
#
# Two of them are worth a look. Sample 0 is the one of the table above, where 0.62 was its first
# number. Here it has a fifth of that: one sample of five. And output 0 of sample 3 was −0.99 where
# −1 belongs, so its row is almost 0.
#
# **Predict, then run.** A small experiment on the mean:

# %%
quick("duplicates_and_delta", "?")

# %% tags=["solution"]
quick("duplicates_and_delta", "c")

# %%
H_twice, Y_twice = np.concatenate([H, H], axis=1), np.concatenate([Y, Y], axis=1)
delta_twice = delta_B(B @ H_twice, Y_twice)
grad, grad_twice = gradient_B(delta, H), gradient_B(delta_twice, H_twice)
print("the first entries of delta   ", delta[0, :3])
print("     with every sample twice ", delta_twice[0, :3])
print("the first entries of gradient", grad[0, :3])
print("     with every sample twice ", grad_twice[0, :3])

# %% [markdown]
# ## 4. Is it true?
#
# Never believe a gradient that has not been compared with nudging. Here is the comparison for the
# tiny network, by your own hands: nudge the weight $b_{0,2}$ alone, and look up the same entry in
# your gradient. Change the two numbers in the first line and try another weight.

# %%
k, j = 0, 2
up, down = B.copy(), B.copy()
up[k, j] += 1e-5
down[k, j] -= 1e-5
nudged = (network.mean_loss(up @ H, Y) - network.mean_loss(down @ H, Y)) / 2e-5
print(f"by nudging: {nudged:.8f}")
print(f"by formula: {gradient_B(delta, H)[k, j]:.8f}")

# %% [markdown]
# Now on real data: 300 images of handwritten digits, 65 inputs (64 pixels and the 1), 40 hidden
# units, 10 outputs, one for each digit. B has 400 weights. All weights are random.

# %%
digits = datasets.digits()
images, answers = digits.X[:, :300], digits.Y[:, :300]
rng = np.random.default_rng(4)
A_digits = rng.normal(0, 0.15, (40, 65))
B_digits = rng.normal(0, 0.1, (10, 40))
Z_images, H_images, predictions = network.forward(A_digits, B_digits, images)
print("X", images.shape, "  H", H_images.shape, "  Y_hat", predictions.shape)

mine = gradient_B(delta_B(predictions, answers), H_images)
numeric = derivatives.central_gradient(lambda W: network.mean_loss(W @ H_images, answers), B_digits)
print("agree to nine digits:", derivatives.distance(mine, numeric) < 1e-9)
figures.delta_b.agreement(mine, numeric)

# %% [markdown]
# Four hundred slopes, for the price of one forward pass and one matrix product: nudging, the judge,
# took eight hundred forward passes or more.
#
# Here is the tiny network once more, with every number. Step through the pass up to the update. Then
# choose a weight of B, and nudge it: the slope predicts how far the loss will move. How large may
# the nudge become before prediction and truth part?

# %%
widgets.backpropagation(delta_B, gradient_B)

# %% [markdown]
# ## 5. One step downhill
#
# Did prediction and truth part? The prediction is a straight line, the loss a parabola: twice the
# nudge, and they lie four times as far apart. Only nearby is a slope to be trusted.
#
# You have the gradient of B: the direction in which the loss grows fastest. One step of gradient
# descent goes the other way, as far as the *learning rate* $\eta$ says. On paper, with the one
# weight from the beginning: $b = 2$, its slope was −0.48. With $\eta = 0.5$ it moves to 2.24. Why
# up, and not down? And where does 0.24 come from?
#
# ### Exercise 3: `step_B`
#
# > difficulty 2 of 5 · importance 5 of 5 · 10 minutes
#
# **What.** The weights after one step, shaped like `B`. Everything from B and H to the new B:
# predict, find the error, find the gradient, step. Use what you have written. Return a new array
# and leave the caller's B as it is.


# %% nbgrader={"grade_id": "step_B", "solution": true}
def step_B(B: np.ndarray, H: np.ndarray, Y: np.ndarray, learning_rate: float) -> np.ndarray:
    """Return B after one step of gradient descent; the output layer is linear.

    B : (n_out, n_hidden) output weights.
    H : (n_hidden, N) hidden activations.
    Y : (n_out, N) targets.
    learning_rate : how far to go.
    Returns (n_out, n_hidden), a new array.
    """
    ### BEGIN SOLUTION
    delta = delta_B(B @ H, Y)
    return B - learning_rate * gradient_B(delta, H)
    ### END SOLUTION


# %% [markdown]
# Expect the check to compare your new B with the right one. So a step that does lower the loss, but
# is too short or a little off to one side, is found too.

# %% nbgrader={"grade_id": "check_step_B", "grade": true}
check(step_B, points=3)

# %% [markdown] tags=["solution"]
# **Why this is right.** The gradient points uphill; subtracting it goes down. All samples share one
# step, from predictions that were all made with the *same* B.
#
# **The mistakes people make here.** `B -= …` changes the caller's array, so that the old B is lost.
# Or the step is taken sample by sample inside a loop: then the second sample already sees another
# B.

# %%
before = network.mean_loss(B @ H, Y)
B_new = step_B(B, H, Y, 0.3)
after = network.mean_loss(B_new @ H, Y)
print(f"loss before {before:.3f}, after one step {after:.3f}")

# %% [markdown]
# How long should a step be? Points about a line, one input, five hidden units. One step with the
# learning rate 0.15:

# %%
line = datasets.noisy_line()
rng = np.random.default_rng(3)
A_line, B_line = rng.normal(0, 1, (5, 2)), rng.normal(0, 1, (1, 5))
Z_line, H_line, Y_hat_line = network.forward(A_line, B_line, line.X)
B_after = step_B(B_line, H_line, line.Y, 0.15)
print("H", H_line.shape, "  Y_hat", Y_hat_line.shape)
print(f"loss before   {network.mean_loss(Y_hat_line, line.Y):.2f}")
print(f"after 1 step  {network.mean_loss(B_after @ H_line, line.Y):.2f}")

# %% [markdown]
# **Predict, then run.**

# %%
quick("ten_times_the_rate", "?")

# %% tags=["solution"]
quick("ten_times_the_rate", "c")

# %%
loss_before = network.mean_loss(Y_hat_line, line.Y)
widgets.draw_first(
    lambda: [
        network.mean_loss(step_B(B_line, H_line, line.Y, rate) @ H_line, line.Y)
        for rate in np.linspace(0, 1.5, 16)
    ],
    "The loss after one step, for learning rates from 0 to 1.5",
    count=16,
    heights=(0, 3 * loss_before),
    across="learning rate",
    up="loss after one step",
    first=loss_before,
    ends=("0", "1.5"),
)

# %%
rates = [0.05, 0.15, 0.6, 1.5]
figures.delta_b.along_the_step(step_B, A_line, B_line, line.X, line.Y, rates)

# %% [markdown]
# Left: the loss after one step of your `step_B`, at sixty learning rates. Right: what the network
# predicts after four of them (dashed: before). The gradient says how steep the loss is *here*; how
# long that stays true it does not say. From a to c longer is better. At d the step has crossed the
# valley and climbed the other side. Repeat steps like d, and the loss grows without bound.

# %% [markdown]
# ## 6. Only B learns, and that already reads digits
#
# The hidden weights A stay as they are: random. Three hundred steps on B alone, with your function,
# on 1,347 images of digits. (With a `step_B` that is lent to you, this takes half a minute.)

# %%
H_digits = network.forward(A_digits, B_digits, digits.X)[1]
print("X", digits.X.shape, "  H", H_digits.shape)

losses = []
W = B_digits
for _ in range(300):
    losses.append(network.mean_loss(W @ H_digits, digits.Y))
    W = step_B(W, H_digits, digits.Y, 0.2)

# %% [markdown]
# Did it learn to read? Ask the network about 450 images that it has never seen; the largest of the
# ten outputs is its answer.

# %%
H_test = network.forward(A_digits, W, digits.X_test)[1]
outputs_before, outputs_after = B_digits @ H_test, W @ H_test
read_before, read = outputs_before.argmax(axis=0), outputs_after.argmax(axis=0)
label = digits.labels_test
print(f"read correctly before: {np.mean(read_before == label):.0%}")
print(f"read correctly after:  {np.mean(read == label):.0%}")

n = np.flatnonzero((read_before != label) & (read == label))[0]
figures.delta_b.only_B_learns(losses, outputs_before[:, n], outputs_after[:, n], label[n])

# %% [markdown]
# More than nine of ten, with a hidden layer that nobody trained. And these are some that go wrong:

# %%
wrong = np.flatnonzero(read != label)[:10]
figures.digit_grid(
    digits.X_test[:, wrong],
    [f"{label[n]}, read {read[n]}" for n in wrong],
    columns=5,
    alt="Ten images that were read wrongly, each with its label and the answer.",
)

# %% [markdown]
# The curve has become flat: thousands of steps more would gain about one image in a hundred. B can
# only mix what the hidden layer offers, and the hidden layer was never told what matters in a
# digit. Someone has to tell it. That is the next notebook.

# %% [markdown]
# ## What you have now, in one picture

# %%
figures.delta_b.whole_step(delta_B, gradient_B, step_B, B, H, Y, 0.3)

# %%
figures.course_map("04_delta_b")

# %% [markdown]
# Still open: $\Delta_A$, the gradient of A, the step on A, and the loop around it all.
#
# Three sentences to keep:
#
# - The error term says how the loss reacts to a layer's weighted sums. (At a linear output those
#   are the predictions themselves.)
# - The gradient of a layer's weights is its error term times its input, summed over the samples.
# - The step goes against the gradient; how far is for you to choose, and too far is uphill.
#
# **One open question, in two sentences.** The slope of tanh appears nowhere in the gradient of B,
# though B stands behind a layer of tanh units. Why not, and why will the gradient of A need it?

# %% [markdown]
# *Your two sentences:*

# %% [markdown] tags=["solution"]
# *One possible answer.* A change of B reaches the loss without passing through tanh: to B, the
# activations H are simply numbers that come in. A change of A has to pass through tanh on its way
# to H, so the chain from A to the loss has the slope of tanh as one of its links.

# %% [markdown]
# **Next:** [notebook 5, Delta A](../05_delta_a/05_delta_a.ipynb). You send $\Delta_B$ back through
# B to the hidden layer, and find the gradient of A, without computing anything twice.
#
# **Compare:** [the solution of this notebook](../../solutions/04_delta_b/04_delta_b.ipynb) says for
# every exercise why the answer is right and what people get wrong there.

# %% [markdown]
# ## Further
#
# Not needed to go on: an output that is a share or a probability.
#
# ### An output between 0 and 1
#
# Then the output layer has a sigmoid as well, and one more arrow is in the chain:
#
# $$B\,H \;\longrightarrow\; \hat Y = \sigma(B\,H) \;\longrightarrow\; L$$
#
# **From here on $\Delta_B$ means something else.** What stands in front of the new arrow, $B\,H$,
# is called the output's *pre-activation*, and the weights reach the loss only through it. So the
# error term that we need now is the slope of the loss with respect to the **pre-activation**,
# $\Delta_B = \partial L/\partial(BH)$. (Above, where the output was linear, the two were the same
# numbers.)
#
# By hand first, with one number: pre-activation −1, target 1.

# %%
pre, y = -1.0, 1.0
p, p_nudged = network.sigmoid(pre), network.sigmoid(pre + nudge)
loss = 0.5 * (p - y) ** 2
first_link = (p_nudged - p) / nudge
second_link = (0.5 * (p + nudge - y) ** 2 - loss) / nudge
both_links = (0.5 * (p_nudged - y) ** 2 - loss) / nudge

print(f"prediction {p:.3f}")
print(f"nudge the pre-activation: the prediction moves {first_link:.3f} times as far")
print(f"nudge the prediction:     the loss moves {second_link:.3f} times as far")
print(f"nudge the pre-activation: the loss moves {both_links:.3f} times as far")

# %% [markdown]
# Two links again. The second one you have. For the first, notebook 3 found a way to write the slope
# of the sigmoid with nothing but the sigmoid's own value. If you do not remember it: differentiate
# $\sigma(z) = 1/(1 + e^{-z})$ and look for $\sigma(z)$ and $1 - \sigma(z)$ in what you get.
#
# ### Exercise 4: `delta_B_sigmoid`
#
# > difficulty 2 of 5 · importance 3 of 5 · 10 minutes
#
# **What.** The slope for every pre-activation, shape (n_out, N). The function gets `Y_hat`, which
# has **been through** the sigmoid already. The loss is the same mean squared error as before.


# %% nbgrader={"grade_id": "delta_B_sigmoid", "solution": true}
def delta_B_sigmoid(Y_hat: np.ndarray, Y: np.ndarray) -> np.ndarray:
    """Return the error term of a sigmoid output: dL/d(pre-activation).

    Y_hat : (n_out, N) predictions, each the sigmoid of its pre-activation.
    Y : (n_out, N) targets.
    Returns (n_out, N).
    """
    ### BEGIN SOLUTION
    return delta_B(Y_hat, Y) * Y_hat * (1 - Y_hat)
    ### END SOLUTION


# %% [markdown]
# Expect the check to look at predictions near 0 and 1 too. You may call `delta_B`; should that one
# still be wrong, it does not count against you here.

# %% nbgrader={"grade_id": "check_delta_B_sigmoid", "grade": true}
check(delta_B_sigmoid, points=2)

# %% [markdown] tags=["solution"]
# **Why this is right.** Every pre-activation makes exactly one prediction, so the chain rule is a
# product entry by entry: the slope of the loss, `delta_B(Y_hat, Y)`, times the slope of the
# sigmoid, which is $s(1-s)$ at its value $s$. That value is `Y_hat`.
#
# **The mistakes people make here.** Putting `Y_hat` through the sigmoid (or through `d_sigmoid`)
# once more. Or $s(1-s)$ taken at the target, which is 0 for every target of 0 or 1.

# %% [markdown]
# **Predict, then run.**

# %%
quick("sure_and_wrong", "?")

# %% tags=["solution"]
quick("sure_and_wrong", "b")

# %%
figures.delta_b.sure_and_wrong(delta_B, delta_B_sigmoid)

# %% [markdown]
# A network that is sure and wrong learns slowly, though it would have the most to learn. Keep this
# picture in mind: it is the reason why classifiers are mostly trained with another loss than the
# squared error.
#
# And the gradient of B? Here is a network with a sigmoid output on the two moons. `gradient_B`
# stays exactly as it is: *error term times input*. Only the error term is another one.

# %%
moons = datasets.two_moons()
A_moons, B_moons = rng.normal(0, 1, (6, 3)), rng.normal(0, 1, (1, 6))
Z_moons, H_moons, P_moons = network.forward(A_moons, B_moons, moons.X, output=network.sigmoid)
print("H", H_moons.shape, "  Y_hat", P_moons.shape)
print(f"predictions between {P_moons.min():.2f} and {P_moons.max():.2f}")

mine = gradient_B(delta_B_sigmoid(P_moons, moons.Y), H_moons)
numeric = derivatives.central_gradient(
    lambda W: network.mean_loss(network.sigmoid(W @ H_moons), moons.Y), B_moons
)
print("by formula", mine)
print("by nudging", numeric)
