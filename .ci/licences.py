"""Checks `cargo metadata` (stdin) against the licences that deny.toml allows, where cargo-deny is not at hand."""
import json
import re
import sys
import tomllib


def allowed(expression, licences):
    """Whether an SPDX expression can be satisfied with the given licences."""
    tokens = re.findall(r"\(|\)|[^\s()/]+|/", expression)

    def alternatives():
        ok = requirements()
        while tokens and tokens[0] in ("OR", "/"):
            tokens.pop(0)
            ok = requirements() or ok
        return ok

    def requirements():
        ok = term()
        while tokens and tokens[0] == "AND":
            tokens.pop(0)
            ok = term() and ok
        return ok

    def term():
        token = tokens.pop(0)
        if token == "(":
            ok = alternatives()
            tokens.pop(0)
            return ok
        if tokens and tokens[0] == "WITH":
            token = " ".join([token, tokens.pop(0), tokens.pop(0)])
        return token in licences

    return alternatives()


def main():
    with open(sys.argv[1], "rb") as file:
        licences = set(tomllib.load(file)["licenses"]["allow"])
    packages = [package for package in json.load(sys.stdin)["packages"] if package["publish"] != []]
    refused = [
        f"{package['name']} {package['version']}: {package['license'] or 'no licence'}"
        for package in packages
        if not package["license"] or not allowed(package["license"], licences)
    ]
    if refused:
        sys.exit("Not allowed by deny.toml:\n" + "\n".join(refused))
    print(f"{len(packages)} packages, all with a licence that deny.toml allows")


main()
