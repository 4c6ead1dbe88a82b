"""Compares what the repository says twice: versions in the documentation, and the list of internal packages.

The poms decide. A dependency that the documentation names with a version (g:a:v, or groupId, artifactId and
version as XML) must have the poms' version; this project's own modules have that of the last release, or the
poms' while there is none. One line for each difference; the exit code is 1 if there is one.
"""

import re
import sys
import xml.etree.ElementTree as xml
from pathlib import Path

NS = {"m": "http://maven.apache.org/POM/4.0.0"}
OURS = "io.github.owlprune"
COORDINATES = re.compile(r"\b([a-z][\w.-]*):([A-Za-z][\w.-]*):(\d[\w.-]*\w)")
XML = re.compile(r"<groupId>(.*?)</groupId>\s*<artifactId>(.*?)</artifactId>\s*<version>(.*?)</version>", re.S)
SNAPSHOT = re.compile(r"\b\d+\.\d+\.\d+-SNAPSHOT\b")
INTERNAL = re.compile(r"\bInternal[.:]")

problems = []
root = xml.parse("pom.xml").getroot()
properties = {p.tag.split("}")[1]: (p.text or "").strip() for p in root.find("m:properties", NS)}
version = root.findtext("m:version", namespaces=NS)
maven_config = Path(".mvn/maven.config")
release = re.search(r"-Dowl\.lastRelease=(\S+)", maven_config.read_text()) if maven_config.exists() else None
ours = release[1] if release else version


def resolved(text):
    return re.sub(r"\$\{(.*?)\}", lambda m: properties.get(m[1], m[0]), text)


managed = {}
for element in root.iter():
    group, artifact, its = (element.findtext("m:" + name, "", NS) for name in ("groupId", "artifactId", "version"))
    if group and artifact and its and group != OURS:
        managed[group, artifact] = resolved(its)

for path in [*sorted(Path().glob("*.md")), *sorted(Path("docs").rglob("*.md"))]:
    if path.name == "CHANGELOG.md":
        continue
    text = path.read_text(encoding="utf-8")
    for match in [*COORDINATES.finditer(text), *XML.finditer(text)]:
        group, artifact, its = match.groups()
        wanted = ours if group == OURS else managed.get((group, artifact), its)
        if its != wanted:
            problems.append((path, text, match.start(), f"{group}:{artifact} is {its}, but the poms have {wanted}"))
    for match in SNAPSHOT.finditer(text):
        if match[0] != ours:
            problems.append((path, text, match.start(), f"it says {match[0]}, but the version is {ours}"))

listed = {name.strip() for name in properties["owl.internal"].split(";")}
found = {}
for path in sorted(Path().glob("owl-*/src/main/java/**/package-info.java")):
    text = path.read_text(encoding="utf-8")
    if INTERNAL.search(text):
        found[re.search(r"^package (.*);", text, re.M)[1]] = path
for name in sorted(found.keys() - listed):
    problems.append((found[name], "", 0, f"{name} says that it is internal, but owl.internal in pom.xml lacks it"))
for name in sorted(listed - found.keys()):
    problems.append((Path("pom.xml"), "", 0, f"owl.internal names {name}, whose package-info does not say that it is internal"))

for path, text, at, what in problems:
    print(f"{path}:{text.count(chr(10), 0, at) + 1}: {what}")
sys.exit(1 if problems else 0)
