"""Workers on Slurm. Run it where jobs are submitted, and leave it running while you grade.

python docs/cluster/slurm.py --jobs 8 --queue main --interface ib0

It prints the address for ``python -m bpgrade grade NN_name --scheduler ADDRESS``. Keys are those of
Dask's configuration; the environment that it runs in must be there on the nodes, bubblewrap too.
"""

import argparse
import contextlib
import signal

from dask_jobqueue import SLURMCluster
from distributed import Security


def main() -> None:
    """Ask Slurm for workers until the process is interrupted."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--jobs", type=int, default=2, help="of Slurm's, a core each")
    parser.add_argument("--queue", help="Slurm's partition")
    parser.add_argument("--interface", help="the network between the nodes: eth0, ib0")
    parser.add_argument("--prologue", nargs="*", default=[], help="lines of the job's script")
    options = parser.parse_args()
    with SLURMCluster(
        cores=1,  # a worker marks one submission at a time, and shares its core with the sandbox
        processes=1,
        memory="3GB",  # 2 GB for the sandbox, the rest for the worker
        walltime="02:00:00",
        queue=options.queue,
        interface=options.interface,
        protocol="tls://",
        security=Security(require_encryption=True),
        scheduler_options={"dashboard": False},
        job_script_prologue=["export OPENBLAS_NUM_THREADS=1", *options.prologue],
        worker_extra_args=["--lifetime", "115m", "--lifetime-stagger", "4m"],
    ) as cluster:
        cluster.scale(jobs=options.jobs)
        print(cluster.scheduler_address, flush=True)
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        with contextlib.suppress(KeyboardInterrupt):
            signal.pause()


if __name__ == "__main__":
    main()
