"""An AWS of the tests' own: MiniStack on a free loopback port, gone when the tests end.

It runs the functions' real binaries behind a Runtime API, and it enforces IAM: a function has the rights of its role and no more.
"""
import atexit
import functools
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

import boto3

REGION = "us-east-1"
# The emulator takes these for the account's root, which deploys.
ROOT_CREDENTIALS = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}


class Emulator:
    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="deployed-")
        self.home = Path(self._folder.name)
        self._port = free_port()
        self.url = f"http://127.0.0.1:{self._port}"
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "ministack"],
                env=self._environment(),
                cwd=self.home,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        atexit.register(self._stop)
        self._wait_until_it_answers()

    @property
    def _log(self) -> Path:
        return self.home / "emulator.log"

    def _environment(self) -> dict[str, str]:
        """The functions inherit all of it, so there is nothing in it of whoever runs the tests."""
        return {
            "PATH": os.environ["PATH"],
            "HOME": str(self.home),
            "TMPDIR": str(self.home),
            "BIND_HOST": "127.0.0.1",
            "GATEWAY_PORT": str(self._port),
            "AWS_ENDPOINT_URL": self.url,
            "AUTH": "true",
            # Listeners on ports of their own, which no test needs.
            "SFTP_ENABLED": "0",
            "IOT_MTLS_ENABLED": "0",
        }

    def _wait_until_it_answers(self) -> None:
        deadline = time.monotonic() + 60
        while self._process.poll() is None and time.monotonic() < deadline:
            try:
                assert self.inspect("health")["auth"] == "enabled"
                return
            except OSError:
                time.sleep(0.1)
        raise RuntimeError(f"the emulator does not answer:\n{self._log.read_text()[-4000:]}")

    def _stop(self) -> None:
        # The functions are processes of its group.
        os.killpg(self._process.pid, signal.SIGTERM)
        try:
            self._process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
        self._folder.cleanup()

    @functools.cache
    def client(self, service: str):
        return boto3.client(
            service,
            endpoint_url=self.url,
            region_name=REGION,
            aws_access_key_id=ROOT_CREDENTIALS["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=ROOT_CREDENTIALS["AWS_SECRET_ACCESS_KEY"],
        )

    def inspect(self, what: str) -> dict:
        """What the emulator tells of itself, beside what AWS would."""
        with urllib.request.urlopen(f"{self.url}/_ministack/{what}", timeout=10) as answer:
            return json.load(answer)

    def mails_to(self, address: str) -> list[dict]:
        """What SES was asked to send to the address, oldest first."""
        accounts = self.inspect("ses/messages")["messages"].values()
        return [mail for mails in accounts for mail in mails if mail["To"] == [address]]


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


@functools.cache
def emulator() -> Emulator:
    """One for all tests."""
    return Emulator()
