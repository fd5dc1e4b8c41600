"""What the linters cannot know of the template: that it leaves out no function, and that it fits into CloudFormation."""
import json
import os
import re
import unittest
from pathlib import Path

from cfnlint.api import ManualArgs, lint
from samcli.lib.providers.api_provider import ApiProvider
from samcli.lib.providers.sam_stack_provider import SamLocalStackProvider
from samcli.lib.translate.sam_template_validator import SamTemplateValidator
from samcli.local.apigw.route import Route
from samcli.yamlhelper import yaml_parse
from samtranslator.translator.managed_policy_translator import ManagedPolicyLoader

ROOT = Path(__file__).resolve().parents[2]
SOURCE = (ROOT / "template.yaml").read_text()
# The quotas of CloudFormation, and of the HTTP API.
RESOURCES, TEMPLATE_BYTES, ROUTES = 500, 1_000_000, 300
# Of Lambda, for all permissions to invoke a function, and of IAM, for all policies within a role.
PERMISSION_BYTES, POLICY_BYTES = 20_480, 10_240
# Longer than the ARN of a table with the longest name.
LONGEST_VALUE = 320

TEMPLATE = yaml_parse(SOURCE)
# What SAM CLI makes of the method ANY.
ANY = Route.ANY_HTTP_METHODS


def of_type(kind: str) -> dict[str, dict]:
    """The properties of all resources of the type, by their logical ids."""
    return {name: it["Properties"] for name, it in TEMPLATE["Resources"].items() if it["Type"] == kind}


FUNCTIONS = of_type("AWS::Serverless::Function")
# Only an operator invokes it, who reads the answer.
UNATTENDED = FUNCTIONS.keys() - {"OperatorFunction"}


def routes() -> dict[str, str]:
    """The function behind each route key."""
    integrations = of_type("AWS::ApiGatewayV2::Integration")
    found = {}
    for route in of_type("AWS::ApiGatewayV2::Route").values():
        integration = re.fullmatch(r"integrations/\$\{(\w+)}", route["Target"]["Fn::Sub"])[1]
        uri = integrations[integration]["IntegrationUri"]["Fn::Sub"]
        found[route["RouteKey"]] = re.search(r"\$\{(\w+)\.Arn}:live/invocations$", uri)[1]
    return found


def processed_with(**parameters: str) -> dict:
    """What SAM makes of the template."""
    # Without the policies that are AWS's own, which it would have to ask for.
    validator = SamTemplateValidator(
        yaml_parse(SOURCE), ManagedPolicyLoader(None), region=os.environ["AWS_DEFAULT_REGION"], parameter_overrides=parameters
    )
    return yaml_parse(validator.get_translated_template_if_valid())


def longest(value: object) -> str:
    """JSON with the longest value in the place of each expression."""

    def replaced(value: object) -> object:
        match value:
            case {"Fn::If": [_, one, other]}:
                return max(replaced(one), replaced(other), key=lambda it: len(json.dumps(it)))
            case {"Ref": _} | {"Fn::GetAtt": _} | {"Fn::Sub": _} | {"Fn::Join": _}:
                return "x" * LONGEST_VALUE
            case dict():
                return {name: replaced(it) for name, it in value.items()}
            case list():
                return [replaced(it) for it in value]
        return value

    return json.dumps(replaced(value), separators=(",", ":"))


class Limits(unittest.TestCase):
    def test_it_fits_into_cloudformation(self) -> None:
        # A gradual rollout takes the most resources.
        processed = processed_with(Rollout="Canary10Percent5Minutes")
        size = len(json.dumps(processed))
        print(f"\n{len(processed['Resources'])} resources, {len(SOURCE):,} bytes, {size:,} processed, {len(routes())} routes")
        self.assertLess(len(processed["Resources"]), RESOURCES)
        self.assertLess(max(len(SOURCE), size), TEMPLATE_BYTES)
        self.assertLess(len(routes()), ROUTES)

    def test_the_policies_of_each_role_and_the_permissions_of_each_function_fit(self) -> None:
        resources = processed_with(Events="on")["Resources"].values()
        roles = [it["Properties"].get("Policies", []) for it in resources if it["Type"] == "AWS::IAM::Role"]
        sizes = [sum(len(longest(policy["PolicyDocument"])) for policy in policies) for policies in roles]
        print(f"\n{max(sizes):,} bytes of policies in a role at most")
        self.assertLess(max(sizes), POLICY_BYTES)
        permissions = [it["Properties"] for it in resources if it["Type"] == "AWS::Lambda::Permission"]
        for function in {json.dumps(it["FunctionName"]) for it in permissions}:
            # A statement has an id and a resource, too.
            statements = [len(longest(it)) + 2 * LONGEST_VALUE for it in permissions if json.dumps(it["FunctionName"]) == function]
            self.assertLess(sum(statements), PERMISSION_BYTES, function)


class Floods(unittest.TestCase):
    def functions(self, processed: dict) -> dict[str, dict]:
        return {name: it["Properties"] for name, it in processed["Resources"].items() if it["Type"] == "AWS::Lambda::Function"}

    def test_traces_and_their_permission_are_there_on_demand(self) -> None:
        for mode, traced in [("Disabled", False), ("Active", True)]:
            processed = processed_with(Tracing=mode)
            roles = [it["Properties"] for it in processed["Resources"].values() if it["Type"] == "AWS::IAM::Role"]
            functions = self.functions(processed)
            sending = [role for role in roles if "XRay" in json.dumps(role.get("ManagedPolicyArns", [])) or "Xray" in json.dumps(role.get("ManagedPolicyArns", []))]
            self.assertEqual(len(sending), len(functions) if traced else 0)
            self.assertEqual(all("TracingConfig" in it for it in functions.values()), traced)

    def test_each_function_of_the_service_has_the_reserved_concurrency(self) -> None:
        limited = {name for name, it in self.functions(processed_with()).items() if "Ref" not in it["ReservedConcurrentExecutions"]}
        self.assertEqual(limited, FUNCTIONS.keys() - {"OperatorFunction", "AuthorizerFunction"})

    def test_a_first_deployment_reserves_nothing(self) -> None:
        self.assertEqual(TEMPLATE["Parameters"]["ReservedConcurrency"]["Default"], 0)

    def test_each_route_is_throttled(self) -> None:
        [stage] = of_type("AWS::ApiGatewayV2::Stage").values()
        throttling = {"ThrottlingRateLimit": {"Ref": "ThrottlingRate"}, "ThrottlingBurstLimit": {"Ref": "ThrottlingBurst"}}
        self.assertEqual(stage["DefaultRouteSettings"], throttling)


class Routes(unittest.TestCase):
    def test_each_function_with_routes_may_be_invoked_by_the_api(self) -> None:
        permissions = of_type("AWS::Lambda::Permission").values()
        permitted = [it["FunctionName"]["Ref"] for it in permissions if it["Principal"] == "apigateway.amazonaws.com"]
        self.assertEqual(sorted(permitted), sorted(f"{name}.Alias" for name in set(routes().values())))

    def test_sam_local_finds_the_routes(self) -> None:
        stacks, _ = SamLocalStackProvider.get_stacks(str(ROOT / "template.yaml"))
        served = {}
        for route in ApiProvider(stacks).api.routes:
            # OPTIONS comes from the CORS configuration.
            methods = set(route.methods) - {"OPTIONS"}
            for method in ["ANY"] if methods == set(ANY) - {"OPTIONS"} else methods:
                served["$default" if route.path == "$default" else f"{method} {route.path}"] = route.function_name
        self.assertEqual(served, routes())


class Rollout(unittest.TestCase):
    NAMES = set(routes().values())

    def of_processed(self, kind: str, **parameters: str) -> dict[str, dict]:
        resources = processed_with(**parameters)["Resources"]
        return {name: it for name, it in resources.items() if it["Type"] == kind}

    def test_requests_run_the_published_version_of_each_function(self) -> None:
        aliases = self.of_processed("AWS::Lambda::Alias")
        self.assertEqual({it["Properties"]["FunctionName"]["Ref"] for it in aliases.values()}, self.NAMES)
        integrations = self.of_processed("AWS::ApiGatewayV2::Integration").values()
        run = {re.search(r"\$\{(\w+)\.Arn}:live/", it["Properties"]["IntegrationUri"]["Fn::Sub"])[1] for it in integrations}
        self.assertEqual(run, self.NAMES)

    def test_each_parameter_is_part_of_what_makes_a_version(self) -> None:
        [values] = of_type("AWS::AppConfig::HostedConfigurationVersion").values()
        lines = values["Content"]["Fn::Sub"].splitlines()
        self.assertEqual(lines, [f"{name}=${{{name}}}" for name in TEMPLATE["Parameters"]])
        for name, version in self.of_processed("AWS::Lambda::Version").items():
            with self.subTest(name):
                self.assertEqual(version["Properties"]["Description"], {"Ref": "ParameterValues"})
                # A deployment that failed can be repeated: Lambda publishes no second version of the same code and settings.
                self.assertEqual(version["DeletionPolicy"], "Delete")
        # Without a change of its own, a function has no new version to publish.
        variables = TEMPLATE["Globals"]["Function"]["Environment"]["Variables"]
        self.assertEqual(variables["PARAMETERS_VERSION"], {"Ref": "ParameterValues"})

    def test_it_is_gradual_and_watched_if_the_parameter_says_so(self) -> None:
        kinds = TEMPLATE["Parameters"]["Rollout"]["AllowedValues"]
        self.assertEqual(list(TEMPLATE["Mappings"]["Rollouts"]), kinds)
        for kind in kinds:
            with self.subTest(kind):
                groups = self.of_processed("AWS::CodeDeploy::DeploymentGroup", Rollout=kind)
                gradual = self.NAMES if kind != "AllAtOnce" else set()
                self.assertEqual(groups.keys(), {f"{name}DeploymentGroup" for name in gradual})
                for group in (it["Properties"] for it in groups.values()):
                    alarm = {"Fn::If": ["HasGradualRollout", {"Ref": "FailedRollout"}, {"Ref": "AWS::NoValue"}]}
                    self.assertEqual(group["AlarmConfiguration"], {"Enabled": True, "Alarms": [{"Name": alarm}]})
                    self.assertIn("DEPLOYMENT_STOP_ON_ALARM", group["AutoRollbackConfiguration"]["Events"])
                    name, values = group["DeploymentConfigName"]["Fn::Sub"]
                    self.assertEqual((name, values), ("CodeDeployDefault.Lambda${ConfigName}", {"ConfigName": kind}))


class Logs(unittest.TestCase):
    def test_every_function_has_a_log_that_is_kept_for_a_time(self) -> None:
        logs = of_type("AWS::Logs::LogGroup")
        for name, function in FUNCTIONS.items():
            with self.subTest(name):
                log = logs[function["LoggingConfig"]["LogGroup"]["Ref"]]
                crate = Path(function["CodeUri"]).name
                self.assertEqual(log["LogGroupName"], {"Fn::Sub": f"/aws/lambda/${{AWS::StackName}}/{crate}"})
        for name, log in logs.items():
            with self.subTest(name):
                retention = "AuditRetentionDays" if name == "AuditTrailLog" else "LogRetentionDays"
                self.assertEqual(log["RetentionInDays"], {"Ref": retention})

    def test_the_audit_records_of_every_function_reach_the_trail(self) -> None:
        logs = {function["LoggingConfig"]["LogGroup"]["Ref"] for function in FUNCTIONS.values()}
        subscriptions = list(of_type("AWS::Logs::SubscriptionFilter").values())
        # The trail must not receive its own lines.
        self.assertEqual(sorted(it["LogGroupName"]["Ref"] for it in subscriptions), sorted(logs - {"AuditTrailLog"}))
        for subscription in subscriptions:
            self.assertEqual(subscription["FilterPattern"], '{ $.target = "audit" }')
            self.assertEqual(subscription["DestinationArn"], {"Fn::GetAtt": ["AuditTrailFunction", "Arn"]})
        self.assertEqual(TEMPLATE["Resources"]["AuditTrailLog"]["DeletionPolicy"], "Retain")
        [permission] = [it for it in of_type("AWS::Lambda::Permission").values() if it["Principal"] == "logs.amazonaws.com"]
        self.assertEqual(permission["FunctionName"], {"Ref": "AuditTrailFunction"})
        self.assertEqual(permission["SourceAccount"], {"Ref": "AWS::AccountId"})
        self.assertIn(":log-group:/aws/lambda/${AWS::StackName}/", permission["SourceArn"]["Fn::Sub"])
        self.assertNotIn("Policies", FUNCTIONS["AuditTrailFunction"])


class Alarms(unittest.TestCase):
    def watched(self) -> set[tuple[str, str, str]]:
        """The namespace and name of each metric, and of what it is."""
        found = set()
        for alarm in of_type("AWS::CloudWatch::Alarm").values():
            parts = [it["MetricStat"]["Metric"] for it in alarm.get("Metrics", []) if "MetricStat" in it]
            for metric in parts or [alarm]:
                of = json.dumps([dimension["Value"] for dimension in metric.get("Dimensions", [])])
                found.add((metric["Namespace"], metric["MetricName"], of))
        return found

    def test_each_goes_to_the_topic_and_needs_one(self) -> None:
        actions = [{"Fn::If": ["HasAlarmTopic", {"Ref": "AlarmTopicArn"}, {"Ref": "Alarms"}]}]
        for name, alarm in of_type("AWS::CloudWatch::Alarm").items():
            with self.subTest(name):
                if (condition := TEMPLATE["Resources"][name]["Condition"]) == "HasGradualRollout":
                    # A rollout looks at it, with or without a topic.
                    self.assertEqual(alarm["AlarmActions"], {"Fn::If": ["HasAlarms", actions, {"Ref": "AWS::NoValue"}]})
                else:
                    self.assertIn(condition, ("HasAlarms", "HasEventAlarms"))
                    self.assertEqual(alarm["AlarmActions"], actions)

    def test_every_function_is_watched(self) -> None:
        watched = self.watched()
        for name in UNATTENDED:
            self.assertIn(("AWS/Lambda", "Errors", json.dumps([{"Ref": name}])), watched)
        self.assertIn(("AWS/Lambda", "Throttles", json.dumps([])), watched)

    def test_slow_requests_are_watched(self) -> None:
        alarm = of_type("AWS::CloudWatch::Alarm")["RequestsAreSlow"]
        self.assertEqual((alarm["MetricName"], alarm["ExtendedStatistic"]), ("Latency", "p99"))

    def test_every_dead_letter_queue_is_watched(self) -> None:
        watched = self.watched()
        for name in of_type("AWS::SQS::Queue"):
            of = json.dumps([{"Fn::GetAtt": [name, "QueueName"]}])
            self.assertIn(("AWS/SQS", "ApproximateNumberOfMessagesVisible", of), watched)

    def test_the_table_and_its_indexes_are_watched(self) -> None:
        watched, [(name, table)] = self.watched(), of_type("AWS::DynamoDB::Table").items()
        parts = [[], *([index["IndexName"]] for index in table["GlobalSecondaryIndexes"])]
        for part in parts:
            for metric in ("ReadThrottleEvents", "WriteThrottleEvents"):
                # Whichever the stack uses.
                in_use = {"Fn::If": ["HasExistingTable", {"Ref": "ExistingTableName"}, {"Ref": name}]}
                self.assertIn(("AWS/DynamoDB", metric, json.dumps([in_use, *part])), watched)


class Mail(unittest.TestCase):
    def test_tls_can_be_required(self) -> None:
        [configuration] = of_type("AWS::SES::ConfigurationSet").values()
        self.assertEqual(configuration["DeliveryOptions"], {"TlsPolicy": {"Ref": "MailTls"}})


class Dashboard(unittest.TestCase):
    def test_it_shows_every_function(self) -> None:
        [dashboard] = of_type("AWS::CloudWatch::Dashboard").values()
        widgets = json.loads(dashboard["DashboardBody"]["Fn::Sub"][0])["widgets"]
        shown = json.dumps(next(it for it in widgets if it["properties"]["title"] == "Failed invocations"))
        for name in FUNCTIONS:
            self.assertIn(f"${{{name}}}", shown)


class PublishedEvents(unittest.TestCase):
    MADE = {name for name, it in TEMPLATE["Resources"].items() if it.get("Condition") in ("HasEvents", "HasEventAlarms")}

    def test_there_is_nothing_of_them_by_default(self) -> None:
        self.assertEqual(TEMPLATE["Parameters"]["Events"]["Default"], "off")
        self.assertEqual(TEMPLATE["Conditions"]["HasEvents"], {"Fn::Equals": [{"Ref": "Events"}, "on"]})
        self.assertIn({"Condition": "HasAlarms"}, TEMPLATE["Conditions"]["HasEventAlarms"]["Fn::And"])
        named = {name for name in TEMPLATE["Resources"] if name.startswith(("Event", "UnpublishedEvents"))}
        self.assertEqual(self.MADE, named)
        granted = [json.dumps(it) for name in FUNCTIONS.keys() - self.MADE for it in FUNCTIONS[name].get("Policies", [])]
        for grant in re.findall(r'[^[{]*"(?:EVENT#\*|events:PutEvents|dynamodb:Scan)"', "".join(granted)):
            self.assertNotIn("EventBus", grant)
        for text in granted:
            for match in re.finditer(r'"EVENT#\*"', text):
                self.assertIn('"Fn::If": ["HasEvents"', text[: match.start()])

    def test_mail_and_events_each_have_records_of_their_own(self) -> None:
        patterns = {
            it["FunctionName"]["Ref"]: json.loads(it["FilterCriteria"]["Filters"][0]["Pattern"])
            for it in of_type("AWS::Lambda::EventSourceMapping").values()
        }
        keys = {name: it["dynamodb"]["Keys"] for name, it in patterns.items()}
        self.assertEqual(keys, {"MailOutboxFunction": {"sk": {"S": ["MAIL"]}}, "EventOutboxFunction": {"pk": {"S": [{"prefix": "EVENT#"}]}}})
        self.assertEqual({tuple(it["eventName"]) for it in patterns.values()}, {("INSERT",)})

    def test_the_webhook_of_the_docs_is_a_template(self) -> None:
        page = (ROOT / "docs/events.md").read_text()
        [example] = re.findall(r"```yaml\n(.*?)```", page, re.DOTALL)
        matches = lint(example, ManualArgs(regions=[os.environ["AWS_DEFAULT_REGION"]]))
        self.assertEqual([str(it) for it in matches], [])
        rule = yaml_parse(example)["Resources"]["Users"]["Properties"]
        documented = json.loads((ROOT / "docs/audit-records.json").read_text())
        for kind in rule["EventPattern"]["detail-type"]:
            self.assertTrue(documented[kind]["x-event"])
            self.assertIn("user", documented[kind]["required"])


class Domain(unittest.TestCase):
    def test_without_a_zone_nothing_of_it_is_made(self) -> None:
        made = {"HasDomain": ["AWS::CertificateManager::Certificate", "AWS::ApiGatewayV2::DomainName", "AWS::ApiGatewayV2::ApiMapping"],
                "HasMailDomain": ["AWS::SES::EmailIdentity"]}
        for condition, kinds in made.items():
            self.assertIn({"Condition": "HasZone"}, TEMPLATE["Conditions"][condition]["Fn::And"])
            for kind in kinds:
                [name] = of_type(kind)
                self.assertEqual(TEMPLATE["Resources"][name]["Condition"], condition)
        for name in of_type("AWS::Route53::RecordSet"):
            self.assertIn(TEMPLATE["Resources"][name]["Condition"], made)

    def test_no_parameter_but_the_sender_lacks_a_default(self) -> None:
        self.assertEqual([name for name, it in TEMPLATE["Parameters"].items() if "Default" not in it], ["MailFrom"])


class Secrets(unittest.TestCase):
    def test_no_parameter_and_no_variable_is_a_secret(self) -> None:
        self.assertEqual([name for name, it in TEMPLATE["Parameters"].items() if it.get("NoEcho")], [])
        functions = [TEMPLATE["Globals"]["Function"], *FUNCTIONS.values()]
        names = {name for it in functions for name in it.get("Environment", {}).get("Variables", {})}
        self.assertEqual(names & {"CAPTCHA_SECRET", "CLOUDFRONT_SECRET", "SOCIAL_PROVIDERS"}, set())


class Events(unittest.TestCase):
    SAMPLES = {path.stem: json.loads(path.read_text()) for path in sorted((ROOT / "events").glob("*.json"))}

    def requests(self) -> dict[str, dict]:
        # The authorizer's event is a request to another API.
        return {name: event for name, event in self.SAMPLES.items() if "routeKey" in event and "routeArn" not in event}

    def test_every_sample_request_is_one_that_the_api_would_make(self) -> None:
        known = routes()
        for name, event in self.requests().items():
            with self.subTest(name):
                context, headers = event["requestContext"], event["headers"]
                self.assertIn(event["routeKey"], known)
                self.assertEqual(context["routeKey"], event["routeKey"])
                method, _, path = event["routeKey"].partition(" ")
                self.assertIn(method, ("ANY", context["http"]["method"]))
                self.assertEqual(path.replace("{proxy+}", event.get("pathParameters", {}).get("proxy", "")), event["rawPath"])
                self.assertEqual(context["http"]["path"], event["rawPath"])
                self.assertEqual(int(headers.get("content-length", 0)), len(event.get("body", "").encode()))

    def test_every_function_with_routes_has_a_sample(self) -> None:
        sampled = {routes()[event["routeKey"]] for event in self.requests().values()}
        self.assertEqual(sampled, set(routes().values()))


if __name__ == "__main__":
    unittest.main()
