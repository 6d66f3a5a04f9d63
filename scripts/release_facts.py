"""Versions stand in one place, and the changelog tells what is released: `release_facts.py CRATE…`."""
import re
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).parent.parent


def versions(crates):
    """What is wrong with the versions, sentence by sentence; they stand in the workspace's manifest."""
    workspace = tomllib.loads((ROOT / "Cargo.toml").read_text())["workspace"]
    version = workspace["package"]["version"]
    for crate in crates:
        wanted = workspace["dependencies"][crate].get("version")
        if wanted != version:
            yield f"Cargo.toml: the workspace depends on {crate} {wanted}, but its version is {version}"
    for manifest in [ROOT / "Cargo.toml", *ROOT.glob("crates/*/Cargo.toml")]:
        package = tomllib.loads(manifest.read_text())["package"]
        for key in ["version", "edition", "rust-version", "license"]:
            if package[key] != {"workspace": True}:
                yield f"{manifest.relative_to(ROOT)}: `{key}` is not the workspace's"
        for table in ["dependencies", "build-dependencies"]:
            for name, dependency in tomllib.loads(manifest.read_text()).get(table, {}).items():
                if not isinstance(dependency, dict) or dependency.get("workspace") is not True:
                    yield f"{manifest.relative_to(ROOT)}: the version of {name} is not the workspace's"


def changelog():
    """What is wrong with the changelog."""
    version = tomllib.loads((ROOT / "Cargo.toml").read_text())["workspace"]["package"]["version"]
    text = (ROOT / "CHANGELOG.md").read_text()
    sections = re.split(r"^## ", text, flags=re.MULTILINE)[1:]
    titles = [section.splitlines()[0] for section in sections]
    if not titles or titles[0] != "[Unreleased]":
        yield "CHANGELOG.md: there is no section [Unreleased] at the top"
        return
    dated = [re.fullmatch(r"\[(\d+\.\d+\.\d+)\] - \d{4}-\d\d-\d\d", title) for title in titles[1:]]
    if not all(dated):
        yield "CHANGELOG.md: a section is not `## [1.2.3] - 2026-01-31`"
    elif version in [found.group(1) for found in dated]:
        if version != dated[0].group(1):
            yield f"CHANGELOG.md: {version} is not the latest release"
    elif not re.search(r"^- ", sections[0], flags=re.MULTILINE):
        yield f"CHANGELOG.md: nothing is told of {version}"


def main(crates):
    problems = [*versions(crates), *changelog()]
    print("\n".join(problems) or "Versions stand in one place, and the changelog tells of this one.")
    return bool(problems)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
