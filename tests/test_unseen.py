"""What answers written without knowing the checks have shown: said truly, or not at all.

Each was once explained by something untrue, or by a line that had no part in it.
"""

import numpy as np
import pytest

from bplib import checking, derivatives, network
from bplib.checking.cards import card
from tests.test_repair import learners


def verdict(code, name, notebook, **names):
    function = learners(code, name, **names)
    return checking.verdict_on(function, notebook, np.random.default_rng(0))


def lines(found):
    return {line for line, _ in found.findings[0].lines}


def test_a_right_helper_that_is_called_with_the_wrong_arrays_is_not_called_wrong():
    code = (
        "def delta_B(Y_hat, Y):\n    return (Y_hat - Y) / Y.shape[1]\n\n"
        "def gradient_B(delta, H):\n    return delta @ H.T\n\n"
        "def step_B(B, H, Y, learning_rate):\n"
        "    return B - learning_rate * gradient_B(delta_B(H, Y), H)\n"
    )
    found = verdict(code, "step_B", "04_delta_b")
    assert found.code == "raises-valueerror"
    assert not any("not right" in note for note in found.notes)


@pytest.mark.parametrize(
    ("code", "name", "notebook", "unused"),
    [
        (
            "def slope(f, w, step=1e-5):\n    return (f(w + 0.1) - f(w - 0.1)) / 0.2\n",
            *("slope", "02_gradient", "step"),
        ),
        (
            "def predict(A, B, X):\n    return B @ np.tanh(A @ X)\n\n"
            "def mean_loss(Y_hat, Y):\n    return np.sum((Y_hat - Y) ** 2) / 2 / Y.shape[1]\n\n"
            "def network_loss(A, B, X, Y):\n"
            "    return mean_loss(predict(A, B, X), predict(A, B, X))\n",
            *("network_loss", "01_loss", "Y"),
        ),
    ],
)
def test_an_argument_that_is_never_used_is_told(code, name, notebook, unused):
    found = verdict(code, name, notebook)
    rows = " ".join(text for _, text in found.rows())
    assert f"never uses {unused}" in rows or found.code == "ignores-the-step"


def test_a_helper_inside_is_not_mended_by_a_name_from_outside():
    code = (
        "def d_sigmoid(z):\n    def sigmoid(v):\n        return 1 / (1 + np.exp(-v))\n\n"
        "    s = sigmoid(z)\n    return s * (1 - sigmoid(s))\n"
    )
    assert lines(verdict(code, "d_sigmoid", "03_chain_rule")) == {6}


@pytest.mark.parametrize("bent", ["(1 - H) ** 2", "(1 - H) * (1 - H)"])
def test_what_is_squared_is_not_taken_for_the_slope_itself(bent):
    code = (
        "def error_at_hidden(delta_B, B):\n    return B.T @ delta_B\n\n"
        "def delta_A(delta_B, B, Z):\n    H = np.tanh(Z)\n"
        f"    slope = {bent}\n    return error_at_hidden(delta_B, B) * slope\n"
    )
    found = verdict(code, "delta_A", "05_delta_a")
    assert "square-missing" not in found.codes
    assert lines(found) <= {6}


def test_a_sum_that_is_complete_later_is_no_mistake_yet():
    code = (
        "def d_fork(x):\n    via_x = np.tanh(x)\n    via_tanh = x * (1 - np.tanh(x) ** 2)\n"
        "    via_square = 2 * x\n    return (via_x + via_tanh) * via_square\n"
    )
    found = verdict(code, "d_fork", "03_chain_rule")
    assert found.code == "one-change"
    assert lines(found) == {5}


@pytest.mark.parametrize(
    ("code", "name", "notebook"),
    [
        (
            "def sample_losses(Y_hat, Y):\n    total, result = 0.0, []\n"
            "    for n in range(Y.shape[1]):\n"
            "        total += 0.5 * np.sum((Y_hat[:, n] - Y[:, n]) ** 2)\n"
            "        result.append(total)\n    return np.array(result)\n",
            *("sample_losses", "01_loss"),
        ),
        (
            "def delta_B(Y_hat, Y):\n    D = Y - Y_hat\n    D = D / Y.shape[1]\n    return D\n",
            *("delta_B", "04_delta_b"),
        ),
    ],
)
def test_a_return_that_only_hands_on_is_not_the_line(code, name, notebook):
    assert code.count("\n") not in lines(verdict(code, name, notebook))


def test_who_returns_inside_a_loop_is_shown_the_return():
    code = (
        "def error_at_hidden(delta_B, B):\n    E = np.zeros((B.shape[1], delta_B.shape[1]))\n"
        "    for k in range(B.shape[0]):\n        E += np.outer(B[k], delta_B[k])\n"
        "        return E\n"
    )
    assert lines(verdict(code, "error_at_hidden", "05_delta_a")) <= {5}


def test_a_sample_left_out_is_no_other_error():
    code = (
        "def gradient_B(delta, H):\n    total = np.zeros((len(delta), len(H)))\n"
        "    for n in range(1, delta.shape[1]):\n"
        "        total += np.outer(delta[:, n], H[:, n])\n    return total\n"
    )
    assert lines(verdict(code, "gradient_B", "04_delta_b")) == {3}


def test_a_bias_left_out_in_a_loop_is_not_the_first_sample_only():
    code = (
        "def backward(B, X, Z, H, Y_hat, Y):\n    dB = (Y_hat - Y) / Y.shape[1]\n"
        "    grad_A = np.zeros((len(H), len(X)))\n"
        "    for n in range(Y.shape[1]):\n        for j in range(len(H)):\n"
        "            back = np.sum(B[:, j] * dB[:, n]) * (1 - H[j, n] ** 2)\n"
        "            for i in range(X.shape[0] - 1):\n"
        "                grad_A[j, i] += back * X[i, n]\n"
        "    return grad_A, dB @ H.T\n"
    )
    found = verdict(code, "backward", "06_training")
    assert "first-sample-only" not in found.codes
    assert lines(found) == {7}


def test_batches_drawn_with_repetition_are_not_said_to_be_shuffled():
    code = (
        "def minibatches(N, batch_size, rng):\n"
        "    return [rng.integers(0, N, batch_size) for _ in range(N // batch_size)]\n"
    )
    assert verdict(code, "minibatches", "06_training").code == "samples-missing-or-repeated"


def test_results_in_the_wrong_order_are_told_by_their_shapes():
    code = (
        "def backward(B, X, Z, H, Y_hat, Y):\n    d = (Y_hat - Y) / Y.shape[1]\n"
        "    return d @ H.T, ((B.T @ d) * (1 - Z**2)) @ X.T\n"
    )
    found = verdict(code, "backward", "06_training")
    assert "in which order" in found.findings[0].look


@pytest.mark.parametrize(
    ("code", "name", "notebook", "word"),
    [
        (
            "import math\n\ndef d_tanh(z):\n    return 1 - math.tanh(z) ** 2\n",
            *("d_tanh", "03_chain_rule", "`math` take one number"),
        ),
        (
            "def relative_error(mine, numeric):\n    gap = np.linalg.norm(mine - numeric)\n"
            "    return gap / np.max(np.linalg.norm(mine), np.linalg.norm(numeric))\n",
            *("relative_error", "02_gradient", "`np.max` takes one array"),
        ),
    ],
)
def test_a_common_error_is_put_into_plain_words(code, name, notebook, word):
    assert word in verdict(code, name, notebook).findings[0].look


def test_a_minus_among_the_factors_is_asked_about():
    code = "def delta_B(Y_hat, Y):\n    return Y - Y_hat\n"
    assert (
        "which term is taken from which" in verdict(code, "delta_B", "04_delta_b").findings[0].look
    )


def test_a_sum_over_the_wrong_axis_is_no_entry_that_is_missing():
    code = "def sample_losses(Y_hat, Y):\n    return np.sum((Y_hat - Y) ** 2, axis=1)\n"
    for seed in range(6):
        found = checking.verdict_on(
            learners(code, "sample_losses"), "01_loss", np.random.default_rng(seed)
        )
        assert "before anything is done" not in found.findings[0].look


def test_a_judge_that_raises_is_not_asked_for_a_matrix_product():
    code = (
        "def agrees(backward, A, B, X, Y):\n    grad_A, grad_B = backward(A, B, X, Y)\n"
        "    a = derivatives.central_gradient(lambda W: network.network_loss(W, B, X, Y), A)\n"
        "    b = derivatives.central_gradient(lambda W: network.network_loss(A, W, X, Y), B)\n"
        "    return np.allclose(grad_A, a, atol=0) and np.allclose(grad_B, b, atol=0)\n"
    )
    found = verdict(code, "agrees", "09_debugging", derivatives=derivatives, network=network)
    assert found.code == "raises-valueerror"
    assert "a judge says no" in found.findings[0].look


def test_products_are_spoken_of_where_there_is_one():
    code = "def gradient_B(delta, H):\n    return {}\n"
    told = {
        text: verdict(code.format(text), "gradient_B", "04_delta_b").findings[0].look
        for text in ("delta @ H", "np.add(delta, H)")
    }
    assert "matrix product" in told["delta @ H"]
    assert "matrix product" not in told["np.add(delta, H)"]


def test_code_in_a_message_looks_like_code_on_the_page_and_is_no_markup():
    page = card("t", [("Look", "`<b>` and `a * b`")], "wrong")
    assert "<code>&lt;b&gt;</code> and <code>a * b</code>" in page
