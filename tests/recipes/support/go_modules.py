"""Makes a module proxy of the Go libraries that Debian has installed, in a folder: go_modules.py FOLDER.

Debian packages the sources of Go libraries and not modules, so `go get` of a recipe would ask the internet. With GOPROXY=file://FOLDER
it takes them from there. A library that Debian has not installed is left out.
"""

import re
import subprocess
import sys
import zipfile
from pathlib import Path

SOURCES = Path("/usr/share/gocode/src")
LIBRARIES = {"golang-github-golang-jwt-jwt-dev": "github.com/golang-jwt/jwt"}


def publish(package, source, proxy):
    """Writes the four files of a module: https://go.dev/ref/mod#goproxy-protocol."""
    installed = subprocess.run(["dpkg-query", "-W", "-f=${Version}", package], capture_output=True, text=True, check=True)
    version = "v" + re.match(r"\d+\.\d+\.\d+", installed.stdout)[0]
    description = (source / "go.mod").read_text()
    module = re.search(r"^module (\S+)", description, re.MULTILINE)[1]
    folder = proxy / module / "@v"
    folder.mkdir(parents=True)
    (folder / "list").write_text(f"{version}\n")
    (folder / f"{version}.info").write_text(f'{{"Version": "{version}", "Time": "2000-01-01T00:00:00Z"}}\n')
    (folder / f"{version}.mod").write_text(description)
    with zipfile.ZipFile(folder / f"{version}.zip", "w") as archive:
        for path in sorted(source.rglob("*")):
            if path.is_file():
                archive.write(path, f"{module}@{version}/{path.relative_to(source)}")


for name, library in LIBRARIES.items():
    if (SOURCES / library / "go.mod").exists():
        publish(name, SOURCES / library, Path(sys.argv[1]))
