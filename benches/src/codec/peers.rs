//! The implementations that are compared, by shape.

#[cfg(feature = "code_size")]
use crate::generated::code_size;
#[cfg(feature = "peers")]
use crate::generated::{buffa, google, quick};
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
                    #[cfg(feature = "code_size")]
                    Subject::of_prost::<code_size::$message>("rustgrpc, CODE_SIZE", bytes),
                    #[cfg(feature = "peers")]
                    of_buffa::<buffa::$message>(bytes),
                    #[cfg(feature = "peers")]
                    of_google::<google::$message>(bytes),
                    #[cfg(feature = "peers")]
                    of_quick::<quick::$message>(bytes),
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

#[cfg(feature = "peers")]
fn of_buffa<M: ::buffa::Message + 'static>(bytes: &[u8]) -> Subject {
    Subject::new(
        "buffa",
        bytes,
        |bytes| M::decode_from_slice(bytes).expect("the shapes are valid"),
        M::encode_to_vec,
        Some(Box::new(|message: &M, buffer: &mut Vec<u8>| {
            message.encode(buffer)
        })),
    )
}

/// Google's has no way to encode into a buffer that is there.
#[cfg(feature = "peers")]
fn of_google<M: protobuf::Parse + protobuf::Serialize + Clone + 'static>(bytes: &[u8]) -> Subject {
    Subject::new(
        "protobuf",
        bytes,
        |bytes| M::parse(bytes).expect("the shapes are valid"),
        |message| message.serialize().expect("nothing is required"),
        None,
    )
}

#[cfg(feature = "peers")]
fn of_quick<M>(bytes: &[u8]) -> Subject
where
    M: for<'a> quick_protobuf::MessageRead<'a> + quick_protobuf::MessageWrite + Clone + 'static,
{
    let encode_into = |message: &M, buffer: &mut Vec<u8>| {
        let mut writer = quick_protobuf::Writer::new(buffer);
        message.write_message(&mut writer).expect("a Vec grows");
    };
    Subject::new(
        "quick-protobuf",
        bytes,
        |bytes| {
            let mut reader = quick_protobuf::BytesReader::from_bytes(bytes);
            M::from_reader(&mut reader, bytes).expect("the shapes are valid")
        },
        move |message| {
            let mut buffer = Vec::with_capacity(message.get_size());
            encode_into(message, &mut buffer);
            buffer
        },
        Some(Box::new(encode_into)),
    )
}
