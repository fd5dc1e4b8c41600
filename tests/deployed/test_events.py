"""Every sample event goes to the function that it is for, as `sam local invoke` would hand it over."""
import json
import unittest

from stack import ROOT, deployed


class SampleEvents(unittest.TestCase):
    def test_every_one_is_taken(self) -> None:
        stack = deployed()
        routes = stack.routes()
        for path in sorted((ROOT / "events").glob("*.json")):
            event = json.loads(path.read_text())
            with self.subTest(path.name):
                if "Records" in event:
                    self.assert_taken(stack, event)
                else:
                    answer = stack.invoke(routes[event["routeKey"]], event)
                    self.assertLess(answer["statusCode"], 500, answer)
        self.assertEqual(stack.denials(), [])

    def assert_taken(self, stack, event: dict) -> None:
        source = event["Records"][0]
        if source.get("eventSource") == "aws:dynamodb":
            self.assertEqual(stack.invoke("MailOutboxFunction", event), {"batchItemFailures": []})
        else:
            # The function believes its own topic and no other.
            source["Sns"]["TopicArn"] = stack.resources["MailEvents"]
            self.assertIsNone(stack.invoke("MailEventsFunction", event))


if __name__ == "__main__":
    unittest.main()
