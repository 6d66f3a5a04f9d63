//! `optimize=PATH=speed|code_size`, and what `option optimize_for` says where it says nothing.

use super::Options;
use crate::descriptor::OptimizeMode;

/// What the codec of a message is made for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Optimize {
    /// Code of its own.
    Speed,
    /// The code that all messages share.
    CodeSize,
}

impl Options {
    /// For the message `full_name`, which has a leading dot, in a file that says `option optimize_for = mode`.
    pub(crate) fn optimize(&self, full_name: &str, mode: OptimizeMode) -> Optimize {
        let said = self.optimize.all(full_name).last().copied();
        said.unwrap_or(match mode {
            OptimizeMode::CODE_SIZE => Optimize::CodeSize,
            // LITE_RUNTIME is about what C++ leaves out of its runtime.
            _ => Optimize::Speed,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_decides_unless_a_parameter_does_and_the_last_of_those() {
        let modes = [
            OptimizeMode::SPEED,
            OptimizeMode::CODE_SIZE,
            OptimizeMode::LITE_RUNTIME,
        ];
        let decided = |parameter: &str, name: &str| {
            let options = Options::parse(parameter).unwrap();
            modes.map(|mode| options.optimize(name, mode))
        };
        use Optimize::{CodeSize, Speed};
        assert_eq!(decided("", ".p.M"), [Speed, CodeSize, Speed]);
        assert_eq!(decided("optimize=.=code_size", ".p.M"), [CodeSize; 3]);
        let both = "optimize=.p=code_size,optimize=M.Inner=speed";
        assert_eq!(decided(both, ".p.M"), [CodeSize; 3]);
        assert_eq!(decided(both, ".p.M.Inner"), [Speed; 3]);
        assert_eq!(decided(both, ".q.M"), [Speed, CodeSize, Speed]);
    }
}
