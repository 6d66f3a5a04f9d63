//! Well-known types: the forms they have, the values they refuse.

use crate::schema::{all_become, all_fail, all_stay};
use rustgrpc_protobuf::google::protobuf::{
    BytesValue, Duration, FieldMask, Int64Value, ListValue, Struct, Timestamp, Value,
};
use rustgrpc_protobuf::json_format::{self, message_to_json};

#[test]
fn timestamps() {
    all_stay(
        "Item",
        &[
            r#"{"ts": "0001-01-01T00:00:00Z"}"#,
            r#"{"ts": "9999-12-31T23:59:59.999999999Z"}"#,
            r#"{"ts": "1970-01-01T00:00:00Z"}"#,
            r#"{"ts": "1970-01-01T00:00:00.010Z"}"#,
            r#"{"ts": "1969-12-31T23:59:59.000010Z"}"#,
            r#"{"ts": "2000-02-29T12:34:56.000000001Z"}"#,
        ],
    );
    all_become(
        "Item",
        &[
            (
                r#"{"ts": "1970-01-01T08:00:01+08:00"}"#,
                r#"{"ts": "1970-01-01T00:00:01Z"}"#,
            ),
            (
                r#"{"ts": "1969-12-31T16:00:01.5-08:00"}"#,
                r#"{"ts": "1970-01-01T00:00:01.500Z"}"#,
            ),
            (
                r#"{"ts": "1970-01-01T00:00:00.0000Z"}"#,
                r#"{"ts": "1970-01-01T00:00:00Z"}"#,
            ),
            (
                r#"{"ts": "1970-01-01T00:00:00-00:00"}"#,
                r#"{"ts": "1970-01-01T00:00:00Z"}"#,
            ),
        ],
    );
    let wrong = [
        "0000-01-01T00:00:00Z",
        "0001-01-01T00:00:00+00:01",
        "9999-12-31T23:59:59-00:01",
        "10000-01-01T00:00:00Z",
        "2000-01-01T00:00:00",
        "2000-01-01 00:00:00Z",
        "2000-01-01t00:00:00Z",
        "2000-01-01T00:00:00z",
        "2000-01-01T00:00:00ZZ",
        "2000-01-01T00:00:00.Z",
        "2000-01-01T00:00:00.1234567890Z",
        "2000-01-01T00:00:00,5Z",
        "2000-01-01T00:00:60Z",
        "2000-01-01T00:60:00Z",
        "2000-01-01T24:00:00Z",
        "2001-02-29T00:00:00Z",
        "2000-04-31T00:00:00Z",
        "2000-13-01T00:00:00Z",
        "2000-00-01T00:00:00Z",
        "2000-01-00T00:00:00Z",
        "2000-1-01T00:00:00Z",
        "2000-01-01T00:00:00+24:00",
        "2000-01-01T00:00:00+01:60",
        "2000-01-01T00:00:00+0100",
        "2000-01-01T00:00:00+1:00",
        "2000-01-01T00:00:00+-1:00",
        " 2000-01-01T00:00:00Z",
        "2000-01-01T00:00:00é",
        "é",
        "",
        "Z",
        "-",
    ];
    let wrong: Vec<_> = wrong
        .iter()
        .map(|text| format!("{{\"ts\": \"{text}\"}}"))
        .collect();
    all_fail(
        "Item",
        &wrong.iter().map(String::as_str).collect::<Vec<_>>(),
    );
    all_fail(
        "Item",
        &[r#"{"ts": 0}"#, r#"{"ts": {}}"#, r#"{"ts": {"seconds": 1}}"#],
    );
    for (seconds, nanos) in [
        (-62_135_596_801, 0),
        (253_402_300_800, 0),
        (0, -1),
        (0, 1_000_000_000),
        (i64::MIN, 0),
        (i64::MAX, i32::MAX),
    ] {
        let wrong = Timestamp {
            seconds,
            nanos,
            ..Default::default()
        };
        assert!(message_to_json(&wrong).is_err(), "{wrong:?}");
    }
}

#[test]
fn durations() {
    all_stay(
        "Item",
        &[
            r#"{"dur": "0s"}"#,
            r#"{"dur": "315576000000.999999999s"}"#,
            r#"{"dur": "-315576000000.999999999s"}"#,
            r#"{"dur": "1.500s"}"#,
            r#"{"dur": "-0.500s"}"#,
            r#"{"dur": "-1.000001s"}"#,
        ],
    );
    all_become(
        "Item",
        &[
            (r#"{"dur": "1.5s"}"#, r#"{"dur": "1.500s"}"#),
            (r#"{"dur": "-0s"}"#, r#"{"dur": "0s"}"#),
            (r#"{"dur": "007s"}"#, r#"{"dur": "7s"}"#),
        ],
    );
    let wrong = [
        "315576000001s",
        "-315576000001s",
        "1",
        "",
        "s",
        "-s",
        ".5s",
        "1.s",
        "1.0000000000s",
        "1 s",
        " 1s",
        "+1s",
        "--1s",
        "1.-5s",
        "1e3s",
        "99999999999999999999s",
        "1S",
    ];
    let wrong: Vec<_> = wrong
        .iter()
        .map(|text| format!("{{\"dur\": \"{text}\"}}"))
        .collect();
    all_fail(
        "Item",
        &wrong.iter().map(String::as_str).collect::<Vec<_>>(),
    );
    for (seconds, nanos) in [
        (315_576_000_001, 0),
        (-315_576_000_001, 0),
        (0, 1_000_000_000),
        (0, -1_000_000_000),
        (1, -1),
        (-1, 1),
        (i64::MIN, i32::MIN),
    ] {
        let wrong = Duration {
            seconds,
            nanos,
            ..Default::default()
        };
        assert!(message_to_json(&wrong).is_err(), "{wrong:?}");
    }
    let wrong = Duration::new().with_seconds(1_000_000_000_000);
    assert_eq!(
        message_to_json(&wrong).unwrap_err().to_string(),
        "Duration is not valid: Seconds 1000000000000 must be in range [-315576000000, 315576000000]."
    );
}

#[test]
fn field_masks() {
    all_stay(
        "Item",
        &[
            r#"{"mask": "aB,c.dE"}"#,
            r#"{"mask": ""}"#,
            r#"{"mask": "foo"}"#,
        ],
    );
    all_fail(
        "Item",
        &[
            r#"{"mask": "foo,bar_bar"}"#,
            r#"{"mask": ["foo"]}"#,
            r#"{"mask": 1}"#,
        ],
    );
    let mask = FieldMask::new().with_paths(["a_b", "c.d_e"]);
    assert_eq!(message_to_json(&mask).unwrap(), "\"aB,c.dE\"");
    for path in ["fooBar", "foo_3_bar", "foo__bar", "foo_", "foo_."] {
        let mask = FieldMask::new().with_paths([path]);
        assert!(message_to_json(&mask).is_err(), "{path}");
    }
}

#[test]
fn wrappers() {
    all_become(
        "Item",
        &[
            (
                r#"{"wString": "x", "wInt64": 5, "wBool": true, "wBytes": "AA", "wDouble": 1, "wFloat": "NaN", "wUint32": "7"}"#,
                r#"{"wString": "x", "wInt64": "5", "wBool": true, "wBytes": "AA==", "wDouble": 1.0, "wFloat": "NaN", "wUint32": 7}"#,
            ),
            (r#"{"wInt64": null}"#, "{}"),
        ],
    );
    all_fail(
        "Item",
        &[
            r#"{"wInt64": {"value": 1}}"#,
            r#"{"wBool": 1}"#,
            r#"{"wUint32": -1}"#,
        ],
    );
    let bytes: BytesValue = json_format::parse("\"_w\"").unwrap();
    assert_eq!(bytes.value, b"\xff");
    assert_eq!(
        message_to_json(&Int64Value::new().with_value(3)).unwrap(),
        "\"3\""
    );
    assert!(json_format::parse::<Int64Value>("null").is_err());
}

#[test]
fn dynamic_values() {
    all_stay(
        "Item",
        &[
            r#"{"st": {"": null, "a": [1.0, "x", [], {}], "b": {"c": true}}}"#,
            r#"{"st": {}, "list": []}"#,
            r#"{"value": "x"}"#,
            r#"{"value": [[null]]}"#,
            r#"{"value": {"a": 1e+100}}"#,
        ],
    );
    all_fail(
        "Item",
        &[
            r#"{"st": []}"#,
            r#"{"list": {}}"#,
            r#"{"value": 1e999}"#,
            r#"{"st": {"a": NaN}}"#,
            r#"{"list": "x"}"#,
        ],
    );
    assert_eq!(
        json_format::parse::<Value>("null").unwrap(),
        Value::new().with_null_value(0)
    );
    assert_eq!(message_to_json(&Value::default()).unwrap(), "null");
    assert!(json_format::parse::<Struct>("null").is_err());
    assert!(json_format::parse::<ListValue>("null").is_err());
    for number in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        assert!(message_to_json(&Value::new().with_number_value(number)).is_err());
    }
    let nan = Struct::new().with_fields([("a", Value::new().with_number_value(f64::NAN))]);
    assert_eq!(
        message_to_json(&nan).unwrap_err().to_string(),
        "Fail to serialize NaN for Value.number_value, which would parse as string_value"
    );
}
