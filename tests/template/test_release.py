"""What `infra/release` puts into an archive, with zips of this test in place of the functions'."""
import gzip
import hashlib
import io
import tarfile
import tempfile
import unittest
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path

from samcli.yamlhelper import yaml_parse

ROOT = Path(__file__).resolve().parents[2]


def script():
    """`infra/release` as a module, which its name does not allow to import."""
    loader = SourceFileLoader("release", str(ROOT / "infra" / "release"))
    module = module_from_spec(spec_from_loader("release", loader))
    loader.exec_module(module)
    return module


class Release(unittest.TestCase):
    def setUp(self):
        self.release = script()
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.release.ROOT, self.release.ZIPS = ROOT, Path(folder.name)
        self.names = self.release.released_template("arm64")[1]
        for name in self.names:
            (Path(folder.name) / f"{name}.zip").write_bytes(name.encode())
        self.files = self.release.contents("1.2.0", "arm64")

    def test_each_function_has_its_zip_beside_the_template(self):
        resources = yaml_parse(self.files["template.yaml"].decode())["Resources"].values()
        found = {it["Properties"]["CodeUri"] for it in resources if it["Type"] == "AWS::Serverless::Function"}
        self.assertEqual(found, {f"functions/{name}.zip" for name in self.names})
        self.assertLessEqual(found, self.files.keys())

    def test_the_architecture_is_that_of_the_zips(self):
        template = yaml_parse(self.release.released_template("x86_64")[0])
        self.assertNotIn("Architecture", template["Parameters"])
        self.assertEqual(template["Globals"]["Function"]["Architectures"], ["x86_64"])
        original = yaml_parse((ROOT / "template.yaml").read_text())
        self.assertEqual(template["Parameters"].keys(), original["Parameters"].keys() - {"Architecture"})
        self.assertEqual(template["Resources"].keys(), original["Resources"].keys())

    def test_every_file_has_its_checksum(self):
        lines = self.files["SHA256SUMS"].decode().splitlines()
        sums = {name: digest for digest, name in (line.split("  ") for line in lines)}
        others = {name: content for name, content in self.files.items() if name != "SHA256SUMS"}
        self.assertEqual(sums, {name: hashlib.sha256(content).hexdigest() for name, content in others.items()})

    def test_the_same_files_give_the_same_archive(self):
        packed = self.release.archive("ostiary-1.2.0-arm64", self.files)
        self.assertEqual(packed, self.release.archive("ostiary-1.2.0-arm64", dict(reversed(self.files.items()))))
        with tarfile.open(fileobj=io.BytesIO(gzip.decompress(packed))) as tar:
            unpacked = {entry.name: tar.extractfile(entry).read() for entry in tar}
        self.assertEqual(unpacked, {f"ostiary-1.2.0-arm64/{name}": content for name, content in self.files.items()})


if __name__ == "__main__":
    unittest.main()
