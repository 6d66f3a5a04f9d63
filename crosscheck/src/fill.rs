//! Fills a message of any type with random contents, by its descriptor.

use rustgrpc_protobuf::reflect::{FieldMut, Reflect, Value};
use rustgrpc_protobuf::{DescriptorPool, FieldDescriptor, Kind, MessageDescriptor};

use crate::Random;

/// Sets about half of the fields of `message`, and of the messages in it down to `depth` levels; the
/// extensions of `pool` too, where the message holds extensions as fields.
/// Fields of messages for which `skip` says so are left unset.
pub fn fill(
    message: &mut dyn Reflect,
    random: &mut Random,
    depth: usize,
    pool: &DescriptorPool,
    skip: fn(&MessageDescriptor) -> bool,
) {
    let descriptor = message.message_descriptor();
    let mut extensions = pool.extensions_of(descriptor.full_name());
    extensions.sort_by_key(|extension| extension.number());
    for field in descriptor.fields().chain(extensions.into_iter().cloned()) {
        let kind = field
            .map_entry()
            .map_or_else(|| field.kind(), |(_, value)| value.kind());
        let is_message = match &kind {
            Kind::Message(message) if depth == 0 || skip(message) => continue,
            kind => matches!(kind, Kind::Message(_)),
        };
        if random.once_in(2) {
            continue;
        }
        let contents = if field.is_extension() {
            message.extension_mut(&field)
        } else {
            message.field_by_number_mut(field.number())
        };
        let Some(contents) = contents else {
            continue;
        };
        let nested = |message: &mut dyn Reflect, random: &mut Random| {
            fill(message, random, depth - 1, pool, skip);
        };
        match contents.contents_mut() {
            FieldMut::Singular(slot) => match slot.message_mut() {
                Some(message) => nested(message, random),
                None => slot
                    .set(value(&field, random))
                    .expect("a value of the field's type"),
            },
            FieldMut::List(list) => {
                for _ in 0..random.below(4) {
                    if is_message {
                        nested(list.push_message().expect("a list of messages"), random);
                    } else {
                        list.push(value(&field, random))
                            .expect("a value of the field's type");
                    }
                }
            }
            FieldMut::Map(map) => {
                let (key, mapped) = field.map_entry().expect("a map has entries");
                for _ in 0..random.below(4) {
                    let key = value(&key, random);
                    if is_message {
                        nested(map.insert_message(key).expect("a map of messages"), random);
                    } else {
                        let mapped = value(&mapped, random);
                        map.insert(key, mapped)
                            .expect("values of the field's types");
                    }
                }
            }
        }
    }
}

/// A value that is no message. NaN equals nothing, and prost takes −0.0 for a default: both are left out.
fn value(field: &FieldDescriptor, random: &mut Random) -> Value {
    match field.kind() {
        Kind::Double => Value::Double(match random.below(8) {
            0 => f64::INFINITY,
            1 => f64::MIN_POSITIVE,
            2 => f64::MAX,
            _ => random.number() as i64 as f64 / 1024.0 + 0.0,
        }),
        Kind::Float => Value::Float(match random.below(8) {
            0 => f32::NEG_INFINITY,
            1 => f32::MAX,
            _ => random.number() as i32 as f32 / 64.0 + 0.0,
        }),
        Kind::Int32 | Kind::Sint32 | Kind::Sfixed32 => Value::Int32(random.number() as i32),
        Kind::Int64 | Kind::Sint64 | Kind::Sfixed64 => Value::Int64(random.number() as i64),
        Kind::Uint32 | Kind::Fixed32 => Value::Uint32(random.number() as u32),
        Kind::Uint64 | Kind::Fixed64 => Value::Uint64(random.number()),
        Kind::Bool => Value::Bool(random.once_in(2)),
        Kind::String => Value::String(random.text()),
        Kind::Bytes => Value::Bytes(random.blob()),
        // JSON has one text for all numbers of `NullValue`.
        Kind::Enum(found)
            if found.is_closed() || found.values().len() == 1 || random.once_in(2) =>
        {
            let values: Vec<_> = found.values().map(|value| value.number()).collect();
            Value::Enum(values[random.below(values.len())])
        }
        Kind::Enum(_) => Value::Enum(random.number() as i32),
        Kind::Message(_) | Kind::Foreign => unreachable!("messages are filled, not set"),
    }
}
