//! All test cases, Rust with Rust: plain and with TLS, servicers on the runtime and on threads.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

use interop::cases::NAMES;
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};

/// The server; it ends with the test.
struct Server {
    process: Child,
    port: String,
}

impl Server {
    fn start(flags: &[&str]) -> Self {
        let mut process = Command::new(env!("CARGO_BIN_EXE_interop-server"))
            .arg("--port=0")
            .args(flags)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        let stdout = process.stdout.take().unwrap();
        BufReader::new(stdout).read_line(&mut line).unwrap();
        let port = line.trim().strip_prefix("Listening on port ");
        let port = port.unwrap_or_else(|| panic!("{line:?}")).to_owned();
        Self { process, port }
    }

    fn run_client(&self, flags: &[&str]) -> Output {
        Command::new(env!("CARGO_BIN_EXE_interop-client"))
            .args(["--server_host", "127.0.0.1", "--server_port", &self.port])
            // What the machine does meanwhile is not what is tested.
            .arg("--soak_per_iteration_max_acceptable_latency_ms=20000")
            .args(flags)
            .output()
            .unwrap()
    }

    fn expect_all(&self, names: &[&str], flags: &[&str]) {
        let cases = format!("--test_case={}", names.join(","));
        let output = self.run_client(&[&[&*cases], flags].concat());
        let said = String::from_utf8(output.stdout).unwrap();
        assert!(output.status.success(), "{said}");
        for name in names {
            assert!(said.contains(&format!("{name}: passed\n")), "{said}");
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// The cases for which the server has to see what is compressed.
fn needs_watching(name: &str) -> bool {
    name.starts_with("client_compressed")
}

fn native() -> Vec<&'static str> {
    let names = NAMES.iter().copied();
    names.filter(|name| !needs_watching(name)).collect()
}

#[test]
fn servicers_on_the_runtime() {
    Server::start(&[]).expect_all(&native(), &[]);
}

#[test]
fn servicers_on_threads() {
    Server::start(&["--face=sync"]).expect_all(&native(), &[]);
}

#[test]
fn a_server_that_sees_compression() {
    Server::start(&["--watch_compression=true"]).expect_all(NAMES, &[]);
}

#[test]
fn over_tls() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    write_certificates(folder.path());
    let certificate = format!("--tls_cert_file={}", path("server1.pem"));
    let key = format!("--tls_key_file={}", path("server1.key"));
    let roots = format!("--ca_file={}", path("ca.pem"));
    let server = Server::start(&["--use_tls=true", &certificate, &key]);
    let secure = ["--use_tls=true", "--use_test_ca=true", &roots];
    let named = [&secure[..], &["--server_host_override=foo.test.google.fr"]].concat();
    server.expect_all(&native(), &named);
    let other_name = [&secure[..], &["--test_case=empty_unary"]].concat();
    let output = server.run_client(&other_name);
    assert!(
        !output.status.success(),
        "the certificate is not for 127.0.0.1"
    );
}

#[test]
fn what_fails_is_said() {
    let unwatched = Server::start(&[]).run_client(&["--test_case=client_compressed_unary"]);
    assert!(!unwatched.status.success());
    let said = String::from_utf8(unwatched.stdout).unwrap();
    assert!(
        said.starts_with("client_compressed_unary: failed: "),
        "{said}"
    );
    let mut gone = Server::start(&[]);
    gone.process.kill().unwrap();
    gone.process.wait().unwrap();
    assert!(
        !gone
            .run_client(&["--test_case=empty_unary"])
            .status
            .success()
    );
}

/// An authority, and a certificate as gRPC's test server has it.
fn write_certificates(folder: &Path) {
    let mut params = CertificateParams::default();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let key = KeyPair::generate().unwrap();
    let root = params.self_signed(&key).unwrap();
    let issuer = Issuer::new(params, key);
    let params = CertificateParams::new(vec!["*.test.google.fr".to_owned()]).unwrap();
    let key = KeyPair::generate().unwrap();
    let certificate = params.signed_by(&key, &issuer).unwrap();
    for (name, content) in [
        ("ca.pem", root.pem()),
        ("server1.pem", certificate.pem()),
        ("server1.key", key.serialize_pem()),
    ] {
        std::fs::write(folder.join(name), content).unwrap();
    }
}
