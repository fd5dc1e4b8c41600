"""The operator's function: no route leads to it, and an invocation does what the command does."""
import unittest

from stack import Stack, deployed

ROOT = "root@example.com"
PASSWORD = "nine lanterns over Pskov"


class Operator(unittest.TestCase):
    @classmethod
    def setUpClass(cls) -> None:
        cls.stack: Stack = deployed()

    def tearDown(self) -> None:
        self.assertEqual(self.stack.denials(), [])

    def invoke(self, *command: str, **event: str) -> dict:
        return self.stack.invoke("OperatorFunction", {"command": command, **event})

    def logged(self) -> str:
        return "\n".join(self.stack.logged("OperatorFunction"))

    def test_no_route_leads_there(self) -> None:
        self.assertNotIn("OperatorFunction", self.stack.routes().values())

    def test_an_administrator_is_made_once(self) -> None:
        made = self.invoke("admin", "create", ROOT, password=PASSWORD)
        self.assertEqual(made["outcome"], "created")
        with self.assertRaisesRegex(AssertionError, "Refused.*belongs to a user"):
            self.invoke("admin", "create", ROOT, password=PASSWORD)
        self.assertEqual(self.invoke("admin", "grant", ROOT)["outcome"], "unchanged")
        signed_in = self.stack.api.post("/api/auth/sign-in/email", {"email": ROOT, "password": PASSWORD}).expect(200)
        self.assertEqual(signed_in.json["user"]["role"], "admin")
        self.assertNotIn(PASSWORD, self.logged())
        self.assertIn('"result":"Done","task":"admin create"', self.logged())

    def test_the_key_that_signs_is_enabled(self) -> None:
        [user, admin] = self.invoke("keys", "list")["rings"]
        active = [key for key in user["keys"] if key["state"] == "active"]
        self.assertEqual([key["kms_state"] for key in active], ["Enabled"])

    def test_what_nobody_reported_on_cannot_be_lifted(self) -> None:
        self.assertEqual(self.invoke("suppression", "show", "nobody@example.com")["status"], "deliverable")
        with self.assertRaisesRegex(AssertionError, "Refused.*no bounce or complaint is known"):
            self.invoke("suppression", "lift", "nobody@example.com")


if __name__ == "__main__":
    unittest.main()
