//! One implementation on one shape: the operations that are measured.

use std::hint::black_box;

use crate::allocations;

/// What is measured.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Operation {
    /// From bytes to a message that owns its data, which is dropped.
    Decode,
    /// To a fresh `Vec`.
    Encode,
    /// Into a `Vec` that has been used before.
    EncodeReused,
    /// A copy of the message, which is dropped.
    Clone,
}

pub const OPERATIONS: [(Operation, &str); 4] = [
    (Operation::Decode, "decode"),
    (Operation::Encode, "encode"),
    (Operation::EncodeReused, "encode_reused"),
    (Operation::Clone, "clone"),
];

pub struct Subject {
    pub peer: &'static str,
    run: Box<dyn Fn(Operation, usize)>,
    encodes_into: bool,
}

/// Appends to an empty buffer.
pub type EncodeInto<M> = Box<dyn Fn(&M, &mut Vec<u8>)>;

impl Subject {
    /// Panics if what is encoded are not the bytes that were given, but for the order of a map: all have to do the
    /// same work.
    pub fn new<M: Clone + 'static>(
        peer: &'static str,
        bytes: &[u8],
        decode: impl Fn(&[u8]) -> M + 'static,
        encode: impl Fn(&M) -> Vec<u8> + 'static,
        encode_into: Option<EncodeInto<M>>,
    ) -> Self {
        let bytes = bytes.to_vec();
        let message = decode(&bytes);
        let encodes_into = encode_into.is_some();
        let encode_into = encode_into.unwrap_or_else(|| Box::new(|_, _| {}));
        let mut buffer = Vec::new();
        encode_into(&message, &mut buffer);
        let encoded = encodes_into.then(|| buffer.clone());
        for encoded in encoded.into_iter().chain([encode(&message)]) {
            assert_eq!(sorted(&encoded), sorted(&bytes), "{peer} changes something");
            assert_eq!(sorted(&encode(&decode(&encoded))), sorted(&bytes), "{peer}");
        }
        let buffer = std::cell::RefCell::new(buffer);
        let run = move |operation, times| match operation {
            Operation::Decode => {
                for _ in 0..times {
                    black_box(decode(black_box(&bytes)));
                }
            }
            Operation::Encode => {
                for _ in 0..times {
                    black_box(encode(black_box(&message)));
                }
            }
            Operation::EncodeReused => {
                let mut buffer = buffer.borrow_mut();
                for _ in 0..times {
                    buffer.clear();
                    encode_into(black_box(&message), &mut buffer);
                    black_box(&*buffer);
                }
            }
            Operation::Clone => {
                for _ in 0..times {
                    black_box(black_box(&message).clone());
                }
            }
        };
        Self {
            peer,
            run: Box::new(run),
            encodes_into,
        }
    }

    /// Whether the implementation can do this.
    pub fn can(&self, operation: Operation) -> bool {
        operation != Operation::EncodeReused || self.encodes_into
    }

    /// Of any implementation of prost's trait.
    pub fn of_prost<M: prost::Message + Default + Clone + 'static>(
        peer: &'static str,
        bytes: &[u8],
    ) -> Self {
        Self::new(
            peer,
            bytes,
            |bytes| M::decode(bytes).expect("the shapes are valid"),
            M::encode_to_vec,
            Some(Box::new(|message: &M, buffer: &mut Vec<u8>| {
                message.encode(buffer).expect("a Vec grows");
            })),
        )
    }

    pub fn run(&self, operation: Operation, times: usize) {
        (self.run)(operation, times);
    }

    /// How often one operation allocates.
    pub fn allocations(&self, operation: Operation) -> u64 {
        self.run(operation, 1);
        let before = allocations::count();
        self.run(operation, 1);
        allocations::count() - before
    }
}

fn sorted(bytes: &[u8]) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    bytes.sort_unstable();
    bytes
}
