# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 3. The chain rule: how a slope finds its way back
#
# In notebook 2 you found slopes by nudging: any function, every weight by itself, slowly. This
# notebook opens the network up. Inside, it is a row of small steps, and the slope of every small
# step is one you know from school. The chain rule puts them together, and all the slopes come out
# of *one* way forward and *one* way back. At the end you have carried a slope back through a whole
# network, by hand: small, but complete.

# %%
import time

import numpy as np

from bplib import begin, check, figures, hint, lend, quick, recall, replay, widgets

np.set_printoptions(precision=5, suppress=True)
begin("03_chain_rule")
figures.course_map("03_chain_rule")

# %% [markdown]
# **When you are through, you can**
#
# - give the slope of the three common activations, and say what saturation does to it,
# - multiply slopes along a chain, and add them where a value is used more than once,
# - carry the slope of a loss back through a whole (tiny) network, step by step.
#
# No answer of an earlier notebook is needed.
#
# {{contents}}

# %% [markdown]
# ### Three from before
#
# From notebooks 1 and 2, with new numbers every time. Run the cell, say whether you are sure, and
# click your choice. Being sure and wrong is the best thing that can happen here: such mistakes are
# mended for good. (Where nothing can be clicked, write both into the call,
# `recall("…", "a", "sure")`, and run it again.)

# %% tags=["nbval-ignore-output"]
recall("entry_of_Z")

# %% tags=["solution", "nbval-ignore-output"]
recall("entry_of_Z", "a", "sure")

# %% tags=["nbval-ignore-output"]
recall("one_step_down")

# %% tags=["solution", "nbval-ignore-output"]
recall("one_step_down", "c", "sure")

# %% tags=["nbval-ignore-output"]
recall("price_of_nudging")

# %% tags=["solution", "nbval-ignore-output"]
recall("price_of_nudging", "c", "sure")

# %% [markdown]
# <details><summary><b>Stuck? Climb this ladder</b> (click)</summary>
#
# 1. Read the shapes aloud: "z has some shape, and the slope has the same."
# 2. Run your function on one number, and nudge that number by hand: does the value move as far as
#    your slope says?
# 3. `hint("d_tanh")`: the idea, then the shapes, then all but the last step. Hints cost nothing.
# 4. `replay("d_tanh")`: what every line of your function gave, at the last check.
#    `widgets.step_through("d_tanh")` plays the same, line by line.
# 5. `lend("d_tanh")` in a new cell lends you a working `d_tanh`, so that you can go on. It computes
#    by brute force, is slow, and earns no points; as soon as you run a function of your own, the
#    loan ends.
# 6. Read the [solution](../../solutions/03_chain_rule/03_chain_rule.ipynb), close it, and write it
#    yourself from memory. Copying feels like understanding, but it is not.
#
# By symptom:
#
# - *"The truth value of an array with more than one element is ambiguous"*: an `if` decides once,
#   but an array holds many numbers. A comparison such as `v > 7` answers entry by entry, with an
#   array of True and False.
# - *"only 0-dimensional arrays can be converted to Python scalars"*: the functions of `math` take
#   one number. Those of `np` have the same names and take arrays too.
# - *It works for arrays but not for a plain number, or the other way round*: a plain number has no
#   `.shape`, no `.astype` and no index. Arithmetic, comparisons and the functions of `np` work on
#   both.
# - *The values are nearly right*: then a slope was taken at the wrong place, or one path or link is
#   missing. Try a place where you know the answer: the top of a curve, or far out where it is flat.
#
# </details>

# %% [markdown]
# ## 1. A local slope: how far does a nudge go?
#
# Take one function of one number: $q(z) = \dfrac{1}{1 + z^2}$, at $z = 2$. There $q = 0.2$.
#
# Nudge $z$ by 0.001. Then $q(2.001) = 0.19984$: it has moved by −0.00016, that is **−0.16 times**
# as far as $z$. This factor is the **local slope** (or local derivative) of $q$ at 2. *Local*,
# because it belongs to this one step of a computation, and to this one place.
#
# School has a formula for it: $q'(z) = \dfrac{-2z}{(1 + z^2)^2}$, at 2 that is $-4/25 = -0.16$. In
# code, and for several places at once:


# %%
def q(z):
    return 1 / (1 + z**2)


def d_q(z):
    return -2 * z / (1 + z**2) ** 2


z = np.array([[-2.0, -0.5, 0.3], [1.0, 2.0, 4.0]])
nudge = 1e-6
print("z            ", z.shape, z.tolist())
print("by nudging   ", ((q(z + nudge) - q(z)) / nudge).round(4).tolist())
print("by formula   ", d_q(z).round(4).tolist())

# %% [markdown]
# **Entry by entry.** z may be a number, a row or a matrix. Every entry has its own slope, so the
# result has the shape of z. In a network, z will be the matrix Z of shape (n_hidden, N).
#
# **In z or in q?** With the value $q$ itself the same slope can be written $-2\,z\,q^2$: if $q$ is
# known already, there is nothing left to divide. Networks live on this trick, because the forward
# pass has computed the value anyway. But then be sure which of the two numbers goes where. A
# question to try it on:

# %%
quick("slope_of_exp", "?")

# %% tags=["solution"]
quick("slope_of_exp", "b")

# %% [markdown]
# ### The three activations
#
# A hidden unit sends its pre-activation z through one of these:
#
# $$\tanh z = \frac{e^z - e^{-z}}{e^z + e^{-z}} \qquad \sigma(z) = \frac{1}{1 + e^{-z}} \qquad
# \mathrm{ReLU}(z) = \max(z, 0)$$

# %%
figures.chain_rule.activations()

# %% [markdown]
# Where does each curve rise most? Where is it flat? These are the slopes you are going to write.
#
# **Predict.** Your own function will then say whether you were right.

# %%
quick("slope_of_tanh_at_6", "?")

# %% tags=["solution"]
quick("slope_of_tanh_at_6", "c")

# %% [markdown]
# ### Exercise 1: `d_tanh`
#
# > difficulty 2 of 5 · importance 5 of 5 · 8 minutes
#
# **What.** The slope of tanh, $\tanh'(z)$, at the pre-activation z; the same shape as z. Start from
# the quotient above, or from what you remember, but test the formula on the picture before you
# trust it: how steep is the curve at 0, and far out?


# %% nbgrader={"grade_id": "d_tanh", "solution": true}
def d_tanh(z: np.ndarray) -> np.ndarray:
    """Return the slope of tanh at the pre-activation z.

    z : a number or an array of any shape.
    Returns one slope for every entry, the shape of z.
    """
    ### BEGIN SOLUTION
    return 1 - np.tanh(z) ** 2
    ### END SOLUTION


# %% [markdown]
# Expect the check to say which property your slopes lack, if they lack one.

# %% nbgrader={"grade_id": "check_d_tanh", "grade": true}
check(d_tanh, points=1)

# %% [markdown] tags=["solution"]
# **Why this is right.** Numerator and denominator of the quotient, both halved, are $\sinh z$ and
# $\cosh z$; each is the slope of the other. The quotient rule on $\sinh z/\cosh z$ gives $(\cosh^2
# z - \sinh^2 z)/\cosh^2 z = 1 - \tanh^2 z$. It is 1 at z = 0 and goes to 0 on both sides. tanh
# never overflows, so this form holds for ±1000 too.
#
# **The mistakes people make here.** `1 - z**2`: the formula $1 - h^2$ is written for the activation
# $h = \tanh z$, and was fed with z. Or `1 - np.tanh(np.tanh(z))**2`, which puts z through tanh once
# too often. Or the square is lost.

# %%
print("your slope at z = 0, 1 and 6:", d_tanh(np.array([0.0, 1.0, 6.0])))
figures.chain_rule.slope_of(np.tanh, d_tanh, "tanh(z)")

# %% [markdown]
# The tangents are drawn with *your* slopes. Out on the flat parts a nudge of z has next to no
# effect: the unit is **saturated**.
#
# ### Exercise 2: `d_sigmoid`
#
# > difficulty 2 of 5 · importance 4 of 5 · 6 minutes
#
# **What.** The slope of the sigmoid, $\sigma'(z)$; the same shape as z. School's rule for a
# quotient leads there. It may also be written with the value that the forward pass has computed.


# %% nbgrader={"grade_id": "d_sigmoid", "solution": true}
def d_sigmoid(z: np.ndarray) -> np.ndarray:
    """Return the slope of the sigmoid 1 / (1 + exp(-z)) at the pre-activation z.

    z : a number or an array of any shape.
    Returns one slope for every entry, the shape of z.
    """
    ### BEGIN SOLUTION
    s = 1 / (1 + np.exp(-z))
    return s * (1 - s)
    ### END SOLUTION


# %% [markdown]
# Expect it to be steepest at 0, like tanh, but only a quarter as steep there.

# %% nbgrader={"grade_id": "check_d_sigmoid", "grade": true}
check(d_sigmoid, points=1)

# %% [markdown] tags=["solution"]
# **Why this is right.** Link by link, $\sigma' = e^{-z}/(1 + e^{-z})^2$. That is $\frac{1}{1 +
# e^{-z}} \cdot \frac{e^{-z}}{1 + e^{-z}}$, and the two factors add up to 1: so it is $s(1 - s)$.
# For z = −1000 the exp overflows to infinity, s becomes 0, and so does the slope. In the first form
# it would be infinity divided by infinity: nan.
#
# **The mistakes people make here.** `sigmoid(z)` is computed and then put through the sigmoid
# again; z(1 − z) for s(1 − s); and the formula of tanh for every activation.

# %% [markdown]
# **Very large numbers.** `np.exp(1000)` is too large for a computer: it becomes `inf`, and `inf /
# inf` is `nan`, not a number. So a quotient of exponentials may fail for large z, and the check
# remarks on it. A slope written with the *value* of tanh or of the sigmoid never does: the value
# stays between −1 and 1, however large z is.
#
# ### Exercise 3: `d_relu`
#
# > difficulty 1 of 5 · importance 4 of 5 · 5 minutes
#
# **What.** The slope of ReLU; the same shape as z, and numbers, not True and False. Exactly at the
# kink there is no slope: any value from 0 to 1 is right there.


# %% nbgrader={"grade_id": "d_relu", "solution": true}
def d_relu(z: np.ndarray) -> np.ndarray:
    """Return the slope of ReLU, max(z, 0), at the pre-activation z.

    z : a number or an array of any shape.
    Returns one slope (a number, not a boolean) for every entry, the shape of z.
    """
    ### BEGIN SOLUTION
    return np.where(z > 0, 1.0, 0.0)
    ### END SOLUTION


# %% [markdown]
# Expect two values only, and a place in the middle where nobody minds.

# %% nbgrader={"grade_id": "check_d_relu", "grade": true}
check(d_relu, points=1)

# %% [markdown] tags=["solution"]
# **Why this is right.** Left of 0 the curve is flat, right of it z itself. `np.where` chooses entry
# by entry, and works for plain numbers too.
#
# **The mistakes people make here.** `z > 0` alone: True and False count as 1 and 0 in most
# arithmetic, but not in all. And `z[z > 0] = 1` writes into the array that the caller handed in.

# %% [markdown]
# All three side by side, with your slopes:

# %%
figures.chain_rule.three_slopes(d_tanh, d_sigmoid, d_relu)

# %% [markdown]
# Compare the lower row. tanh lets a nudge pass whole, but only near 0. The sigmoid never lets more
# than a quarter pass. ReLU lets everything pass, or nothing at all. When an error has to come back
# through such a unit, this is the factor it meets.

# %% [markdown]
# ## 2. A chain multiplies
#
# Two steps in a row: $y = \sin(x^2)$. Before anything else, **give every step a name**:
#
# $$x \;\longrightarrow\; u = x^2 \;\longrightarrow\; y = \sin u$$
#
# At $x = 1.5$: $u = 2.25$ and $y = 0.78$. Now nudge x. The square has slope $2x = 3$ there, so u
# moves 3 times as far. The sine has slope $\cos u = \cos 2.25 = -0.628$ *where it stands, at u*, so
# y moves −0.628 times as far as u. In all: $3 \cdot (-0.628) = -1.88$ times as far as x.

# %%
x = 1.5
u = x**2
y = np.sin(u)
du_dx = 2 * x
dy_du = np.cos(u)

nudge = 1e-6
print(f"link by link  {dy_du:.4f} · {du_dx:.4f} = {dy_du * du_dx:.4f}")
print(f"by nudging x  {(np.sin((x + nudge) ** 2) - y) / nudge:.4f}")
figures.chain_rule.worked_chain()

# %% [markdown]
# Read the picture from right to left. We carry one number, *the slope of y with respect to where we
# are*. At y itself it is 1. Each link we pass multiplies it by its local slope. When we arrive at x
# we hold dy/dx. That is the whole chain rule:
#
# $$\frac{dy}{dx} = \frac{dy}{du}\cdot\frac{du}{dx}$$
#
# with each slope taken where the forward pass was: that of the sine at u, not at x.
#
# ### Exercise 4: `d_composed`
#
# > difficulty 2 of 5 · importance 4 of 5 · 8 minutes
#
# **What.** The slope dy/dx of $y = e^{-(3x + 1)^2}$; the same shape as x. On paper first: name the
# steps, write the local slope under each, then put them together.


# %% nbgrader={"grade_id": "d_composed", "solution": true}
def d_composed(x: np.ndarray) -> np.ndarray:
    """Return dy/dx of y = exp(-(3x + 1)**2).

    x : a number or an array of any shape.
    Returns one slope for every entry, the shape of x.
    """
    ### BEGIN SOLUTION
    u = 3 * x + 1
    v = -(u**2)
    du_dx = 3
    dv_du = -2 * u
    dy_dv = np.exp(v)
    return dy_dv * dv_du * du_dx
    ### END SOLUTION


# %% [markdown]
# Expect a hump: the slope is positive on one side of its top and negative on the other. Where is
# the top?

# %% nbgrader={"grade_id": "check_d_composed", "grade": true}
check(d_composed, points=2)

# %% [markdown] tags=["solution"]
# **Why this is right.** Three links: $u = 3x + 1$ with slope 3, $v = -u^2$ with slope $-2u$, and $y
# = e^v$ with slope $e^v$. Each is taken at what *arrives* there, and they are multiplied.
#
# **The mistakes people make here.** The innermost 3 is forgotten: everything looks right and is a
# third of it. Or the slope of exp is taken at x instead of v. Or the slopes are added.

# %% [markdown]
# ## 3. A fork adds
#
# Now $y = x \cdot e^x$. Here x is used **twice**: once as a factor, once inside exp. A nudge of x
# reaches y by two paths at the same time. To see them apart, give each use a name of its own:
#
# $$y = p \cdot e^q, \qquad p = x, \quad q = x$$
#
# At $x = 0.5$, nudge one at a time:
# - only p: y moves $e^q = 1.65$ times as far, because that is what p is multiplied by;
# - only q: y moves $p \cdot e^q = 0.82$ times as far;
# - x moves *both*, so y moves $1.65 + 0.82 = 2.47$ times as far.

# %%
x, nudge = 0.5, 1e-6
y = x * np.exp(x)
by_p = ((x + nudge) * np.exp(x) - y) / nudge
by_q = (x * np.exp(x + nudge) - y) / nudge
by_both = ((x + nudge) * np.exp(x + nudge) - y) / nudge
print(f"only p {by_p:.4f}   only q {by_q:.4f}")
print(f"sum    {by_p + by_q:.4f}   both   {by_both:.4f}")
figures.chain_rule.worked_fork()

# %% [markdown]
# So: **along a path multiply, over paths add.** (The product rule from school is just this, for a
# product whose two factors both depend on x.)
#
# Networks fork all the time. A hidden unit feeds every output; a weight serves every sample of a
# batch. On the way back, what comes from all of them is added up at the fork, and what is forgotten
# there is never found again: the code runs, the loss even falls, but the slope is wrong.
#
# ### Exercise 5: `d_fork`
#
# > difficulty 3 of 5 · importance 5 of 5 · 10 minutes
#
# **What.** The slope dy/dx of $y = x\tanh(x) + x^2$; the same shape as x. How often does x stand
# there? You may call your `d_tanh`.


# %% nbgrader={"grade_id": "d_fork", "solution": true}
def d_fork(x: np.ndarray) -> np.ndarray:
    """Return dy/dx of y = x * tanh(x) + x**2.

    x : a number or an array of any shape.
    Returns one slope for every entry, the shape of x.
    """
    ### BEGIN SOLUTION
    through_factor = np.tanh(x)
    through_tanh = x * d_tanh(x)
    through_square = 2 * x
    return through_factor + through_tanh + through_square
    ### END SOLUTION


# %% [markdown]
# At x = 0 the curve is flat, so expect a slope of 0 there.

# %% nbgrader={"grade_id": "check_d_fork", "grade": true}
check(d_fork, points=2)

# %% [markdown] tags=["solution"]
# **Why this is right.** With $y = p\tanh(q) + r^2$ and $p = q = r = x$ there are three paths:
# $\tanh q$ through p, $p\,\tanh'(q)$ through q, $2r$ through r. x moves all three, so they add.
#
# **The mistakes people make here.** One path is left out, most often the one inside tanh. In code
# it happens by `=` where `+=` belongs: the second path overwrites the first. And $(fg)' = f'g'$,
# the product of the slopes.

# %% [markdown]
# ## 4. The whole network, with one number in every place
#
# Now our network, as small as it can be: one input x, one hidden unit, one output, one sample. All
# matrices have shrunk to single numbers.
#
# $$z = a\,x \;\longrightarrow\; h = \tanh z \;\longrightarrow\; \hat y = b\,h
# \;\longrightarrow\; \text{error} = \hat y - y \;\longrightarrow\; L = \tfrac12\,\text{error}^2$$
#
# Run it forward once, and look at every name before it is used:

# %%
a, b, x, y = 0.5, 1.5, 2.0, 0.5

z = a * x  # pre-activation
h = np.tanh(z)  # activation
y_hat = b * h  # prediction
error = y_hat - y
L = 0.5 * error**2  # loss
for name, value in (("z", z), ("h", h), ("y_hat", y_hat), ("error", error), ("L", L)):
    print(f"{name:6} shape {np.shape(value)}  {value:.4f}")

# %%
figures.chain_rule.scalar_forward(a, b, x, y)

# %% [markdown]
# The question of all training: how does L respond to a, and how to b?
#
# Here is how the way back is walked, on **another** computation: $C = (k\exp(m) - 3)^2$, with $k =
# 2$ and $m = 0.5$. Forward: $u = \exp(m) = 1.65$, $v = k\,u = 3.30$, $s = v - 3 = 0.30$, $C = s^2 =
# 0.09$ (rounded here; the code below keeps all digits). Back, one link at a time; `dC_dv` is the
# name for dC/dv:
#
# | we stand at | we came over | local slope | so |
# |---|---|---|---|
# | s | the square | $2s$ | `dC_ds` $= 2s = 0.59$ |
# | v | the minus | 1 | `dC_dv = dC_ds` $\cdot\,1 = 0.59$ |
# | k | the product | u, what k is multiplied by | `dC_dk = dC_dv` $\cdot\,u = 0.98$ |
# | u | the product | k, what u is multiplied by | `dC_du = dC_dv` $\cdot\,k = 1.19$ |
# | m | exp | $\exp(m)$ | `dC_dm = dC_du` $\cdot\,\exp(m) = 1.96$ |
#
# `dC_dv` is used twice and computed once. In code, with a nudge to test it:


# %%
def C(k, m):
    return (k * np.exp(m) - 3) ** 2


k, m, nudge = 2.0, 0.5, 1e-6
u = np.exp(m)
v = k * u
s = v - 3

dC_ds = 2 * s
dC_dv = dC_ds * 1
dC_dk = dC_dv * u
dC_du = dC_dv * k
dC_dm = dC_du * np.exp(m)

by_k = (C(k + nudge, m) - C(k, m)) / nudge
by_m = (C(k, m + nudge) - C(k, m)) / nudge
print(f"walking back  dC/dk {dC_dk:.4f}  dC/dm {dC_dm:.4f}")
print(f"by nudging    dC/dk {by_k:.4f}  dC/dm {by_m:.4f}")

# %% [markdown]
# ### Exercise 6: `scalar_gradients`
#
# > difficulty 3 of 5 · importance 5 of 5 · 15 minutes
#
# **What.** The slopes of the loss in the two weights, $\partial L/\partial a$ and $\partial
# L/\partial b$, two numbers, **a first**. Go forward and keep z, h, y_hat and the error. Then walk
# back from L and name what you carry: `dL_derror`, `dL_dy_hat`, … You may call your `d_tanh`.


# %% nbgrader={"grade_id": "scalar_gradients", "solution": true}
def scalar_gradients(a: float, b: float, x: float, y: float) -> tuple[float, float]:
    """Return (dL/da, dL/db) of L = ½ (b · tanh(a · x) − y)².

    a, b : the hidden weight and the output weight, numbers.
    x, y : input and target of the one sample, numbers.
    """
    ### BEGIN SOLUTION
    z = a * x
    h, slope = np.tanh(z), d_tanh(z)
    y_hat = b * h
    error = y_hat - y

    dL_derror = error
    dL_dy_hat = dL_derror * 1
    dL_db = dL_dy_hat * h
    dL_dh = dL_dy_hat * b
    dL_dz = dL_dh * slope
    dL_da = dL_dz * x
    return dL_da, dL_db
    ### END SOLUTION


# %% [markdown]
# Expect the check to take each of the two numbers by itself, and to say which link is off, if it
# can tell.

# %% nbgrader={"grade_id": "check_scalar_gradients", "grade": true}
check(scalar_gradients, points=3)

# %% [markdown] tags=["solution"]
# **Why this is right.** It is the table above, for other links. The loss gives the error; the minus
# passes it on; the product $b\,h$ sends error · h to b and error · b to h; tanh multiplies by its
# slope at z; the product $a\,x$ sends the result, times x, to a.
#
# **The mistakes people make here.** The slope of tanh is skipped, or taken at h. One stops at z and
# forgets the x, or at y_hat and forgets the h. Or the two numbers come in the order in which they
# were found, b first.

# %% [markdown]
# ## What you have now, in one picture

# %%
figures.chain_rule.scalar_network(scalar_gradients, a=0.5, b=1.5, x=2.0, y=0.5)

# %% [markdown]
# This is backpropagation. One way forward fills the boxes, one way back fills the lower lines, and
# no slope is computed twice. Step through it, and change a, b, x and y on the way: what happens to
# dL/da for x = 0? For b = 0? For a target that equals the prediction? And what becomes of the two
# slopes if one weight stands in both places? (Tick *let a and b be one and the same weight, w*.)

# %%
widgets.chain(scalar_gradients)

# %% [markdown]
# Look at the two arrows that go up, to a and to b. Each weight takes the slope at its **output**
# end and multiplies it by what came in at its **input** end. Keep that in mind for notebook 4.

# %%
figures.course_map("03_chain_rule")

# %% [markdown]
# Still open: the same with matrices and many samples, layer by layer. The numbers you carried back,
# dL/dŷ and dL/dz, will get names there: $\Delta_B$ and $\Delta_A$.
#
# **One open question, in two sentences.** A classmate says: "A weight has a large slope if the
# error is large." Give a case against it: a large error, and a weight whose slope is 0, or nearly.
# Which factor is to blame?

# %% [markdown]
# *Your two sentences:*

# %% [markdown] tags=["solution"]
# *One possible answer.* If the input x is 0, then dL/da is 0 however large the error is, because x
# is one of its factors: a nudge of a does not move z at all. (More cases: dL/da is 0 if the output
# weight b is, and nearly 0 if the unit is saturated; dL/db is 0 if the activation h is.)

# %% [markdown]
# **Next:** [notebook 4, Delta B](../04_delta_b/04_delta_b.ipynb). You start at the output of a real
# layer, with many outputs and many samples, and turn its error into the gradient of all the weights
# in B.
#
# **Compare:** [the solution of this notebook](../../solutions/03_chain_rule/03_chain_rule.ipynb)
# says for every exercise why the answer is right and what people get wrong there.

# %% [markdown]
# ## Further
#
# Not needed to go on: looks back, and an exercise on why the way back is the cheap one.
#
# ### The chain of exercise 4

# %%
figures.chain_rule.composed(d_composed, x=0.1)

# %% [markdown]
# ### The three uses of x
#
# **Predict, then run.** At x = 3, which of the three uses of x in $x\tanh(x) + x^2$ matters most?

# %%
quick("widest_path", "?")

# %% tags=["solution"]
quick("widest_path", "c")

# %%
figures.chain_rule.fork_paths(d_fork, at=3.0)

# %% [markdown]
# ### A saturated unit in the tiny network
#
# **Predict, then run.**

# %%
quick("saturated_unit", "?")

# %% tags=["solution"]
quick("saturated_unit", "b")

# %%
dL_da, dL_db = scalar_gradients(3.0, -1.0, 2.0, 1.0)
print(f"at the saturated start: dL/da {dL_da:.5f}, dL/db {dL_db:.5f}")
figures.chain_rule.saturation(scalar_gradients)

# %% [markdown]
# Both starts have a target that they miss by far. On the right the error is large, but on its way
# to a it must pass the flat part of tanh, and is multiplied by 0.00002. So b does all the learning.
# A layer full of such units learns nothing: one reason why weights must not start too large.

# %% [markdown]
# ### Which end first?
#
# In a real network every step has many inputs and many outputs. Its local slope is then a table,
# the **Jacobian** J: the entry in row i and column j says how output i answers to input j. A step
# with 5 inputs and 4 outputs has a Jacobian of shape (4, 5). And the product of slopes along a
# chain of K steps becomes a product of matrices, the last step on the left:
#
# $$J = J_K \cdots J_2\,J_1, \qquad J_l \text{ of shape } (n_l,\, n_{l-1})$$
#
# Several matrices must be multiplied two at a time. Starting from the left means starting **at the
# output**; from the right, **at the input**. The result is the same. The work is not. Take a chain
# of sizes 5 → 4 → 3 → 2, so three Jacobians:

# %%
figures.chain_rule.two_ends([5, 4, 3, 2])

# %% [markdown]
# Count multiplications. In (2 × 3) times (3 × 4) the product has 8 entries, and each of them is a
# row of 3 numbers times a column of 3: 8 · 3 = **24** multiplications.
#
# - From the output: 24, then (2 × 4) times (4 × 5), which is 10 entries of 4 each: 40. Together
#   **64**.
# - From the input: (3 × 4) times (4 × 5), 15 entries of 4 each: 60. Then (2 × 3) times (3 × 5), 10
#   entries of 3 each: 30. Together **90**.
#
# Not much of a difference yet. But what if the last step is a loss, a single number? **Predict**:

# %%
quick("which_end", "?")

# %% tags=["solution"]
quick("which_end", "a")

# %% [markdown]
# ### Exercise 7: `chain_cost`
#
# > difficulty 3 of 5 · importance 3 of 5 · 15 minutes
#
# **What.** The number of multiplications for the whole chain, an int. `sizes` is the list $[n_0,
# n_1, \dots, n_K]$, `start` is `"output"` or `"input"`. Only multiplications count, not additions.
# A single Jacobian needs no product: 0. For any other `start`, raise a `ValueError`. Nothing has to
# be multiplied: count by the shapes.


# %% nbgrader={"grade_id": "chain_cost", "solution": true}
def chain_cost(sizes: list[int], start: str) -> int:
    """Return how many multiplications the product J_K ... J_2 J_1 takes, pair by pair.

    sizes : [n_0, n_1, ..., n_K]; the Jacobian J_l has shape (sizes[l], sizes[l - 1]).
    start : "output" begins with J_K J_(K-1), "input" with J_2 J_1.
    Raises ValueError for another start.
    """
    ### BEGIN SOLUTION
    if start not in ("output", "input"):
        raise ValueError(f"start must be 'output' or 'input', not {start!r}")
    last = len(sizes) - 1
    total = 0
    if start == "output":
        for i in range(last - 1, 0, -1):  # the product so far has shape (sizes[last], sizes[i])
            total += sizes[last] * sizes[i] * sizes[i - 1]
    else:
        for i in range(2, last + 1):  # the product so far has shape (sizes[i - 1], sizes[0])
            total += sizes[i] * sizes[i - 1] * sizes[0]
    return total
    ### END SOLUTION


# %% [markdown]
# First try it on `[5, 4, 3, 2]`, where you know both answers.

# %% nbgrader={"grade_id": "check_chain_cost", "grade": true}
check(chain_cost, points=2)

# %% [markdown] tags=["solution"]
# **Why this is right.** A product of (rows × inner) and (inner × columns) takes rows · inner ·
# columns multiplications. From the output, the product so far keeps its `sizes[K]` rows and meets
# $J_l$ of shape `(sizes[l], sizes[l - 1])`; from the input it keeps its `sizes[0]` columns.
#
# **The mistakes people make here.** Neighbouring pairs are priced as they stood at the beginning;
# then both ends cost the same. Or the two ends are exchanged: the output is on the *left*.

# %%
figures.chain_rule.costs(chain_cost)

# %% [markdown]
# From the input, whole matrices are multiplied by whole matrices. From the output, the single row
# of the loss stays a single row, and each step is a row times a matrix.
#
# A count is a promise. Does a real computer keep it? Four Jacobians, 160 wide, that end in one
# number; both ways, on your machine:


# %%
def multiply(jacobians, start):
    """Multiply [J_1, ..., J_K] from one end."""
    if start == "input":
        product = jacobians[0]
        for J in jacobians[1:]:
            product = J @ product
    else:
        product = jacobians[-1]
        for J in jacobians[-2::-1]:
            product = product @ J
    return product


def seconds_for(start, tries=3):
    """Return the shortest time of a few tries: the others were disturbed."""
    times = []
    for _ in range(tries):
        begin = time.perf_counter()
        multiply(jacobians, start)
        times.append(time.perf_counter() - begin)
    return min(times)


# %%
sizes = [160, 160, 160, 160, 1]
rng = np.random.default_rng(3)
jacobians = [
    rng.normal(0, 1, (sizes[i], sizes[i - 1])) / np.sqrt(sizes[i]) for i in range(1, len(sizes))
]
print("from the output", multiply(jacobians, "output").shape)
print("from the input ", multiply(jacobians, "input").shape)
print("equal          ", np.allclose(multiply(jacobians, "output"), multiply(jacobians, "input")))

# %% tags=["nbval-ignore-output"]
figures.chain_rule.prices_and_times(
    counted={start: chain_cost(sizes, start) for start in ("output", "input")},
    seconds={start: seconds_for(start) for start in ("output", "input")},
)

# %% [markdown]
# The same derivative, from the cheap end. (The time need not shrink by the same factor as the
# count: for a row times a matrix, fetching the numbers takes longer than multiplying them.)
#
# That is why backpropagation goes *back*: a loss is a single number, so the narrow end of the chain
# is always the output. Would you always start there?

# %%
quick("one_dial", "?")

# %% tags=["solution"]
quick("one_dial", "b")

# %% [markdown]
# ### The three rules side by side

# %%
figures.chain_rule.summary()
