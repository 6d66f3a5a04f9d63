//! The implementations that are compared, by shape.

use crate::generated::{ours, prost};
use crate::shapes;
use crate::subject::Subject;

pub struct Shape {
    pub name: &'static str,
    pub bytes: Vec<u8>,
    pub subjects: fn(&[u8]) -> Vec<Subject>,
}

macro_rules! shapes {
    ($($name:ident: $message:ident,)*) => {
        pub fn shapes() -> Vec<Shape> {
            vec![$(Shape {
                name: stringify!($name),
                bytes: shapes::$name(),
                subjects: |bytes| vec![
                    Subject::of_prost::<prost::$message>("prost", bytes),
                    Subject::of_prost::<ours::$message>("rustgrpc", bytes),
                ],
            },)*]
        }
    };
}

shapes! {
    flat: Flat,
    log: LogRecord,
    deep: Event,
    google1: Google1,
    media: MediaFrame,
    packed: Sheet,
    small: Track,
    columns: Columns,
}
