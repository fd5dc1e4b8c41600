"""The service, deployed with `sam deploy` as its operators do it: the template as it is, the binaries of `infra/build`.

Where the emulator falls short of AWS, it is helped along here after the deployment, and the template is not bent for it.
"""
import functools
import json
import os
import re
import shlex
import subprocess
import sys
import time
from pathlib import Path

from api import Api
from emulator import REGION, ROOT_CREDENTIALS, Emulator, emulator

ROOT = Path(__file__).resolve().parents[2]
PUBLIC_URL = "https://auth.example.com"
SENDER = "example.com"
# A provider that is asked nothing until a user comes back from it.
SOCIAL = {"github": {"clientId": "a client", "clientSecret": "its secret"}}


class Stack:
    def __init__(self, name: str, *parameters: str) -> None:
        """Parameters are as `sam deploy` takes them: `NAME=VALUE`."""
        self.aws: Emulator = emulator()
        self.name = name
        self._parameters = parameters
        self.deploy()
        self._complete_the_table()
        self.api = Api(self.aws, self.resources["Api"], self.outputs["PublicUrl"])

    def deploy(self, *changed: str) -> None:
        """Makes the stack, or updates it. Parameters replace earlier ones of the same name."""
        command = [
            *(Path(sys.executable).parent / "sam", "deploy", "--stack-name", self.name),
            *("--no-confirm-changeset", "--no-progressbar", "--parameter-overrides", *self._parameters, *changed),
        ]
        environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(self.aws.home),
            "AWS_ENDPOINT_URL": self.aws.url,
            "AWS_DEFAULT_REGION": REGION,
            **ROOT_CREDENTIALS,
            "SAM_CLI_TELEMETRY": "0",
        }
        done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
        if done.returncode != 0:
            raise RuntimeError(f"sam deploy failed:\n{done.stdout[-4000:]}\n{done.stderr[-4000:]}")
        self._read()
        self._grant_what_the_emulator_cannot_judge()
        self._ask_for_keys()

    def _read(self) -> None:
        formation = self.aws.client("cloudformation")
        pages = formation.get_paginator("list_stack_resources").paginate(StackName=self.name)
        summaries = [summary for page in pages for summary in page["StackResourceSummaries"]]
        self.resources = {it["LogicalResourceId"]: it["PhysicalResourceId"] for it in summaries}
        template = formation.get_template(StackName=self.name, TemplateStage="Processed")["TemplateBody"]
        self.template = template if isinstance(template, dict) else json.loads(template)
        [stack] = formation.describe_stacks(StackName=self.name)["Stacks"]
        self.outputs = {it["OutputKey"]: it["OutputValue"] for it in stack["Outputs"]}

    def _of_type(self, kind: str) -> list[str]:
        """Without those whose condition is not met."""
        resources = self.template["Resources"].items()
        return [name for name, resource in resources if resource["Type"] == kind and name in self.resources]

    def _complete_the_table(self) -> None:
        """The emulator makes it without expiry and recovery, and describes its protection and its indexes in a form that only some of
        the AWS SDKs can read, until they are changed by the API."""
        dynamodb, made = self.aws.client("dynamodb"), self.template["Resources"]["Table"]["Properties"]
        name = self.outputs["TableName"]
        dynamodb.update_table(TableName=name, DeletionProtectionEnabled=True)
        for index in made["GlobalSecondaryIndexes"]:
            for change in ({"Delete": {"IndexName": index["IndexName"]}}, {"Create": index}):
                attributes = made["AttributeDefinitions"]
                dynamodb.update_table(TableName=name, AttributeDefinitions=attributes, GlobalSecondaryIndexUpdates=[change])
        dynamodb.update_time_to_live(TableName=name, TimeToLiveSpecification=made["TimeToLiveSpecification"])
        dynamodb.update_continuous_backups(
            TableName=name, PointInTimeRecoverySpecification=made["PointInTimeRecoverySpecification"]
        )

    def _grant_what_the_emulator_cannot_judge(self) -> None:
        """It does not know the encryption context of a call to KMS nor the tags of a key, and takes the resource of `ses:SendEmail` to be `*`, so it
        refuses what statements about these allow on AWS: each is granted once more without. Of `dynamodb:LeadingKeys` it knows
        nothing either, but lets a condition `ForAllValues` pass. So actions and the ARNs of table, keys and topic are tested
        here, and these conditions are not."""
        iam = self.aws.client("iam")
        for role in map(self.resources.get, self._of_type("AWS::IAM::Role")):
            names = [name for name in iam.list_role_policies(RoleName=role)["PolicyNames"] if name != "EmulatorOnly"]
            policies = [iam.get_role_policy(RoleName=role, PolicyName=name)["PolicyDocument"] for name in names]
            grants = [judgeable for policy in policies for it in policy["Statement"] if (judgeable := simplified(it))]
            if grants:
                policy = json.dumps({"Version": "2012-10-17", "Statement": grants})
                iam.put_role_policy(RoleName=role, PolicyName="EmulatorOnly", PolicyDocument=policy)

    def _ask_for_keys(self) -> None:
        """EventBridge Scheduler runs a rate as soon as there is the schedule; the emulator waits for the first period to end."""
        scheduler = self.aws.client("scheduler")
        for schedule in self._of_type("AWS::Scheduler::Schedule"):
            target = scheduler.get_schedule(Name=self.resources[schedule])["Target"]
            self.invoke(target["Arn"], json.loads(target["Input"]))

    def routes(self) -> dict[str, str]:
        """The logical id of the function behind each route key."""
        resources = self.template["Resources"]
        routes = [it["Properties"] for it in resources.values() if it["Type"] == "AWS::ApiGatewayV2::Route"]
        function = {
            name: re.search(r"\$\{(\w+)\.Arn\}:live/", json.dumps(it["Properties"]["IntegrationUri"])).group(1)
            for name, it in resources.items()
            if it["Type"] == "AWS::ApiGatewayV2::Integration"
        }
        target = re.compile(r"integrations/\$\{(\w+)\}")
        return {it["RouteKey"]: function[target.search(json.dumps(it["Target"])).group(1)] for it in routes}

    def invoke(self, function: str, event: dict) -> dict | None:
        """What the function, named by logical id or ARN, answers to the event."""
        name = self.resources.get(function, function)
        answer = self.aws.client("lambda").invoke(FunctionName=name, Payload=json.dumps(event))
        payload = json.load(answer["Payload"])
        if "FunctionError" in answer:
            raise AssertionError(f"{function} failed: {payload}")
        return payload

    def has_item(self, partition: str, seconds: float = 10) -> bool:
        """Whether something stands in the partition, or will in time."""
        query = {
            "TableName": self.resources["Table"],
            "KeyConditionExpression": "pk = :pk",
            "ExpressionAttributeValues": {":pk": {"S": partition}},
            "ConsistentRead": True,
        }
        deadline = time.monotonic() + seconds
        while not (found := self.aws.client("dynamodb").query(**query)["Count"]) and time.monotonic() < deadline:
            time.sleep(0.1)
        return found > 0

    def logged(self, function: str) -> list[str]:
        """All that the function has logged, in the group that the template gives it."""
        group = self.resources[function.removesuffix("Function") + "Log"]
        pages = self.aws.client("logs").get_paginator("filter_log_events").paginate(logGroupName=group)
        return [event["message"] for page in pages for event in page["events"]]

    def denials(self) -> list[str]:
        """What the functions have logged of AWS calls that their roles do not allow."""
        functions = self._of_type("AWS::Lambda::Function")
        return [f"{name}: {line}" for name in functions for line in self.logged(name) if "AccessDenied" in line]


def simplified(statement: dict) -> dict | None:
    """The statement without what the emulator cannot judge; nothing if it can judge all of it."""
    conditions = statement.get("Condition", {})
    unknown = ("kms:EncryptionContext:", "aws:RequestTag/", "aws:ResourceTag/")
    if any(key.startswith(unknown) for keys in conditions.values() for key in keys):
        return {name: value for name, value in statement.items() if name != "Condition"}
    if statement["Action"] == "ses:SendEmail":
        return {**statement, "Resource": "*"}
    return None


@functools.cache
def verify_sender() -> None:
    """As an operator has done before a deployment."""
    emulator().client("sesv2").create_email_identity(EmailIdentity=SENDER)


def documented_commands() -> list[list[str]]:
    """The parameters of each `sam deploy` that the documentation prints, as a shell would pass them on."""
    page = (ROOT / "docs" / "deploy.md").read_text().replace("\\\n", " ")
    return [shlex.split(it) for it in re.findall(r"(?m)^ *sam deploy --parameter-overrides (.*)$", page)]


@functools.cache
def deployed() -> Stack:
    """One for all tests that leave it as it is."""
    verify_sender()
    secret = json.dumps({"SOCIAL_PROVIDERS": SOCIAL})
    secrets = emulator().client("secretsmanager").create_secret(Name="ostiary", SecretString=secret)["ARN"]
    return Stack("ostiary", f"PublicUrl={PUBLIC_URL}", f"MailFrom=no-reply@{SENDER}", f"SecretsArn={secrets}")
