"""Each package is complete and has nothing that its users do not need: `release_packages.py CRATE…`."""
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent

# What every package has.
NEEDED = {"Cargo.toml", "LICENSE-APACHE", "LICENSE-MIT", "README.md", "src/lib.rs"}

# What Cargo adds.
BY_CARGO = {".cargo_vcs_info.json", "Cargo.lock", "Cargo.toml.orig"}

ALLOWED = re.compile(r"src/.*\.(rs|md)|templates/[^/]*\.(rs|toml)|proto/.*\.proto|CHANGELOG\.md")

# Larger ones have something in them that nobody meant to publish.
LIMIT = 3 << 20


def folder(crate):
    inside = ROOT / "crates" / crate
    return inside if inside.is_dir() else ROOT


def check(crate):
    """What is wrong with a package."""
    listed = subprocess.run(
        ["cargo", "package", "--list", "--quiet", "--allow-dirty", "--package", crate],
        cwd=ROOT, check=True, capture_output=True, text=True).stdout.split()
    files = set(listed) - BY_CARGO
    for missing in NEEDED - files:
        yield f"{crate}: {missing} is missing"
    for surplus in sorted(name for name in files - NEEDED if not ALLOWED.fullmatch(name) and name != "src/main.rs"):
        yield f"{crate}: {surplus} is not for its users"
    in_tree = {f"src/{path.relative_to(folder(crate) / 'src')}" for path in (folder(crate) / "src").rglob("*.rs")}
    for missing in sorted(in_tree - files):
        yield f"{crate}: {missing} is missing"
    size = sum((folder(crate) / name).stat().st_size for name in files)
    if size > LIMIT:
        yield f"{crate}: {size} bytes are more than {LIMIT}"
    print(f"{crate}: {len(files)} files, {size / 1024:.0f} KiB")


def main(crates):
    problems = [problem for crate in crates for problem in check(crate)]
    print("\n".join(problems) or "The packages are complete.")
    return bool(problems)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
