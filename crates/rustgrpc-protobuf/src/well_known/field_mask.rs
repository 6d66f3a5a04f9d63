//! `FieldMask`: its text in JSON, sets of paths, merging by mask.

use super::InvalidValue;
use super::mask_tree::Tree;
use crate::descriptor::{FieldDescriptor, Kind, MessageDescriptor};
use crate::google::protobuf::field_mask_pb2::FieldMask;
use crate::reflect::{FieldMut, FieldRef, Reflect, ValueRef};

impl FieldMask {
    /// The paths as in JSON: `aB,c.dE`. Mirrors Python's `ToJsonString`.
    ///
    /// # Errors
    /// If a path cannot be had back from JSON's spelling.
    #[doc(alias = "ToJsonString")]
    pub fn to_json_string(&self) -> Result<String, InvalidValue> {
        let paths: Result<Vec<_>, _> = self.paths.iter().map(|path| camel_case(path)).collect();
        Ok(paths?.join(","))
    }

    /// The mask of a text in JSON. Mirrors Python's `FromJsonString`.
    ///
    /// # Errors
    /// If a path has an underscore.
    #[doc(alias = "FromJsonString")]
    pub fn from_json_string(text: &str) -> Result<Self, InvalidValue> {
        let paths: Result<Vec<_>, _> = match text {
            "" => Ok(Vec::new()),
            _ => text.split(',').map(snake_case).collect(),
        };
        Ok(Self::of(paths?))
    }

    /// A mask of all fields of a message. Mirrors Python's `AllFieldsFromDescriptor`.
    #[doc(alias = "AllFieldsFromDescriptor")]
    pub fn all_fields(message: &MessageDescriptor) -> Self {
        Self::of(
            message
                .fields()
                .map(|field| field.name().to_owned())
                .collect(),
        )
    }

    /// Whether every path leads to a field of the message. Mirrors Python's `IsValidForDescriptor`.
    #[doc(alias = "IsValidForDescriptor")]
    pub fn is_valid_for_descriptor(&self, message: &MessageDescriptor) -> bool {
        self.paths.iter().all(|path| is_valid(path, message))
    }

    /// The same mask without covered paths, in alphabetical order. Mirrors Python's
    /// `CanonicalFormFromMask`.
    #[doc(alias = "CanonicalFormFromMask")]
    pub fn canonical_form(&self) -> Self {
        Self::of(Tree::of(&self.paths).paths())
    }

    /// What either mask covers. Mirrors Python's `Union`.
    #[doc(alias = "Union")]
    pub fn union(&self, other: &Self) -> Self {
        let mut tree = Tree::of(&self.paths);
        other.paths.iter().for_each(|path| tree.add(path));
        Self::of(tree.paths())
    }

    /// What both masks cover. Mirrors Python's `Intersect`.
    #[doc(alias = "Intersect")]
    pub fn intersect(&self, other: &Self) -> Self {
        let tree = Tree::of(&self.paths);
        let mut both = Tree::default();
        // Without covered paths: each part of the tree is walked once.
        for path in Tree::of(&other.paths).paths() {
            tree.intersect(&path, &mut both);
        }
        Self::of(both.paths())
    }

    /// Merges what the mask covers from `source` into `destination`, of the same type: messages are
    /// merged and repeated fields appended, or replaced if the options say so; of single values those
    /// that are not set in `source` are cleared. Mirrors Python's `MergeMessage`.
    ///
    /// # Errors
    /// If a path leads to no field, or the two are of different types; what went before has been merged.
    ///
    /// ```
    /// use rustgrpc_protobuf::google::protobuf::{Duration, FieldMask};
    ///
    /// let mask = FieldMask::from_json_string("seconds")?;
    /// let source = Duration::new().with_seconds(3).with_nanos(9);
    /// let mut target = Duration::new().with_nanos(1);
    /// mask.merge_message(&source, &mut target, false, false)?;
    /// assert_eq!(target, Duration::new().with_seconds(3).with_nanos(1));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[doc(alias = "MergeMessage")]
    pub fn merge_message(
        &self,
        source: &dyn Reflect,
        destination: &mut dyn Reflect,
        replace_message_field: bool,
        replace_repeated_field: bool,
    ) -> Result<(), InvalidValue> {
        let merging = Merging {
            replace_message_field,
            replace_repeated_field,
        };
        merging.fields(&Tree::of(&self.paths), source, destination)
    }

    fn of(paths: Vec<String>) -> Self {
        Self {
            paths,
            ..Default::default()
        }
    }
}

fn camel_case(path: &str) -> Result<String, InvalidValue> {
    let fail =
        |why: &str| InvalidValue::new(format!("Fail to print FieldMask to Json string: {why}"));
    let mut camel = String::with_capacity(path.len());
    let mut after_underscore = false;
    for character in path.chars() {
        if character.is_uppercase() {
            return Err(fail(&format!(
                "Path name {path} must not contain uppercase letters."
            )));
        }
        if std::mem::take(&mut after_underscore) {
            if !character.is_ascii_lowercase() {
                return Err(fail(&format!(
                    "The character after a \"_\" must be a lowercase letter in path name {path}."
                )));
            }
            camel.push(character.to_ascii_uppercase());
        } else if character == '_' {
            after_underscore = true;
        } else {
            camel.push(character);
        }
    }
    if after_underscore {
        return Err(fail(&format!("Trailing \"_\" in path name {path}.")));
    }
    Ok(camel)
}

fn snake_case(path: &str) -> Result<String, InvalidValue> {
    let mut snake = String::with_capacity(path.len());
    for character in path.chars() {
        if character == '_' {
            let text =
                format!("Fail to parse FieldMask: Path name {path} must not contain \"_\"s.");
            return Err(InvalidValue::new(text));
        }
        if character.is_ascii_uppercase() {
            snake.push('_');
        }
        snake.push(character.to_ascii_lowercase());
    }
    Ok(snake)
}

fn is_valid(path: &str, message: &MessageDescriptor) -> bool {
    let Some((outer, last)) = path.rsplit_once('.') else {
        return message.field_by_name(path).is_some();
    };
    let mut message = message.clone();
    for name in outer.split('.') {
        let field = message
            .field_by_name(name)
            .filter(|field| !field.is_repeated());
        match field.map(|field| field.kind()) {
            Some(Kind::Message(inner)) => message = inner,
            _ => return false,
        }
    }
    message.field_by_name(last).is_some()
}

/// What happens to what is there already.
struct Merging {
    replace_message_field: bool,
    replace_repeated_field: bool,
}

impl Merging {
    // As deep as the messages lie within each other: a path ends where its message is not set.
    fn fields(
        &self,
        tree: &Tree,
        source: &dyn Reflect,
        destination: &mut dyn Reflect,
    ) -> Result<(), InvalidValue> {
        let descriptor = source.message_descriptor();
        for (name, child) in &tree.children {
            let full_name = descriptor.full_name();
            let field = descriptor.field_by_name(name).ok_or_else(|| {
                InvalidValue::new(format!(
                    "Error: Can't find field {name} in message {full_name}."
                ))
            })?;
            let contents = source.field_by_number(field.number());
            let contents = contents.map_or(FieldRef::Absent, |field| field.contents());
            if child.children.is_empty() {
                self.field(&field, &contents, destination)
                    .ok_or_else(|| InvalidValue::new("The messages are of different types."))?;
                continue;
            }
            if field.is_repeated() || !matches!(field.kind(), Kind::Message(_)) {
                return Err(InvalidValue::new(format!(
                    "Error: Field {name} in message {full_name} is not a singular message field and \
                     cannot have sub-fields."
                )));
            }
            if let FieldRef::Singular(ValueRef::Message(inner)) = contents {
                let target = match contents_mut(destination, &field) {
                    Some(FieldMut::Singular(slot)) => slot.message_mut(),
                    _ => None,
                };
                let target = target
                    .ok_or_else(|| InvalidValue::new("The messages are of different types."))?;
                self.fields(child, inner, target)?;
            }
        }
        Ok(())
    }

    /// Merges a whole field; `None` if the destination's is of another type.
    fn field(
        &self,
        field: &FieldDescriptor,
        contents: &FieldRef<'_>,
        destination: &mut dyn Reflect,
    ) -> Option<()> {
        let is_message = matches!(field.kind(), Kind::Message(_));
        let replace = if field.is_repeated() {
            self.replace_repeated_field
        } else if is_message {
            self.replace_message_field
        } else {
            true
        };
        if replace {
            destination.clear_by_number(field.number());
        }
        match contents {
            FieldRef::Absent => {}
            FieldRef::Singular(value) => match (value, contents_mut(destination, field)?) {
                (ValueRef::Message(message), FieldMut::Singular(slot)) => {
                    slot.message_mut()?.merge_encoded(&message.encoded()).ok()?;
                }
                (value, FieldMut::Singular(slot)) => slot.set(value.to_value()?).ok()?,
                _ => return None,
            },
            FieldRef::List(source) => {
                let FieldMut::List(list) = contents_mut(destination, field)? else {
                    return None;
                };
                for index in 0..source.len() {
                    match source.at(index) {
                        ValueRef::Message(message) => {
                            list.push_message()?
                                .merge_encoded(&message.encoded())
                                .ok()?;
                        }
                        value => list.push(value.to_value()?).ok()?,
                    }
                }
            }
            FieldRef::Map(source) => {
                let FieldMut::Map(map) = contents_mut(destination, field)? else {
                    return None;
                };
                for (key, value) in source.entries() {
                    match value {
                        ValueRef::Message(message) => {
                            let target = map.insert_message(key.to_value()?).ok()?;
                            target.merge_encoded(&message.encoded()).ok()?;
                        }
                        value => map.insert(key.to_value()?, value.to_value()?).ok()?,
                    }
                }
            }
        }
        Some(())
    }
}

fn contents_mut<'m>(message: &'m mut dyn Reflect, field: &FieldDescriptor) -> Option<FieldMut<'m>> {
    Some(message.field_by_number_mut(field.number())?.contents_mut())
}
