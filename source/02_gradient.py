# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 2. The gradient: which way is down?
#
# Notebook 1 gave you a number that says how wrong a network is, and a way to make it smaller: guess
# weights blindly and keep the best. That does not scale. Here you learn to *ask* for the way. The
# loss is a landscape over the weights. At every place it has a slope in each weight; together they
# are the **gradient**. It points uphill, so you step the other way. At the end, 65 weights learn
# what a zero looks like.

# %%
import numpy as np

from bplib import (
    begin,
    check,
    datasets,
    figures,
    hint,
    lend,
    network,
    quick,
    recall,
    replay,
    widgets,
)

np.set_printoptions(precision=4, suppress=True)
begin("02_gradient")
figures.course_map("02_gradient")

# %% [markdown]
# **When you are through, you can**
#
# - measure any slope by nudging, and say how far to trust the number,
# - measure the gradient of any loss, in every weight, without any calculus,
# - tell a right gradient from a wrong one: with this tool you judge your formulas in all later
#   notebooks,
# - derive an exact gradient, and walk downhill with it: gradient descent.
#
# No answer of an earlier notebook is needed.
#
# {{contents}}

# %% [markdown]
# ### Three from before
#
# From notebook 1, with new numbers every time. Run the cell, say whether you are sure, and click
# your choice. Being sure and wrong is the best thing that can happen here: such mistakes are mended
# for good. (Where nothing can be clicked:
# `recall("…", "a", "sure")`.)

# %% tags=["nbval-ignore-output"]
recall("miss_and_loss")

# %% tags=["solution", "nbval-ignore-output"]
recall("miss_and_loss", "c", "sure")

# %% tags=["nbval-ignore-output"]
recall("loss_of_a_batch")

# %% tags=["solution", "nbval-ignore-output"]
recall("loss_of_a_batch", "b", "sure")

# %% tags=["nbval-ignore-output"]
recall("blind_search")

# %% tags=["solution", "nbval-ignore-output"]
recall("blind_search", "c", "sure")

# %% [markdown]
# <details><summary><b>Stuck? Climb this ladder</b> (click)</summary>
#
# 1. Read the shapes aloud: "w has one number per weight, X is n_in by N, I need one number per
#    weight."
# 2. Run your function on something you can work out by hand: the slope of $w^2$, a single sample.
# 3. `hint("slope")`: the idea, then the shapes, then all but the last step. Hints cost nothing.
# 4. `replay("slope")`: what every line of your function gave, at the last check.
#    `widgets.step_through("slope")` plays the same, line by line.
# 5. `lend("slope")` in a new cell lends you a working `slope`, so that you can go on. It computes
#    by brute force, is slow, and earns no points; as soon as you run a function of your own, the
#    loan ends.
# 6. Read the [solution](../../solutions/02_gradient/02_gradient.ipynb), close it, and write it
#    yourself from memory. Copying feels like understanding, but it is not.
#
# By symptom:
#
# - *All entries of my gradient are 0*: `V = W` gives the array a second name. It is still one
#   array: what you do to V happens to W. `V = W.copy()` makes a second one.
# - *The check says that I change W, or do not restore it exactly*: `W[index] += step` writes into
#   the caller's array, and subtracting the step again need not give the old number back: on a
#   computer 0.3 + 0.1 − 0.1 is not quite 0.3. Work on a copy.
# - *I get a ValueError from `@`*: print the shapes of both sides just before that line. In `P @ Q`
#   the last axis of P must be as long as the first axis of Q.
#
# </details>

# %% [markdown]
# ## 1. A slope, from two heights
#
# From school you know the slope of $f$ at $w$ as the derivative. For $f(w) = w^3$ it is $3w^2$, so
# at $w = 1$ it is 3. But you also know what it *means*: move a little, and see how much the height
# changes for it. Rise divided by run. For that nobody needs a formula of the derivative:


# %%
def cube(w: float) -> float:
    return w**3


w, step = 1.0, 0.1
rise = cube(w + step) - cube(w)
print(f"f({w + step:.1f}) = {cube(w + step):.3f}, f({w:.1f}) = {cube(w):.3f}")
print(f"rise {rise:.3f}, run {step:.1f}, slope {rise / step:.2f}")

# %% [markdown]
# 3.31 instead of 3: the curve bends upward, so the chord to the right is too steep. A chord to the
# left would be too flat, for the same reason. So take one that treats both sides alike (drawn
# with a step of 0.5, to be seen):

# %%
figures.gradient.chords()

# %% [markdown]
# That is the **central difference**: a chord from one step left of $w$ to one step right of it.
#
# Work it out on paper for step = 0.1. You need $0.9^3 = 0.729$ and $1.1^3 = 1.331$. What is the
# rise, what is the run? You should come out much nearer to 3.
#
# ### Exercise 1: `slope`
#
# > difficulty 1 of 5 · importance 5 of 5 · 5 minutes
#
# **What.** The slope $f'(w)$, a number. Turn your calculation into a function: `f` is any function
# of one number, `step` is the distance from w to each end of the chord.


# %% nbgrader={"grade_id": "slope", "solution": true}
def slope(f, w: float, step: float = 1e-5) -> float:
    """Return the slope of f at w by a central difference.

    f : function that takes a number and returns a number.
    w : where the slope is asked for.
    step : how far to go to either side.
    Returns a number.
    """
    ### BEGIN SOLUTION
    return (f(w + step) - f(w - step)) / (2 * step)
    ### END SOLUTION


# %% [markdown]
# Expect the check to take several functions and steps, large and small. With a large step even the
# right chord is a little off; that is no mistake.

# %% nbgrader={"grade_id": "check_slope", "grade": true}
check(slope, points=2)

# %% [markdown] tags=["solution"]
# **Why this is right.** The chord's ends are two steps apart, so the run is `2 * step`. It is much
# better than the one-sided chord because the bend of the curve makes one half too steep and the
# other too flat by the same amount: what is left over shrinks with the *square* of the step.
#
# **The mistakes people make here.** Dividing by `step`, which doubles the slope. And leaving out
# parentheses: `… / 2 * step` divides by 2 and then *multiplies* by the step.

# %%
print(f"w³ at 1, step 0.1:  {slope(cube, 1.0, 0.1):.4f}")
print(f"w³ at 1, default:   {slope(cube, 1.0):.8f}")
print(f"sin at 0:           {slope(np.sin, 0.0):.8f}")

# %% [markdown]
# The smaller the step, the better? Up to a point: then the computer's 16 digits run out. The
# default of 1e-5 is near the best place. It gives ten or eleven digits, plenty to find a mistake.
# (*Further*, at the end, shows why, and what happens beside a corner.)

# %% [markdown]
# ## 2. A slope for every weight
#
# A loss depends on many weights. Then there is a slope for each of them: move that weight alone,
# and hold all the others still. The array of these slopes is the gradient; it has the shape of the
# weights.
#
# By hand, for $f(w_0, w_1) = w_0^2 + 3\,w_0 w_1$ at $(1, 2)$:
#
# - hold $w_1 = 2$ and look at $w_0$ alone: $w_0^2 + 6 w_0$ has the slope $2 w_0 + 6 = 8$,
# - hold $w_0 = 1$ and look at $w_1$ alone: $1 + 3 w_1$ has the slope $3$.
#
# So the gradient is $(8, 3)$. The first entry depends on the *other* weight as well, so all the
# others must stand where they belong while you measure. A slope in one weight, the others held, is
# written with a round ∂: $\partial f/\partial w_0 = 8$.
#
# Weights come in arrays of one axis or more. One loop visits them all:

# %%
table = np.array([[10.0, 11.0, 12.0], [20.0, 21.0, 22.0]])
for place in np.ndindex(table.shape):
    print(place, table[place], end="   ")

# %% [markdown]
# And one trap, which costs everybody an hour once:

# %%
other = table
other[0, 0] = 99.0
print("after other = table:       ", table[0, 0])

other = table.copy()
other[0, 1] = 99.0
print("after other = table.copy():", table[0, 1])

# %% [markdown]
# ### Exercise 2: `numerical_gradient`
#
# > difficulty 3 of 5 · importance 5 of 5 · 15 minutes
#
# **What.** The slope in every weight, $\partial f/\partial W$, an array shaped like `W`, whatever
# that shape is. `f` takes the whole array and returns one number. When you are done, the caller's W
# must be as it was, to the last bit.


# %% nbgrader={"grade_id": "numerical_gradient", "solution": true}
def numerical_gradient(f, W: np.ndarray, step: float = 1e-5) -> np.ndarray:
    """Return the slopes of f in every entry of W, by central differences.

    f : function that takes an array shaped like W and returns a number.
    W : array of any shape; it is left as it is.
    step : how far to move each entry to either side.
    Returns an array shaped like W.
    """
    ### BEGIN SOLUTION
    gradient = np.zeros_like(W)
    for index in np.ndindex(W.shape):
        up, down = W.copy(), W.copy()
        up[index] += step
        down[index] -= step
        gradient[index] = (f(up) - f(down)) / (2 * step)
    return gradient
    ### END SOLUTION


# %% [markdown]
# Try it on the example worked by hand first; (8, 3) should come out. (`lambda w: …` is a short
# function without a name.)

# %%
print(numerical_gradient(lambda w: w[0] ** 2 + 3 * w[0] * w[1], np.array([1.0, 2.0])))

# %% nbgrader={"grade_id": "check_numerical_gradient", "grade": true}
check(numerical_gradient, points=3)

# %% [markdown] tags=["solution"]
# **Why this is right.** Every turn of the loop makes two fresh copies, so exactly one entry differs
# from W when f is called, and W itself is never touched. To copy less, keep
# `old = W[index]`, write into W, call f twice, and put `old` back.
#
# **The mistakes people make here.** `up = W` instead of a copy: then up and down are the same
# array, and all slopes are 0. Copies made once before the loop: the nudges pile up. `W[index] +=
# step` and later `-= step`: W comes back changed in its last digit.

# %% [markdown]
# Now a loss. Thirty points about a straight line, and a model with two weights, the line's slope
# and its intercept: the prediction is `w @ X`, because the second row of X is all ones. (We move
# the points one to the right; it makes the landscape more interesting.)

# %%
line = datasets.noisy_line()
X, y = line.X.copy(), line.Y[0]
X[0] += 1


def line_loss(w: np.ndarray) -> float:
    return np.mean((w @ X - y) ** 2) / 2


print("X", X.shape, "  y", y.shape)
w = np.array([0.0, 0.0])
print("w", w.shape, "  loss", f"{line_loss(w):.3f}", "  gradient", numerical_gradient(line_loss, w))

# %% [markdown]
# Both slopes are negative at $w = (0, 0)$: raise either weight, and the loss falls. But what does
# the pair of them say? **Predict, then run:** we draw it as an arrow.

# %%
quick("which_way_it_points", "?")

# %% tags=["solution"]
quick("which_way_it_points", "d")

# %%
figures.gradient.uphill(numerical_gradient, line_loss)

# %% [markdown]
# Thirty places on the map, thirty gradients, all measured by your function. Every arrow points uphill,
# straight across the contour line; where the slope is steep it is long, and near the bottom it
# nearly vanishes. Now look at an arrow far from the bottom and follow it *backwards*. You come
# lower, though you seldom head for the very bottom.

# %% [markdown]
# ## 3. What does it cost?
#
# You have a gradient of anything, without any calculus. Why is the course not over? **Predict, then
# run:**

# %%
quick("twice_the_weights", "?")

# %% tags=["solution"]
quick("twice_the_weights", "c")

# %%
digits = datasets.digits()
rng = np.random.default_rng(2)


def count_calls(n_hidden: int) -> tuple[int, int]:
    """Return the weights in A of a network for the digits, and the losses that a gradient takes."""
    A, B = rng.normal(0, 0.1, (n_hidden, 65)), rng.normal(0, 0.1, (10, n_hidden))
    calls = 0

    def loss(A: np.ndarray) -> float:
        nonlocal calls
        calls += 1
        return network.network_loss(A, B, digits.X[:, :50], digits.Y[:, :50])

    numerical_gradient(loss, A)
    return A.size, calls


for n_hidden in (1, 2, 4):
    weights, calls = count_calls(n_hidden)
    print(f"hidden units: {n_hidden}, weights in A: {weights}, times the loss: {calls}")

# %% [markdown]
# A thousand times the weights take a million times the time. A network of a million weights
# would need days for a single step. Nudging is honest and works for everything, but it is far too
# slow to *train* with. Its place is that of a **judge**: to say, for a small case, whether a fast
# formula is right.

# %% [markdown]
# ## 4. How far apart are two gradients?
#
# A judge needs a measure. Is a difference of 0.001 large? Between gradients of length 0.01 it is,
# between gradients of length 100 it is nothing. So compare with the length of the gradients:
#
# $$\frac{\lVert g - \tilde g\rVert}{\max(\lVert g\rVert,\; \lVert \tilde g\rVert)}$$
#
# $g$ is yours, $\tilde g$ the numerical one, and $\lVert g\rVert$ is the length of $g$: the root of
# the sum of the squares of all entries, whatever the shape of the array. By hand: $(3, 4)$ and $(3,
# 3)$ differ by $(0, 1)$, which has length 1. The longer of the two is $(3, 4)$, with length
# $\sqrt{9 + 16} = 5$. So they are 0.2 apart.
#
# ### Exercise 3: `relative_error`
#
# > difficulty 2 of 5 · importance 4 of 5 · 8 minutes
#
# **What.** A single number: how far apart the two are, relative to the longer one. The symbols say
# it all, except for one case. If both arrays are all zero, they agree: say 0.


# %% nbgrader={"grade_id": "relative_error", "solution": true}
def relative_error(mine: np.ndarray, numeric: np.ndarray) -> float:
    """Return how far apart two gradients are, compared with the longer of the two.

    mine, numeric : arrays of one shape, with one axis or more.
    Returns a number: 0 if they are equal (both all zero included), 2 if they are opposite.
    """
    ### BEGIN SOLUTION
    longest = max(np.linalg.norm(mine), np.linalg.norm(numeric))
    if longest == 0:
        return 0.0
    return np.linalg.norm(mine - numeric) / longest
    ### END SOLUTION


# %% [markdown]
# The example worked by hand gives 0.2, opposite arrays give 2, arrays of zeros 0.

# %%
print(relative_error(np.array([3.0, 4.0]), np.array([3.0, 3.0])))
print(relative_error(np.array([3.0, 4.0]), np.array([-3.0, -4.0])))
print(relative_error(np.zeros((2, 3)), np.zeros((2, 3))))

# %% nbgrader={"grade_id": "check_relative_error", "grade": true}
check(relative_error, points=2)

# %% [markdown] tags=["solution"]
# **Why this is right.** `np.linalg.norm` without further arguments takes all entries of an array of
# any shape. The larger length is 0 only if both arrays are all zero.
#
# **The mistakes people make here.** Dividing entry by entry: an entry that happens to be near 0
# then looks entirely wrong. And a small constant added to the divisor, "to be safe": then a small
# gradient seems right when it is not.

# %% [markdown]
# Between right gradients and the mildest mistakes lie several powers of ten (*Further* shows some
# of each). So you need not agonise over the limit: **below 1e-7 two gradients agree, above 1e-3
# they differ.** Between the two, look closer: is a corner nearby, were numbers rounded, is the step
# too large or too small?

# %% [markdown]
# ## 5. The gradient of a line, exactly
#
# Now the fast way, for the line: a formula. One sample first, with numbers: inputs $x = (2, 1)$,
# target $y = 3$, weights $w = (0.5, 1)$.
#
# | | in symbols | here |
# |---|---|---|
# | prediction | $\hat y = w_0 x_0 + w_1 x_1$ | $0.5\cdot 2 + 1\cdot 1 = 2$ |
# | error | $e = \hat y - y$ | $2 - 3 = -1$ |
# | loss | $L = \tfrac12 e^2$ | $\tfrac12$ |
#
# Raise the first weight by 0.1. The prediction rises to 2.2, the error becomes −0.8, the loss 0.32:
# it fell by 0.18. A smaller nudge will tell more. **Predict, then run.** What is the slope exactly?

# %%
quick("one_sample_slope", "?")

# %% tags=["solution"]
quick("one_sample_slope", "b")


# %%
def sample_loss(w: np.ndarray) -> float:
    return 0.5 * (w @ np.array([2.0, 1.0]) - 3.0) ** 2


print(numerical_gradient(sample_loss, np.array([0.5, 1.0])))

# %% [markdown]
# Take a pencil. Write $L$ with $w_0$ and $w_1$ in it, and differentiate it with respect to $w_0$,
# and with respect to $w_1$. You should get these two numbers, and see what each of them is made of:
# one part is the same in both, the other is not.
#
# Then the batch. $L$ is the mean over the samples:
#
# $$L(w) = \frac{1}{2N}\sum_{n=0}^{N-1} e_n^2, \qquad e_n = w\cdot x_n - y_n$$
#
# and the slope of a mean is the mean of the slopes.
#
# ### Exercise 4: `line_loss_gradient`
#
# > difficulty 3 of 5 · importance 5 of 5 · 15 minutes
#
# **What.** The slope in every weight, $\partial L/\partial w$, shape (n_in,): exactly, by a
# formula, without nudging. `w` is (n_in,), `X` is (n_in, N) with one column per sample, `y` is
# (N,). Write a loop over the samples first, if you like; then look for a matrix product.


# %% nbgrader={"grade_id": "line_loss_gradient", "solution": true}
def line_loss_gradient(w: np.ndarray, X: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Return the exact gradient of the mean loss 1/(2N) Σ (w·x − y)² in the weights w.

    w : (n_in,) weights.
    X : (n_in, N) inputs, one column per sample.
    y : (N,) targets.
    Returns (n_in,): one slope for every weight.
    """
    ### BEGIN SOLUTION
    errors = w @ X - y
    return X @ errors / len(y)
    ### END SOLUTION


# %% [markdown]
# You need nobody to tell you whether it is right. You have a judge of your own: run it first, and
# our check after it.

# %%
w = np.array([0.3, -0.5])
mine = line_loss_gradient(w, X, y)
numeric = numerical_gradient(line_loss, w)
print("mine   ", mine)
print("numeric", numeric)
print("they agree:", relative_error(mine, numeric) < 1e-7)

# %% nbgrader={"grade_id": "check_line_loss_gradient", "grade": true}
check(line_loss_gradient, points=3)

# %% [markdown] tags=["solution"]
# **Why this is right.** For one sample $\partial L/\partial w_i = e\,x_i$: the 2 from the square
# meets the ½, and $e$ contains $w_i$ times $x_i$. The error is the same for all weights; the input
# is each weight's own. Over the batch, $\frac1N\sum_n e_n x_{in}$ is row $i$ of `X` times the
# errors, so all of them together are `X @ errors / N`.
#
# **The mistakes people make here.** The sum without the mean: right for one sample, N times too
# large for N. The inputs left out. And `len(X)` where N is meant: that is n_in. Nudging with your
# own loss finds all three, but *not* a mistake in the loss itself: the judge only says whether
# gradient and loss belong together.

# %% [markdown]
# *Error times input*, averaged over the samples. Keep these words; in notebook 4 they come back for
# the last layer of a network, and in notebook 5 for the first one. And the price? One product with
# X for the predictions and one for the gradient: no more for 65 weights than for 2.

# %% [markdown]
# ## 6. Downhill
#
# Now walk. Stand somewhere; ask for the gradient *there*; go against it, by the gradient times the
# **learning rate** $\eta$ (also: step size); ask again. For $f(w) = w^2$, whose slope is $2w$, from $w = 1$ with
# $\eta = 0.1$: the slope at 1 is 2, so you go back by 0.2 and stand at 0.8. What is the slope
# there, and where do you stand next? (At 0.64.)
#
# ### Exercise 5: `gradient_descent`
#
# > difficulty 2 of 5 · importance 5 of 5 · 10 minutes
#
# **What.** All the places visited, the start first: an array of shape (steps + 1, …), or a list of
# arrays shaped like `w`. `gradient` is a function: `gradient(w)` gives the gradient at w. Leave the
# caller's `w` as it is. With `steps = 0` the path is the start alone.


# %% nbgrader={"grade_id": "gradient_descent", "solution": true}
def gradient_descent(gradient, w: np.ndarray, learning_rate: float, steps: int) -> np.ndarray:
    """Walk against the gradient, and return the places visited.

    gradient : function that takes an array shaped like w and returns the gradient there.
    w : where to start, an array of any shape.
    learning_rate : how far to go, compared with the gradient.
    steps : how many steps to take, 0 or more.
    Returns steps + 1 places, the start first: an array (steps + 1, *w.shape), or a list.
    """
    ### BEGIN SOLUTION
    path = [w]
    for _ in range(steps):
        w = w - learning_rate * gradient(w)
        path.append(w)
    return path
    ### END SOLUTION


# %% [markdown]
# The example worked by hand: from 1 it goes to 0.8 and 0.64.

# %%
print(np.array(gradient_descent(lambda w: 2 * w, np.array([1.0]), 0.1, 4)).ravel())

# %% nbgrader={"grade_id": "check_gradient_descent", "grade": true}
check(gradient_descent, points=3)

# %% [markdown] tags=["solution"]
# **Why this is right.** Every turn asks for the gradient at the *present* place and makes a *new*
# array. `steps` turns add `steps` places to the one there was.
#
# **The mistakes people make here.** `w -= …` changes the array in place: the caller's w is gone,
# and if the list holds that same array `steps + 1` times, all its entries are the last place. And a
# gradient that is computed once, before the loop, leads straight on for ever.

# %%
start = np.array([-0.8, 1.2])
path = gradient_descent(lambda w: line_loss_gradient(w, X, y), start, 0.35, 20)
figures.gradient.descent(path, line_loss, X[0], y, start)

# %% [markdown]
# On the left a point moves through the landscape; on the right the line that it stands for turns
# into place. Both show the same walk. The steps become shorter by themselves, because the gradient
# does.
#
# Now you, on other landscapes than this one. The arrow is the next step, worked out with your
# `numerical_gradient`. In the bowl every step size seems fine, up to a point; in the ravine one that suits the steep walls is tedious
# along the floor. Where does a walk from the saddle end? In which of two valleys?

# %%
widgets.descent(numerical_gradient)

# %% [markdown]
# ## 7. What you have now: functions that learn to see
#
# Nothing in your five functions knows about lines. An image of a digit is 64 pixels and a 1, so `w`
# has 65 weights. Let the target be 1 if the image is a zero, and 0 if it is any other digit. First
# the judge, then a thousand steps:

# %%
is_zero = (digits.labels == 0).astype(float)


def zero_loss(w: np.ndarray) -> float:
    return np.mean((w @ digits.X - is_zero) ** 2) / 2


w = rng.normal(0, 0.1, 65)
exact = line_loss_gradient(w, digits.X, is_zero)
print("w", w.shape, "  X", digits.X.shape, "  gradient", exact.shape)
print("they agree:", relative_error(exact, numerical_gradient(zero_loss, w)) < 1e-7)

# %%
path = gradient_descent(
    lambda w: line_loss_gradient(w, digits.X, is_zero), np.zeros(65), 0.05, 1000
)
for step in (0, 1, 10, 100, 1000):
    says_zero = path[step] @ digits.X_test > 0.5
    right = np.mean(says_zero == (digits.labels_test == 0))
    print(f"{step:5} steps: loss {zero_loss(path[step]):.4f}, right for {right:.1%} of new images")
figures.gradient.templates(path, [1, 10, 100, 1000], 0)

# %% [markdown]
# (With 0 steps nine of ten are right, because nine of ten digits are not zeros. It stays so for the first
# steps, though the loss falls: at first no prediction reaches 0.5.) Look at the weights: after one step they are an average zero. Then the middle turns negative: ink *there* says that it
# is something else. Nobody told your function what a zero looks like; it walked downhill.

# %% [markdown]
# The map again, with your ticks:

# %%
figures.course_map("02_gradient")

# %% [markdown]
# Still open: how to get the gradient of a *network* exactly, for the weights A that are hidden
# behind a tanh and behind B. There the pencil gets lost, unless it goes link by link.
#
# Three sentences to keep:
#
# - The gradient holds one slope per weight and points uphill; step the other way, not too far.
# - Nudging gives any gradient to ten digits, for two evaluations of the loss per weight: a judge,
#   not a worker.
# - A relative error below 1e-7 says that gradient and loss belong together. Whether the loss is the
#   right one, it cannot say.
#
# **One open question, in two sentences.** Your friend's gradient agrees with the numerical one to
# nine digits, but the network learns nonsense. Name two things that may still be wrong.

# %% [markdown]
# *Your two sentences:*

# %% [markdown] tags=["solution"]
# *One possible answer.* The loss itself may be wrong (a target in the wrong column, say), because
# the numerical gradient nudges that very loss. Or the walk is: a step uphill, or a learning rate
# that jumps across the valley.

# %% [markdown]
# **Next:** [notebook 3, the chain rule](../03_chain_rule/03_chain_rule.ipynb). You take a long
# formula apart into links, give each link its own small slope, and multiply. Nudging will be the
# judge of every link.
#
# **Compare:** [the solution of this notebook](../../solutions/02_gradient/02_gradient.ipynb) says
# for every exercise why the answer is right and what people get wrong there.

# %% [markdown]
# ## Further
#
# Not needed to go on.
#
# ### How small should the step be?
#
# In mathematics the derivative is the limit for ever smaller steps. **Predict, then run:** what
# happens on a computer?

# %%
quick("ever_smaller_steps", "?")

# %% tags=["solution"]
quick("ever_smaller_steps", "b")

# %%
figures.gradient.error_over_steps(slope)

# %% [markdown]
# Two troubles, one on each side.
#
# - **Left: the bend.** With a step ten times smaller the error is a hundred times smaller. (The
#   one-sided chord gets only ten times better. That is why you wrote the central one.)
# - **Right: rounding.** The computer keeps 16 digits. With a step of 1e-12 the two heights agree in
#   the first eleven or twelve of them, so only a few are left in the difference:

# %%
high, low = np.exp(1 + 1e-12), np.exp(1 - 1e-12)
print(f"{high:.14f}")
print(f"{low:.14f}")

# %% [markdown]
# The default step of 1e-5 sits where the two troubles meet. You get ten or eleven digits: the
# best such a slope can do.

# %% [markdown]
# ### A corner
#
# Some functions have **corners**. One of them is used in networks all the time: $\max(0, w)$,
# called ReLU. **Predict, then run:**

# %%
quick("beside_a_corner", "?")

# %% tags=["solution"]
quick("beside_a_corner", "c")

# %%
figures.gradient.corner(slope)

# %% [markdown]
# Right beside a corner a measured slope can be nonsense, and nothing warns you. Remember it for the
# day when a single entry of a gradient does not agree: a smaller step, or another place, tells
# whether it was a corner or a mistake.

# %% [markdown]
# ### What relative errors look like
#
# Here is a function whose gradient you know from school: $\sin w_0 + \sin w_1 + \dots$ has the
# slopes $\cos w_i$. We compare your numerical gradient with the right one, also stored in float32
# (numbers that keep 7 digits instead of 16), and with some that are off in ways you will meet:

# %%
W = rng.normal(0, 1, (3, 4))
numeric = numerical_gradient(lambda W: np.sum(np.sin(W)), W)
right = np.cos(W)
one_wrong = right.copy()
one_wrong[1, 2] += 0.1
candidates = {
    "right": right,
    "right, in float32": right.astype(np.float32),
    "rounded to 4 decimals": np.round(right, 4),
    "one of 12 entries off by 0.1": one_wrong,
    "everything twice as large": 2 * right,
    "wrong sign": -right,
}
errors = [relative_error(g, numeric) for g in candidates.values()]
figures.gradient.reading(list(candidates), errors)

# %% [markdown]
# Between the right ones and the mildest mistake lie several powers of ten. Storing a right gradient
# in float32 costs digits, but leaves it on the right side. (Computing all the way in float32 costs
# more: then expect something between 1e-6 and 1e-4, and judge in float64.)

# %% [markdown]
# ### How large should the learning rate be?
#
# **Predict, then run:**

# %%
quick("too_large_a_rate", "?")

# %% tags=["solution"]
quick("too_large_a_rate", "c")

# %% [markdown]
# Draw it first: twelve steps with the learning rate 0.62. Where does the loss go?

# %%
widgets.draw_first(
    lambda: [
        line_loss(w)
        for w in gradient_descent(lambda w: line_loss_gradient(w, X, y), start, 0.62, 12)
    ],
    "Twelve steps with the learning rate 0.62",
    count=13,
    heights=(0.01, 1000),
    across="step",
    up="loss",
    first=line_loss(start),
    logarithmic=True,
)

# %%
figures.gradient.rates(
    gradient_descent,
    lambda w: line_loss_gradient(w, X, y),
    line_loss,
    start,
    [0.03, 0.35, 0.62],
    steps=12,
)

# %% [markdown]
# The direction is right in all three. Change the three numbers and look for the largest rate at
# which the loss still falls. The border is sharp, and it is the *steepest* direction of the valley
# that sets it; in the flat direction you then have to be patient.

# %% [markdown]
# ### All of it at once
#
# Every one of your functions at work: gradients, their check, and the way down.

# %%
figures.gradient.whole_way(
    numerical_gradient,
    lambda w: line_loss_gradient(w, X, y),
    gradient_descent,
    relative_error,
    line_loss,
    start,
)

# %% [markdown]
# ### The calls, counted
#
# What section 3 counted with your `numerical_gradient`, and one network more, as a picture:

# %%
figures.gradient.cost([count_calls(n_hidden) for n_hidden in (1, 2, 4, 8)])
