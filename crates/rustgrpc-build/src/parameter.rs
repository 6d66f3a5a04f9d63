//! The plugin's parameter string: `key=value,key=value`; inside a value `\,` is a comma and `\\` a backslash.

/// Collects entries in the order in which they were set.
#[derive(Clone, Debug, Default)]
pub(crate) struct Parameter(String);

impl Parameter {
    pub(crate) fn flag(&mut self, key: &str) {
        self.push(key);
    }

    pub(crate) fn set(&mut self, key: &str, value: &str) {
        self.push(&format!("{key}={value}"));
    }

    pub(crate) fn set_for(&mut self, key: &str, path: &str, value: &str) {
        self.push(&format!("{key}={path}={value}"));
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    fn push(&mut self, entry: &str) {
        if !self.0.is_empty() {
            self.0.push(',');
        }
        self.0
            .push_str(&entry.replace('\\', r"\\").replace(',', r"\,"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commas_and_backslashes_inside_a_value_are_escaped() {
        let mut parameter = Parameter::default();
        parameter.flag("strict_servicers");
        parameter.set("bytes", ".a.B");
        parameter.set_for("type_attribute", ".", r#"#[doc(alias = "a\b, c")]"#);
        assert_eq!(
            parameter.as_str(),
            r#"strict_servicers,bytes=.a.B,type_attribute=.=#[doc(alias = "a\\b\, c")]"#
        );
    }
}
