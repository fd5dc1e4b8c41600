"""`sam deploy --guided`, run by SAM CLI itself up to the deployment: Enter answers all but the sender."""
import os
import re
import tempfile
import unittest
from pathlib import Path
from unittest import mock

from click.testing import CliRunner
from samcli.cli.main import cli
from samcli.commands.deploy.deploy_context import DeployContext
from samcli.commands.package.package_context import PackageContext
from samcli.yamlhelper import yaml_parse

ROOT = Path(__file__).resolve().parents[2]
PARAMETERS = yaml_parse((ROOT / "template.yaml").read_text())["Parameters"]
SENDER = "Example <auth@example.com>"
# What SAM CLI asks besides parameters: two names, three confirmations, and where it saves the answers.
QUESTIONS = ["Stack Name", "AWS Region", "Confirm changes before deploy", "Allow SAM CLI IAM role creation", "Disable rollback",
             "Save arguments to configuration file", "SAM configuration file", "SAM configuration environment"]


class Guided(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        # As in a checkout, but for what SAM CLI writes.
        for name in ("template.yaml", "samconfig.toml"):
            (self.folder / name).write_text((ROOT / name).read_text())
        (self.folder / "target").symlink_to(ROOT / "target")
        back = os.getcwd()
        os.chdir(self.folder)
        self.addCleanup(os.chdir, back)

    def run_guided(self, answers: list[str]) -> tuple[str, list[dict]]:
        """What it printed, and the parameters with which it would have deployed."""
        deployed = []

        def record(context: DeployContext) -> None:
            deployed.append(context.parameter_overrides)

        with (
            mock.patch("samcli.commands.deploy.guided_context.manage_stack", return_value="a-bucket"),
            # It looks for repositories of container images, of which there are none.
            mock.patch("samcli.commands.deploy.guided_context.CompanionStackManager"),
            mock.patch.object(PackageContext, "run"),
            mock.patch.object(DeployContext, "run", autospec=True, side_effect=record),
            mock.patch.dict(os.environ, {"SAM_CLI_TELEMETRY": "0", "AWS_ACCESS_KEY_ID": "none", "AWS_SECRET_ACCESS_KEY": "none"}),
        ):
            done = CliRunner().invoke(cli, ["deploy", "--guided"], input="".join(f"{answer}\n" for answer in answers))
        self.assertEqual(done.exit_code, 0, f"{done.output}\n{done.exception!r}")
        return done.output, deployed

    def test_enter_answers_everything_but_the_sender(self) -> None:
        names = list(PARAMETERS)
        answers = ["", "", *(SENDER if name == "MailFrom" else "" for name in names), *[""] * 6]
        output, [parameters] = self.run_guided(answers)
        # Before and after it prints what it has read and made.
        asked = re.sub(r"\x1b\[\d+m", "", output).split("=========")[-1].split("Looking for resources")[0]
        asked = re.findall(r"^\t(\w[^\[\n]*?)(?: \[.*\])?: ", asked, re.MULTILINE)
        self.assertEqual([it for it in asked if it.startswith("Parameter ")], [f"Parameter {name}" for name in names])
        self.assertEqual([it for it in asked if not it.startswith("Parameter ")], QUESTIONS)
        self.assertNotIn("no authentication", output)
        self.assertEqual(parameters["MailFrom"], SENDER)
        others = {name: value for name, value in parameters.items() if name != "MailFrom"}
        self.assertEqual(others, {name: str(it["Default"]) for name, it in PARAMETERS.items() if name != "MailFrom"})

    def test_the_answers_are_kept_for_the_next_time(self) -> None:
        answers = ["", "", *(SENDER if name == "MailFrom" else "" for name in PARAMETERS), *[""] * 6]
        self.run_guided(answers)
        _, [parameters] = self.run_guided([""] * (len(PARAMETERS) + 8))
        self.assertEqual(parameters["MailFrom"], SENDER)


if __name__ == "__main__":
    unittest.main()
