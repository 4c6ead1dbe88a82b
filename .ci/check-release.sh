#!/bin/sh
# Builds what a release uploads (unsigned) and checks that it has what Maven Central asks for:
# for every published module the jar with its Automatic-Module-Name, the sources, the Javadoc and
# a pom that stands alone. One line for each module; the exit code is 1 if something is missing.
set -eu
cd "$(dirname "$0")/.."

rm -f owl-*/target/*.jar owl-*/.flattened-pom.xml
# Classes that are there and newer than their sources are taken as they are: Maven would take the new jars for changed dependencies.
mvn -B -ntp -q -Prelease -Dmaven.test.skip -Dmaven.compiler.useIncrementalCompilation=false -Dgpg.skip package

exec python3 - <<'PYTHON'
import glob
import sys
import xml.etree.ElementTree as xml
import zipfile

NS = {"m": "http://maven.apache.org/POM/4.0.0"}
MODULES = {  # artifact: its name on the module path, None for a pom without a jar
    "owl-bom": None,
    "owl-core": "io.github.owlprune",
    "owl-testkit": "io.github.owlprune.testkit",
    "owl-wanda": "io.github.owlprune.wanda",
    "owl-sparsegpt": "io.github.owlprune.sparsegpt",
    "owl-admm": "io.github.owlprune.admm",
    "owl-kernels": "io.github.owlprune.kernels",
    "owl-models": "io.github.owlprune.models",
    "owl-parquet": "io.github.owlprune.parquet",
    "owl-runtime": "io.github.owlprune.runtime",
    "owl-report": "io.github.owlprune.report",
    "owl-cli": "io.github.owlprune.cli",
}
NOT_PUBLISHED = {"owl-examples", "owl-benchmarks"}
REQUIRED = [
    "groupId", "artifactId", "version", "name", "description", "url",
    "licenses/license/name", "licenses/license/url",
    "developers/developer/name", "scm/url", "scm/connection", "scm/developerConnection",
]


def check_pom(artifact):
    """The version the pom gives, and what is wrong with it."""
    path = artifact + "/.flattened-pom.xml"
    try:
        with open(path, encoding="utf-8") as file:
            text = file.read()
    except FileNotFoundError:
        return None, ["no flattened pom"]
    root = xml.fromstring(text)
    gaps = []

    def value(element, name):
        return (element.findtext("/".join("m:" + part for part in name.split("/")), "", NS)).strip()

    gaps += ["pom: no " + name for name in REQUIRED if not value(root, name)]
    if value(root, "artifactId") != artifact:
        gaps.append("pom: artifactId is " + value(root, "artifactId"))
    if root.find("m:parent", NS) is not None:
        gaps.append("pom: has a parent")
    if "${" in text:
        gaps.append("pom: unresolved " + text[text.index("${"):].split("}")[0] + "}")
    version = value(root, "version")
    for dependency in root.iterfind(".//m:dependency", NS):
        name = value(dependency, "artifactId")
        its = value(dependency, "version")
        if not its:
            gaps.append("pom: no version for " + name)
        elif its.endswith("-SNAPSHOT") and value(dependency, "groupId") != "io.github.owlprune":
            gaps.append("pom: snapshot of " + name)
        elif value(dependency, "groupId") == "io.github.owlprune" and its != version:
            gaps.append(f"pom: {name} is {its}, not {version}")
        if value(dependency, "scope") == "test":
            gaps.append("pom: test dependency " + name)
    if artifact == "owl-bom" and root.find("m:dependencyManagement/m:dependencies/m:dependency", NS) is None:
        gaps.append("pom: manages nothing")
    return version, gaps


def check_jar(artifact, version, suffix, wanted):
    path = f"{artifact}/target/{artifact}-{version}{suffix}.jar"
    try:
        with zipfile.ZipFile(path) as jar:
            names = jar.namelist()
            manifest = jar.read("META-INF/MANIFEST.MF").decode() if "META-INF/MANIFEST.MF" in names else ""
    except FileNotFoundError:
        return ["no " + path.split("/")[-1]], ""
    if not any(name.endswith(wanted) for name in names):
        return [f"no {wanted} in {path.split('/')[-1]}"], manifest
    return [], manifest


failed = False
for artifact, module in MODULES.items():
    version, gaps = check_pom(artifact)
    found = ["pom"]
    if module and version:
        for suffix, wanted in (("", ".class"), ("-sources", ".java"), ("-javadoc", "index.html")):
            missing, manifest = check_jar(artifact, version, suffix, wanted)
            gaps += missing
            if not missing:
                found.append(suffix.lstrip("-") or "jar")
            if not suffix and not missing:
                name = [line.split(":", 1)[1].strip() for line in manifest.replace("\r\n ", "").splitlines()
                        if line.startswith("Automatic-Module-Name:")]
                if name != [module]:
                    gaps.append(f"Automatic-Module-Name is {name[0] if name else 'missing'}, not {module}")
        found.append("module " + module)
    print(f"{'GAP' if gaps else 'ok ':3} {artifact}: {'; '.join(gaps) if gaps else ', '.join(found)}")
    failed |= bool(gaps)

unknown = {path.split("/")[0] for path in glob.glob("owl-*/pom.xml")} - MODULES.keys() - NOT_PUBLISHED
for artifact in sorted(unknown):
    print(f"GAP {artifact}: not in this script; is it published?")
sys.exit(1 if failed or unknown else 0)
PYTHON
