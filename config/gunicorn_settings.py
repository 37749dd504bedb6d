"""How the web server runs, under `make run` and in a container alike."""

import os

wsgi_app = "config.wsgi:application"
bind = f"127.0.0.1:{os.environ.get('PORT') or 8000}"
worker_class = "gthread"
workers = int(os.environ.get("WEB_CONCURRENCY") or 2)
threads = int(os.environ.get("WEB_THREADS") or 4)
# Long enough for a slow report, short enough that a stop does not look like a fault.
timeout, graceful_timeout, keepalive = 60, 10, 5
max_requests, max_requests_jitter = 10_000, 1_000
loglevel = "warning"
# The heartbeat file must not wait for a disk, and nothing of ours belongs in a home folder.
worker_tmp_dir = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None  # noqa: S108
control_socket_disable = True
