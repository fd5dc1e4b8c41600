#!/usr/bin/env python3
"""Makes common-passwords.txt and its licence file again. Needs npm and nothing else; see README.md."""
import json
import pathlib
import subprocess
import tarfile
import tempfile

PACKAGE = "@zxcvbn-ts/language-common@4.1.3"
# Shorter and longer ones are refused for their length before the list is asked.
SHORTEST, LONGEST = 8, 128
COUNT = 10_000

here = pathlib.Path(__file__).parent

with tempfile.TemporaryDirectory() as folder:
    packed = subprocess.run(
        ["npm", "pack", "--silent", PACKAGE], cwd=folder, check=True, capture_output=True, text=True
    ).stdout.split()[-1]
    with tarfile.open(pathlib.Path(folder, packed)) as package:
        by_frequency = json.load(package.extractfile("package/src/passwords.json"))
        licence = package.extractfile("package/LICENSE.txt").read()

# A dict keeps the order of frequency and drops what differs in case alone.
candidates = dict.fromkeys(word.lower() for word in by_frequency if SHORTEST <= len(word) <= LONGEST)
words = sorted(list(candidates)[:COUNT], key=str.encode)
(here / "common-passwords.txt").write_text("".join(f"{word}\n" for word in words), encoding="utf-8")
(here / "common-passwords.LICENSE.txt").write_bytes(licence)
print(f"{len(words)} passwords from {PACKAGE}")
