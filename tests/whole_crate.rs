//! `crate=NAME,starter` in an empty folder: it builds offline as it is, and its programs talk to each other.

use std::env;
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;

const SHOP: &str = r#"
syntax = "proto3";
package shop.v1;
import "google/protobuf/empty.proto";
message Order { repeated string lines = 1; }
message Receipt { int64 total = 1; }
service Till {
  rpc Buy(Order) returns (Receipt);
  rpc Watch(google.protobuf.Empty) returns (stream Order);
  rpc BuyAll(stream Order) returns (Receipt);
  rpc BuyEach(stream Order) returns (stream Receipt);
}
"#;

#[test]
fn its_server_and_its_client_run_at_once() {
    let folder = Folder::new();
    folder.generate("shop", "crate=shop,starter");
    folder.cargo("shop", &["build", "--quiet"]);
    let binary = |name: &str| {
        target()
            .join("debug")
            .join(format!("{name}{}", env::consts::EXE_SUFFIX))
    };
    // Other tests build programs of these names too.
    let [server, client] = ["server", "client"].map(|name| {
        let own = folder.path.path().join(name);
        fs::copy(binary(name), &own).unwrap();
        own
    });
    let server = Server::start(&server);
    let output = Command::new(client)
        .arg(format!("localhost:{}", server.port))
        .output()
        .unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    assert_eq!(
        String::from_utf8_lossy(&output.stdout),
        "Buy: Receipt { total: 0 }\n\
         Watch: Order { lines: [] }\n\
         BuyAll: Receipt { total: 0 }\n\
         BuyEach: Receipt { total: 0 }\n"
    );
}

#[test]
fn messages_alone_need_no_more_than_the_message_runtime() {
    let folder = Folder::new();
    let parameter = "crate=shop-messages,services=false,runtime_path=::rustgrpc_protobuf";
    folder.generate("messages", parameter);
    folder.cargo("messages", &["check", "--quiet"]);
    let lock = fs::read_to_string(folder.path.path().join("messages/Cargo.lock")).unwrap();
    assert!(lock.contains("name = \"prost\"") && !lock.contains("name = \"tokio\""));
}

struct Folder {
    path: TempDir,
}

impl Folder {
    fn new() -> Self {
        let path = tempfile::tempdir().unwrap();
        fs::write(path.path().join("shop.proto"), SHOP).unwrap();
        Self { path }
    }

    fn generate(&self, name: &str, parameter: &str) {
        let crates = Path::new(env!("CARGO_MANIFEST_DIR")).join("crates");
        let output = Command::new(env!("CARGO_BIN_EXE_protoc-gen-rustgrpc"))
            .args(["-I.", "shop.proto"])
            .arg(format!("--rustgrpc_out={name}"))
            .arg(format!(
                "--rustgrpc_opt={parameter},runtime_dir={}",
                crates.display()
            ))
            .current_dir(self.path.path())
            .output()
            .unwrap();
        assert!(output.status.success(), "{output:?}");
        // The versions that are at hand.
        let lock = Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.lock");
        fs::copy(lock, self.path.path().join(name).join("Cargo.lock")).unwrap();
    }

    /// Runs Cargo, to which every warning is an error.
    fn cargo(&self, name: &str, arguments: &[&str]) {
        let output = Command::new(env!("CARGO"))
            .args(arguments)
            .arg("--offline")
            .current_dir(self.path.path().join(name))
            .env("CARGO_TARGET_DIR", target())
            .output()
            .unwrap();
        let text = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{text}");
        assert_eq!(text, "");
    }
}

/// Where this test was built, so that what it has in common with the crate is not built again.
fn target() -> PathBuf {
    let temporary = Path::new(env!("CARGO_TARGET_TMPDIR"));
    temporary.parent().unwrap().to_owned()
}

struct Server {
    process: Child,
    port: u16,
}

impl Server {
    fn start(binary: &Path) -> Self {
        let mut process = Command::new(binary)
            .arg("127.0.0.1:0")
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(process.stdout.take().unwrap());
        let mut server = Self { process, port: 0 };
        let mut line = String::new();
        lines.read_line(&mut line).unwrap();
        let port = line.trim().strip_prefix("Listening on port ").unwrap();
        server.port = port.parse().unwrap();
        // The server goes on to say which calls it gets.
        std::thread::spawn(move || std::io::copy(&mut lines, &mut std::io::sink()));
        server
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
