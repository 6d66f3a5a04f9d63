//! What the well-known types can beyond their fields; the values are those of protobuf for Python.

use std::collections::{BTreeMap, HashMap};

use rustgrpc_protobuf::Message;
use rustgrpc_protobuf::google::protobuf::{
    Any, BoolValue, BytesValue, Duration, EnumDescriptorProto, FieldDescriptorProto, FieldMask,
    FileDescriptorProto, Int64Value, ListValue, StringValue, Struct, Timestamp, Value,
};

#[test]
fn timestamps_in_json() {
    let cases = [
        ("1970-01-01T00:00:00Z", 0, 0, "1970-01-01T00:00:00Z"),
        (
            "2024-01-02T03:04:05.678901Z",
            1_704_164_645,
            678_901_000,
            "2024-01-02T03:04:05.678901Z",
        ),
        (
            "2024-01-01T14:04:05.5-05:00",
            1_704_135_845,
            500_000_000,
            "2024-01-01T19:04:05.500Z",
        ),
        (
            "2024-02-29T23:59:59.000000001+01:30",
            1_709_245_799,
            1,
            "2024-02-29T22:29:59.000000001Z",
        ),
        (
            "0001-01-01T00:00:00Z",
            -62_135_596_800,
            0,
            "0001-01-01T00:00:00Z",
        ),
        (
            "9999-12-31T23:59:59.999999999Z",
            253_402_300_799,
            999_999_999,
            "9999-12-31T23:59:59.999999999Z",
        ),
        (
            "1969-12-31T23:59:59.9Z",
            -1,
            900_000_000,
            "1969-12-31T23:59:59.900Z",
        ),
        (
            "1600-02-29T00:00:00Z",
            -11_670_998_400,
            0,
            "1600-02-29T00:00:00Z",
        ),
    ];
    for (text, seconds, nanos, again) in cases {
        let time = Timestamp::from_json_string(text).unwrap();
        assert_eq!((time.seconds, time.nanos), (seconds, nanos), "{text}");
        assert_eq!(time.to_json_string().unwrap(), again);
    }
    let refused = [
        (
            "2024-01-01T00:00:00",
            "time data '2024-01' does not match format '%Y-%m-%dT%H:%M:%S'",
        ),
        (
            "2024",
            "Failed to parse timestamp: missing valid timezone offset.",
        ),
        (
            "2024-01-01t00:00:00Z",
            "time data '2024-01-01t00:00:00' does not match format '%Y-%m-%dT%H:%M:%S'",
        ),
        (
            "2023-02-29T00:00:00Z",
            "time data '2023-02-29T00:00:00' does not match format '%Y-%m-%dT%H:%M:%S'",
        ),
        (
            "2024-13-01T00:00:00Z",
            "time data '2024-13-01T00:00:00' does not match format '%Y-%m-%dT%H:%M:%S'",
        ),
        (
            "2024-01-01T24:00:00Z",
            "time data '2024-01-01T24:00:00' does not match format '%Y-%m-%dT%H:%M:%S'",
        ),
        (
            "0000-01-01T00:00:00Z",
            "time data '0000-01-01T00:00:00' does not match format '%Y-%m-%dT%H:%M:%S'",
        ),
        (
            "2024-01-01T00:00:00Zx",
            "Failed to parse timestamp: invalid trailing data 2024-01-01T00:00:00Zx.",
        ),
        (
            "2024-01-01T00:00:00+0100",
            "Invalid timezone offset value: +0100.",
        ),
        (
            "2024-01-01T00:00:00.0000000001Z",
            "Failed to parse Timestamp: nanos 0000000001 more than 9 fractional digits.",
        ),
        (
            "2024-01-01T00:00:00.Z",
            "Failed to parse Timestamp: nanos .",
        ),
        (
            "0001-01-01T00:00:00+01:00",
            "Timestamp is not valid: Seconds -62135600400 must be in range [-62135596800, 253402300799].",
        ),
        (
            "é024-01-01T00:00:0Z",
            "time data 'é024-01-01T00:00:0' does not match format '%Y-%m-%dT%H:%M:%S'",
        ),
    ];
    for (text, expected) in refused {
        let error = Timestamp::from_json_string(text).unwrap_err().to_string();
        assert!(error.starts_with(expected), "{text}: {error}");
    }
    let wrong = Timestamp::new()
        .with_nanos(-1)
        .to_json_string()
        .unwrap_err();
    assert_eq!(
        wrong.to_string(),
        "Timestamp is not valid: Nanos -1 must be in a range [0, 999999]."
    );
}

#[test]
fn timestamps_in_units() {
    let time = Timestamp::from_micros(1_704_164_645_678_901).unwrap();
    assert_eq!((time.seconds, time.nanos), (1_704_164_645, 678_901_000));
    assert_eq!(time.to_seconds(), Ok(1_704_164_645));
    assert_eq!(time.to_millis(), Ok(1_704_164_645_678));
    assert_eq!(time.to_micros(), Ok(1_704_164_645_678_901));
    assert_eq!(time.to_nanos(), Ok(1_704_164_645_678_901_000));
    let cases = [
        (Timestamp::from_seconds(5), 5, 0),
        (Timestamp::from_millis(1500), 1, 500_000_000),
        (Timestamp::from_millis(-1), -1, 999_000_000),
        (Timestamp::from_nanos(7), 0, 7),
        (Timestamp::from_nanos(-7), -1, 999_999_993),
    ];
    for (time, seconds, nanos) in cases {
        let time = time.unwrap();
        assert_eq!((time.seconds, time.nanos), (seconds, nanos));
    }
    for refused in [
        Timestamp::from_seconds(i64::MAX),
        Timestamp::from_seconds(253_402_300_800),
        Timestamp::from_nanos(i128::MAX / 2),
        Timestamp::from_micros(i64::MIN),
    ] {
        let error = refused.unwrap_err().to_string();
        assert!(
            error.starts_with("Timestamp is not valid: Seconds "),
            "{error}"
        );
    }
    assert!(Timestamp::new().with_seconds(i64::MAX).to_millis().is_err());
    assert!(Timestamp::now().to_nanos().unwrap() > 1_600_000_000_000_000_000);
}

#[test]
fn durations() {
    let cases = [
        ("0s", 0, 0, "0s"),
        ("86400.005s", 86_400, 5_000_000, "86400.005s"),
        ("-1.5s", -1, -500_000_000, "-1.500s"),
        ("-0.000000001s", 0, -1, "-0.000000001s"),
        ("1.01s", 1, 10_000_000, "1.010s"),
        ("1.0000001s", 1, 100, "1.000000100s"),
        ("315576000000s", 315_576_000_000, 0, "315576000000s"),
    ];
    for (text, seconds, nanos, again) in cases {
        let duration = Duration::from_json_string(text).unwrap();
        assert_eq!(
            (duration.seconds, duration.nanos),
            (seconds, nanos),
            "{text}"
        );
        assert_eq!(duration.to_json_string().unwrap(), again);
    }
    let refused = [
        ("5", "Duration must end with letter \"s\": 5."),
        ("", "Duration must end with letter \"s\": ."),
        ("s", "Couldn't parse duration: s : "),
        ("1e3s", "Couldn't parse duration: 1e3s : "),
        ("--1s", "Couldn't parse duration: --1s : "),
        ("1.s", "Couldn't parse duration: 1.s : "),
        ("1.0000000001s", "Couldn't parse duration: 1.0000000001s : "),
        (
            "315576000001s",
            "Couldn't parse duration: 315576000001s : Duration is not valid: Seconds 315576000001 must be in range [-315576000000, 315576000000].",
        ),
    ];
    for (text, expected) in refused {
        let error = Duration::from_json_string(text).unwrap_err().to_string();
        assert!(error.starts_with(expected), "{text}: {error}");
    }
    for (seconds, nanos, expected) in [
        (
            1_000_000_000_000,
            0,
            "Seconds 1000000000000 must be in range [-315576000000, 315576000000].",
        ),
        (
            0,
            1_000_000_000,
            "Nanos 1000000000 must be in range [-999999999, 999999999].",
        ),
        (1, -1, "Sign mismatch."),
    ] {
        let duration = Duration::new().with_seconds(seconds).with_nanos(nanos);
        let error = duration.to_json_string().unwrap_err().to_string();
        assert_eq!(error, format!("Duration is not valid: {expected}"));
    }
    let made = [
        (Duration::from_seconds(-3), -3, 0),
        (Duration::from_millis(86_400_005), 86_400, 5_000_000),
        (Duration::from_millis(-1500), -1, -500_000_000),
        (Duration::from_micros(-1), 0, -1_000),
        (Duration::from_nanos(i64::MIN), -9_223_372_036, -854_775_808),
    ];
    for (duration, seconds, nanos) in made {
        assert_eq!((duration.seconds, duration.nanos), (seconds, nanos));
    }
    let half = Duration::from_nanos(-1_500_000_001);
    assert_eq!(half.to_seconds(), -1);
    assert_eq!(half.to_millis(), -1_500);
    assert_eq!(half.to_micros(), -1_500_000);
    assert_eq!(half.to_nanos(), -1_500_000_001);
    assert_eq!(
        Duration::from_seconds(i64::MAX).to_nanos(),
        i128::from(i64::MAX) * 1_000_000_000
    );
}

#[test]
fn structs() {
    let mut message = Struct::from([("a", 1.0)]);
    message.insert("b", "x");
    message.insert("l", vec![Value::from(1), "y".into(), ().into()]);
    message.extend([("o", BTreeMap::from([("q", 1.5f32)]))]);
    message["d"] = Struct::from([("k", true)]).into();
    message.insert("n", None::<bool>);
    assert_eq!(message["a"].as_f64(), Some(1.0));
    assert_eq!(message["b"].as_str(), Some("x"));
    assert_eq!(message["d"]["k"].as_bool(), Some(true));
    assert_eq!(message["o"]["q"].as_f64(), Some(1.5));
    assert_eq!(message["l"][1].as_str(), Some("y"));
    assert_eq!(message["l"].as_list().map(<[Value]>::len), Some(3));
    assert!(message["l"][2].is_null() && message["l"][9].is_null());
    assert!(message["nothing"]["at"][0]["all"].is_null());
    assert!(message.get("n").is_some() && message.get("nothing").is_none());
    assert_eq!(message["a"].as_str(), None);
    assert_eq!(message["n"].as_struct(), None);
    assert_eq!(message["n"], Value::null());
    message.struct_mut("s").insert("k", 1);
    message.struct_mut("s").list_mut("l").push("e");
    message.insert("other", 1);
    message.list_mut("other").add_struct().insert("k", true);
    message.list_mut("other").add_list().push(());
    assert_eq!(message["s"]["k"].as_f64(), Some(1.0));
    assert_eq!(message["s"]["l"][0].as_str(), Some("e"));
    assert_eq!(message["other"][0]["k"].as_bool(), Some(true));
    assert!(message["other"][1][0].is_null());
    let list: ListValue = [5u32, 6].into_iter().collect();
    assert_eq!(list, ListValue::from(vec![5.0, 6.0]));
    assert_eq!(list[0], Value::from(5));
    assert!(list[2].is_null());
    assert_eq!(Value::from(list.clone()), Value::from(vec![5, 6]));
    assert_eq!(
        Value::from(HashMap::from([("a", "b")]))["a"].as_str(),
        Some("b")
    );
    assert_eq!(Value::from("x".to_owned()).serialize(), b"\x1a\x01x");
    assert_eq!(Value::null().serialize(), b"\x08\x00");
}

#[test]
fn field_masks() {
    let mask = |paths: &[&str]| FieldMask::new().with_paths(paths.iter().copied());
    assert_eq!(mask(&["a_b", "c.d_e"]).to_json_string().unwrap(), "aB,c.dE");
    assert_eq!(
        FieldMask::from_json_string("aB,c.dE"),
        Ok(mask(&["a_b", "c.d_e"]))
    );
    assert_eq!(FieldMask::from_json_string(""), Ok(mask(&[])));
    for (path, expected) in [
        (
            "aB",
            "Fail to print FieldMask to Json string: Path name aB must not contain uppercase letters.",
        ),
        (
            "a__b",
            "Fail to print FieldMask to Json string: The character after a \"_\" must be a lowercase letter in path name a__b.",
        ),
        (
            "a_3",
            "Fail to print FieldMask to Json string: The character after a \"_\" must be a lowercase letter in path name a_3.",
        ),
        (
            "a_",
            "Fail to print FieldMask to Json string: Trailing \"_\" in path name a_.",
        ),
    ] {
        let error = mask(&[path]).to_json_string().unwrap_err();
        assert_eq!(error.to_string(), expected);
    }
    let error = FieldMask::from_json_string("a_b").unwrap_err();
    assert_eq!(
        error.to_string(),
        "Fail to parse FieldMask: Path name a_b must not contain \"_\"s."
    );

    assert_eq!(
        FieldMask::all_fields(&Timestamp::descriptor()),
        mask(&["seconds", "nanos"])
    );
    let field = FieldDescriptorProto::descriptor();
    for (path, valid) in [
        ("name", true),
        ("options.deprecated", true),
        ("options.features.enum_type", true),
        ("options.uninterpreted_option.name", false),
        ("name.x", false),
        ("zz", false),
        ("options.zz", false),
        ("", false),
        ("options.", false),
    ] {
        assert_eq!(
            mask(&[path]).is_valid_for_descriptor(&field),
            valid,
            "{path}"
        );
    }
    // Mask, other mask, union, intersection, canonical form of the first.
    let cases: [[&[&str]; 5]; 5] = [
        [&["b", "a"], &["a.b"], &["a", "b"], &["a.b"], &["a", "b"]],
        [&["a.b", "a"], &["c"], &["a", "c"], &[], &["a"]],
        [
            &["a.b", "a.c", "d"],
            &["a"],
            &["a", "d"],
            &["a.b", "a.c"],
            &["a.b", "a.c", "d"],
        ],
        [
            &["a.b.c"],
            &["a.b", "a.b"],
            &["a.b"],
            &["a.b.c"],
            &["a.b.c"],
        ],
        [&[], &["x"], &["x"], &[], &[]],
    ];
    for [first, second, union, intersection, canonical] in cases {
        let (first, second) = (mask(first), mask(second));
        assert_eq!(first.union(&second), mask(union));
        assert_eq!(first.intersect(&second), mask(intersection));
        assert_eq!(first.canonical_form(), mask(canonical));
    }
    // Hostile masks: one path as long as a message, many that cover the same.
    let long = FieldMask::new().with_paths(["a.".repeat(200_000) + "a"]);
    assert_eq!(long.canonical_form(), long);
    let many = FieldMask::new().with_paths(vec!["a"; 100_000]);
    assert_eq!(long.intersect(&many), long);
    assert_eq!(many.union(&long), mask(&["a"]));
}

#[test]
fn merging_by_mask() {
    let mask = |paths: &[&str]| FieldMask::new().with_paths(paths.iter().copied());
    let source = FileDescriptorProto::new()
        .with_name("new")
        .with_dependency(["b"])
        .with_enum_type([EnumDescriptorProto::new().with_name("E")]);
    let mut source = source;
    source.options_mut().java_package = Some("j".into());
    let mut old = FileDescriptorProto::new()
        .with_package("p")
        .with_dependency(["a"]);
    old.options_mut().go_package = Some("g".into());
    let merged = |paths: &[&str], replace: bool| {
        let mut destination = old.clone();
        let result = mask(paths).merge_message(&source, &mut destination, replace, replace);
        result.map(|()| destination)
    };
    let all = merged(
        &["name", "package", "dependency", "enum_type", "options"],
        false,
    )
    .unwrap();
    assert_eq!((all.name(), all.package.as_deref()), ("new", None));
    assert_eq!(all.dependency, ["a", "b"]);
    assert_eq!(all.enum_type, source.enum_type);
    assert_eq!(
        (all.options().java_package(), all.options().go_package()),
        ("j", "g")
    );
    let all = merged(&["dependency", "options"], true).unwrap();
    assert_eq!(
        (all.package(), &all.dependency[..]),
        ("p", &["b".to_owned()][..])
    );
    assert_eq!(
        (all.options().java_package(), all.options().go_package()),
        ("j", "")
    );
    let part = merged(&["options.java_package", "options.go_package"], false).unwrap();
    assert_eq!(
        (part.options().java_package(), part.options().go_package()),
        ("j", "")
    );
    let errors = [
        (
            &["zz"][..],
            "Error: Can't find field zz in message google.protobuf.FileDescriptorProto.",
        ),
        (
            &["dependency.x"],
            "Error: Field dependency in message google.protobuf.FileDescriptorProto is not a singular message field and cannot have sub-fields.",
        ),
    ];
    for (paths, expected) in errors {
        assert_eq!(merged(paths, false).unwrap_err().to_string(), expected);
    }
    // Maps, oneofs and fields without presence.
    let mut fields = Struct::from([("a", 1)]);
    mask(&["fields"])
        .merge_message(&Struct::from([("b", 2)]), &mut fields, false, false)
        .unwrap();
    assert_eq!(fields, Struct::from([("a", 1), ("b", 2)]));
    let mut value = Value::from("x");
    mask(&["string_value"])
        .merge_message(&Value::from(1), &mut value, false, false)
        .unwrap();
    assert_eq!(value, Value::default());
    let mut time = Timestamp::new().with_seconds(5).with_nanos(6);
    mask(&["seconds"])
        .merge_message(&Timestamp::default(), &mut time, false, false)
        .unwrap();
    assert_eq!(time, Timestamp::new().with_nanos(6));
    let other = mask(&["value"]).merge_message(
        &BoolValue::from(true),
        &mut StringValue::from("x"),
        false,
        false,
    );
    assert!(other.is_err());
}

#[test]
fn wrappers_and_any() {
    assert_eq!(StringValue::from("x").value, "x");
    assert_eq!(String::from(StringValue::from("x")), "x");
    assert_eq!(BytesValue::from(b"x".as_slice()).value, b"x");
    assert_eq!(i64::from(Int64Value::from(5)), 5);
    assert!(bool::from(BoolValue::from(true)));
    let any = Any::pack_with_prefix(&BoolValue::from(true), "my.dom/");
    assert_eq!(any.type_url, "my.dom/google.protobuf.BoolValue");
    assert_eq!(any, Any::pack_with_prefix(&BoolValue::from(true), "my.dom"));
    assert_eq!(any.type_name(), "google.protobuf.BoolValue");
    assert!(any.is::<BoolValue>() && !any.is::<StringValue>());
    assert!(any.unpack::<StringValue>().is_err());
}

#[cfg(feature = "prost-types")]
#[test]
fn prost_types() {
    let time = Timestamp::new().with_seconds(5).with_nanos(6);
    let theirs = prost_types::Timestamp::from(time.clone());
    assert_eq!((theirs.seconds, theirs.nanos), (5, 6));
    assert_eq!(Timestamp::from(theirs), time);
    let fields = Struct::from([(
        "a",
        Value::from(vec![Value::from(1), "x".into(), ().into(), true.into()]),
    )]);
    let theirs = prost_types::Struct::from(fields.clone());
    assert_eq!(prost::Message::encode_to_vec(&theirs), fields.serialize());
    assert_eq!(Struct::from(theirs), fields);
    let any = Any::pack(&time);
    assert_eq!(Any::from(prost_types::Any::from(any.clone())), any);
    let mask = FieldMask::new().with_paths(["a"]);
    assert_eq!(
        FieldMask::from(prost_types::FieldMask::from(mask.clone())),
        mask
    );
    let duration = Duration::from_millis(-5);
    assert_eq!(
        Duration::from(prost_types::Duration::from(duration.clone())),
        duration
    );
}

#[cfg(feature = "chrono")]
#[test]
fn chrono_types() {
    use chrono::{DateTime, TimeDelta, Utc};
    for (seconds, nanos) in [(0, 0), (-1, 500_000_000), (253_402_300_799, 999_999_999)] {
        let time = Timestamp::new().with_seconds(seconds).with_nanos(nanos);
        let theirs = DateTime::<Utc>::try_from(time.clone()).unwrap();
        assert_eq!(
            (theirs.timestamp(), theirs.timestamp_subsec_nanos()),
            (seconds, nanos as u32)
        );
        assert_eq!(Timestamp::from(theirs), time);
    }
    for (seconds, nanos) in [(i64::MAX, 0), (0, -1), (0, 1_000_000_000)] {
        let time = Timestamp::new().with_seconds(seconds).with_nanos(nanos);
        assert!(DateTime::<Utc>::try_from(time).is_err());
    }
    for duration in [Duration::from_millis(-1500), Duration::from_nanos(7)] {
        let theirs = TimeDelta::try_from(duration.clone()).unwrap();
        assert_eq!(
            theirs.num_nanoseconds().map(i128::from),
            Some(duration.to_nanos())
        );
        assert_eq!(Duration::from(theirs), duration);
    }
    assert!(TimeDelta::try_from(Duration::from_seconds(i64::MAX)).is_err());
}

#[cfg(feature = "jiff")]
#[test]
fn jiff_types() {
    for (seconds, nanos) in [(0, 0), (-1, 500_000_000), (5, 6)] {
        let time = Timestamp::new().with_seconds(seconds).with_nanos(nanos);
        let theirs = jiff::Timestamp::try_from(time.clone()).unwrap();
        assert_eq!(Some(theirs.as_nanosecond()), time.to_nanos().ok());
        assert_eq!(Timestamp::from(theirs), time);
    }
    for (seconds, nanos) in [(i64::MAX, 0), (0, -1), (0, 1_000_000_000)] {
        let time = Timestamp::new().with_seconds(seconds).with_nanos(nanos);
        assert!(jiff::Timestamp::try_from(time).is_err());
    }
    for duration in [
        Duration::from_millis(-1500),
        Duration::from_seconds(i64::MAX),
    ] {
        let theirs = jiff::SignedDuration::try_from(duration.clone()).unwrap();
        assert_eq!(theirs.as_nanos(), duration.to_nanos());
        assert_eq!(Duration::from(theirs), duration);
    }
    let mixed = Duration {
        seconds: i64::MAX,
        nanos: i32::MAX,
        ..Default::default()
    };
    assert!(jiff::SignedDuration::try_from(mixed).is_err());
}
