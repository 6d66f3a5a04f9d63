//! The text format: what `Display` of a message writes, and Python's `str(message)`.

mod number;
mod printer;

pub use printer::display_message;
