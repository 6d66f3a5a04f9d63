//! Dynamic messages in place of those whose Rust type hides some of their fields.

use super::{DynamicMessage, Reflect};

/// The message as a dynamic one, if it has messages of other generators in it: these cannot be looked
/// at, but written, and the descriptor says what they hold.
pub(crate) fn stand_in(message: &dyn Reflect) -> Option<DynamicMessage> {
    if !message.has_foreign_fields() {
        return None;
    }
    DynamicMessage::parse(&message.message_descriptor(), &message.encoded()).ok()
}

/// Changes the message itself, or its stand-in, from which it is made anew then.
pub(crate) fn change<R>(
    message: &mut dyn Reflect,
    change: impl FnOnce(&mut dyn Reflect) -> R,
) -> R {
    let Some(mut dynamic) = stand_in(message) else {
        return change(message);
    };
    let result = change(&mut dynamic);
    for field in message.message_descriptor().fields() {
        message.clear_by_number(field.number());
    }
    if let Some(unknown) = message.unknown_mut() {
        unknown.clear();
    }
    message
        .merge_encoded(&dynamic.serialize())
        .expect("a message takes what its descriptor allows");
    result
}
