//! The text of `--help`.

use crate::options::PARAMETERS;

const BEFORE_PARAMETERS: &str = "\
Writes gRPC services and protobuf messages for Rust, in the shape of gRPC Python.

As a protoc plugin (found by protoc on the PATH):
  protoc -I. --rustgrpc_out=DIR greet.proto

By itself, with no protoc installed, in protoc's own flags:
  protoc-gen-rustgrpc -I. --rustgrpc_out=DIR greet.proto

A whole crate, with a server and a client to begin with:
  protoc-gen-rustgrpc -I. --rustgrpc_out=greet --rustgrpc_opt=crate=greet,starter greet.proto

Commands:
  check FLAGS…                Shows how DIR differs from what the same flags would write now, as
                              a unified diff, and exits with 1 if it does. Writes nothing.
  tree DIR…                   Writes the mod.rs files for a folder of generated files that was
                              filled in several runs with mod_file=none.

Flags:
  -IPATH, --proto_path=PATH   Folder to search for imports; may be given several times, in order.
                              VIRTUAL=DISK maps a prefix of import paths to a folder.
                              Default: the current folder.
  --rustgrpc_out=[OPTS:]DIR   Writes greet_pb2.rs and greet_pb2_grpc.rs for greet.proto, and a
                              mod.rs per folder. DIR must exist; unchanged files are left alone.
  --rustgrpc_opt=OPTS         Parameters, key=value, separated by commas; may be repeated.
  --descriptor_set_in=FILES   Descriptor sets that stand in for .proto files.
  -oFILE, --descriptor_set_out=FILE
                              Writes a FileDescriptorSet with the given files.
  --include_imports           With --descriptor_set_out: also everything they import.
  --include_source_info       With --descriptor_set_out: also comments and locations.
  @FILE                       Reads arguments from FILE, one per line.
  --version                   Prints the version.
  -h, --help                  Prints this text.

Parameters (a comma inside a value is written \\,):
";

const AFTER_PARAMETERS: &str = "
PATH is . for everything, .pkg.Message.field for that and what is in it, or the end of a name.

Google's protoc-gen-rust-grpc (with tonic) is another program.
";

/// Where what a flag or parameter does begins.
const INDENT: usize = 30;

pub(super) fn text() -> String {
    let mut text = BEFORE_PARAMETERS.to_owned();
    for parameter in PARAMETERS {
        let left = format!("  {}{}", parameter.key, parameter.value);
        let gap = if left.chars().count() < INDENT {
            " ".repeat(INDENT - left.chars().count())
        } else {
            format!("\n{}", " ".repeat(INDENT))
        };
        text.push_str(&format!("{left}{gap}{}\n", parameter.text));
    }
    text + AFTER_PARAMETERS
}
