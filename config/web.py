"""The web server, under `make run` and in a container alike: `python -m config.web`.

Granian serves HTTP and keeps the workers; in each, ``config.asgi`` reads whole requests and answers them on threads.
"""

import argparse
import logging.config
import os
import resource

from granian import Granian
from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.log import LogLevels

from config import settings

# Connections one worker keeps: people, those who only hold a connection, and streams of events.
CONNECTIONS_MAX = 4096
# A head that is not complete by then, or a connection on which nobody asks for anything, is closed.
HEAD_SECONDS = 30
# Short enough that a stop does not look like a fault.
STOP_SECONDS = 10
# The server's own words go the way of all others, redacted and structured.
LOGGERS = {name: {"handlers": [], "propagate": True} for name in ("_granian", "granian.access")}


def server(host: str) -> Granian:
    """The server as the environment wants it, not started."""
    return Granian(
        "config.asgi:application",
        address=host,
        port=settings.PORT,
        interface=Interfaces.ASGI,
        workers=settings.WEB_CONCURRENCY,
        http=HTTPModes.http1,
        http1_settings=HTTP1Settings(header_read_timeout=HEAD_SECONDS * 1000, max_buffer_size=64 * 1024),
        websockets=False,
        backlog=CONNECTIONS_MAX,
        backpressure=CONNECTIONS_MAX,
        respawn_failed_workers=True,
        workers_kill_timeout=STOP_SECONDS,
        log_level=LogLevels.warning,
        log_dictconfig={"loggers": LOGGERS},
    )


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m config.web", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1", help="the address to listen on (127.0.0.1)")
    given = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    logging.config.dictConfig(settings.LOGGING)
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = 65536 if most == resource.RLIM_INFINITY else min(most, 65536)
    resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, most))
    server(given.host).serve()


if __name__ == "__main__":
    main()
