"""What must happen once happens once, on another engine than the one that the tests of the functions use, and in as many processes
as there are requests."""
import json
import threading
import unittest
from concurrent.futures import ThreadPoolExecutor

from stack import deployed
from test_api import PASSWORD, somebody
from test_events import CLIENTS, sample

RIVALS = 16


class Races(unittest.TestCase):
    def test_of_sixteen_uses_of_one_token_one_succeeds(self) -> None:
        stack, email = deployed(), somebody()
        user = {"name": "Ada Lovelace", "email": email, "password": PASSWORD}
        stack.api.post("/api/auth/sign-up/email", user).expect(200)
        stack.api.post("/api/auth/forget-password", {"email": email}).expect(200)
        token = stack.api.mail(email, "reset-password")
        at_once = threading.Barrier(RIVALS)

        def reset(client: str) -> int:
            event = sample("reset-password")
            event["requestContext"]["http"]["sourceIp"] = client
            event["body"] = json.dumps({"newPassword": f"the keeper at {client}", "token": token})
            event["headers"]["content-length"] = str(len(event["body"]))
            at_once.wait()
            return stack.invoke("PasswordFunction", event)["statusCode"]

        clients = [next(CLIENTS) for _ in range(RIVALS)]
        with ThreadPoolExecutor(RIVALS) as pool:
            answers = dict(zip(clients, pool.map(reset, clients)))
        self.assertEqual(sorted(answers.values()), [200] + [400] * (RIVALS - 1))
        winner = next(client for client, status in answers.items() if status == 200)
        login = {"email": email, "password": f"the keeper at {winner}"}
        stack.api.post("/api/auth/sign-in/email", login).expect(200)
        self.assertEqual(stack.denials(), [])


if __name__ == "__main__":
    unittest.main()
