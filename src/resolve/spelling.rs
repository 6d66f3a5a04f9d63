//! Whether names are names. A compiler lets no others through, but requests come from anywhere.

use super::locations::Locations;
use crate::descriptor::{
    DescriptorProto, EnumDescriptorProto, FieldDescriptorProto, FileDescriptorProto, number,
};
use crate::diagnostics::Diagnostics;

/// Checks every name of a file; says whether all are sound.
pub(super) fn check(
    file: &FileDescriptorProto,
    locations: &Locations<'_>,
    diagnostics: &mut Diagnostics,
) -> bool {
    let mut checker = Checker {
        locations,
        diagnostics,
        sound: true,
    };
    let path = file.name();
    if path.chars().any(char::is_control) || path.chars().all(|c| "/\\.".contains(c)) {
        checker.problem(&[], format!("{path:?} is no name of a file"));
    }
    if !file.package().is_empty() {
        for part in file.package().split('.') {
            checker.name(part, &[number::FILE_PACKAGE]);
        }
    }
    checker.messages(&file.message_type, &[number::FILE_MESSAGE]);
    checker.enums(&file.enum_type, &[number::FILE_ENUM]);
    checker.fields(&file.extension, &[number::FILE_EXTENSION]);
    for (index, service) in file.service.iter().enumerate() {
        let place = [number::FILE_SERVICE, index as i32];
        checker.name(service.name(), &place);
        for (index, method) in service.method.iter().enumerate() {
            let place = [&place[..], &[number::SERVICE_METHOD, index as i32]].concat();
            checker.name(method.name(), &place);
        }
    }
    checker.sound
}

struct Checker<'a> {
    locations: &'a Locations<'a>,
    diagnostics: &'a mut Diagnostics,
    sound: bool,
}

impl Checker<'_> {
    fn messages(&mut self, messages: &[DescriptorProto], place: &[i32]) {
        for (index, message) in messages.iter().enumerate() {
            let place = [place, &[index as i32]].concat();
            let below = |field: i32| [&place[..], &[field]].concat();
            self.name(message.name(), &place);
            self.fields(&message.field, &below(number::MESSAGE_FIELD));
            self.fields(&message.extension, &below(number::MESSAGE_EXTENSION));
            for (index, oneof) in message.oneof_decl.iter().enumerate() {
                let place = [&below(number::MESSAGE_ONEOF)[..], &[index as i32]].concat();
                self.name(oneof.name(), &place);
            }
            self.messages(&message.nested_type, &below(number::MESSAGE_NESTED));
            self.enums(&message.enum_type, &below(number::MESSAGE_ENUM));
        }
    }

    fn fields(&mut self, fields: &[FieldDescriptorProto], place: &[i32]) {
        for (index, field) in fields.iter().enumerate() {
            let place = [place, &[index as i32]].concat();
            self.name(field.name(), &place);
        }
    }

    fn enums(&mut self, enums: &[EnumDescriptorProto], place: &[i32]) {
        for (index, enumeration) in enums.iter().enumerate() {
            let place = [place, &[index as i32]].concat();
            self.name(enumeration.name(), &place);
            for (index, value) in enumeration.value.iter().enumerate() {
                let place = [&place[..], &[number::ENUM_VALUE, index as i32]].concat();
                self.name(value.name(), &place);
            }
        }
    }

    fn name(&mut self, name: &str, place: &[i32]) {
        let legal = name.starts_with(|c: char| c == '_' || c.is_ascii_alphabetic())
            && name.chars().all(|c| c == '_' || c.is_ascii_alphanumeric());
        if !legal {
            self.problem(place, format!("`{}` is no name", name.escape_debug()));
        }
    }

    fn problem(&mut self, place: &[i32], text: String) {
        self.diagnostics.push(self.locations.problem(place, text));
        self.sound = false;
    }
}
