//! The decoder's arms and the encoder's steps for a field.

use super::field::{Plurality, Value};
use crate::schema::{Arm, Target};

/// A field as the codec sees it.
pub(super) struct Coded<'a> {
    pub(super) number: u32,
    pub(super) ident: &'a str,
    pub(super) target: &'a Target,
    pub(super) value: &'a Value,
    pub(super) plurality: &'a Plurality,
    pub(super) presence: bool,
    pub(super) packed: bool,
    /// The method that makes a oneof's member the one that is set.
    pub(super) get_mut: &'a str,
    /// Where numbers go that a closed enum does not have.
    pub(super) unknown: &'a str,
}

impl Coded<'_> {
    /// The tags that hold the field, the usual one first.
    pub(super) fn arms(&self) -> Vec<Arm> {
        let Self {
            ident,
            value,
            unknown,
            ..
        } = self;
        let kind = &value.stored_kind;
        let tag = self.number << 3 | value.ty.wire_type();
        let place = format!("&mut self.{ident}");
        let call = match (self.plurality, self.target) {
            (Plurality::Map(key), _) => {
                let tag = self.number << 3 | 2;
                let call = self.entry(key, tag, &place);
                return vec![Arm { tag, call }];
            }
            (Plurality::Repeated, _) => return self.repeated(tag, &place),
            (Plurality::Singular, Target::Oneof { member, variant }) => {
                if let Some(prefix) = value.fallible() {
                    format!("d.{prefix}_member({tag}, &mut self.{member}, {variant}, {unknown})")
                } else if value.ty.is_message() {
                    format!("d.value::<{}>(self.{}())", value.kind, self.get_mut)
                } else {
                    format!("d.member::<{kind}, _>(&mut self.{member}, {variant})")
                }
            }
            (Plurality::Singular, Target::Member) => {
                let method = if self.presence { "optional" } else { "value" };
                match value.fallible() {
                    Some(prefix) => format!("d.{prefix}_{method}({tag}, {place}, {unknown})"),
                    None => format!("d.{method}::<{kind}>({place})"),
                }
            }
        };
        vec![Arm { tag, call }]
    }

    /// The call that writes the field; for a member of a oneof its value is `v`.
    pub(super) fn step(&self) -> String {
        let Self {
            number,
            ident,
            value,
            ..
        } = self;
        let kind = &value.stored_kind;
        match (self.plurality, self.target) {
            (Plurality::Map(key), _) => {
                format!("e.map::<{}, {kind}, _>({number}, &self.{ident})", key.kind)
            }
            (Plurality::Repeated, _) if self.packed => {
                format!("e.packed::<{kind}>({number}, &self.{ident})")
            }
            (Plurality::Repeated, _) => format!("e.repeated::<{kind}>({number}, &self.{ident})"),
            (Plurality::Singular, Target::Oneof { .. }) => {
                format!("e.value::<{kind}>({number}, v)")
            }
            (Plurality::Singular, Target::Member) if self.presence => {
                format!("e.optional::<{kind}>({number}, &self.{ident})")
            }
            (Plurality::Singular, Target::Member) => {
                format!("e.implicit::<{kind}>({number}, &self.{ident})")
            }
        }
    }

    /// The call that reads an entry of a map.
    fn entry(&self, key: &Value, tag: u32, place: &str) -> String {
        let Self { value, unknown, .. } = self;
        let (key, unverified) = (&key.kind, key.unverified || value.unverified);
        let value = if value.closed {
            &value.owned
        } else {
            &value.stored_kind
        };
        match (unverified, self.value.closed) {
            (false, false) => format!("d.map::<{key}, {value}, _>({tag}, {place})"),
            (false, true) => {
                format!("d.closed_map::<{key}, {value}, _>({tag}, {place}, {unknown})")
            }
            (true, false) => {
                format!("d.unverified_map::<{key}, {value}, _>({tag}, {place}, {unknown})")
            }
            (true, true) => {
                format!("d.unverified_closed_map::<{key}, {value}, _>({tag}, {place}, {unknown})")
            }
        }
    }

    /// Packable fields are read in both encodings, whichever was declared.
    fn repeated(&self, tag: u32, place: &str) -> Vec<Arm> {
        let Self { value, unknown, .. } = self;
        let kind = &value.stored_kind;
        let one_by_one = Arm {
            tag,
            call: match value.fallible() {
                Some(prefix) => format!("d.{prefix}_repeated({tag}, {place}, {unknown})"),
                None => format!("d.repeated::<{kind}>({tag}, {place})"),
            },
        };
        if !value.ty.is_packable() {
            return vec![one_by_one];
        }
        let tag = self.number << 3 | 2;
        let packed = Arm {
            tag,
            call: if value.closed {
                format!("d.closed_packed({tag}, {place}, {unknown})")
            } else {
                format!("d.packed::<{kind}>({place})")
            },
        };
        if self.packed {
            vec![packed, one_by_one]
        } else {
            vec![one_by_one, packed]
        }
    }
}
