"""What the documentation and the samples say to deploy with, SAM CLI reads as it is meant, and the template permits."""
import re
import shlex
import tomllib
import unittest
from pathlib import Path

from samcli.cli.types import CfnParameterOverridesType
from samcli.yamlhelper import yaml_parse

ROOT = Path(__file__).resolve().parents[2]
PARAMETERS = yaml_parse((ROOT / "template.yaml").read_text())["Parameters"]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
# A command of a code block, which a backslash continues on the next line, without a comment.
COMMAND = re.compile(r"(?m)^ *sam deploy --parameter-overrides ((?:.*\\\n)*[^#\n]*)")
# What a shell puts in their places.
COMPUTED = {"$(date -u +%FT%TZ)": "2026-01-31T12:00:00Z", "$TOPIC": "arn:aws:sns:eu-central-1:123456789012:alarms", "LABEL": "2026-01-31T12:00:00.000"}


def documented() -> dict[str, list[str]]:
    """The parameters of each command, by where it stands."""
    found = {}
    for page in PAGES:
        for number, match in enumerate(COMMAND.finditer(page.read_text())):
            command = match[1].replace("\\\n", " ")
            for expression, value in COMPUTED.items():
                command = command.replace(expression, value)
            found[f"{page.name}, command {number + 1}"] = shlex.split(command)
    return found


def samples() -> dict[str, list[str]]:
    sections = tomllib.loads((ROOT / "samconfig.toml").read_text())
    deployments = {name: it["deploy"]["parameters"] for name, it in sections.items() if name != "version"}
    return {f"samconfig.toml, {name}": it["parameter_overrides"] for name, it in deployments.items() if "parameter_overrides" in it}


class Commands(unittest.TestCase):
    def test_each_parameter_is_read_whole_and_permitted(self) -> None:
        commands = documented() | samples()
        self.assertGreater(len(documented()), 5)
        self.assertEqual(len(samples()), 2)
        for place, arguments in commands.items():
            with self.subTest(place):
                parameters = CfnParameterOverridesType().convert(arguments, None, None)
                self.assertEqual(len(parameters), len(arguments))
                for name, value in parameters.items():
                    self.assertIn(name, PARAMETERS)
                    parameter = PARAMETERS[name]
                    # Of a value with a space, SAM CLI reads what is before it, unless it is quoted for SAM CLI, too.
                    self.assertIn(f"{name}={value}", [it.replace('"', "").replace("'", "") for it in arguments])
                    self.assertRegex(value, rf"^(?:{parameter.get('AllowedPattern', '.*')})$")
                    self.assertIn(value, map(str, parameter.get("AllowedValues", [value])))


if __name__ == "__main__":
    unittest.main()
