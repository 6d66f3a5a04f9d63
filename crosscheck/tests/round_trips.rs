//! Random messages survive every way there and back.

use crosscheck::ours::evolution_pb2::{Newer, Older};
use crosscheck::ours::google::protobuf::test_messages_proto2_pb2::TestAllTypesProto2;
use crosscheck::ours::google::protobuf::test_messages_proto3_pb2::TestAllTypesProto3;
use crosscheck::{Random, fill, prosts};
use rustgrpc_protobuf::reflect::DynamicMessage;
use rustgrpc_protobuf::{Message, MessageDescriptor, json_format, text_format};

const MESSAGES: u64 = 150;

fn random<M: Message>(seed: u64, skip: fn(&MessageDescriptor) -> bool) -> M {
    let mut message = M::default();
    fill(&mut message, &mut Random::new(seed), 3, skip);
    message
}

fn nothing(_: &MessageDescriptor) -> bool {
    false
}

/// Through this runtime, generated and dynamic, and through prost's generated `Peer`.
fn there_and_back<M: Message, Peer: prost::Message + Default>() {
    let mut bytes_in_all = 0;
    for seed in 0..MESSAGES {
        let message: M = random(seed, nothing);
        let bytes = message.serialize();
        bytes_in_all += bytes.len();
        assert_eq!(message.byte_size(), bytes.len(), "seed {seed}");
        assert_eq!(M::parse(&bytes).as_ref(), Ok(&message), "seed {seed}");
        let dynamic = DynamicMessage::parse(&M::descriptor(), &bytes).unwrap();
        assert_eq!(
            M::parse(&dynamic.serialize()).as_ref(),
            Ok(&message),
            "dynamic, seed {seed}"
        );
        let peer = Peer::decode(&bytes[..]).unwrap();
        assert_eq!(
            M::parse(&peer.encode_to_vec()).as_ref(),
            Ok(&message),
            "prost, seed {seed}"
        );
    }
    assert!(
        bytes_in_all > 1000 * MESSAGES as usize,
        "{bytes_in_all} bytes are no test"
    );
}

#[test]
fn proto3() {
    there_and_back::<TestAllTypesProto3, prosts::protobuf_test_messages::proto3::TestAllTypesProto3>(
    );
}

#[test]
fn proto2() {
    there_and_back::<TestAllTypesProto2, prosts::protobuf_test_messages::proto2::TestAllTypesProto2>(
    );
}

/// Not every contents of these has a JSON or text form: a time may be out of range, a path no name.
fn well_known(message: &MessageDescriptor) -> bool {
    message.full_name().starts_with("google.protobuf.")
}

#[test]
fn text_and_json() {
    fn check<M: Message>() {
        for seed in 0..MESSAGES {
            let message: M = random(seed, well_known);
            let text = text_format::message_to_string(&message);
            assert_eq!(
                text_format::parse::<M>(&text).as_ref(),
                Ok(&message),
                "{text}"
            );
            let json = json_format::message_to_json(&message).unwrap();
            assert_eq!(
                json_format::parse::<M>(&json).as_ref(),
                Ok(&message),
                "{json}"
            );
        }
    }
    check::<Newer>();
    check::<TestAllTypesProto3>();
}

/// A program with an older schema hands on what it does not know, at every level.
#[test]
fn an_older_schema_loses_nothing() {
    for seed in 0..MESSAGES {
        let newer: Newer = random(seed, nothing);
        let older = Older::parse(&newer.serialize()).unwrap();
        assert_eq!((&older.name, &older.ids), (&newer.name, &newer.ids));
        assert_eq!(Newer::parse(&older.serialize()), Ok(newer), "seed {seed}");
    }
}
