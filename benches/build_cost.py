"""What generated code costs its users at each build: rustc's CPU time, peak memory, size of a binary.

Generates Google's public messages with this project's generator, with prost's and with tonic's, and builds each as a
crate of its own and in a binary that encodes and decodes every message. Called by build_cost.sh, which fetches and
builds what is needed.

    build_cost.py WORK PROTOS PLUGIN PEERS [--rounds N] [--folders NAME,…] [--only NAME,…]
                  [--codec FILE] [--json FILE] [--ratios]
"""

import argparse
import datetime
import json
import math
import os
import platform
import re
import shutil
import statistics
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
FOLDERS = "iam,longrunning,pubsub,rpc,spanner,type"
PROST = 'prost = "=0.14.4"\nprost-types = "=0.14.4"\n'
TONIC = PROST + 'tonic = "=0.14.9"\ntonic-prost = "=0.14.9"\n'
PROTOBUF = f'rustgrpc-protobuf = {{ path = "{ROOT}/crates/rustgrpc-protobuf" }}\n'
GRPC = f'rustgrpc = {{ path = "{ROOT}/crates/rustgrpc" }}\n'
ALONE = "services=false,runtime_path=::rustgrpc_protobuf"


def main():
    options = parse_arguments()
    options.protos = options.protos.resolve()
    files = with_imports(options.protos, options.folders.split(","))
    subjects = [s for s in SUBJECTS if not options.only or s.ident in options.only.split(",")]
    for subject in subjects:
        subject.generate(options, files)
    samples = {}
    # The first round is not counted: it compiles what is depended on.
    for round in range(options.rounds + 1):
        for measure, steps in MEASURES.items():
            for subject in subjects:
                cost = subject.build(options, *steps)
                if round > 0:
                    samples.setdefault((measure, subject.name), []).append(cost)
    if not samples:
        return
    results = Results(subjects, samples, options)
    results.show()
    if options.ratios:
        results.print_ratios()
    if options.json:
        options.json.parent.mkdir(parents=True, exist_ok=True)
        options.json.write_text(json.dumps(results.report(len(files)), indent=1, ensure_ascii=False) + "\n")


def parse_arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument("work", type=Path)
    parser.add_argument("protos", type=Path)
    parser.add_argument("plugin", type=Path)
    parser.add_argument("peers", type=Path)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--folders", default=FOLDERS)
    parser.add_argument("--only")
    parser.add_argument("--codec", type=Path, help="what `codec measure` printed, for the plots of speed against cost")
    parser.add_argument("--json", type=Path)
    parser.add_argument("--ratios", action="store_true", help="print lines for guard.py")
    return parser.parse_args()


def with_imports(protos, folders):
    """The files in the folders, and those they import that are not built into every generator."""
    known = {str(f.relative_to(protos)) for d in folders for f in (protos / "google" / d).rglob("*.proto")}
    todo = list(known)
    while todo:
        text = (protos / todo.pop()).read_text()
        for imported in re.findall(r'^import (?:public |weak )?"([^"]+)"', text, re.M):
            if imported not in known and not imported.startswith("google/protobuf/"):
                known.add(imported)
                todo.append(imported)
    return sorted(known)


# What is built: the name of the measured crate, what is touched, cargo's arguments.
CRATE = ("generated", "src/lib.rs")
BINARY = ("every", "every/src/main.rs")
MEASURES = {
    "check": (*CRATE, ["check", "--lib"]),
    "debug": (*CRATE, ["build", "--lib"]),
    "release": (*CRATE, ["build", "--lib", "--release"]),
    "binary": (*BINARY, ["build", "--package", "every-{}", "--release"]),
}


class Subject:
    """One generator with one set of parameters."""

    def __init__(self, name, dependencies, trait, parameters=None):
        self.name, self.dependencies, self.trait, self.parameters = name, dependencies, trait, parameters
        self.ident = re.sub(r"\W+", "-", name)

    def generate(self, options, files):
        self.crate = options.work.resolve() / self.ident
        source = self.crate / "src"
        shutil.rmtree(source, ignore_errors=True)
        source.mkdir(parents=True)
        if self.parameters is None:
            peer = "tonic" if "tonic" in self.dependencies else "prost"
            subprocess.run([options.peers, peer, options.protos, source, *files], check=True)
        else:
            rust = [f"--rustgrpc_out={source}", f"--rustgrpc_opt=mod_file=lib.rs,{self.parameters}"]
            subprocess.run([options.plugin, "-I.", *rust, *files], cwd=options.protos, check=True)
        self.write_packages()
        text = [f.read_text() for f in source.rglob("*.rs")]
        self.lines = sum(len(t.splitlines()) for t in text)
        self.code = sum(len([l for l in t.splitlines() if l.strip() and not l.lstrip().startswith("//")]) for t in text)
        self.bytes = sum(len(t.encode()) for t in text)

    def write_packages(self):
        """A library of what was generated, and a program that uses every message of it."""
        self.messages = messages(self.crate / "src")
        head = 'version = "0.0.0"\nedition = "2024"\n[dependencies]\n'
        (self.crate / "Cargo.toml").write_text(
            f'[workspace]\nmembers = ["every"]\n[lib]\nname = "generated"\n'
            f'[package]\nname = "generated-{self.ident}"\n{head}{self.dependencies}'
        )
        (self.crate / "every/src").mkdir(parents=True, exist_ok=True)
        (self.crate / "every/Cargo.toml").write_text(
            f'[[bin]]\nname = "every"\npath = "src/main.rs"\n[package]\nname = "every-{self.ident}"\n{head}{self.dependencies}'
            f'generated = {{ path = "..", package = "generated-{self.ident}" }}\n'
        )
        calls = "\n".join(f"        again::<generated::{path}>," for path in self.messages)
        (self.crate / "every/src/main.rs").write_text(
            f"//! Decodes and encodes every message.\nuse {self.trait}::Message;\n"
            "fn again<M: Message + Default>(bytes: &[u8]) -> Option<Vec<u8>> {\n"
            "    M::decode(bytes).ok().map(|message| message.encode_to_vec())\n}\n"
            f"fn main() {{\n    let every: &[fn(&[u8]) -> Option<Vec<u8>>] = &[\n{calls}\n    ];\n"
            "    let bytes: Vec<u8> = std::env::args().flat_map(String::into_bytes).collect();\n"
            '    println!("{}", every.iter().filter_map(|again| again(&bytes)).count());\n}\n'
        )
        if not (self.crate / "Cargo.lock").exists():
            shutil.copy(HERE / "Cargo.lock", self.crate)

    def build(self, options, crate, touched, arguments):
        """CPU seconds and MiB of one build of what is touched."""
        os.utime(self.crate / touched)
        note = self.crate / "cost"
        note.unlink(missing_ok=True)
        wrapper = options.work.resolve() / "rustc"
        wrapper.write_text(f'#!/bin/sh\nexec "{sys.executable}" "{HERE}/build_cost/rustc.py" "$@"\n')
        wrapper.chmod(0o755)
        environment = os.environ | {
            "CARGO_TARGET_DIR": str(options.work.resolve() / "target"),
            "CARGO_INCREMENTAL": "0",
            "CARGO_PROFILE_DEV_DEBUG": "2",
            "RUSTC_WRAPPER": str(wrapper),
            "MEASURED_CRATE": crate,
            "MEASURED_COST": str(note),
        }
        command = ["cargo", arguments[0], "--quiet", "--jobs", "1", *(a.format(self.ident) for a in arguments[1:])]
        done = subprocess.run(command, cwd=self.crate, env=environment, stderr=subprocess.PIPE, text=True)
        if done.returncode:
            sys.exit(f"{' '.join(command)} in {self.crate}:\n{done.stderr[:4000]}")
        self.measure_sizes(options.work.resolve() / "target/release", crate)
        seconds, kibibytes = note.read_text().split()
        return float(seconds), int(kibibytes) / 1024

    def measure_sizes(self, folder, crate):
        """Of what has just been built: the next subject's has the same name."""
        if crate == "every":
            copy = self.crate / "every-stripped"
            subprocess.run(["strip", "-o", copy, folder / "every"], check=True)
            self.stripped = copy.stat().st_size
        elif (folder / "libgenerated.rlib").exists():
            self.rlib = (folder / "libgenerated.rlib").stat().st_size


SUBJECTS = [
    Subject("prost", PROST, "prost"),
    Subject("rustgrpc", PROTOBUF, "rustgrpc_protobuf::prost", ALONE),
    Subject("rustgrpc, CODE_SIZE", PROTOBUF, "rustgrpc_protobuf::prost", f"{ALONE},optimize=.=code_size"),
    Subject("prost and tonic", TONIC, "prost"),
    Subject("rustgrpc, services", GRPC, "rustgrpc::protobuf::prost", ""),
    Subject("rustgrpc, services, CODE_SIZE", GRPC, "rustgrpc::protobuf::prost", "optimize=.=code_size"),
]


def messages(source):
    """Paths of all messages, read off the indentation of formatted code."""
    found = []
    for file in sorted(source.rglob("*.rs")):
        relative = file.relative_to(source)
        if relative.name in ("lib.rs", "mod.rs") or relative.name.endswith("_grpc.rs"):
            continue
        parts = list(relative.with_suffix("").parts)
        base = parts[0].split(".") if len(parts) == 1 else parts
        base = ["r#" + part if part in ("type",) else part for part in base]
        modules, is_message = [], False
        text = re.sub(r"impl_message!\(\s+", "impl_message!(", file.read_text())
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


class Results:
    """Samples of all rounds, as tables."""

    TOTAL = "crate and binary"

    def __init__(self, subjects, samples, options):
        self.subjects, self.options = {s.name: s for s in subjects}, options
        self.seconds, self.least, self.memory, self.spread = {}, {}, {}, {}
        for (measure, name), runs in samples.items():
            self.keep(measure, name, [s for s, _ in runs], [m for _, m in runs])
        for name in self.subjects:
            runs = list(zip(samples["release", name], samples["binary", name]))
            self.keep(self.TOTAL, name, [a[0] + b[0] for a, b in runs], [max(a[1], b[1]) for a, b in runs])

    def keep(self, measure, name, seconds, memory):
        key = (measure, name)
        self.seconds[key] = statistics.median(seconds)
        self.least[key] = min(seconds)
        self.spread[key] = (max(seconds) - min(seconds)) / statistics.median(seconds)
        self.memory[key] = statistics.median(memory)

    def show(self):
        columns = [*MEASURES, self.TOTAL]
        print(f"{'':32}" + "".join(f"{c:>24}" for c in columns) + "    stripped      rlib    lines per message", file=sys.stderr)
        for name, subject in self.subjects.items():
            cells = (f"{self.seconds[c, name]:7.2f} s {self.memory[c, name]:7.0f} MiB" for c in columns)
            sizes = f"{subject.stripped:12,} {subject.rlib:10,} {subject.lines / len(subject.messages):8.0f}, code {subject.code / len(subject.messages):.0f}"
            print(f"{name:32}" + "".join(f"{cell:>24}" for cell in cells) + sizes, file=sys.stderr)

    def ratio(self, values, column, name, base):
        return values[column, base] / values[column, name]

    def print_ratios(self):
        """Against prost, more is better. The least of each: few rounds on a busy machine have outliers."""
        for name, key in [("rustgrpc", "speed"), ("rustgrpc, CODE_SIZE", "code_size")]:
            for column in ["check", "debug", "release", self.TOTAL]:
                ratio = self.ratio(self.least, column, name, "prost")
                print(f"build_cost.{key}.{column.replace(' ', '_')}\t{ratio:.3f}")
            print(f"build_cost.{key}.stripped\t{self.subjects['prost'].stripped / self.subjects[name].stripped:.3f}")

    def report(self, files):
        prost = self.subjects["prost"]
        alone, services = ["prost", *self.named("alone")], ["prost and tonic", *self.named("services")]
        columns = ["check", "debug", "release"]
        everything = [*columns, "binary", self.TOTAL]
        return {
            "title": "What generated code costs at each build",
            "about": [
                f"{len(prost.messages)} of Google's public messages ({files} files of npm's google-proto-files 5.0.3: folders "
                f"{self.options.folders.replace(',', ', ')} and what they import), generated by prost-build, tonic-prost-build and this "
                "project's generator, each with its defaults, and compiled as a crate of its own (check, debug and release in cargo's "
                "standard profiles) and in a release binary that decodes and encodes every message.",
                "CPU seconds and peak memory are of the one rustc process that compiles the crate, linker included; what it depends on "
                f"is compiled before. Medians of {self.options.rounds} rounds, in each of which all take turns.",
                "`optimize_for = CODE_SIZE` (or the parameter `optimize=.=code_size`) trades speed for size; SPEED is the default. What either gains "
                "is shown below for the eight shapes of [the codec's page](codec.md), measured by another program, which holds both codecs: "
                "ratios differ a little from those there.",
                "What is left of the difference in `check` is what prost does not generate: `with_x()` for every field, and `x()`, `has_x()`, "
                "`x_mut()`, `clear_x()` and `try_x()` for those that may be absent.",
            ],
            "command": "benches/build_cost.sh",
            "machine": machine(),
            "date": datetime.date.today().isoformat(),
            "versions": {"rustc": rustc_version(), **dict(re.findall(r'(\S+) = "=(\S+)"', TONIC))},
            "figures": [
                self.bars("cpu", "CPU time of rustc, messages alone", "s", self.seconds, alone, everything, self.spread),
                self.bars("cpu-services", "CPU time of rustc, messages and services", "s", self.seconds, services, everything, self.spread),
                self.bars("memory", "Peak memory of rustc, messages alone", "MiB", self.memory, alone, everything),
                self.bars("memory-services", "Peak memory of rustc, messages and services", "MiB", self.memory, services, everything),
                self.sizes(alone),
                *self.speeds(alone),
            ],
        }

    def named(self, kind):
        return [n for n in self.subjects if n.startswith("rustgrpc") and ("services" in n) == (kind == "services")]

    def bars(self, name, title, unit, values, rows, columns, spread=None):
        figure = {"name": name, "title": title, "kind": "bars", "unit": unit, "better": "less", "base": rows[0], "columns": columns, "rows": []}
        for row in rows:
            entry = {"name": row, "values": [round(values[c, row], 2) for c in columns]}
            if spread:
                entry["spread"] = [round(spread[c, row], 3) for c in columns]
            figure["rows"].append(entry)
        return figure

    def sizes(self, rows):
        def values(subject):
            count = len(subject.messages)
            return [subject.stripped / 1024, subject.rlib / 1024, subject.lines / count, subject.code / count]

        columns = ["stripped binary, KiB", "release rlib, KiB", "lines per message", "lines of code per message"]
        entries = [{"name": r, "values": [round(v, 1) for v in values(self.subjects[r])]} for r in rows]
        note = "Lines of code are those that are neither empty nor a comment; prost's derive macros write theirs within the compiler."
        return {
            "name": "size",
            "title": "Size of what is built and of what is generated",
            "kind": "bars",
            "unit": "KiB and lines",
            "better": "less",
            "base": rows[0],
            "columns": columns,
            "rows": entries,
            "note": note,
        }

    def speeds(self, rows):
        """Speed by itself, and against cost, all relative to prost."""
        if not self.options.codec:
            return
        times = codec_times(self.options.codec)
        for operation, title in [("decode", "Decoding"), ("encode", "Encoding to a fresh `Vec`")]:
            shapes = [shape for o, shape in times if o == operation]
            entries = [{"name": r, "values": [round(statistics.median(times[operation, s][r])) for s in shapes]} for r in rows]
            yield {
                "name": operation,
                "title": title,
                "kind": "bars",
                "unit": "ns",
                "better": "less",
                "base": "prost",
                "mean": True,
                "columns": shapes,
                "rows": entries,
            }
        yield from self.paretos(mean_speeds(times))

    def paretos(self, speeds):
        stripped = {name: subject.stripped for name, subject in self.subjects.items()}
        costs = [
            ("time", "CPU time of rustc for the crate and the binary", {n: self.seconds[self.TOTAL, n] for n in self.subjects}),
            ("size", "size of the stripped binary", stripped),
        ]
        for operation in ["decode", "encode"]:
            for key, label, cost in costs:
                points = [
                    {"name": name, "x": round(cost[name] / cost["prost"], 3), "y": round(speeds[operation, name], 3)}
                    for name in ["prost", *self.named("alone")]
                ]
                yield {
                    "name": f"pareto-{operation}-{key}",
                    "title": f"Speed ({operation}) against {label.removeprefix('CPU ')}",
                    "kind": "scatter",
                    "x": {"label": f"{label}, times prost's (less is better)", "scale": "linear"},
                    "y": {"label": f"{operation}, times prost's speed (more is better)", "scale": "linear"},
                    "points": points,
                }


def codec_times(file):
    """Nanoseconds of each round, by operation and shape, then by implementation."""
    times = {}
    for line in file.read_text().splitlines():
        row = json.loads(line)
        times.setdefault((row["operation"], row["shape"]), {})[row["peer"]] = row["nanoseconds"]
    return times


def mean_speeds(times):
    """Geometric means over the shapes of the medians of each round's ratio to prost."""
    logs = {}
    for (operation, _), peers in times.items():
        for peer, nanoseconds in peers.items():
            ratio = statistics.median(p / n for p, n in zip(peers["prost"], nanoseconds))
            logs.setdefault((operation, peer), []).append(math.log(ratio))
    return {key: math.exp(statistics.mean(values)) for key, values in logs.items()}


def machine():
    cpu = re.search(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text())
    return f"{os.cpu_count()} shared cores of {cpu[1] if cpu else platform.machine()}, {platform.system()}"


def rustc_version():
    return subprocess.run(["rustc", "--version"], capture_output=True, text=True, check=True).stdout.split()[1]


if __name__ == "__main__":
    main()
