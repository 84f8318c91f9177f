"""A course on one machine: its users are those of the machine. See docs/hub.md."""

c = get_config()  # noqa: F821  (JupyterHub defines it)

# Who may come in: the Unix accounts of this group, with their Unix passwords.
c.JupyterHub.authenticator_class = "pam"
c.PAMAuthenticator.allowed_groups = {"backprop"}

c.JupyterHub.bind_url = "https://:443"
c.JupyterHub.ssl_cert = "/etc/jupyterhub/hub.crt"
c.JupyterHub.ssl_key = "/etc/jupyterhub/hub.key"

# Kernels speak through files of their owner: to TCP any account of the machine could listen.
# Servers that nobody uses end after an hour, kernels after half of one, and give their memory back.
c.Spawner.args = [
    "--KernelManager.transport=ipc",
    "--ServerApp.shutdown_no_activity_timeout=3600",
    "--MappingKernelManager.cull_idle_timeout=1800",
]
# A class shares the cores: the matrices are small, and a thread for each is enough.
c.Spawner.environment = {"OPENBLAS_NUM_THREADS": "1"}
