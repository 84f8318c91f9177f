"""Settings of the test run, also for the processes that tests start."""

import os

# The matrices are small: on a busy machine several threads for each cost more than they bring.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
