"""Every setting can be chosen at a deployment, and what CloudFormation accepts fits into the environment of a function."""
import json
import re
import unittest
from pathlib import Path

from samcli.yamlhelper import yaml_parse

ROOT = Path(__file__).resolve().parents[2]
TEMPLATE = yaml_parse((ROOT / "template.yaml").read_text())
PARAMETERS = TEMPLATE["Parameters"]
FUNCTIONS = {name: it["Properties"] for name, it in TEMPLATE["Resources"].items() if it["Type"] == "AWS::Serverless::Function"}
# Lambda's limit for names and values together.
ENVIRONMENT_BYTES = 4096
ACCOUNT, REGION = "123456789012", "ap-southeast-3"
# The longest names that CloudFormation accepts for a stack, and makes for a resource that has none.
STACK = "s" * 128
GENERATED = 255


def constants(path: str, pattern: str) -> set[str]:
    return set(re.findall(pattern, (ROOT / path).read_text()))


CODE = (ROOT / "shared/src/config.rs").read_text()
SETTINGS = set(re.findall(r'^    \("([A-Z0-9_]+)", ', CODE[CODE.index("pub const SETTINGS") : CODE.index("];")], re.MULTILINE))
SECRETS = set(re.findall(r'"([A-Z_]+)"', re.search(r"SECRET_SETTINGS.*?= \[(.*?)\]", (ROOT / "shared/src/config/secrets.rs").read_text())[1]))
DOCUMENTED = set(re.findall(r"^\| `([A-Z0-9_]+)` \|", (ROOT / "docs/configuration.md").read_text(), re.MULTILINE))


def variables(function: dict) -> dict:
    return function.get("Environment", {}).get("Variables", {})


def packed(pattern: str) -> set[str]:
    """The names that the pattern of `Settings` has before an equals sign."""
    names, prefixes = set(), re.finditer(r"(?:\(|\|)((?:\([A-Z_|]+\)|[A-Z0-9_]+|[A-Z_]+\([A-Z_|]+\))(?:_SECONDS)?)=", pattern)
    for match in prefixes:
        before, inner, after = re.fullmatch(r"([A-Z0-9_]*)(?:\(([A-Z_|]+)\))?([A-Z_]*)", match[1]).groups()
        names |= {f"{before}{name}{after}" for name in (inner or "").split("|")}
    return names


class Names(unittest.TestCase):
    # No function reads the number of the parameters: a new one makes a new version.
    OWN = {name for function in [TEMPLATE["Globals"]["Function"], *FUNCTIONS.values()] for name in variables(function)} - {"PARAMETERS_VERSION"}
    PACKED = packed(PARAMETERS["Settings"]["AllowedPattern"])

    def test_every_setting_can_be_chosen_in_one_place(self) -> None:
        self.assertEqual(self.OWN | self.PACKED | SECRETS, SETTINGS)
        for one, other in [(self.OWN, self.PACKED), (self.OWN, SECRETS), (self.PACKED, SECRETS)]:
            self.assertEqual(one & other, set())

    def test_every_setting_is_documented_and_nothing_else(self) -> None:
        self.assertEqual(DOCUMENTED, SETTINGS)

    def test_a_parameter_has_the_name_of_its_setting(self) -> None:
        for function in [TEMPLATE["Globals"]["Function"], *FUNCTIONS.values()]:
            for name, value in variables(function).items():
                parameter = value.get("Ref") if isinstance(value, dict) else None
                if parameter in PARAMETERS:
                    expected = {"SES_ACCOUNT_SUPPRESSION": "AccountSuppression"}.get(name, name.title().replace("_", ""))
                    self.assertEqual(parameter, expected)

    def test_each_parameter_that_a_function_reads_is_restricted(self) -> None:
        for function in [TEMPLATE["Globals"]["Function"], *FUNCTIONS.values()]:
            for value in variables(function).values():
                for name in re.findall(r'"Ref": "(\w+)"', json.dumps(value)):
                    parameter = PARAMETERS.get(name, {"AllowedValues": []})
                    with self.subTest(name):
                        self.assertTrue(parameter.keys() & {"AllowedValues", "AllowedPattern", "MinValue"})


class Environment(unittest.TestCase):
    def length(self, value: object) -> int:
        """The greatest length that the value can have."""
        match value:
            case {"Ref": "AWS::StackName"}:
                return len(STACK)
            case {"Ref": name} if name in PARAMETERS:
                parameter = PARAMETERS[name]
                if "AllowedValues" in parameter:
                    return max(len(str(it)) for it in parameter["AllowedValues"])
                return parameter.get("MaxLength") or len(str(parameter["MaxValue"]))
            case {"Ref": name} if TEMPLATE["Resources"][name]["Type"] == "AWS::SNS::Topic":
                return len(f"arn:aws-us-gov:sns:{REGION}:{ACCOUNT}:") + GENERATED
            case {"Ref": name} if TEMPLATE["Resources"][name]["Type"] == "AWS::SES::ConfigurationSet":
                return 64
            case {"Ref": "ParameterValues"}:
                return len("999999")
            case {"Ref": name}:
                return len(f"{STACK}-{name}-") + 14
            case {"Fn::GetAtt": ["Api", "ApiEndpoint"]}:
                return len(f"https://abcdefghij.execute-api.{REGION}.amazonaws.com.cn")
            case {"Fn::GetAtt": [name, "Arn"]} if TEMPLATE["Resources"][name]["Type"] == "AWS::KMS::Key":
                return len(f"arn:aws-us-gov:kms:{REGION}:{ACCOUNT}:key/mrk-") + 32
            case {"Fn::GetAtt": [_, "Arn"]}:
                return len(f"arn:aws-us-gov:events:{REGION}:{ACCOUNT}:event-bus/") + GENERATED
            case {"Fn::If": [_, one, other]}:
                return max(self.length(one), self.length(other))
            case {"Fn::Sub": str(text)}:
                names = re.findall(r"\$\{([\w:]+)}", text)
                return len(re.sub(r"\$\{[\w:]+}", "", text)) + sum(self.length({"Ref": name}) for name in names)
            case dict() | list():
                raise AssertionError(f"how long is {value}?")
            case _:
                return len(str(value))

    def test_the_environment_of_each_function_fits_with_the_longest_values(self) -> None:
        for name, function in FUNCTIONS.items():
            environment = variables(TEMPLATE["Globals"]["Function"]) | variables(function)
            size = sum(len(variable) + self.length(value) for variable, value in environment.items())
            with self.subTest(name, size=size):
                self.assertLessEqual(size, ENVIRONMENT_BYTES)


if __name__ == "__main__":
    unittest.main()
