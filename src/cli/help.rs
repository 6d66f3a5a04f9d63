//! The text of `--help`.

pub(super) const TEXT: &str = "\
Writes gRPC services and protobuf messages for Rust, in the shape of gRPC Python.

As a protoc plugin (found by protoc on the PATH):
  protoc -I. --rustgrpc_out=DIR greet.proto

By itself, with no protoc installed, in protoc's own flags:
  protoc-gen-rustgrpc -I. --rustgrpc_out=DIR greet.proto

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

Google's protoc-gen-rust-grpc (with tonic) is another program.
";
