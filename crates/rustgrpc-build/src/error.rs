//! Why a build script has to fail.

use std::fmt;
use std::io;
use std::path::PathBuf;

use protoc_gen_rustgrpc::compiler;

/// All errors of a compilation.
///
/// `Debug` is the same text as `Display`, because that is what a `main` that returns the error shows.
pub struct Error(Kind);

pub(crate) enum Kind {
    Compiler(compiler::Errors),
    NoOutDir,
    NoLinks,
    Drift(Vec<String>),
    Path(PathBuf, io::Error),
    /// Folders that no environment variable can hold as a list.
    Unspeakable(Vec<PathBuf>),
}

impl From<compiler::Errors> for Error {
    fn from(errors: compiler::Errors) -> Self {
        Self(Kind::Compiler(errors))
    }
}

impl From<Kind> for Error {
    fn from(kind: Kind) -> Self {
        Self(kind)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Kind::Compiler(errors) => write!(f, "the protos do not compile\n{errors}"),
            Kind::Path(path, error) => write!(f, "{}: {error}", path.display()),
            Kind::Unspeakable(paths) => write!(
                f,
                "a folder of exported protos is not UTF-8 or has the list separator in its path: {paths:?}"
            ),
            Kind::Drift(diffs) => {
                f.write_str(
                    "generated code is not up to date; run this with UPDATE_GENERATED=1 to write it, and \
                     delete files that no proto leads to any more\n",
                )?;
                diffs.iter().try_for_each(|diff| f.write_str(diff))
            }
            Kind::NoLinks => f.write_str(
                "`export` needs a `links` key in the manifest, with a name that no other package has:\n\n    \
                 [package]\n    links = \"shop_protos\"\n",
            ),
            Kind::NoOutDir => f.write_str(
                "OUT_DIR is not set: call this from a build script, or choose a folder with \
                 `out_dir`",
            ),
        }
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match &self.0 {
            Kind::Compiler(errors) => Some(errors),
            Kind::Path(_, error) => Some(error),
            Kind::NoOutDir | Kind::NoLinks | Kind::Drift(_) | Kind::Unspeakable(_) => None,
        }
    }
}
