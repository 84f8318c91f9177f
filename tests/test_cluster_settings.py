"""The settings for Slurm work, on one node; those for Kubernetes are what its schema asks for."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from contextlib import ExitStack
from pathlib import Path

import pytest

pytest.importorskip("distributed", reason="Dask is not installed")

from bpgrade.cluster import Cluster
from bpgrade.grade import Job
from tests.papers import COURSE, filled, hand_in, paper, points
from tests.test_cluster import dask, free_port, keys

FOLDER = COURSE.root / "docs" / "cluster"
SLURM = """
ClusterName=test
SlurmctldHost={host}(127.0.0.1)
SlurmctldPort={ports[0]}
SlurmdPort={ports[1]}
AuthType=auth/munge
AuthInfo=socket={folder}/munge.socket
SlurmUser=root
SlurmdUser=root
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
StateSaveLocation={folder}
SlurmdSpoolDir={folder}/spool
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd.pid
SlurmctldLogFile={folder}/slurmctld.log
SlurmdLogFile={folder}/slurmd.log
NodeName={host} NodeAddr=127.0.0.1 CPUs=2 RealMemory=6000 State=UNKNOWN
PartitionName=main Nodes=ALL Default=YES State=UP
"""


@pytest.fixture
def slurm(tmp_path):
    """Start Slurm with one node, this one; yield the variable that leads to it."""
    pytest.importorskip("dask_jobqueue", reason="dask-jobqueue is not installed")
    if os.getuid() or not all(map(shutil.which, ("munged", "slurmctld", "slurmd", "sbatch"))):
        pytest.skip("Slurm is not installed, or this is not root")
    host, ports = socket.gethostname(), (free_port(), free_port())
    configuration = tmp_path / "slurm.conf"
    configuration.write_text(SLURM.format(host=host, ports=ports, folder=tmp_path))
    (tmp_path / "spool").mkdir()
    (tmp_path / "key").write_bytes(os.urandom(128))
    (tmp_path / "key").chmod(0o600)
    munge = [
        *("munged", "--foreground", "--force", f"--key-file={tmp_path}/key"),
        *(f"--socket={tmp_path}/munge.socket", f"--pid-file={tmp_path}/munge.pid"),
        *(f"--log-file={tmp_path}/munge.log", f"--seed-file={tmp_path}/munge.seed"),
    ]
    environment = {"SLURM_CONF": str(configuration)}
    with ExitStack() as stack:
        for command in (munge, ["slurmctld", "-D"], ["slurmd", "-D", "-N", host]):
            process = subprocess.Popen(
                command, env=os.environ | environment, stderr=subprocess.DEVNULL
            )
            stack.callback(process.wait)
            stack.callback(process.terminate)
            while command is munge and not (tmp_path / "munge.socket").exists():
                assert process.poll() is None
                time.sleep(0.1)
        yield environment


def test_slurm_starts_workers_that_grade(slurm, tmp_path):
    settings = keys(tmp_path)
    named = {
        f"DASK_{key.replace('.', '__').replace('-', '_').upper()}": path
        for key, path in settings.items()
    }
    command = [sys.executable, FOLDER / "slurm.py", "--jobs", "2", "--interface", "lo"]
    exported = [f"export {key}={value}" for key, value in slurm.items()]
    with subprocess.Popen(
        [*command, "--queue", "main", "--prologue", *exported],
        cwd=tmp_path,
        env={**os.environ, **slurm, **named, "PYTHONPATH": str(COURSE.root)},
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            address = process.stdout.readline().strip()
            assert address.startswith("tls://")
            jobs = [Job(f"s{i}", str(hand_in(filled(), tmp_path / f"s{i}"))) for i in range(3)]
            with dask.config.set(settings):
                graded = list(Cluster(paper(), address, print).grade(jobs))
            assert running(slurm) == 2
        finally:
            process.send_signal(signal.SIGTERM)
    assert [points(one) for one in graded] == [9, 9, 9]
    assert process.returncode == 0
    deadline = time.monotonic() + 30
    while running(slurm):
        assert time.monotonic() < deadline
        time.sleep(0.5)


def running(slurm) -> int:
    """Return how many jobs Slurm runs."""
    command = ["squeue", "--noheader"]
    asked = subprocess.run(command, env=os.environ | slurm, capture_output=True, check=True)
    return asked.stdout.count(b"dask-wor")


@pytest.fixture(scope="module")
def kubernetes():
    """The two things that are applied: the cluster, and who may talk to whom."""
    yaml = pytest.importorskip("yaml")
    return list(yaml.safe_load_all((FOLDER / "kubernetes.yaml").read_text()))


def pod(cluster, role):
    return cluster["spec"][role]["spec"]


def test_kubernetes_takes_the_settings(kubernetes):
    validate = pytest.importorskip("kubernetes_validate").validate
    cluster, policy = kubernetes
    validate(policy, "1.33", strict=True)
    service = {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "grading-scheduler"}}
    validate({**service, "spec": cluster["spec"]["scheduler"]["service"]}, "1.33", strict=True)
    for role in ("worker", "scheduler"):
        made = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": role}}
        validate({**made, "spec": pod(cluster, role)}, "1.33", strict=True)


def test_the_operator_takes_the_settings(kubernetes):
    package = pytest.importorskip("dask_kubernetes", reason="dask-kubernetes is not installed")
    import jsonschema
    import yaml

    operator = Path(package.__file__).parent / "operator/deployment/helm/dask-kubernetes-operator"
    path = operator / "crds/daskcluster.yaml"
    definition = yaml.load(path.read_text(), getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    (version,) = definition["spec"]["versions"]
    jsonschema.validate(kubernetes[0], version["schema"]["openAPIV3Schema"])
    assert kubernetes[0]["apiVersion"] == f"kubernetes.dask.org/{version['name']}"


def test_a_pod_can_do_what_the_sandbox_needs_and_little_else(kubernetes):
    cluster, policy = kubernetes
    worker = pod(cluster, "worker")
    assert worker["automountServiceAccountToken"] is False
    assert worker["hostUsers"] is False
    assert worker["securityContext"]["runAsNonRoot"] is True
    (container,) = worker["containers"]
    assert container["resources"]["limits"].keys() >= {"cpu", "memory"}
    security = container["securityContext"]
    assert security["readOnlyRootFilesystem"] is True
    assert security["allowPrivilegeEscalation"] is False
    assert security["capabilities"] == {"drop": ["ALL"]}
    needed = {"seccompProfile", "appArmorProfile", "procMount"}
    assert needed <= security.keys()
    (scheduler,) = pod(cluster, "scheduler")["containers"]
    assert not {"appArmorProfile", "procMount"} & scheduler["securityContext"].keys()
    assert set(policy["spec"]["policyTypes"]) == {"Ingress", "Egress"}
    ports = {p["port"] for rule in policy["spec"]["egress"] for p in rule["ports"]}
    assert ports == {8786, 53}
