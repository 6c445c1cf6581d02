"""The web server of the workbench: gunicorn with threads, started from a command."""

import errno
import os
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

from gunicorn.app.base import BaseApplication

from liuke_desk.bridge.refusals import DeskRefused

THREADS = 8
WORKERS_ON_A_SERVER = 2  # SQLite has one writer at a time; a second process would only wait for it
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
ANYWHERE = frozenset({"0.0.0.0", "::"})


class Server(BaseApplication):
    """Serves one WSGI application on a socket that is already bound."""

    def __init__(self, application: Callable[..., Any], *, bound: socket.socket, workers: int):
        self._application = application
        self._bound = bound
        self._workers = workers
        super().__init__()

    def load_config(self) -> None:
        memory = Path("/dev/shm")
        settings = {
            "bind": f"fd://{self._bound.fileno()}",
            "worker_class": "gthread",
            "workers": self._workers,
            "threads": THREADS,
            "control_socket_disable": True,  # otherwise a socket in the home folder
            "worker_tmp_dir": str(memory) if os.access(memory, os.W_OK) else None,
            "graceful_timeout": 10,
            "loglevel": "warning",
        }
        for name, value in settings.items():
            self.cfg.set(name, value)

    def load(self) -> Callable[..., Any]:
        return self._application


def bind(host: str, port: int) -> socket.socket:
    """A listening place on this machine. Raises DeskRefused when it cannot be had."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    bound = socket.socket(family, socket.SOCK_STREAM)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind((host, port))
    except OSError as error:
        bound.close()
        if error.errno == errno.EADDRINUSE:
            raise DeskRefused(f"Port {port} on {host} is in use. Choose another with --port.") from None
        reason = error.strerror or str(error)
        raise DeskRefused(
            f"Cannot listen on {host}, port {port}: {reason}. Choose others with --host and --port."
        ) from None
    return bound


def name_hosts(host: str) -> list[str]:
    """Names by which browsers may ask for a workbench that listens on a host."""
    if host in LOOPBACK:
        return []
    if host not in ANYWHERE:
        return [host]
    own = socket.gethostname()
    try:
        addresses = {str(found[4][0]) for found in socket.getaddrinfo(own, None)}
    except OSError:  # a machine that does not know itself by name
        addresses = set()
    return [own, *sorted(f"[{each}]" if ":" in each else each for each in addresses)]


def say_address(bound: socket.socket) -> str:
    host, port = bound.getsockname()[:2]
    shown = "127.0.0.1" if host in ANYWHERE else host
    return f"http://[{shown}]:{port}/" if ":" in shown else f"http://{shown}:{port}/"
