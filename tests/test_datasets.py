"""The data: in the course's shapes, split cleanly, the same every time, and the reader's own."""

import hashlib
import importlib.resources
import socket

import numpy as np
import pytest

from bplib import datasets

ALL = [
    datasets.digits,
    datasets.two_moons,
    datasets.xor,
    datasets.spiral,
    datasets.noisy_line,
]
WITH_CLASSES = ALL[:3]
DRAWN = ALL[1:]


def each(functions):
    return pytest.mark.parametrize("load", functions, ids=lambda function: function.__name__)


def parts(data):
    return [(data.X, data.Y, data.labels), (data.X_test, data.Y_test, data.labels_test)]


@each(ALL)
def test_samples_are_columns_and_the_last_row_is_ones(load):
    data = load()
    for X, Y, _ in parts(data):
        assert X.dtype == Y.dtype == np.float64
        assert X.ndim == Y.ndim == 2
        assert X.shape[1] == Y.shape[1] > 0
        assert np.all(X[-1] == 1)
        assert np.all(np.isfinite(X))
        assert np.all(np.isfinite(Y))
    assert data.X.shape[0] == data.X_test.shape[0]
    assert data.Y.shape[0] == data.Y_test.shape[0]


@each(ALL)
def test_no_sample_is_in_both_parts(load):
    data = load()
    training = {column.tobytes() for column in data.X.T}
    assert not training & {column.tobytes() for column in data.X_test.T}


@each(ALL)
def test_loading_twice_gives_the_same_numbers_in_fresh_arrays(load):
    first, second = load(), load()
    for name, array in vars(first).items():
        if isinstance(array, np.ndarray):
            np.testing.assert_array_equal(array, getattr(second, name))
            array[...] = 7
            assert not np.all(getattr(second, name) == 7), name
            assert not np.all(getattr(load(), name) == 7), name


@each(WITH_CLASSES)
def test_classes_are_balanced_in_both_parts_and_in_no_order(load):
    for _, _, labels in parts(load()):
        counts = np.bincount(labels)
        assert counts.min() > 0.85 * counts.max()
        early = np.bincount(labels[: len(labels) // 2], minlength=len(counts))
        assert np.all(np.abs(early - counts / 2) < 5 * np.sqrt(counts / 4))
        runs = np.mean(labels[1:] == labels[:-1])
        assert abs(runs - 1 / len(counts)) < 0.2


@each(WITH_CLASSES)
def test_targets_say_what_the_labels_say(load):
    for _, Y, labels in parts(load()):
        if len(Y) == 1:
            np.testing.assert_array_equal(Y[0], labels)
        else:
            np.testing.assert_array_equal(Y.argmax(axis=0), labels)
            np.testing.assert_array_equal(np.sort(Y, axis=0)[:-1], 0)
            np.testing.assert_array_equal(Y.sum(axis=0), 1)


@each(ALL)
def test_a_data_set_says_where_it_comes_from_and_prints_no_numbers(load):
    data = load()
    assert data.source
    assert data.licence
    assert "0." not in repr(data)
    assert str(data.X.shape) in repr(data)
    with pytest.raises(AttributeError):
        data.X = data.X_test


def test_the_shipped_digits_are_scikit_learns_to_the_last_pixel():
    file = importlib.resources.files("bplib") / "data" / "digits.npz"
    with file.open("rb") as stream, np.load(stream) as stored:
        content = stored["images"].tobytes() + stored["labels"].tobytes()
    # of load_digits() of scikit-learn, its arrays as uint8
    theirs = "87ff0c9e40dc7e2c0e34e7257799c2e3f3aec1a016363bb11cad869ec428a826"
    assert hashlib.sha256(content).hexdigest() == theirs


def test_the_digits_are_all_1797_images_with_pixels_from_0_to_1():
    data = datasets.digits()
    assert data.X.shape == (65, 1347)
    assert data.X_test.shape == (65, 450)
    assert data.Y.shape == (10, 1347)
    pixels = np.hstack([data.X, data.X_test])[:64]
    np.testing.assert_array_equal(np.unique(pixels * 16), np.arange(17))
    assert np.hstack([data.labels, data.labels_test]).sum() == 8070


def test_pixels_run_from_top_left_to_bottom_right():
    data = datasets.digits()
    mean = {d: data.X[:64, data.labels == d].mean(axis=1).reshape(8, 8) for d in (0, 7)}
    assert mean[0][3:5, 3:5].mean() < 0.2 < mean[0][3:5, [2, 5]].mean()  # a hole
    assert mean[7][0:2].mean() > mean[7][6:8].mean()  # the bar of a seven is at its top


def test_digits_are_within_reach_of_a_plain_linear_fit():
    data = datasets.digits()
    W = np.linalg.lstsq(data.X.T, data.Y.T, rcond=None)[0].T
    right = np.mean((W @ data.X_test).argmax(axis=0) == data.labels_test)
    assert 0.9 < right < 0.97


@pytest.mark.parametrize("load", [datasets.two_moons, datasets.xor, datasets.spiral])
def test_no_straight_line_separates_the_two_classes(load):
    data = load()
    W = np.linalg.lstsq(data.X.T, data.Y.T, rcond=None)[0].T
    assert np.mean((W @ data.X_test > 0.5) == data.Y_test) < 0.92


def test_xor_without_noise_is_the_truth_table():
    data = datasets.xor(n=4, noise=0)
    table = {(x, y): target for x, y, target in zip(*data.X[:2], data.Y[0], strict=True)}
    assert table == {(-1, -1): 0, (-1, 1): 1, (1, -1): 1, (1, 1): 0}


def test_a_noisy_line_without_noise_is_the_line():
    data = datasets.noisy_line(noise=0, slope=2.0, intercept=-1.0)
    np.testing.assert_allclose(data.Y, np.array([[2.0, -1.0]]) @ data.X, atol=1e-15)
    assert data.labels is None
    assert data.labels_test is None


@each(DRAWN)
def test_size_and_seed_do_what_they_say(load):
    data = load(n=17, n_test=5, seed=3)
    assert data.X.shape[1] == 17
    assert data.Y_test.shape[1] == 5
    assert not np.array_equal(data.X, load(n=17, n_test=5, seed=4).X)


@each(DRAWN)
@pytest.mark.parametrize(
    "bad",
    [
        {"n": 0},
        {"n": 2.5},
        {"n": True},
        {"n_test": -1},
        {"noise": -0.1},
        {"noise": float("nan")},
        {"noise": "much"},
        {"noise": 1j},
        {"seed": -1},
        {"seed": None},
        {"seed": "0"},
    ],
    ids=str,
)
def test_bad_input_is_told_by_name(load, bad):
    (name,) = bad
    with pytest.raises(ValueError, match=rf"^{name} must be"):
        load(**bad)


@pytest.mark.parametrize("labels", [[0, 3], [-1, 0], [0.0, 1.0], [[0, 1]]], ids=str)
def test_labels_that_are_no_classes_are_refused(labels):
    with pytest.raises(ValueError, match="labels must"):
        datasets.one_hot(labels, 3)


def test_one_hot_has_a_column_for_each_sample():
    np.testing.assert_array_equal(datasets.one_hot([2, 0], 3), [[0, 1], [0, 0], [1, 0]])


def test_nothing_is_fetched_from_a_network(monkeypatch):
    def refuse(*_):
        raise AssertionError("a data set asked for the network")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    for load in ALL:
        load()
