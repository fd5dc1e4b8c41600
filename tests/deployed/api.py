"""A client of the deployed API."""
import http.client
import json
import re
import time
from dataclasses import dataclass
from urllib.parse import urlsplit

from emulator import Emulator


@dataclass(frozen=True)
class Answer:
    status: int
    headers: http.client.HTTPMessage
    text: str

    @property
    def json(self):
        return json.loads(self.text)

    @property
    def cookies(self) -> str:
        """What a browser sends back."""
        pairs = [cookie.partition(";")[0] for cookie in self.headers.get_all("Set-Cookie", [])]
        return "; ".join(pair for pair in pairs if not pair.endswith("="))

    def expect(self, status: int) -> "Answer":
        if self.status != status:
            raise AssertionError(f"{self.status} instead of {status}: {self.text}\n{self.headers}")
        return self


class Api:
    def __init__(self, aws: Emulator, api_id: str, origin: str) -> None:
        self._aws = aws
        self._origin = origin
        # The emulator tells its APIs apart by this header, as AWS does by the name of the server.
        self._host = f"{api_id}.execute-api.localhost"

    def get(self, path: str, **credentials: str) -> Answer:
        return self.call("GET", path, **credentials)

    def post(self, path: str, body: dict, **credentials: str) -> Answer:
        return self.call("POST", path, body, **credentials)

    def call(self, method: str, path: str, body: dict | None = None, *, bearer: str = "", cookie: str = "") -> Answer:
        """Rate limits are on, as deployed, and to the emulator all clients have one address: who meets one waits, as told."""
        answer = self.try_once(method, path, body, bearer=bearer, cookie=cookie)
        while answer.status == 429:
            time.sleep(int(answer.headers["Retry-After"]))
            answer = self.try_once(method, path, body, bearer=bearer, cookie=cookie)
        return answer

    def try_once(self, method: str, path: str, body: dict | None, *, bearer: str = "", cookie: str = "") -> Answer:
        headers = {"Host": self._host}
        if body is not None:
            headers["Content-Type"] = "application/json"
        if bearer:
            headers["Authorization"] = f"Bearer {bearer}"
        if cookie:
            # As a browser does for a page of the service's own origin.
            headers |= {"Cookie": cookie, "Origin": self._origin}
        connection = http.client.HTTPConnection(urlsplit(self._aws.url).netloc, timeout=30)
        try:
            connection.request(method, path, json.dumps(body) if body is not None else None, headers)
            answer = connection.getresponse()
            return Answer(answer.status, answer.headers, answer.read().decode())
        finally:
            connection.close()

    def mail(self, address: str, page: str) -> str:
        """The token in the first mail to the address with a link to the page, which the table's stream has sent, or soon will."""
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            for mail in self._aws.mails_to(address):
                if token := re.search(rf"/link/{page}\?token=([\w-]+)", mail["BodyText"]):
                    return token.group(1)
            time.sleep(0.1)
        raise AssertionError(f"no mail to {address} with a link to {page}")
