//! Reading a message by its table.

use super::{Coding, Field, Merged, Plurality, Table, Taken, UNKNOWN};
use crate::decode::next_tag;
use crate::google::protobuf::descriptor_pb2::field_descriptor_proto::Type;
use crate::unknown::UnknownFields;
use crate::wire::{Decoded, Decoder, END, Ended, Fail, wire_type};

/// Reads fields from the value of the one whose tag has been read; gives the tag that ends them.
pub(crate) fn decode(message: &mut dyn Coding, mut tag: u32, decoder: &mut Decoder<'_>) -> Ended {
    let table = message.place().table();
    let mut at = 0;
    while !decoder.is_end(tag) {
        tag = next_tag(decode_one(message, table, &mut at, tag, decoder), decoder);
    }
    tag
}

fn decode_one(
    message: &mut dyn Coding,
    table: &Table,
    at: &mut usize,
    tag: u32,
    decoder: &mut Decoder<'_>,
) -> Decoded {
    let before = *decoder;
    if let Some(field) = table.find(tag >> 3, at)
        && field.decode(message, tag, decoder)? == Taken::Yes
    {
        return Ok(());
    }
    *decoder = before;
    match message.coded_mut(UnknownFields::NUMBER) {
        Some(unknown) => unknown.merge(&UNKNOWN, tag, decoder).map(drop),
        None => decoder.skip(tag),
    }
}

/// Merges all fields that are left.
pub(crate) fn merge(message: &mut dyn Coding, mut decoder: Decoder<'_>) -> Decoded {
    let tag = decoder.next_tag();
    match decode(message, tag, &mut decoder) {
        END => Ok(()),
        _ => Err(Fail),
    }
}

/// Merges a message's value; a group's only into a message without code of its own.
pub(crate) fn merge_value(message: &mut dyn Coding, tag: u32, decoder: &mut Decoder<'_>) -> Merged {
    if tag & 7 == wire_type::START_GROUP {
        decoder.group_by_table(tag >> 3, message)?;
    } else {
        message.merge(decoder.nested()?)?;
    }
    Ok(Taken::Yes)
}

impl Field {
    fn decode(&self, message: &mut dyn Coding, tag: u32, decoder: &mut Decoder<'_>) -> Merged {
        let is_delimited = tag & 7 == wire_type::LEN;
        let is_as_declared = tag & 7 == self.of.wire_type;
        let (is_packed, fits) = match &self.plurality {
            Plurality::Singular => (false, is_as_declared),
            Plurality::Repeated { .. } => {
                let is_packed = is_delimited && self.of.is_packable();
                (is_packed, is_packed || is_as_declared)
            }
            Plurality::Map { .. } => (false, is_delimited),
        };
        if !fits {
            return Ok(Taken::No);
        }
        if !self.is_plain {
            if is_packed {
                self.decode_known(message, tag, decoder)?;
                return Ok(Taken::Yes);
            }
            if self.is_oneof_member && self.refuses(*decoder)? {
                return Ok(Taken::No);
            }
        }
        let found = message.coded_mut(self.number).ok_or(Fail)?;
        found.merge(self, tag, decoder)
    }

    /// Whether the value is none of the field's: then a oneof stays as it is, and is not asked for the field.
    #[cold]
    fn refuses(&self, mut decoder: Decoder<'_>) -> Result<bool, Fail> {
        if self.of.ty == Type::STRING {
            let mut text = String::new();
            return Ok(!self.of.is_validated && decoder.string(&mut text).is_err());
        }
        Ok(!self.of.knows(decoder.varint()? as i32))
    }

    /// The packed numbers that a closed enum knows; each of the others is an unknown field of its own.
    #[cold]
    fn decode_known(
        &self,
        message: &mut dyn Coding,
        tag: u32,
        decoder: &mut Decoder<'_>,
    ) -> Decoded {
        let mut numbers = decoder.nested_scalars()?;
        while !numbers.is_at_end() {
            let before = numbers;
            let number = numbers.varint()?;
            if self.of.knows(number as i32) {
                let bytes = &before.rest()[..before.left() - numbers.left()];
                let found = message.coded_mut(self.number).ok_or(Fail)?;
                let tag = tag & !7 | wire_type::VARINT;
                found.merge(self, tag, &mut Decoder::new(bytes, decoder.depth()))?;
            } else if let Some(unknown) = message.coded_mut(UnknownFields::NUMBER) {
                // With the bits that the enum has no room for.
                let tag = tag & !7 | wire_type::VARINT;
                let mut bytes = Vec::new();
                prost::encoding::encode_varint(number, &mut bytes);
                unknown.merge(&UNKNOWN, tag, &mut Decoder::new(&bytes, decoder.depth()))?;
            }
        }
        Ok(())
    }
}
