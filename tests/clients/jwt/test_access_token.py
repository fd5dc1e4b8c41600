"""One access token on its way: signed for at the `basic` contract, verified offline, taken by the `teams` contract, and
ended at the Better Auth one. Needs a running service; `python3 -m unittest` in this folder runs it."""
import base64
import json
import time
import unittest
import urllib.error
import urllib.request
import uuid

import jwt

from verify import ORIGIN, verify

PASSWORD = "a keeper of the door"


def call(method: str, path: str, body: dict | None = None, token: str | None = None) -> tuple[int, object]:
    headers = {"content-type": "application/json"} if body is not None else {}
    if token:
        headers["authorization"] = f"Bearer {token}"
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(f"{ORIGIN}{path}", data, headers, method=method)
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            status, text = answer.status, answer.read()
    except urllib.error.HTTPError as error:
        with error:
            status, text = error.code, error.read()
    return status, json.loads(text) if text else None


def with_another_claim(token: str) -> str:
    """The token with one claim changed and the signature kept."""
    header, payload, signature = token.split(".")
    claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    claims["sub"] = str(uuid.uuid4())
    forged = base64.urlsafe_b64encode(json.dumps(claims).encode()).rstrip(b"=").decode()
    return f"{header}.{forged}.{signature}"


class AccessToken(unittest.TestCase):
    @classmethod
    def setUpClass(cls) -> None:
        cls.email = f"jwt-{uuid.uuid4().hex}@example.test"
        account = {"email": cls.email, "first_name": "Ada", "last_name": "Lovelace", "password": PASSWORD}
        status, cls.user = call("POST", "/api/auth/signup", account)
        assert status == 201, (status, cls.user)

    def log_in(self) -> str:
        status, answer = call("POST", "/api/auth/login", {"email": self.email, "password": PASSWORD})
        self.assertEqual((status, answer.get("token_type")), (200, "bearer"), answer)
        return answer["access_token"]

    def test_it_verifies_with_the_published_keys(self) -> None:
        claims = verify(self.log_in())
        self.assertEqual((claims["sub"], claims["email"]), (self.user["id"], self.email))
        self.assertIs(claims["email_verified"], False)
        self.assertAlmostEqual(claims["iat"], time.time(), delta=60)
        self.assertEqual(claims["exp"] - claims["iat"], 15 * 60)

    def test_a_changed_one_does_not_verify(self) -> None:
        with self.assertRaises(jwt.InvalidSignatureError):
            verify(with_another_claim(self.log_in()))

    def test_it_opens_another_contract_until_it_is_signed_out_at_a_third(self) -> None:
        token = self.log_in()
        status, me = call("GET", "/auth/me", token=token)
        self.assertEqual((status, me["email"], me["firstName"]), (200, self.email, "Ada"))

        status, answer = call("POST", "/api/auth/sign-out", {}, token)
        self.assertEqual((status, answer), (200, {"success": True}))
        status, _ = call("GET", "/auth/me", token=token)
        self.assertEqual(status, 401)

    def test_no_token_and_a_forged_one_are_refused(self) -> None:
        for token in (None, with_another_claim(self.log_in()), "x"):
            status, _ = call("GET", "/auth/me", token=token)
            self.assertEqual(status, 401)


if __name__ == "__main__":
    unittest.main()
