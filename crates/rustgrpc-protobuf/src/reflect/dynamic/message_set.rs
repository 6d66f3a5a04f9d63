//! Message sets: each extension is a group of its number and its message, of proto2's first days.

use super::DynamicMessage;
use super::field::{DynamicField, DynamicValue};
use crate::encode::Encoder;
use crate::wire::{Decoded, Decoder, Fail, wire_type};

/// The tag that begins an item.
pub(crate) const ITEM: u32 = 1 << 3 | wire_type::START_GROUP;
const ITEM_END: u32 = 1 << 3 | wire_type::END_GROUP;
const TYPE_ID: u32 = 2 << 3 | wire_type::VARINT;
const MESSAGE: u32 = 3 << 3 | wire_type::LEN;

/// An item, read as far as its own format goes.
#[derive(Debug, Default)]
pub(crate) struct Item<'a> {
    pub(crate) number: Option<u32>,
    pub(crate) message: Option<&'a [u8]>,
}

impl<'a> Item<'a> {
    /// Reads an item whose first tag has been read. As in C++, of two numbers or messages the first counts.
    pub(crate) fn read(decoder: &mut Decoder<'a>) -> Result<Self, Fail> {
        let mut item = Self::default();
        decoder.descend()?;
        loop {
            match decoder.tag()?.ok_or(Fail)? {
                ITEM_END => {
                    decoder.ascend();
                    return Ok(item);
                }
                TYPE_ID => {
                    let number = decoder.varint()? as u32;
                    item.number.get_or_insert(number);
                }
                MESSAGE => {
                    let message = decoder.bytes()?;
                    item.message.get_or_insert(message);
                }
                other => decoder.skip(other)?,
            }
        }
    }

    /// Reads the fields of an item, without the tags around them.
    pub(crate) fn of_group(group: &'a [u8]) -> Self {
        let mut item = Self::default();
        let mut decoder = Decoder::new(group, crate::wire::RECURSION_LIMIT);
        while let Ok(Some(tag)) = decoder.tag() {
            match tag {
                TYPE_ID => {
                    let Ok(number) = decoder.varint() else { break };
                    item.number.get_or_insert(number as u32);
                }
                MESSAGE => {
                    let Ok(message) = decoder.bytes() else { break };
                    item.message.get_or_insert(message);
                }
                other => {
                    if decoder.skip(other).is_err() {
                        break;
                    }
                }
            }
        }
        item
    }
}

/// Writes an item, last field first.
pub(crate) fn write_item<E: Encoder>(number: u32, encoder: &mut E, message: impl FnOnce(&mut E)) {
    encoder.varint(u64::from(ITEM_END));
    let end = encoder.written();
    message(encoder);
    encoder.close(3, end);
    encoder.varint_field(TYPE_ID, u64::from(number));
    encoder.varint(u64::from(ITEM));
}

impl DynamicMessage {
    /// Reads an item whose first tag has been read, into the extension that it is if that is known.
    pub(super) fn decode_item(&mut self, decoder: &mut Decoder<'_>) -> Decoded {
        let mut look = *decoder;
        let item = Item::read(&mut look)?;
        let (Some(number), Some(bytes)) = (item.number, item.message) else {
            return decoder.unknown(ITEM, &mut self.unknown_fields);
        };
        let extension = self
            .field_descriptor(number)
            .filter(|field| !field.is_repeated());
        let Some(extension) = extension else {
            return decoder.unknown(ITEM, &mut self.unknown_fields);
        };
        *decoder = look;
        // The levels left are those of the bytes around: an item must not begin a count of its own.
        let depth = decoder.depth().checked_sub(1).ok_or(Fail)?;
        let DynamicField::Singular(slot) = self.slot(&extension) else {
            return Err(Fail);
        };
        match slot.value.get_or_insert_with(|| slot.of.default_value()) {
            DynamicValue::Message(message) => message.decode(Decoder::new(bytes, depth)),
            _ => Err(Fail),
        }
    }
}
