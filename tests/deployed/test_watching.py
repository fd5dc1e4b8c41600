"""What an operator sees of the service: logs that are kept for a time."""
import unittest

from stack import Stack, deployed


class Watching(unittest.TestCase):
    @classmethod
    def setUpClass(cls) -> None:
        cls.stack: Stack = deployed()

    def test_the_log_of_a_function_is_found_by_the_name_of_the_stack(self) -> None:
        self.stack.api.get("/api/auth/ok").expect(200)
        groups = self.stack.aws.client("logs").describe_log_groups(logGroupNamePrefix=f"/aws/lambda/{self.stack.name}/")["logGroups"]
        kept = {group["logGroupName"]: group["retentionInDays"] for group in groups}
        # The audit trail has a retention of its own.
        self.assertEqual(kept.pop(f"/aws/lambda/{self.stack.name}/audit-trail"), 400)
        self.assertEqual(set(kept.values()), {30})
        self.assertIn(self.stack.resources["HealthLog"], {group["logGroupName"] for group in groups})
        self.assertIn('"route":"/api/auth/ok"', "\n".join(self.stack.logged("HealthFunction")))


if __name__ == "__main__":
    unittest.main()
