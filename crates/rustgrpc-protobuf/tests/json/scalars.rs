//! Numbers, strings, bytes, booleans and enums: which texts each type takes.

use crate::schema::{all_become, all_fail, all_stay, parsed};
use rustgrpc_protobuf::json_format::Printer;

#[test]
fn integers() {
    all_become(
        "Item",
        &[
            (r#"{"fInt32": 2147483647}"#, r#"{"fInt32": 2147483647}"#),
            (r#"{"fInt32": "-2147483648"}"#, r#"{"fInt32": -2147483648}"#),
            (r#"{"fInt32": 2147483647.0}"#, r#"{"fInt32": 2147483647}"#),
            (r#"{"fInt32": 1e5}"#, r#"{"fInt32": 100000}"#),
            (r#"{"fInt32": "1e5"}"#, r#"{"fInt32": 100000}"#),
            (r#"{"fInt32": 1.50e1}"#, r#"{"fInt32": 15}"#),
            (r#"{"fInt32": "\u0031\u0032"}"#, r#"{"fInt32": 12}"#),
            (r#"{"fInt32": -0}"#, "{}"),
            (
                r#"{"fSint32": -5, "fSfixed32": 6}"#,
                r#"{"fSint32": -5, "fSfixed32": 6}"#,
            ),
            (r#"{"fUint32": 4294967295}"#, r#"{"fUint32": 4294967295}"#),
            (
                r#"{"fFixed32": 4294967295.0}"#,
                r#"{"fFixed32": 4294967295}"#,
            ),
            (
                r#"{"fInt64": 9223372036854775807}"#,
                r#"{"fInt64": "9223372036854775807"}"#,
            ),
            (
                r#"{"fInt64": "-9223372036854775808"}"#,
                r#"{"fInt64": "-9223372036854775808"}"#,
            ),
            (
                r#"{"fInt64": 9007199254740993}"#,
                r#"{"fInt64": "9007199254740993"}"#,
            ),
            (
                r#"{"fSint64": -1, "fSfixed64": 1e18}"#,
                r#"{"fSint64": "-1", "fSfixed64": "1000000000000000000"}"#,
            ),
            (
                r#"{"fUint64": 18446744073709551615}"#,
                r#"{"fUint64": "18446744073709551615"}"#,
            ),
            (
                r#"{"fFixed64": "18446744073709551615"}"#,
                r#"{"fFixed64": "18446744073709551615"}"#,
            ),
        ],
    );
    all_fail(
        "Item",
        &[
            r#"{"fInt32": 2147483648}"#,
            r#"{"fInt32": -2147483649}"#,
            r#"{"fInt32": 1e10}"#,
            r#"{"fInt32": 1e999999999}"#,
            r#"{"fInt32": 0.5}"#,
            r#"{"fInt32": "0.5"}"#,
            r#"{"fInt32": ""}"#,
            r#"{"fInt32": " 1"}"#,
            r#"{"fInt32": "1 "}"#,
            r#"{"fInt32": "12abc"}"#,
            r#"{"fInt32": "0x1"}"#,
            r#"{"fInt32": 01}"#,
            r#"{"fInt32": -01}"#,
            r#"{"fInt32": +1}"#,
            r#"{"fInt32": true}"#,
            r#"{"fInt32": [1]}"#,
            r#"{"fInt32": {}}"#,
            r#"{"fUint32": -1}"#,
            r#"{"fUint32": 4294967296}"#,
            r#"{"fInt64": 9223372036854775808}"#,
            r#"{"fInt64": -9223372036854775809}"#,
            r#"{"fUint64": 18446744073709551616}"#,
            r#"{"fUint64": "-1"}"#,
            r#"{"fInt64": 9223372036854775807.5}"#,
        ],
    );
}

#[test]
fn floats() {
    all_become(
        "Item",
        &[
            (r#"{"fDouble": 1}"#, r#"{"fDouble": 1.0}"#),
            (r#"{"fDouble": -0.0}"#, r#"{"fDouble": -0.0}"#),
            (r#"{"fDouble": "1.5"}"#, r#"{"fDouble": 1.5}"#),
            (r#"{"fDouble": "1.5e2"}"#, r#"{"fDouble": 150.0}"#),
            (
                r#"{"fDouble": 2.22507e-308}"#,
                r#"{"fDouble": 2.22507e-308}"#,
            ),
            (r#"{"fDouble": 1e-400}"#, "{}"),
            (r#"{"fDouble": "NaN"}"#, r#"{"fDouble": "NaN"}"#),
            (r#"{"fDouble": "Infinity"}"#, r#"{"fDouble": "Infinity"}"#),
            (r#"{"fDouble": "-Infinity"}"#, r#"{"fDouble": "-Infinity"}"#),
            (r#"{"fFloat": 0.1}"#, r#"{"fFloat": 0.1}"#),
            (
                r#"{"fFloat": 3.4028235e+38}"#,
                r#"{"fFloat": 3.4028235e+38}"#,
            ),
            (r#"{"fFloat": 1.17549e-38}"#, r#"{"fFloat": 1.17549e-38}"#),
            (r#"{"fFloat": 16777217}"#, r#"{"fFloat": 16777216.0}"#),
            (r#"{"fFloat": "-Infinity"}"#, r#"{"fFloat": "-Infinity"}"#),
        ],
    );
    all_fail(
        "Item",
        &[
            r#"{"fDouble": 1.89769e+308}"#,
            r#"{"fDouble": -1.89769e+308}"#,
            r#"{"fDouble": "1e999"}"#,
            r#"{"fDouble": NaN}"#,
            r#"{"fDouble": Infinity}"#,
            r#"{"fDouble": -Infinity}"#,
            r#"{"fDouble": "nan"}"#,
            r#"{"fDouble": "inf"}"#,
            r#"{"fDouble": "infinity"}"#,
            r#"{"fDouble": ""}"#,
            r#"{"fDouble": " 1"}"#,
            r#"{"fDouble": "1_0"}"#,
            r#"{"fDouble": "1.5x"}"#,
            r#"{"fDouble": true}"#,
            r#"{"fDouble": .5}"#,
            r#"{"fDouble": 5.}"#,
            r#"{"fDouble": 1e}"#,
            r#"{"fFloat": 3.502823e+38}"#,
            r#"{"fFloat": -3.502823e+38}"#,
        ],
    );
}

#[test]
fn booleans_and_bytes() {
    all_become(
        "Item",
        &[
            (r#"{"fBool": true}"#, r#"{"fBool": true}"#),
            (r#"{"fBool": false}"#, "{}"),
            (r#"{"fBytes": "AP8="}"#, r#"{"fBytes": "AP8="}"#),
            (r#"{"fBytes": "AP8"}"#, r#"{"fBytes": "AP8="}"#),
            (r#"{"fBytes": "-_"}"#, r#"{"fBytes": "+w=="}"#),
            (r#"{"fBytes": "+/+/"}"#, r#"{"fBytes": "+/+/"}"#),
            (r#"{"fBytes": ""}"#, "{}"),
        ],
    );
    all_fail(
        "Item",
        &[
            r#"{"fBool": 0}"#,
            r#"{"fBool": 1}"#,
            r#"{"fBool": "true"}"#,
            r#"{"fBool": True}"#,
            r#"{"fBool": TRUE}"#,
            r#"{"fBytes": "A"}"#,
            r#"{"fBytes": "AP8 ="}"#,
            r#"{"fBytes": "*"}"#,
            r#"{"fBytes": 1}"#,
        ],
    );
}

#[test]
fn strings() {
    all_become(
        "Item",
        &[
            (
                r#"{"fString": "a\"\\\/\b\f\n\r\t"}"#,
                r#"{"fString": "a\"\\/\b\f\n\r\t"}"#,
            ),
            (r#"{"fString": "\u8C37\u6b4C"}"#, r#"{"fString": "谷歌"}"#),
            (r#"{"fString": "\uD83d\ude00"}"#, r#"{"fString": "😀"}"#),
            (
                r#"{"fString": "\u0000\u001f"}"#,
                r#"{"fString": "\u0000\u001f"}"#,
            ),
            ("{\"fString\": \"\u{7f}\"}", "{\"fString\": \"\u{7f}\"}"),
        ],
    );
    all_fail(
        "Item",
        &[
            r#"{"fString": "\ud800"}"#,
            r#"{"fString": "\ud800x"}"#,
            r#"{"fString": "\udc00"}"#,
            r#"{"fString": "\udc00\ud800"}"#,
            r#"{"fString": "\ud800\ud800"}"#,
            r#"{"fString": "\u12"}"#,
            r#"{"fString": "\u+123"}"#,
            r#"{"fString": "\U8C37"}"#,
            r#"{"fString": "\x41"}"#,
            r#"{"fString": "\"#,
            r#"{"fString": "x}"#,
            "{\"fString\": \"a\nb\"}",
            r#"{"fString": 'x'}"#,
            r#"{'fString': "x"}"#,
            r#"{fString: "x"}"#,
            r#"{"fString": 12345}"#,
            r#"{"fString": true}"#,
        ],
    );
    let message = parsed("Item", r#"{"fString": "é谷😀\u007f"}"#);
    let ascii = Printer::new().indent(None).print(&message).unwrap();
    assert_eq!(ascii, r#"{"fString": "\u00e9\u8c37\ud83d\ude00\u007f"}"#);
}

#[test]
fn enums() {
    all_become(
        "Item",
        &[
            (r#"{"kind": "B"}"#, r#"{"kind": "B"}"#),
            (r#"{"kind": 2}"#, r#"{"kind": "B"}"#),
            (r#"{"kind": 2.0}"#, r#"{"kind": "B"}"#),
            (r#"{"kind": -1}"#, r#"{"kind": "MINUS"}"#),
            (r#"{"kind": 0}"#, "{}"),
            (r#"{"kind": 123}"#, r#"{"kind": 123}"#),
            (r#"{"kinds": ["A", 2, 77]}"#, r#"{"kinds": ["A", "B", 77]}"#),
        ],
    );
    all_fail(
        "Item",
        &[
            r#"{"kind": "b"}"#,
            r#"{"kind": "Kind.B"}"#,
            r#"{"kind": B}"#,
            r#"{"kind": 1.5}"#,
            r#"{"kind": 99999999999}"#,
            r#"{"kind": true}"#,
            r#"{"kind": ""}"#,
        ],
    );
}

#[test]
fn closed_enums_know_their_numbers() {
    all_stay(
        "Legacy",
        &[
            r#"{"colour": "RED", "colours": ["RED", "GREEN"], "named": {"a": "PLUS"}}"#,
            r#"{"id": 0, "plain": "x"}"#,
        ],
    );
    all_become("Legacy", &[(r#"{"colour": 2}"#, r#"{"colour": "GREEN"}"#)]);
    all_fail(
        "Legacy",
        &[
            r#"{"colour": 3}"#,
            r#"{"colours": [1, 3]}"#,
            r#"{"named": {"a": 3}}"#,
        ],
    );
}
