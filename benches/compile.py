"""What generated code costs its users at each build: rustc's CPU time, peak memory, size of a binary.

Generates several hundred of Google's public messages with this project's generator and with prost's and
tonic's, and builds each as a crate of its own and in a binary that encodes and decodes every message.
Called by compile.sh, which fetches and builds what is needed.

    compile.py WORK PROTOS PLUGIN PEERS [--rounds N] [--only NAME,…] [--json FILE]
"""

import argparse
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
from pathlib import Path

FOLDERS = ["iam", "longrunning", "pubsub", "rpc", "spanner", "type"]
ROOT = Path(__file__).resolve().parent.parent


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("work", type=Path)
    parser.add_argument("protos", type=Path)
    parser.add_argument("plugin", type=Path)
    parser.add_argument("peers", type=Path)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    files = with_imports(options.protos)
    crates = {name: make(options, files) for name, make in CRATES.items() if selected(options, name)}
    results = {name: {"lines": lines(crate), "messages": len(messages(crate))} for name, crate in crates.items()}
    for name, crate in crates.items():
        for _, command in MEASURES.values():
            cargo(crate, command)
    samples = {}
    for _ in range(options.rounds):
        for measure, (touched, command) in MEASURES.items():
            for name, crate in crates.items():
                samples.setdefault((name, measure), []).append(measured(crate, touched, command))
    for (name, measure), runs in samples.items():
        seconds, memory = zip(*runs)
        results[name][measure] = {"seconds": round(statistics.median(seconds), 2), "spread": spread(seconds), "mebibytes": max(memory)}
    for name, crate in crates.items():
        results[name]["stripped_bytes"] = stripped(crate)
    text = json.dumps(results, indent=1)
    if options.json:
        options.json.write_text(text + "\n")
    show(results)


def selected(options, name):
    return not options.only or name in options.only.split(",")


def with_imports(protos):
    """The files, and those they import that are not built into every generator."""
    known = {str(f.relative_to(protos)) for d in FOLDERS for f in (protos / "google" / d).rglob("*.proto")}
    todo = list(known)
    while todo:
        text = (protos / todo.pop()).read_text()
        for imported in re.findall(r'^import (?:public |weak )?"([^"]+)"', text, re.M):
            if imported not in known and not imported.startswith("google/protobuf/"):
                known.add(imported)
                todo.append(imported)
    return sorted(known)


def ours(parameters):
    def make(options, files):
        crate = options.work / ("rustgrpc" + ("-services" if "services" not in parameters else "-code-size" if "code_size" in parameters else ""))
        shutil.rmtree(crate / "src", ignore_errors=True)
        (crate / "src").mkdir(parents=True)
        runtime = "" if "services=false" in parameters else "_grpc"
        command = [options.plugin, "-I.", f"--rustgrpc_out={crate}/src", f"--rustgrpc_opt=mod_file=lib.rs,{parameters}", *files]
        subprocess.run(command, cwd=options.protos, check=True)
        dependency = {
            "": f'rustgrpc-protobuf = {{ path = "{ROOT}/crates/rustgrpc-protobuf" }}',
            "_grpc": f'rustgrpc = {{ path = "{ROOT}/crates/rustgrpc" }}',
        }[runtime]
        trait = {"": "rustgrpc_protobuf::prost::Message", "_grpc": "rustgrpc::protobuf::prost::Message"}[runtime]
        return package(crate, dependency, trait)

    return make


def peer(name, dependencies):
    def make(options, files):
        crate = options.work / name
        shutil.rmtree(crate / "src", ignore_errors=True)
        subprocess.run([options.peers, name, options.protos, crate / "src", *files], check=True)
        # Comments of Google's that rustdoc would take for tests are no matter here.
        return package(crate, dependencies, "prost::Message")

    return make


CRATES = {
    "rustgrpc": ours("services=false,runtime_path=::rustgrpc_protobuf"),
    "rustgrpc-code-size": ours("services=false,runtime_path=::rustgrpc_protobuf,optimize=.=code_size"),
    "prost": peer("prost", 'prost = "=0.14.4"\nprost-types = "=0.14.4"'),
    "rustgrpc-services": ours(""),
    "tonic": peer("tonic", 'prost = "=0.14.4"\nprost-types = "=0.14.4"\ntonic = "0.14"\ntonic-prost = "0.14"'),
}
# What is touched, and what is then run.
MEASURES = {
    "check": ("src/lib.rs", ["check", "--lib"]),
    "debug": ("src/lib.rs", ["build", "--lib"]),
    "release": ("src/lib.rs", ["build", "--lib", "--release"]),
    "every message, release": ("every/src/main.rs", ["build", "--package", "every", "--release"]),
}


def package(crate, dependencies, trait):
    lock = crate / "Cargo.lock"
    (crate / "every/src").mkdir(parents=True, exist_ok=True)
    (crate / "Cargo.toml").write_text(
        f'[workspace]\nmembers = ["every"]\n[package]\nname = "generated"\nversion = "0.0.0"\nedition = "2024"\n'
        f"[lib]\ndoctest = false\n[dependencies]\n{dependencies}\n"
    )
    (crate / "every/Cargo.toml").write_text(
        f'[package]\nname = "every"\nversion = "0.0.0"\nedition = "2024"\n[dependencies]\n{dependencies}\ngenerated = {{ path = ".." }}\n'
    )
    calls = "\n".join(f"        again::<generated::{path}>," for path in messages(crate))
    (crate / "every/src/main.rs").write_text(
        f"//! Decodes and encodes every message.\nuse {trait};\n"
        "fn again<M: Message + Default>(bytes: &[u8]) -> Option<Vec<u8>> {\n"
        "    M::decode(bytes).ok().map(|message| message.encode_to_vec())\n}\n"
        f"fn main() {{\n    let every: &[fn(&[u8]) -> Option<Vec<u8>>] = &[\n{calls}\n    ];\n"
        "    let bytes: Vec<u8> = std::env::args().flat_map(String::into_bytes).collect();\n"
        '    println!("{}", every.iter().filter_map(|again| again(&bytes)).count());\n}\n'
    )
    if not lock.exists():
        shutil.copy(ROOT / "benches/Cargo.lock", lock)
    return crate


def messages(crate):
    """Paths of all messages, read off the indentation of formatted code."""
    sources = sorted((crate / "src").rglob("*.rs"))
    found = []
    for source in sources:
        relative = source.relative_to(crate / "src")
        if relative.name in ("lib.rs", "mod.rs") or relative.name.endswith("_grpc.rs"):
            continue
        parts = list(relative.with_suffix("").parts)
        base = parts[0].split(".") if len(parts) == 1 else parts
        base = ["r#" + part if part in ("type",) else part for part in base]
        modules, is_message = [], False
        text = re.sub(r"impl_message!\(\s+", "impl_message!(", source.read_text())
        for line in text.splitlines():
            depth = (len(line) - len(line.lstrip())) // 4
            if match := re.match(r" *pub mod ([\w#]+) \{", line):
                modules[depth:] = [match[1]]
            elif "::prost::Message" in line:
                is_message = True
            elif match := re.match(r" *pub struct ([\w#]+)", line):
                if is_message:
                    found.append("::".join(base + modules[:depth] + [match[1]]))
                is_message = False
            elif match := re.match(r" *rt::impl_message!\(([\w#]+)", line):
                found.append("::".join(base + modules[:depth] + [match[1]]))
    return found


def lines(crate):
    return sum(len(f.read_text().splitlines()) for f in (crate / "src").rglob("*.rs"))


def cargo(crate, command):
    environment = {**os.environ, "CARGO_TARGET_DIR": str(crate / "target"), "CARGO_INCREMENTAL": "0", "CARGO_PROFILE_DEV_DEBUG": "2"}
    arguments = ["cargo", command[0], "--quiet", "--jobs", "1", *command[1:]]
    process = subprocess.Popen(arguments, cwd=crate, env=environment, stderr=subprocess.PIPE, text=True)
    errors = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        sys.exit(f"{' '.join(arguments)} in {crate}:\n{errors[:4000]}")
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss // 1024


def measured(crate, touched, command):
    """CPU seconds and peak memory of one build of what was touched; cargo's own tenth of a second is in it."""
    os.utime(crate / touched)
    return cargo(crate, command)


def spread(values):
    return round((max(values) - min(values)) / statistics.median(values), 2)


def stripped(crate):
    binary = crate / "target/release/every"
    copy = crate / "target/release/every-stripped"
    subprocess.run(["strip", "-o", copy, binary], check=True)
    return copy.stat().st_size


def show(results):
    for name, result in results.items():
        cells = ", ".join(f"{m} {result[m]['seconds']} s {result[m]['mebibytes']} MiB" for m in MEASURES)
        print(f"{name}: {result['messages']} messages, {result['lines']} lines; {cells}; stripped {result['stripped_bytes']}")


if __name__ == "__main__":
    main()
