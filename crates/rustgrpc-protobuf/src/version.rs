//! The check that a runtime is not older than the generator whose code it carries.

/// Fails to compile, when called in a constant, if this runtime is older than `generator`.
///
/// One-sided: a newer runtime carries older code.
pub const fn require_version(generator: &str) {
    let (needed, have) = (parse(generator), parse(env!("CARGO_PKG_VERSION")));
    let mut part = 0;
    while part < 3 {
        if have[part] > needed[part] {
            return;
        }
        assert!(
            have[part] == needed[part],
            "this code was written by a protoc-gen-rustgrpc that is newer than the rustgrpc runtime: \
             run `cargo update -p rustgrpc -p rustgrpc-protobuf`, or generate it again with the older plugin"
        );
        part += 1;
    }
}

/// Major, minor and patch; what is behind them does not count.
const fn parse(version: &str) -> [u32; 3] {
    let bytes = version.as_bytes();
    let (mut parts, mut part, mut at) = ([0; 3], 0, 0);
    while at < bytes.len() && part < 3 {
        match bytes[at] {
            digit @ b'0'..=b'9' => parts[part] = parts[part] * 10 + (digit - b'0') as u32,
            b'.' => part += 1,
            _ => break,
        }
        at += 1;
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refuses_newer_code_only() {
        assert_eq!(parse("1.20.3-rc.1"), [1, 20, 3]);
        require_version(env!("CARGO_PKG_VERSION"));
        require_version("0.0.999");
        assert!(std::panic::catch_unwind(|| require_version("999.0.0")).is_err());
    }
}
