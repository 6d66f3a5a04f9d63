//! What templates write in one way everywhere.

/// Doc lines with their `///`.
#[askama::filter_fn]
pub(crate) fn docs(lines: &[String], _: &dyn askama::Values) -> askama::Result<String> {
    let length = lines.iter().map(|line| line.len() + 5).sum();
    let mut out = String::with_capacity(length);
    for line in lines {
        out.push_str(if line.is_empty() { "///" } else { "/// " });
        out.push_str(line);
        out.push('\n');
    }
    Ok(out)
}

/// `#[allow(…)]`, if there is something to allow.
#[askama::filter_fn]
pub(crate) fn allow(lints: &[&'static str], _: &dyn askama::Values) -> askama::Result<String> {
    Ok(match lints {
        [] => String::new(),
        lints => format!("#[allow({})]", lints.join(", ")),
    })
}

/// `#[deprecated]`, if it is.
#[askama::filter_fn]
pub(crate) fn deprecated(
    deprecated: &bool,
    _: &dyn askama::Values,
) -> askama::Result<&'static str> {
    Ok(if *deprecated { "#[deprecated]" } else { "" })
}

/// Attributes of users, one per line.
#[askama::filter_fn]
pub(crate) fn lines(attributes: &[String], _: &dyn askama::Values) -> askama::Result<String> {
    Ok(attributes.join("\n"))
}
