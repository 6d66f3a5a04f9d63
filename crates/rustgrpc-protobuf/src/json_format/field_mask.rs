//! `FieldMask` as JSON has it: paths in camel case, separated by commas.

/// `aB,c.dE` of `["a_b", "c.d_e"]`; fails where a path would not come back as it was.
pub(super) fn text_of<'a>(paths: impl Iterator<Item = &'a str>) -> Result<String, String> {
    let mut text = String::new();
    for (index, path) in paths.enumerate() {
        if index > 0 {
            text.push(',');
        }
        write_camel_case(path, &mut text)?;
    }
    Ok(text)
}

/// `["a_b", "c.d_e"]` of `aB,c.dE`.
pub(super) fn paths_of(text: &str) -> Result<Vec<String>, String> {
    if text.is_empty() {
        return Ok(Vec::new());
    }
    text.split(',').map(snake_case).collect()
}

fn write_camel_case(path: &str, text: &mut String) -> Result<(), String> {
    let fail = |why: String| Err(format!("Fail to print FieldMask to Json string: {why}."));
    let mut after_underscore = false;
    for character in path.chars() {
        if character.is_ascii_uppercase() {
            return fail(format!(
                "Path name {path} must not contain uppercase letters"
            ));
        }
        match character {
            '_' if !after_underscore => after_underscore = true,
            _ if !after_underscore => text.push(character),
            'a'..='z' => {
                text.push(character.to_ascii_uppercase());
                after_underscore = false;
            }
            _ => {
                return fail(format!(
                    "The character after a \"_\" must be a lowercase letter in path name {path}"
                ));
            }
        }
    }
    if after_underscore {
        return fail(format!("Trailing \"_\" in path name {path}"));
    }
    Ok(())
}

fn snake_case(path: &str) -> Result<String, String> {
    let mut snake = String::with_capacity(path.len());
    for character in path.chars() {
        match character {
            '_' => {
                return Err(format!(
                    "Fail to parse FieldMask: Path name {path} must not contain \"_\"s."
                ));
            }
            'A'..='Z' => {
                snake.push('_');
                snake.push(character.to_ascii_lowercase());
            }
            _ => snake.push(character),
        }
    }
    Ok(snake)
}
