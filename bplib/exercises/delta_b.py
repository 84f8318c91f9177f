"""04_delta_b: the output error, the gradient of B, a step on B."""

from bplib import network
from bplib.derivatives import gradient
from bplib.exercises.draws import network_cases
from bplib.exercises.exercise import Exercise, Output, Question

_NOTEBOOK = "04_delta_b"

DELTA_B = Exercise(
    name="delta_B",
    notebook=_NOTEBOOK,
    arguments={"Y_hat": "(n_out, N)", "Y": "(n_out, N)"},
    returns=(Output("Delta_B", "(n_out, N)"),),
    draw=network_cases("Y_hat", "Y"),
    truth=lambda Y_hat, Y: gradient(lambda P: network.mean_loss(P, Y), Y_hat),
    hints=("…", "…", "…"),
)

EXERCISES = (DELTA_B,)
QUESTIONS: tuple[Question, ...] = ()
