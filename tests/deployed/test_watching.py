"""What whoever runs the service sees of it: logs that are kept for a time, and alarms."""
import unittest

from stack import Stack, deployed


class Watching(unittest.TestCase):
    @classmethod
    def setUpClass(cls) -> None:
        cls.stack: Stack = deployed()

    def test_the_log_of_a_function_is_found_by_the_name_of_the_stack(self) -> None:
        self.stack.api.get("/api/auth/ok").expect(200)
        groups = self.stack.aws.client("logs").describe_log_groups(logGroupNamePrefix=f"/aws/lambda/{self.stack.name}/")["logGroups"]
        self.assertEqual({group["retentionInDays"] for group in groups}, {30})
        self.assertIn(self.stack.resources["HealthLog"], {group["logGroupName"] for group in groups})
        self.assertIn('"route":"/api/auth/ok"', "\n".join(self.stack.logged("HealthFunction")))

    def test_alarms_go_to_the_topic(self) -> None:
        pages = self.stack.aws.client("cloudwatch").get_paginator("describe_alarms").paginate()
        alarms = {alarm["AlarmName"]: alarm for page in pages for alarm in page["MetricAlarms"]}
        for name, resource in self.stack.template["Resources"].items():
            if resource["Type"] == "AWS::CloudWatch::Alarm":
                with self.subTest(name):
                    self.assertEqual(alarms[self.stack.resources[name]]["AlarmActions"], [self.stack.alarm_topic])


if __name__ == "__main__":
    unittest.main()
