//! Command lines as protoc reads them.

use super::*;

fn parse_line(line: &[&str]) -> Result<Command, String> {
    parse(line.iter().map(OsString::from), false).map_err(|failure| failure.to_string())
}

fn compilation(line: &[&str]) -> Compilation {
    match parse_line(line) {
        Ok(Command::Compile(compilation)) => compilation,
        other => panic!("{line:?} gave {other:?}"),
    }
}

#[test]
fn no_arguments_are_a_plugin_unless_a_person_sits_there() {
    assert_eq!(parse_line(&[]), Ok(Command::Plugin));
    let typed = parse(Vec::<OsString>::new(), true).map_err(|failure| failure.to_string());
    assert_eq!(typed, Ok(Command::Help));
}

#[test]
fn help_and_version_win() {
    assert_eq!(parse_line(&["--help"]), Ok(Command::Help));
    assert_eq!(parse_line(&["-Ia", "-h"]), Ok(Command::Help));
    assert_eq!(parse_line(&["--version"]), Ok(Command::Version));
}

#[test]
fn every_spelling_of_an_include_path() {
    let expected = vec![
        (String::new(), PathBuf::from("a")),
        (String::new(), PathBuf::from("b")),
        (String::new(), PathBuf::from("c")),
        (String::new(), PathBuf::from("d")),
        ("v".to_owned(), PathBuf::from("e")),
    ];
    let line = [
        "-Ia",
        "-I",
        "b",
        "--proto_path=c",
        "--proto_path",
        "d",
        "-Iv=e",
    ];
    let rest = ["--rustgrpc_out=o", "x.proto"];
    assert_eq!(
        compilation(&[&line[..], &rest[..]].concat()).proto_paths,
        expected
    );
}

#[cfg(not(windows))]
#[test]
fn include_paths_may_be_a_list() {
    let paths = compilation(&["-Ia:b", "--rustgrpc_out=o", "x.proto"]).proto_paths;
    assert_eq!(
        paths,
        [
            (String::new(), PathBuf::from("a")),
            (String::new(), PathBuf::from("b"))
        ]
    );
}

#[test]
fn the_default_include_path_is_the_current_folder() {
    let paths = compilation(&["--rustgrpc_out=o", "x.proto"]).proto_paths;
    assert_eq!(paths, [(String::new(), PathBuf::from("."))]);
}

#[test]
fn parameters_of_the_output_come_before_the_others() {
    let line = [
        "--rustgrpc_opt=b=1",
        "--rustgrpc_out=a,c=d:o",
        "--rustgrpc_opt=e",
        "x.proto",
    ];
    assert_eq!(
        compilation(&line).outputs,
        [Output {
            directory: "o".into(),
            parameter: "a,c=d,b=1,e".to_owned()
        }]
    );
}

#[test]
fn a_rust_path_among_the_parameters_does_not_end_them() {
    let line = ["--rustgrpc_out=extern_path=.a=::b::c:o", "x.proto"];
    assert_eq!(
        compilation(&line).outputs,
        [Output {
            directory: "o".into(),
            parameter: "extern_path=.a=::b::c".to_owned()
        }]
    );
}

#[test]
fn descriptor_sets() {
    let found = compilation(&["-oset.bin", "--include_imports", "x.proto"]);
    assert_eq!(found.descriptor_set_out, Some(PathBuf::from("set.bin")));
    assert!(found.include_imports && !found.include_source_info);
    let found = compilation(&["--descriptor_set_in=s.bin", "--rustgrpc_out=o", "x.proto"]);
    assert_eq!(found.descriptor_sets_in, [PathBuf::from("s.bin")]);
}

#[test]
fn commands_come_first() {
    let line = ["check", "-Ip", "--rustgrpc_out=o", "x.proto"];
    let Ok(Command::Check(found)) = parse_line(&line) else {
        panic!("{line:?}");
    };
    assert_eq!(found, compilation(&line[1..]));
    let found = parse_line(&["tree", "--rustgrpc_opt=mod_file=lib.rs", "a", "b"]);
    let expected = Command::Tree {
        directories: vec!["a".into(), "b".into()],
        parameter: "mod_file=lib.rs".to_owned(),
    };
    assert_eq!(found, Ok(expected));
    // Elsewhere the words are names of files.
    assert_eq!(
        compilation(&["--rustgrpc_out=o", "check", "tree"]).files,
        ["check", "tree"]
    );
}

#[test]
fn refusals_say_what_is_wrong() {
    for (line, text) in [
        (
            &["x.proto"][..],
            "Missing output directives: --rustgrpc_out=DIR says where to write.",
        ),
        (
            &["--rustgrpc_out=o"],
            "Missing input file: name the .proto files to compile.",
        ),
        (
            &["--rustgrcp_out=o"],
            "Unknown flag: --rustgrcp_out; did you mean --rustgrpc_out?",
        ),
        (
            &["--protopath=o"],
            "Unknown flag: --protopath; did you mean --proto_path?",
        ),
        (&["-x"], "Unknown flag: -x; run with --help for the flags"),
        (
            &["--rustgrpc_out"],
            "Missing value for flag: --rustgrpc_out",
        ),
        (
            &["--rustgrpc_out="],
            "--rustgrpc_out requires a non-empty value.",
        ),
        (&["--help=1"], "--help takes no value."),
        (&["tree"], "Missing folder of generated files."),
        (
            &["tree", "-Ia", "b"],
            "tree takes folders and --rustgrpc_opt=mod_file=…, and nothing else.",
        ),
        (
            &["check", "x.proto"],
            "Missing output directives: --rustgrpc_out=DIR says where to write.",
        ),
        (
            &["check", "-oset.bin", "x.proto"],
            "check writes nothing, so there is no --descriptor_set_out.",
        ),
        (
            &["--rustgrpc_out=o", "--include_imports", "x.proto"],
            "--include_imports only makes sense when combined with --descriptor_set_out.",
        ),
    ] {
        assert_eq!(parse_line(line), Err(text.to_owned()), "{line:?}");
    }
    let other_plugin = parse_line(&["--js_out=o"]).unwrap_err();
    assert!(other_plugin.contains("use protoc"), "{other_plugin}");
}

#[test]
fn arguments_from_a_file() {
    let path = std::env::temp_dir().join(format!("rustgrpc-args-{}", std::process::id()));
    fs::write(&path, "-Ia b\n\n--rustgrpc_out=o\nx.proto\n").unwrap();
    let found = compilation(&[&format!("@{}", path.display())]);
    fs::remove_file(&path).unwrap();
    assert_eq!(found.proto_paths, [(String::new(), PathBuf::from("a b"))]);
    assert_eq!(found.files, ["x.proto"]);
    let missing = parse_line(&["@/nonexistent/file"]).unwrap_err();
    assert!(
        missing.starts_with("Failed to open argument file /nonexistent/file: "),
        "{missing}"
    );
}
