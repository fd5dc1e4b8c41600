"""The commands of docs/deploy.md, typed as they are printed into an empty account, and what an operator does next: look at it with the
doctor, change a parameter, and come back from a deployment that failed."""
import json
import os
import re
import subprocess
import time
import unittest

import jwt

from emulator import REGION, ROOT_CREDENTIALS, emulator
from stack import ROOT, SENDER, Stack, documented_commands, verify_sender
from test_api import PASSWORD, somebody, verified

PLAIN, OWN_DOMAIN, *_ = documented_commands()
DOMAIN = "auth.example.com"


class ByTheFirstCommand(unittest.TestCase):
    """The tests are steps, in the order of their names."""

    @classmethod
    def setUpClass(cls) -> None:
        verify_sender()
        cls.stack = Stack("ostiary-first", *PLAIN)
        cls.email = somebody()

    def tearDown(self) -> None:
        self.assertEqual(self.stack.denials(), [])

    def log_in(self) -> str:
        login = {"email": self.email, "password": PASSWORD}
        return self.stack.api.post("/api/auth/login", login).expect(200).json["access_token"]

    def keys(self) -> dict:
        return self.stack.api.get("/.well-known/jwks.json").expect(200).json

    def running(self, function: str) -> str:
        """The version of the function that requests run."""
        aliases = self.stack.aws.client("lambda")
        return aliases.get_alias(FunctionName=self.stack.resources[function], Name="live")["FunctionVersion"]

    def doctor(self) -> list[dict]:
        """What the command finds that docs/operations.md prints."""
        outputs = self.stack.outputs
        settings = {
            "STACK_NAME": self.stack.name,
            "TABLE_NAME": outputs["TableName"],
            "PUBLIC_URL": outputs["PublicUrl"],
            "ENVELOPE_KEY_ID": outputs["EnvelopeKeyId"],
            "MAIL_FROM": f"auth@{SENDER}",
            "SNS_TOPIC_ARNS": outputs["MailEventsTopicArn"],
        }
        queues = [outputs["UndeliveredMailQueueUrl"], outputs["UntakenMailEventsQueueUrl"]]
        command = [ROOT / "target/lambda/operator/bootstrap", "--json", "doctor", *(it for queue in queues for it in ("--queue", queue))]
        credentials = {"AWS_ENDPOINT_URL": self.stack.aws.url, "AWS_REGION": REGION, **ROOT_CREDENTIALS}
        environment = {"PATH": os.environ["PATH"], **settings, **credentials}
        done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        return json.loads(done.stdout)["findings"]

    def test_1_a_user_signs_up_is_verified_by_mail_and_gets_a_token(self) -> None:
        account = {"email": self.email, "first_name": "Ada", "last_name": "Lovelace", "password": PASSWORD}
        self.stack.api.post("/api/auth/signup", account).expect(201)
        self.stack.api.get(f"/api/auth/verify-email?token={self.stack.api.mail(self.email, 'verify-email')}").expect(200)
        claims = verified(self.log_in(), self.keys(), self.stack.outputs["PublicUrl"])
        self.assertEqual((claims["email"], claims["email_verified"]), (self.email, True))

    def test_2_the_doctor_finds_nothing_that_does_not_work(self) -> None:
        findings = self.doctor()
        self.assertGreater(len(findings), 15)
        # The emulator verifies domains without DKIM, and the first command asks for no alarms.
        self.assertEqual({it["check"] for it in findings if it["status"] != "ok"}, {"mail DKIM", "alarms"})

    def test_3_a_changed_parameter_reaches_requests_and_earlier_tokens_stay_valid(self) -> None:
        before, version = self.log_in(), self.running("SessionFunction")
        self.stack.deploy("SigningMode=wrapped")
        self.assertNotEqual(self.running("SessionFunction"), version)
        after = self.log_in()
        for token in (before, after):
            self.assertEqual(verified(token, self.keys(), self.stack.outputs["PublicUrl"])["email"], self.email)
            self.stack.api.get("/auth/me", bearer=token).expect(200)
        # The old key signs until verifiers that cache the key set know the new one, which is published.
        self.assertEqual(*(jwt.get_unverified_header(token)["kid"] for token in (before, after)))
        self.assertEqual(len(self.keys()["keys"]), 2)

    def test_4_a_deployment_that_failed_leaves_everything_and_can_be_repeated(self) -> None:
        version = self.running("SessionFunction")
        # Of the domain, there is no such zone.
        with self.assertRaisesRegex(RuntimeError, "UPDATE_ROLLBACK_COMPLETE"):
            self.stack.deploy("SigningMode=wrapped", "KeyRotationDays=60", f"DomainName={DOMAIN}", "HostedZoneId=Z0", f"MailIdentity={SENDER}")
        self.assertEqual(self.running("SessionFunction"), version)
        self.log_in()
        self.stack.deploy("SigningMode=wrapped", "KeyRotationDays=60")
        self.assertNotEqual(self.running("SessionFunction"), version)
        self.log_in()


class ByTheCommandWithADomain(unittest.TestCase):
    @classmethod
    def setUpClass(cls) -> None:
        verify_sender()
        aws = cls.aws = emulator()
        cls.zone = aws.client("route53").create_hosted_zone(Name=SENDER, CallerReference="deployed")["HostedZone"]["Id"].split("/")[-1]
        command = [re.sub("^HostedZoneId=.*", f"HostedZoneId={cls.zone}", it) for it in OWN_DOMAIN]
        # The emulator makes no DKIM records, and no alarms of several metrics.
        command = [it for it in command if not it.startswith("AlarmEmail=")] + [f"MailIdentity={SENDER}", "Events=on"]
        cls.stack = Stack("ostiary-domain", *command)

    def tearDown(self) -> None:
        self.assertEqual(self.stack.denials(), [])

    def test_the_service_is_at_the_domain_and_nowhere_else(self) -> None:
        records = self.aws.client("route53").list_resource_record_sets(HostedZoneId=self.zone)["ResourceRecordSets"]
        self.assertIn((f"{DOMAIN}.", "A"), [(it["Name"], it["Type"]) for it in records])
        discovery = self.stack.api.get("/.well-known/openid-configuration").expect(200).json
        self.assertEqual(discovery["issuer"], f"https://{DOMAIN}")

    def test_events_reach_a_rule_of_the_bus(self) -> None:
        sqs, events = self.aws.client("sqs"), self.aws.client("events")
        queue = sqs.create_queue(QueueName="users")["QueueUrl"]
        arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
        pattern = json.dumps({"source": ["ostiary"], "detail-type": ["user_created"]})
        events.put_rule(Name="users", EventBusName=self.stack.outputs["EventBusName"], EventPattern=pattern)
        events.put_targets(Rule="users", EventBusName=self.stack.outputs["EventBusName"], Targets=[{"Id": "queue", "Arn": arn}])

        user = {"name": "Ada Lovelace", "email": somebody(), "password": PASSWORD}
        made = self.stack.api.post("/api/auth/sign-up/email", user).expect(200).json["user"]
        received, deadline = [], time.monotonic() + 30
        while not received and time.monotonic() < deadline:
            received = sqs.receive_message(QueueUrl=queue, WaitTimeSeconds=1).get("Messages", [])
        [event] = [json.loads(it["Body"]) for it in received]
        self.assertEqual((event["detail-type"], event["detail"]["user"]), ("user_created", made["id"]))
        self.assertNotIn(user["email"], json.dumps(event))


if __name__ == "__main__":
    unittest.main()
