"""Every sample event goes to the function that it is for, as `sam local invoke` would hand it over."""
import itertools
import json
import unittest

from stack import ROOT, Stack, deployed

CLIENTS = map("2001:db8:{:x}::1".format, itertools.count())


def sample(name: str) -> dict:
    return json.loads((ROOT / "events" / f"{name}.json").read_text())


class SampleEvents(unittest.TestCase):
    @classmethod
    def setUpClass(cls) -> None:
        cls.stack: Stack = deployed()

    def tearDown(self) -> None:
        self.assertEqual(self.stack.denials(), [])

    def request(self, name: str) -> int:
        """The status that the request is answered with."""
        event = sample(name)
        # One for each, so that they meet no rate limit.
        event["requestContext"]["http"]["sourceIp"] = next(CLIENTS)
        return self.stack.invoke(self.stack.routes()[event["routeKey"]], event)["statusCode"]

    def test_requests_reach_a_function_that_answers(self) -> None:
        names = sorted(path.stem for path in (ROOT / "events").glob("*.json"))
        for name in names:
            # The authorizer's event is a request to another API.
            if "routeKey" in sample(name) and name != "authorize":
                with self.subTest(name):
                    self.assertNotIn(self.request(name), {404, 405, *range(500, 600)})

    def test_who_signs_up_can_sign_in_by_any_contract(self) -> None:
        # 422 when another test was first: there is one user in the samples.
        self.assertIn(self.request("sign-up"), {200, 422})
        for name in ("sign-in", "basic-login", "teams-sign-in", "jwks"):
            with self.subTest(name):
                self.assertEqual(self.request(name), 200)
        # 429 when other tests have used up what the one mailbox of the samples gets in a quarter of an hour.
        self.assertIn(self.request("forget-password"), {200, 429})
        # The address of this user is not verified.
        self.assertEqual(self.request("accounts-login"), 403)

    def test_tokens_of_nobody_open_nothing(self) -> None:
        refused = ("verify-email", "teams-me", "update-user", "enable-two-factor", "passkey-register-options", "list-users", "create-api-key")
        for name, status in (("reset-password", 400), *((name, 401) for name in refused)):
            with self.subTest(name):
                self.assertEqual(self.request(name), status)

    def test_an_operator_is_answered(self) -> None:
        shown = self.stack.invoke("OperatorFunction", sample("operator-suppression-show"))
        self.assertEqual(shown["address"], "ada@example.com")
        self.assertIn("rings", self.stack.invoke("OperatorFunction", sample("operator-keys-list")))

    def test_the_authorizer_refuses_an_unknown_session(self) -> None:
        refused = self.stack.invoke("AuthorizerFunction", sample("authorize"))
        self.assertEqual(refused, {"isAuthorized": False, "context": None})

    def test_a_record_of_the_stream_is_taken(self) -> None:
        for name in ("mail-outbox", "mail-outbox-schedule"):
            taken = self.stack.invoke("MailOutboxFunction", sample(name))
            self.assertEqual(taken, {"batchItemFailures": []})

    def test_reports_on_mail_are_believed_of_our_own_topic_only(self) -> None:
        for name in ("sns-bounce", "sns-complaint", "sns-delivery"):
            with self.subTest(name):
                event = sample(name)
                with self.assertRaisesRegex(AssertionError, "is not for us"):
                    self.stack.invoke("MailEventsFunction", event)
                event["Records"][0]["Sns"]["TopicArn"] = self.stack.resources["MailEvents"]
                self.assertIsNone(self.stack.invoke("MailEventsFunction", event))
        self.assertEqual(self.request("sns-subscription-confirmation"), 403)


if __name__ == "__main__":
    unittest.main()
