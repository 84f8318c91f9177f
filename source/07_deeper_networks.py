# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 7. Deeper networks: the same three lines, layer after layer
#
# Notebook 6 ended with a question: what has to change when the network gets a second hidden layer?
# Or a fifth? Very little, and in this notebook you write it once, for any number of layers. Then a
# riddle. In the end networks of five layers stand side by side, with the same data and the same
# code. One reads 96 of 100 digits, another 21. They differ in one number, and you will find it.

# %%
from itertools import pairwise

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

np.set_printoptions(precision=3, suppress=True)
begin("07_deeper_networks")
figures.course_map("07_deeper_networks")

# %% [markdown]
# **When you are through, you can**
#
# - write forward and backward pass for any number of layers, and find the layer that is wrong,
# - say what it saves to use each error term again, in multiplications,
# - see errors die out or explode on their way back, and start a network so that they do not,
# - train a network of five layers.
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
recall("one_hidden_delta")

# %% tags=["solution", "nbval-ignore-output"]
recall("one_hidden_delta", "c", "sure")

# %% tags=["nbval-ignore-output"]
recall("shape_of_delta_A")

# %% tags=["solution", "nbval-ignore-output"]
recall("shape_of_delta_A", "a", "sure")

# %% tags=["nbval-ignore-output"]
recall("passes_by_nudging")

# %% tags=["solution", "nbval-ignore-output"]
recall("passes_by_nudging", "a", "sure")

# %% [markdown]
# <details><summary><b>Stuck? Climb this ladder</b> (click)</summary>
#
# 1. Read the shapes aloud, with the number of the layer: "layer 2 has 5 units, so its error term is
#    5 by N; what I have is 4 by N; which weights are 4 by 5?"
# 2. Write it down for three layers, without a loop: one line a layer. What changes from line to
#    line is what the loop must change.
# 3. `hint("deltas")`: the idea, then the shapes, then all but the last step. Hints cost nothing.
# 4. `replay("deltas")`: what every line of your function gave, turn by turn, at the last check.
#    `widgets.step_through("deltas")` plays the same.
# 5. `lend("deltas")` in a new cell lends you a working `deltas`, so that you can go on. It computes
#    by brute force, is slow, and earns no points; as soon as you run a function of your own, the
#    loan ends.
# 6. Read the [solution](../../solutions/07_deeper_networks/07_deeper_networks.ipynb), close it, and
#    write it yourself from memory. Copying feels like understanding, but it is not.
#
# By symptom:
#
# - *I get a ValueError from `@`*: print the turn of the loop and both shapes just before that line.
#   Which layer does each of the two belong to?
# - *I get an IndexError*: a list of L entries has the places 0 to L − 1. What is the first value
#   of your loop's index, and what is the last?
# - *One layer is right and the others are not*: then the start is right, and the turns are not; or
#   what one turn hands on to the next.
# - *The check says that I change an argument*: `append`, `pop` and `reverse` work on the caller's
#   list, and `activations[-1] -= Y` on the caller's array. Begin a list of your own.
#
# </details>

# %% [markdown]
# ## 1. Names for many layers
#
# A and B are not enough letters. From here on the layers are numbered, and everything that belongs
# to the layers stands in three lists.
#
# | | in symbols | in code | with two layers |
# |---|---|---|---|
# | weights | $W_1, \dots, W_L$ | `weights[0]` … `weights[L - 1]` | A, B |
# | what is kept going forward | $H_0 = X, H_1, \dots, H_L = \hat Y$ | `activations[0]` … `activations[L]` | X, H, Y_hat |
# | error terms | $\Delta_1, \dots, \Delta_L$ | `deltas[0]` … `deltas[L - 1]` | $\Delta_A$, $\Delta_B$ |
#
# The inputs count as layer 0: they have activations, but neither weights nor an error term. So one
# of the lists is longer by one, and that is where most mistakes of today come from. Hidden layers
# are tanh layers, the last layer is linear.

# %%
quick("a_matrix_for_each_layer", "?")

# %% tags=["solution"]
quick("a_matrix_for_each_layer", "a")

# %% [markdown]
# By hand first: the thinnest network with three layers, one unit in each.

# %%
x, y = 1.0, 2.0
w_1, w_2, w_3 = 0.5, 2.0, 1.5
h_1 = np.tanh(w_1 * x)
h_2 = np.tanh(w_2 * h_1)
y_hat = w_3 * h_2
print(f"h_1 = {h_1:.3f}, h_2 = {h_2:.3f}, prediction = {y_hat:.3f}, target = {y}")

# %% [markdown]
# Three lines, and two of them are the same line. That is a loop.
#
# ### Exercise 1: `forward`
#
# > difficulty 2 of 5 · importance 4 of 5 · 7 minutes
#
# **What.** The list of everything that the backward pass will need: the inputs, what each hidden
# layer puts out, and the predictions. It has one entry more than `weights`.


# %% nbgrader={"grade_id": "forward", "solution": true}
def forward(weights: list[np.ndarray], X: np.ndarray) -> list[np.ndarray]:
    """Run a network of any depth forward and keep what every layer hands on.

    weights : [W_1, …, W_L], each (units of its layer, units of the layer before).
    X : (n_in, N) inputs, one column a sample.
    Returns [X, H_1, …, Y_hat]: L + 1 arrays; hidden layers are tanh, the last one is linear.
    """
    ### BEGIN SOLUTION
    activations = [X]
    for W in weights[:-1]:
        activations.append(np.tanh(W @ activations[-1]))
    activations.append(weights[-1] @ activations[-1])
    return activations
    ### END SOLUTION


# %% [markdown]
# The check tries networks of one to six layers, and says which layer is the first that is wrong.

# %% nbgrader={"grade_id": "check_forward", "grade": true}
check(forward, notebook="07_deeper_networks", points=2)

# %% [markdown] tags=["solution"]
# **Why this is right.** `activations[-1]` is what the layer before has put out, whichever it was;
# so every turn is the same line. The last layer stands outside the loop because it is different: it
# has no tanh.
#
# **The mistakes people make here.** tanh on the last layer, because a loop treats all alike: then
# no prediction leaves the interval from −1 to 1. Forgetting X in the list: it is what enters layer
# 1. And `X` inside the loop where the last activations belong.

# %% [markdown]
# ## 2. The way back
#
# The thin network again. Nudge the sum $z$ that enters each of its units, and see how the loss
# answers: these three numbers are its error terms.


# %%
def loss_with(nudge_1=0.0, nudge_2=0.0, nudge_3=0.0):
    h_1 = np.tanh(w_1 * x + nudge_1)
    h_2 = np.tanh(w_2 * h_1 + nudge_2)
    return 0.5 * (w_3 * h_2 + nudge_3 - y) ** 2


step = 1e-6
for layer in (3, 2, 1):
    up = loss_with(**{f"nudge_{layer}": step})
    down = loss_with(**{f"nudge_{layer}": -step})
    print(f"error term of layer {layer}: {(up - down) / (2 * step):.4f}")

# %% [markdown]
# Now with a pencil, from $h_1 = 0.462$, $h_2 = 0.728$ and the weights. The first number is the
# prediction minus the target. The second is made from the first, as notebook 5 made $\Delta_A$ from
# $\Delta_B$: two factors. And the third is made from the second *in the same way*. Which weight, and
# which activation, does it take? Write them down before you go on; the loop is hidden in them.
#
# Then for whole layers. A network with sizes 7, 5, 8, 6, 2 has
#
# | layer | its weights | its activations | its error term |
# |---|---|---|---|
# | 1 | $W_1$ (5, 7) | $H_1$ (5, N) | $\Delta_1$ (5, N) |
# | 2 | $W_2$ (8, 5) | $H_2$ (8, N) | $\Delta_2$ (8, N) |
# | 3 | $W_3$ (6, 8) | $H_3$ (6, N) | $\Delta_3$ (6, N) |
# | 4 | $W_4$ (2, 6) | $\hat Y$ (2, N) | $\Delta_4$ (2, N) |
#
# Put a finger on $\Delta_3$ and draw an arrow to $\Delta_2$. What does it pass on the way?
#
# ### Exercise 2: `deltas`
#
# > difficulty 3 of 5 · importance 5 of 5 · 15 minutes
#
# **What.** All error terms, $[\Delta_1, \dots, \Delta_L]$, from what `forward` kept. They become
# known from the last to the first, and are returned from the first to the last. The loss is the mean
# squared error of this course, $\frac{1}{2N}\sum\lVert\hat y - y\rVert^2$.


# %% nbgrader={"grade_id": "deltas", "solution": true}
def deltas(
    weights: list[np.ndarray], activations: list[np.ndarray], Y: np.ndarray
) -> list[np.ndarray]:
    """Return the error term of every layer, dL/dZ, found from the last layer to the first.

    weights : [W_1, …, W_L], each (units of its layer, units of the layer before).
    activations : [X, H_1, …, Y_hat], as forward returns them.
    Y : (n_out, N) targets.
    Returns [Delta_1, …, Delta_L], each (units of its layer, N).
    """
    ### BEGIN SOLUTION
    result = [(activations[-1] - Y) / Y.shape[1]]
    for layer in range(len(weights) - 1, 0, -1):
        error_at_H = weights[layer].T @ result[0]
        result.insert(0, error_at_H * (1 - activations[layer] ** 2))
    return result
    ### END SOLUTION


# %% [markdown]
# In the check's first network all layers are equally wide, so that a layer taken for another one
# gives numbers, and can be named.

# %% nbgrader={"grade_id": "check_deltas", "grade": true}
check(deltas, points=3)

# %% [markdown] tags=["solution"]
# **Why this is right.** Layer $l$ speaks through $W_{l+1}$, so its blame comes back through
# $W_{l+1}$: `weights[layer]`, since that list begins with $W_1$. Then through its own tanh, whose
# slope is $1 - H_l^2$. `result[0]` is always the error term that was found last. With the pencil:
# $1.092 - 2 = -0.908$; then $-0.908 \cdot 1.5 \cdot (1 - 0.728^2) = -0.640$; then $-0.640 \cdot 2
# \cdot (1 - 0.462^2) = -1.007$. (Rounding the activations costs the last digit.)
#
# **The mistakes people make here.** `weights[layer - 1]`, the weights that lead *into* the layer:
# with equal widths no shape complains. The slope of the layer behind. A slope at the last layer,
# which is linear. The list in the order in which it was found. Or the loop ends one turn early, and
# layer 1 never learns.

# %% [markdown]
# The forward pass from left to right, and below it the error terms from right to left, by your
# functions. The network has three layers; the last row of X is all ones.

# %%
rng = np.random.default_rng(7)
X = np.vstack([rng.normal(0, 1, (2, 4)), np.ones(4)]).round(1)
Y = rng.normal(0, 1, (2, 4)).round(1)
sizes = [3, 5, 4, 2]
weights = [rng.normal(0, 0.9, (after, before)).round(1) for before, after in pairwise(sizes)]
figures.deeper_networks.there_and_back(forward, deltas, weights, X, Y)

# %% [markdown]
# With two layers these must be the error terms of notebook 5. Here they are once more, by nudging
# the hidden sums of a two-layer network one by one, beside yours:

# %%
A, B = weights[0], rng.normal(0, 1, (2, 5))
Z, H, Y_hat = network.forward(A, B, X)
j, n = 3, 1
nudge = np.zeros_like(Z)
nudge[j, n] = 1e-6
up = network.mean_loss(B @ np.tanh(Z + nudge), Y)
down = network.mean_loss(B @ np.tanh(Z - nudge), Y)
print(f"Delta_A at unit {j}, sample {n}, by nudging: {(up - down) / 2e-6:.6f}")
print(f"your deltas([A, B], [X, H, Y_hat], Y):   {deltas([A, B], [X, H, Y_hat], Y)[0][j, n]:.6f}")

# %% [markdown]
# ## 3. Error times input, for every layer
#
# You know this line by heart by now. What enters $W_1$ is X; what enters $W_3$ is what layer 2 puts
# out. The thin network, in numbers: at layer 2 the error term is −0.64, and what comes in is 0.462.
# So the slope of the loss in $w_2$ is $-0.64 \cdot 0.462 = -0.30$.
#
# ### Exercise 3: `gradients`
#
# > difficulty 2 of 5 · importance 5 of 5 · 7 minutes
#
# **What.** The gradient of every weight matrix, each shaped like its matrix.


# %% nbgrader={"grade_id": "gradients", "solution": true}
def gradients(activations: list[np.ndarray], deltas: list[np.ndarray]) -> list[np.ndarray]:
    """Return the gradient of the loss in every weight matrix.

    activations : [X, H_1, …, Y_hat], as forward returns them.
    deltas : [Delta_1, …, Delta_L], their 1/N included.
    Returns [dL/dW_1, …, dL/dW_L], each (units of its layer, units of the layer before).
    """
    ### BEGIN SOLUTION
    result = []
    for delta, layer_input in zip(deltas, activations[:-1], strict=True):
        result.append(delta @ layer_input.T)
    return result
    ### END SOLUTION


# %% [markdown]
# The check hands in right error terms, so it does not matter whether yours are.

# %% nbgrader={"grade_id": "check_gradients", "grade": true}
check(gradients, points=2)

# %% [markdown] tags=["solution"]
# **Why this is right.** `activations` begins with what enters layer 1, `deltas` with layer 1's
# error term. So the two lists fit together from the front, and the predictions, which enter no
# layer, are left over at the end.
#
# **The mistakes people make here.** The two lists paired from the end: each error then meets what
# its own layer puts out. The slope of tanh once more, though it is in Δ already. 1/N once more.

# %% [markdown]
# Three functions, and all gradients of any such network. Never trust them unnudged: five layers on
# forty digits, every single slope.

# %%
digits = datasets.digits()
rng = np.random.default_rng(3)
sizes = [65, 12, 9, 11, 8, 10]
weights = [rng.normal(0, 0.4, (after, before)) for before, after in pairwise(sizes)]
X_40, Y_40 = digits.X[:, :40], digits.Y[:, :40]
figures.deeper_networks.agreement(forward, deltas, gradients, weights, X_40, Y_40)

# %% [markdown]
# ## 4. What it saves to use a Δ again
#
# Why from the last to the first? One could also ask for each layer's error term by itself: start at
# the output, go back as far as needed, and forget everything. Count the multiplications for a
# network with sizes 4, 3, 5, 2 and N = 10 samples. $W_3$ is (2, 5); sent back through it, the
# output's error becomes (5, 10), and each of these 50 entries takes 2 multiplications.
#
# | wanted | products | multiplications |
# |---|---|---|
# | $\Delta_3$ | none: it is where we start | 0 |
# | $\Delta_2$ | through $W_3$ | 100 |
# | $\Delta_1$ | through $W_3$, then through $W_2$ | 100 + 150 |
#
# Together 350. Whoever keeps $\Delta_2$ needs only 250. The difference is small here.
#
# ### Exercise 4: `recomputed_multiplications`
#
# > difficulty 3 of 5 · importance 3 of 5 · 10 minutes
#
# **What.** The number of multiplications for all of $\Delta_1, \dots, \Delta_L$, if each is computed
# anew, starting at the output. Only the products $W^\top \Delta$ count: no forward pass, no
# gradients, no slopes.


# %% nbgrader={"grade_id": "recomputed_multiplications", "solution": true}
def recomputed_multiplications(sizes: list[int], N: int) -> int:
    """Count the multiplications for all error terms, each computed anew from the output.

    sizes : [n_0, …, n_L], inputs first; W_l is (sizes[l], sizes[l - 1]).
    N : the number of samples.
    Returns an int: those in the products of a transposed W and an error term, and no others.
    """
    ### BEGIN SOLUTION
    L = len(sizes) - 1
    count = 0
    for wanted in range(1, L + 1):
        for layer in range(L, wanted, -1):
            count += sizes[layer - 1] * sizes[layer] * N
    return count
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_recomputed_multiplications", "grade": true}
check(recomputed_multiplications, points=2)

# %% [markdown] tags=["solution"]
# **Why this is right.** To layer `wanted` the error passes $W_L, \dots, W_{wanted+1}$, one product
# each. A product (a, b) @ (b, N) has a·N entries and takes b multiplications for each.
#
# **The mistake people make here.** $W_1$ among the products: it would send an error to the inputs,
# where nobody wants one.

# %% [markdown]
# ### Exercise 5: `backprop_multiplications`
#
# > difficulty 1 of 5 · importance 4 of 5 · 5 minutes
#
# **What.** The same count if each $\Delta$ is made from the one behind it, as your `deltas` does.


# %% nbgrader={"grade_id": "backprop_multiplications", "solution": true}
def backprop_multiplications(sizes: list[int], N: int) -> int:
    """Count the multiplications for all error terms, each made from the one behind it.

    sizes : [n_0, …, n_L], inputs first; W_l is (sizes[l], sizes[l - 1]).
    N : the number of samples.
    Returns an int: those in the products of a transposed W and an error term, and no others.
    """
    ### BEGIN SOLUTION
    return sum(sizes[layer - 1] * sizes[layer] * N for layer in range(2, len(sizes)))
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_backprop_multiplications", "grade": true}
check(backprop_multiplications, points=1)

# %% [markdown] tags=["solution"]
# **Why this is right.** One product for each of $W_L, \dots, W_2$. It is the longest of the ways
# that were added up before: all others lie on it.
#
# **The mistake people make here.** All pairs of neighbours, $W_1$ included.

# %%
quick("twice_as_deep", "?")

# %% tags=["solution"]
quick("twice_as_deep", "b")

# %%
figures.deeper_networks.savings(recomputed_multiplications, backprop_multiplications)

# %% [markdown]
# ## 5. A long way back
#
# So depth costs little. Then why were deep networks, for decades, so hard to train? Twenty layers,
# fifty units each; all weights are normal random numbers, of the same standard deviation in every layer.
# **Predict, then run.**

# %%
quick("twenty_layers_back", "?")

# %% tags=["solution"]
quick("twenty_layers_back", "c")


# %%
def drawn(deviation, depth=20, width=50):
    rng = np.random.default_rng(0)
    return [rng.normal(0, deviation, (width, width)) for _ in range(depth)]


rng = np.random.default_rng(1)
X_50, Y_50 = rng.normal(0, 1, (50, 40)), rng.normal(0, 1, (50, 40))
starts = {f"deviation {deviation}": drawn(deviation) for deviation in (0.05, 0.1, 0.5)}
figures.deeper_networks.layer_by_layer(forward, deltas, starts, X_50, Y_50)

# %% [markdown]
# Both axes that go up are logarithmic: a straight line is a factor for every layer. With 0.05 the
# activations die out on the way forward, and what comes back to layer 1 is nothing. With 0.5 most
# units are saturated, and still the error *grows* on its way back, because the weights make more of
# it than the slopes take away.
#
# Put in other deviations, between 0.1 and 0.2. There is one with which both pictures stay nearly
# level. Look for it, then find out where it comes from: what you will derive is a little below it,
# because it leaves out what tanh takes.

# %% [markdown]
# ## 6. How large should the first weights be?
#
# The sum of one unit, $z = w_1 h_1 + \dots + w_n h_n$. **Predict, then run.**

# %%
quick("a_sum_of_a_hundred", "?")

# %% tags=["solution"]
quick("a_sum_of_a_hundred", "b")

# %%
rng = np.random.default_rng(0)
for n in (25, 100, 400):
    z = np.array([rng.normal(0, 1, n) @ rng.normal(0, 1, n) for _ in range(4000)])
    print(f"{n:4} inputs: variance of z {z.var():6.1f}, standard deviation {z.std():5.2f}")

# %% [markdown]
# Two rules explain the table. The variances of independent terms add up. And if a random number is
# multiplied by $s$, its variance is multiplied by $s^2$.
#
# So: the inputs $h$ have variance 1, the weights have standard deviation $s$. What is the variance of
# one term? Of $n$ terms? For which $s$ does $z$ have the variance of the inputs? Three lines on
# paper, and try your result with $n = 50$ in section 5.
#
# ### Exercise 6: `scaled_weights`
#
# > difficulty 2 of 5 · importance 5 of 5 · 7 minutes
#
# **What.** First weights for a network of any sizes: normal random numbers with mean 0 and, in each
# layer, the standard deviation that you have just found. Draw them from `rng`.


# %% nbgrader={"grade_id": "scaled_weights", "solution": true}
def scaled_weights(sizes: list[int], rng: np.random.Generator) -> list[np.ndarray]:
    """Draw the first weights of a network so that each layer keeps the variance of its inputs.

    sizes : [n_0, …, n_L], inputs first.
    rng : where the numbers are drawn from.
    Returns [W_1, …, W_L], each (units of its layer, units of the layer before): normal, mean 0.
    """
    ### BEGIN SOLUTION
    weights = []
    for layer in range(1, len(sizes)):
        inputs = sizes[layer - 1]
        weights.append(rng.normal(0, 1 / np.sqrt(inputs), (sizes[layer], inputs)))
    return weights
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_scaled_weights", "grade": true}
check(scaled_weights, points=2)

# %% [markdown] tags=["solution"]
# **Why this is right.** A term has variance $s^2 \cdot 1$, $n$ of them have $n s^2$, and that is 1
# for $s = 1/\sqrt n$, where $n$ is the number of inputs of that layer.
#
# **The mistakes people make here.** $1/n$: that is the variance, and `rng.normal` asks for its
# root. The number of outputs for that of inputs. Or one scale for all layers.

# %%
starts = {"deviation 0.05": drawn(0.05), "yours": scaled_weights([50] * 21, rng)}
figures.deeper_networks.layer_by_layer(forward, deltas, starts, X_50, Y_50)

# %% [markdown]
# Going back, a unit adds up what comes along the arrows that *leave* it. Here there are just as
# many, so one scale serves both ways. What is still lost, slowly, is lost in tanh.
#
# Now with your hands: your two functions, the depth, and the scale, where 1 is the one that you have
# just derived. How far from 1 may it be with 5 layers, and how far with 30? Then take another
# activation. ReLU lets half of a signal through, and half of an error: which scale does it want?

# %%
widgets.depth(forward, deltas)

# %% [markdown]
# ## 7. Five layers read digits
#
# The training of notebook 6, with lists. Everything in it is yours but the loop:


# %%
def train(weights, X, Y, learning_rate, epochs, batch_size, rng):
    losses = [network.mean_loss(forward(weights, X)[-1], Y)]
    for _ in range(epochs):
        order = rng.permutation(X.shape[1])
        for batch in np.split(order, range(batch_size, len(order), batch_size)):
            kept = forward(weights, X[:, batch])
            slopes = gradients(kept, deltas(weights, kept, Y[:, batch]))
            weights = [W - learning_rate * G for W, G in zip(weights, slopes, strict=True)]
        losses.append(network.mean_loss(forward(weights, X)[-1], Y))
    return weights, losses


# %%
quick("step_inside_the_loop", "?")

# %% tags=["solution"]
quick("step_inside_the_loop", "b")

# %% [markdown]
# And the riddle: three networks, 65 inputs, four hidden layers of 30 units, 10 outputs. Same data,
# same learning rate, same order of the batches. Only the standard deviation of the first weights is
# different.

# %% tags=["nbval-ignore-output"]
sizes = [65, 30, 30, 30, 30, 10]
first = {
    "deviation 0.05": lambda rng: [rng.normal(0, 0.05, (m, n)) for n, m in pairwise(sizes)],
    "deviation 0.7": lambda rng: [rng.normal(0, 0.7, (m, n)) for n, m in pairwise(sizes)],
    "your scale": lambda rng: scaled_weights(sizes, rng),
}
losses, read = {}, {}
for name, draw in first.items():
    rng = np.random.default_rng(1)
    trained, losses[name] = train(draw(rng), digits.X, digits.Y, 0.05, 20, 20, rng)
    answers = forward(trained, digits.X_test)[-1].argmax(axis=0)
    read[name] = float(np.mean(answers == digits.labels_test))
    print(f"{name}: {read[name]:.0%} of the new images read")

# %% [markdown]
# ## What you have now, in one picture

# %% tags=["nbval-ignore-output"]
figures.deeper_networks.race(losses, read)

# %%
figures.course_map("07_deeper_networks")

# %% [markdown]
# - Every layer does the same: on the way back through the weights that leave it, then through its
#   own tanh.
# - Each error term is made from the one behind it, once. With more layers that saves more.
# - An error passes a factor in every layer, and many factors that are a little too small, or too
#   large, make nothing of it, or far too much.
# - Weights that keep the variance, one over the root of the number of inputs, keep both ways open.
#
# **One open question, in two sentences.** Suppose the weights of one single layer in the middle are
# all 0 at the start. Which layers get a gradient of 0 in the first step, those in front of it, those
# behind it, or itself?

# %% [markdown]
# *Your two sentences:*

# %% [markdown] tags=["solution"]
# *One possible answer.* Through a layer of zeros no signal goes forward, so every layer behind it
# has an input of 0 and with it a gradient of 0; and no error comes back, so every layer in front of
# it has a Δ of 0 and a gradient of 0. Only the layer itself moves: its input is not 0, and the error
# reaches it through the weights behind it.

# %% [markdown]
# **Next:** [notebook 8, activations and
# losses](../08_activations_and_losses/08_activations_and_losses.ipynb), which decide what becomes of
# an error at the output, and on its way through every layer.
#
# **Compare:** [the solution of this
# notebook](../../solutions/07_deeper_networks/07_deeper_networks.ipynb) says for every exercise why
# the answer is right and what people get wrong there.

# %% [markdown]
# ## Further
#
# Not needed to go on: a short cut that saves the error, and the clock.

# %% [markdown]
# ### A short cut
#
# Some networks have hundreds of layers. Their layers do not replace what they get, they
# *add* to it: $h$ goes on as $h + f(W h)$. That is the fork of notebook 3: $h$ is used twice, so two
# paths lead back, and what comes along them adds up. **Predict, then run.**

# %%
quick("ten_layers_that_add", "?")

# %% tags=["solution"]
quick("ten_layers_that_add", "b")

# %%
figures.deeper_networks.fate_of_errors(depth=20, scale=0.3, activations=("tanh",), skip=True)

# %% [markdown]
# Through the weights alone hardly anything arrives. Along the short cuts the whole error does,
# untouched by any weight or slope; the weights only add to it. With such layers the start matters
# less. With a larger scale, the short cuts make things worse: try it.

# %% [markdown]
# ### By the clock
#
# The counts of section 4, measured: your `deltas` once for the whole network, and once anew for each
# of its layers, as if nothing could be kept.

# %% tags=["nbval-ignore-output"]
figures.deeper_networks.clock(deltas)
