"""An operator changes who signs: from KMS to keys that KMS unwraps."""
import unittest

import jwt

from stack import Stack
from test_api import PASSWORD, somebody, verified


class SigningMode(unittest.TestCase):
    def test_tokens_from_before_the_change_stay_valid(self) -> None:
        stack = Stack("ostiary-changing")
        account = {"email": somebody(), "first_name": "Ada", "last_name": "Lovelace", "password": PASSWORD}
        stack.api.post("/api/auth/signup", account).expect(201)

        def log_in() -> str:
            login = {"email": account["email"], "password": PASSWORD}
            return stack.api.post("/api/auth/login", login).expect(200).json["access_token"]

        before = log_in()
        stack.deploy(SigningMode="wrapped")
        after = log_in()
        keys = stack.api.get("/.well-known/jwks.json").expect(200).json
        for token in (before, after):
            self.assertEqual(verified(token, keys)["email"], account["email"])
            stack.api.get("/auth/me", bearer=token).expect(200)
        # The old key signs until verifiers that cache the key set know the new one, which is published.
        self.assertEqual(*(jwt.get_unverified_header(token)["kid"] for token in (before, after)))
        self.assertEqual(len(keys["keys"]), 2)
        self.assertEqual(stack.denials(), [])


if __name__ == "__main__":
    unittest.main()
