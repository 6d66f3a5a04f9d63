//! Sample protos become the goldens that the `testdata` package compiles. `UPDATE_GOLDEN=1` rewrites them.

mod compile;

use std::path::Path;

use compile::{check, protos_below, testdata};

#[test]
fn samples_become_their_goldens() {
    let protos = testdata().join("protos");
    let (optioned, mut plain): (Vec<String>, Vec<String>) = protos_below(&protos)
        .into_iter()
        .partition(|file| options(&protos, file).is_some());
    // The runtime has this one, so its modules only point there.
    plain.push("google/protobuf/empty.proto".to_owned());
    check(&protos, &plain, "", "plain");
    assert!(!optioned.is_empty(), "some samples carry options");
    for file in optioned {
        let stem = Path::new(&file).file_stem().expect("a file has a name");
        let directory = format!("options/{}", stem.to_string_lossy());
        let parameter = options(&protos, &file).expect("only such files are here");
        check(&protos, &[file], &parameter, &directory);
    }
}

/// The crate is a member of the workspace, so that its programs are compiled too.
#[test]
fn a_whole_crate_becomes_its_golden() {
    let protos = testdata().join("starter");
    let parameter = "crate=shop-starter,starter,runtime_dir=../../../crates";
    check(&protos, &protos_below(&protos), parameter, "starter");
}

/// What the first line of a proto says after `// options: `.
fn options(protos: &Path, file: &str) -> Option<String> {
    let text = std::fs::read_to_string(protos.join(file)).expect("the sample can be read");
    Some(
        text.lines()
            .next()?
            .strip_prefix("// options: ")?
            .to_owned(),
    )
}
