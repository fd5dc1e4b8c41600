"""The documentation as a site: it builds, every page is in it, and every link leads somewhere."""

import re
import subprocess
import tempfile
import unittest
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
# Files that readers find on the way, and not through the table of contents.
NO_PAGES = {"SUMMARY.md"}
# mdBook's own pages.
GENERATED = {"404.html", "toc.html", "print.html"}
CODE = (".rs", ".mjs", ".py", ".md", ".yaml", ".yml", ".toml", ".txt", ".html")


class Page(HTMLParser):
    """The links and the anchors of a page."""

    def __init__(self, path):
        super().__init__()
        self.links, self.anchors = [], set()
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        for name in ("id", "name"):
            if attributes.get(name) and (name == "id" or tag == "a"):
                self.anchors.add(attributes[name])
        for name in ("href", "src"):
            if attributes.get(name):
                self.links.append(attributes[name])


class Book(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.site = Path(folder.name).resolve() / "book"
        build = ["mdbook", "build", "--dest-dir", str(cls.site), str(ROOT)]
        run = subprocess.run(build, capture_output=True, text=True, check=False)
        cls.output = run.stdout + run.stderr
        if run.returncode != 0:
            raise AssertionError(cls.output)
        paths = [path for path in cls.site.rglob("*.html") if path.name not in GENERATED]
        cls.pages = {path: Page(path) for path in paths}

    def problem(self, link, page):
        """What is wrong with a link of a page, or None."""
        target = urlsplit(link)
        if target.scheme or target.netloc:
            return None
        path = (page.parent / unquote(target.path)).resolve() if target.path else page
        if path.is_dir():
            path = path / "index.html"
        if not path.is_relative_to(self.site) or not path.exists():
            return "no such page"
        anchors = self.pages[path].anchors if path in self.pages else set()
        if target.fragment and path.suffix == ".html" and unquote(target.fragment) not in anchors:
            return "no such anchor"
        return None

    def test_mdbook_has_no_complaint(self):
        self.assertNotRegex(self.output, r"(?i)warn|error")

    def test_every_page_is_in_the_table_of_contents(self):
        for source in DOCS.rglob("*.md"):
            if source.name in NO_PAGES:
                continue
            name = source.relative_to(DOCS).with_suffix(".html")
            built = self.site / (name.with_name("index.html") if name.name == "README.html" else name)
            self.assertIn(built, self.pages, f"docs/SUMMARY.md has no {source.relative_to(DOCS)}")

    def test_every_link_leads_to_a_page_and_an_anchor(self):
        checked = 0
        for path, page in self.pages.items():
            for link in page.links:
                checked += 1
                problem = self.problem(link, path)
                self.assertIsNone(problem, f"{path.relative_to(self.site)}: {link}: {problem}")
        self.assertGreater(checked, 500)

    def test_the_site_can_be_searched(self):
        index = [path for path in self.site.rglob("searchindex*") if path.stat().st_size > 10_000]
        self.assertTrue(index)

    def test_nothing_is_loaded_from_other_origins(self):
        for path in self.pages:
            loaded = re.findall(r'<(?:script|link|img)\b[^>]*(?:src|href)="(https?:[^"]*)"', path.read_text(encoding="utf-8"))
            self.assertEqual(loaded, [], path.name)


class References(unittest.TestCase):
    """Links to files of the repository, as GitHub shows them."""

    def test_links_of_readmes_lead_to_files(self):
        for page in tracked("*.md"):
            for link in re.findall(r"\]\(([^)#\s]+)", page.read_text(encoding="utf-8")):
                if not urlsplit(link).scheme and page.suffix == ".md":
                    self.assertTrue((page.parent / link).exists(), f"{page.relative_to(ROOT)}: {link}")

    def test_pages_that_the_code_names_exist(self):
        for source in tracked(*(f"*{suffix}" for suffix in CODE)):
            for page in re.findall(r"\bdocs/[\w/-]+\.md\b", source.read_text(encoding="utf-8")):
                self.assertTrue((ROOT / page).exists(), f"{source.relative_to(ROOT)}: {page}")


def tracked(*patterns):
    """The files under version control that match one of the patterns."""
    listed = subprocess.run(["git", "ls-files", "-z", *patterns], cwd=ROOT, capture_output=True, text=True, check=True)
    return [ROOT / name for name in listed.stdout.split("\0") if name]


if __name__ == "__main__":
    unittest.main()
