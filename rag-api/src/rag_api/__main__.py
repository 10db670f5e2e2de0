"""The process: settings from the environment, logs, and uvicorn."""

import os
import socket
import sys
from contextlib import suppress
from typing import Final

import uvicorn

from rag_api.app import create_app
from rag_api.config import ConfigError, load_settings
from rag_api.log import configure_logging
from rag_api.resources import Resources

# Seconds that open streams get after SIGTERM; without a limit uvicorn waits for ever.
_SHUTDOWN_GRACE: Final = 10


class _Server(uvicorn.Server):
    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Ends the runs first: uvicorn waits for open streams before it lets the lifespan close anything."""
        resources: Resources | None = self.lifespan.state.get("resources")
        if resources is not None:
            resources.chat.interrupt_runs()
        await super().shutdown(sockets)


def main() -> int:
    """Runs the service until a signal ends it; 1 when it could not start."""
    try:
        settings = load_settings(os.environ)
    except ConfigError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    configure_logging(settings.log_level)
    server = _Server(
        uvicorn.Config(
            create_app(settings),
            host=settings.host,
            port=settings.port,
            loop="uvloop",
            http="httptools",
            ws="none",
            lifespan="on",
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=False,
            timeout_graceful_shutdown=_SHUTDOWN_GRACE,
        )
    )
    # After its shutdown uvicorn raises the signal again; for a failed start it has an exit code of its own.
    with suppress(KeyboardInterrupt, SystemExit):
        server.run()
    return 0 if server.started else 1


if __name__ == "__main__":
    sys.exit(main())
