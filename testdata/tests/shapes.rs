//! Messages of extreme shapes on the wire.

use rustgrpc_protobuf::Message;
use testdata::shapes::cycles_pb2::{A, Tree, a};
use testdata::shapes::deep_pb2::Deep;
use testdata::shapes::numbers_pb2::{Numbers, Signed, Signs, numbers};
use testdata::shapes::wide_pb2::{Choices, Maps, Wide, choices};

#[test]
fn wide_messages_have_all_their_fields() {
    let wide = Wide::new().with_field_1(1).with_field_500(*b"-1.5");
    let bytes = wide.serialize();
    assert_eq!(Wide::parse(&bytes), Ok(wide));
    assert_eq!(Wide::descriptor().fields().count(), 500);
    assert_eq!(Maps::descriptor().fields().count(), 12 * 17);
    let choices = Choices::new().with_kind_3(1);
    assert!(matches!(choices.choice, Some(choices::Choice::Kind3(_))));
    assert_eq!(Choices::parse(&choices.serialize()), Ok(choices));
}

#[test]
fn maps_of_everything_survive() {
    let maps = Maps::new()
        .with_bool_to_leaf([(true, testdata::shapes::wide_pb2::Leaf::new().with_text("t"))])
        .with_sint64_to_double([(i64::MIN, f64::MAX)])
        .with_string_to_string([("", "")]);
    assert_eq!(Maps::parse(&maps.serialize()), Ok(maps));
}

#[test]
fn numbers_at_the_ends_have_the_longest_tags() {
    let numbers = Numbers::new()
        .with_first(1)
        .with_largest(numbers::Largest::new().with_a(2))
        .with_largest_map([(3, Numbers::new())]);
    let bytes = b"\x08\x01\xf3\xff\xff\xff\x0f\xf8\xff\xff\xff\x0f\x02\xf4\xff\xff\xff\x0f\
        \xfa\xff\xff\xff\x0f\x04\x08\x03\x12\x00";
    assert_eq!(numbers.serialize(), bytes);
    assert_eq!(Numbers::parse(bytes), Ok(numbers));
}

#[test]
fn enums_may_begin_anywhere_and_have_two_names_for_a_number() {
    assert_eq!(Signed::default(), Signed::MINUS);
    assert_eq!(Signed::NEGATIVE, Signed::MINUS_AGAIN);
    assert_eq!(
        format!("{:?} {:?}", Signed::NEGATIVE, Signed::NOTHING),
        "SIGNED_MINUS SIGNED_ZERO"
    );
    let signs = Signs::new();
    assert_eq!(
        (signs.sign(), signs.least(), signs.alias()),
        (Signed::MINUS, Signed(i32::MIN), Signed(-1))
    );
    assert_eq!((signs.least32(), signs.least64()), (i32::MIN, i64::MIN));
    assert_eq!((signs.tiny(), signs.huge()), (5e-324, f64::MAX));
    assert!(signs.minus_zero() == 0.0 && signs.minus_zero().is_sign_negative());
    assert_eq!(signs.nul(), "\0\r\n\t\\\"'{}");
    assert_eq!(signs.wide(), "\u{2028}日本語🦀");
    assert_eq!(signs.all(), b"\x00\x7f\x80\xff\"\\");
    let signs = Signs::new().with_packed([Signed::LEAST, Signed::MOST, Signed::ZERO]);
    assert_eq!(Signs::parse(&signs.serialize()), Ok(signs));
}

#[test]
fn cycles_and_depths_end() {
    let mut a = A::new();
    a.b_mut()
        .inner_mut()
        .outer_mut()
        .a_mut()
        .many
        .push(A::new());
    a.three_mut().self_mut().outer_mut();
    assert!(matches!(a.choice, Some(a::Choice::Three(_))));
    assert_eq!(A::parse(&a.serialize()), Ok(a));
    let tree = Tree::default();
    assert!(tree.branches.is_empty());
    let mut deep = Deep::new();
    deep.inner_mut().inner_mut().inner_mut().root_mut();
    assert_eq!(Deep::parse(&deep.serialize()), Ok(deep));
}
