//! Texts that are read, and texts that are refused.

mod schema;

use rustgrpc_protobuf::google::protobuf::{Any, Duration, StringValue, Struct};
use rustgrpc_protobuf::text_format::{self, Parser, Printer};

/// What `text` says of an `every.All`, written on one line.
fn read(text: &str) -> Result<String, String> {
    let mut message = schema::new("every.All");
    let parser = Parser::new().descriptor_pool(&schema::POOL);
    parser
        .parse_into(text, &mut message)
        .map_err(|error| error.to_string())?;
    let printer = Printer::new()
        .as_one_line(true)
        .descriptor_pool(&schema::POOL);
    let bytes = message.serialize();
    let mut again = schema::new("every.All");
    again.merge(&bytes).unwrap();
    let written = printer.message_to_string(&message);
    let mut from_text = schema::new("every.All");
    parser.parse_into(&written, &mut from_text).unwrap();
    // What is not a number equals nothing.
    if !written.contains("nan") {
        assert_eq!(again, message, "{text}");
        assert_eq!(from_text, message, "{written}");
    }
    Ok(written)
}

#[test]
fn accepted() {
    let cases = [
        ("", ""),
        ("  # only a comment", ""),
        ("i32: 5 # comment\n", "i32: 5"),
        ("i32:5;i64:6,u32:7", "i32: 5 i64: 6 u32: 7"),
        ("i32\n:\n-\n5", "i32: -5"),
        ("i32: -2147483648", "i32: -2147483648"),
        ("i32: -0x80000000", "i32: -2147483648"),
        ("i32: 017", "i32: 15"),
        ("i32: 0XfF", "i32: 255"),
        ("i64: -9223372036854775808", "i64: -9223372036854775808"),
        ("u64: 18446744073709551615", "u64: 18446744073709551615"),
        ("u64: 01777777777777777777777", "u64: 18446744073709551615"),
        ("f64: 0xffffffffffffffff", "f64: 18446744073709551615"),
        ("flt: 1", "flt: 1.0"),
        ("flt: 1.5f", "flt: 1.5"),
        ("flt: .5F", "flt: 0.5"),
        ("flt: 5.", "flt: 5.0"),
        ("flt: 1e5", "flt: 100000.0"),
        ("flt: -1.5E-3", "flt: -0.0015"),
        ("flt: 10f", "flt: 10.0"),
        ("flt: 3.4028235e38", "flt: 3.4028235e+38"),
        ("flt: 3.4028235e+39", "flt: inf"),
        ("flt: 1e-50", "flt: 0.0"),
        ("flt: -0", "flt: -0.0"),
        ("flt: 16777217", "flt: 16777216.0"),
        // Rounded once: by way of a double it would be 1.0.
        (
            "flt: 1.000000059604644775390625000000000000000001",
            "flt: 1.0000001",
        ),
        ("dbl: 1e99999999999999999999", "dbl: inf"),
        ("dbl: -iNfInItY", "dbl: -inf"),
        ("dbl: inf", "dbl: inf"),
        ("dbl: NaN", "dbl: nan"),
        ("dbl: -nan", "dbl: nan"),
        ("dbl: 18446744073709551616", "dbl: 1.8446744073709552e+19"),
        ("flag: true", "flag: true"),
        ("flag: t", "flag: true"),
        ("flag: True", "flag: true"),
        ("flag: 1", "flag: true"),
        ("flag: 0x1", "flag: true"),
        ("flag: f", "flag: false"),
        ("flag: False", "flag: false"),
        ("flag: 00", "flag: false"),
        (r#"text: "a" 'b' "c""#, r#"text: "abc""#),
        (
            r#"text: "\a\b\f\n\r\t\v\?\\\'\"""#,
            r#"text: "\007\010\014\n\r\t\013?\\\'\"""#,
        ),
        (r#"text: "\0\1\12\1234""#, r#"text: "\000\001\nS4""#),
        (r#"text: "\x4\x41\X421""#, r#"text: "\004AB1""#),
        (r#"text: "\xe2\x82\xac""#, r#"text: "€""#),
        (r#"text: "\u20ac\U0001f600""#, r#"text: "€😀""#),
        (
            r#"data: "\377\xfe\u20ac""#,
            r#"data: "\377\376\342\202\254""#,
        ),
        ("color: GREEN", "color: GREEN"),
        ("color: -1", "color: BLUE"),
        ("child { i32: 1 }", "child { i32: 1 }"),
        ("child: < i32: 1 >", "child { i32: 1 }"),
        ("child {}", "child { }"),
        ("Result { url: 'x' }", r#"Result { url: "x" }"#),
        ("result < url: 'x' >", r#"Result { url: "x" }"#),
        (
            "numbers: 1 numbers: [2, 3] numbers: []",
            "numbers: 1 numbers: 2 numbers: 3",
        ),
        (
            "children [{}, <i32: 1>]",
            "children { } children { i32: 1 }",
        ),
        ("children: [{}]", "children { }"),
        ("names: ['a' 'b', 'c']", r#"names: "ab" names: "c""#),
        (
            "counts { value: 1 key: 'a' }",
            r#"counts { key: "a" value: 1 }"#,
        ),
        (
            "counts { key: 'a' value: 1 } counts { key: 'a' value: 2 }",
            r#"counts { key: "a" value: 2 }"#,
        ),
        ("counts {}", r#"counts { key: "" value: 0 }"#),
        (
            "counts: [{key: 'b'}, {key: 'a'}]",
            r#"counts { key: "a" value: 0 } counts { key: "b" value: 0 }"#,
        ),
        (
            "by_id { value { i32: 1 } key: -1 }",
            "by_id { key: -1 value { i32: 1 } }",
        ),
        ("by_id { key: 1 }", "by_id { key: 1 value { } }"),
        (
            "palette { key: 'x' value: BLUE }",
            r#"palette { key: "x" value: BLUE }"#,
        ),
        ("c { i32: 1 }", "c { i32: 1 }"),
        (
            "colors: [RED, 1, BLUE]",
            "colors: RED colors: GREEN colors: BLUE",
        ),
        ("gone: 5 i32: 1", "i32: 1"),
        ("gone { x: [1, 'y'] } i32: 1", "i32: 1"),
        ("[every.ext_i32]: 1", "[every.ext_i32]: 1"),
        ("[ every . # x\n ext_i32 ] : 1", "[every.ext_i32]: 1"),
        (
            "[every.ext_names]: ['a', 'b']",
            r#"[every.ext_names]: "a" [every.ext_names]: "b""#,
        ),
        (
            "[every.ext_all] { [every.ext_i32]: 2 }",
            "[every.ext_all] { [every.ext_i32]: 2 }",
        ),
        ("[every.extgroup] { x: 1 }", "[every.extgroup] { x: 1 }"),
        (
            "[every.ext_packed]: 1 [every.ext_packed]: -1",
            "[every.ext_packed]: 1 [every.ext_packed]: -1",
        ),
        (
            "set { [every.Note] { text: 'x' } }",
            r#"set { [every.Note] { text: "x" } }"#,
        ),
        (
            "set { [every.Note.note] { inner { [every.Note] {} } } }",
            "set { [every.Note] { inner { [every.Note] { } } } }",
        ),
        (
            "any { [type.googleapis.com/every.Required] { id: 1 } }",
            "any { [type.googleapis.com/every.Required] { id: 1 } }",
        ),
        (
            "any { [ a.b%20c / # comment\n google.protobuf.Duration ] : < seconds: 1 > }",
            "any { [a.b%20c/google.protobuf.Duration] { seconds: 1 } }",
        ),
        (
            r#"any { type_url: "x/y" value: "\001" }"#,
            r#"any { type_url: "x/y" value: "\001" }"#,
        ),
    ];
    for (text, expected) in cases {
        assert_eq!(read(text).as_deref(), Ok(expected), "{text}");
    }
}

#[test]
fn refused() {
    let cases = [
        (
            "zz: 1",
            r#"1:1 : Message type "every.All" has no field named "zz"."#,
        ),
        (
            "i32: 1 i32: 2",
            r#"1:13 : Message type "every.All" should not have multiple "i32" fields."#,
        ),
        (
            "child {} child {}",
            r#"1:16 : Message type "every.All" should not have multiple "child" fields."#,
        ),
        (
            "a: 'x' b: 1",
            r#"1:8 : Field "b" is specified along with field "a", another member of oneof "choice" for message type "every.All"."#,
        ),
        (
            "a: 'x' a: 'y'",
            r#"1:11 : Message type "every.All" should not have multiple "a" fields."#,
        ),
        (
            "i32: 2147483648",
            "1:6 : 'i32: 2147483648': Value out of range: 2147483648",
        ),
        (
            "i32: -2147483649",
            "1:7 : 'i32: -2147483649': Value out of range: -2147483649",
        ),
        ("u32: -1", "1:6 : 'u32: -1': Couldn't parse integer: -"),
        (
            "u64: 18446744073709551616",
            "1:6 : 'u64: 18446744073709551616': Value out of range: 18446744073709551616",
        ),
        ("i32: 1.5", "1:6 : 'i32: 1.5': Couldn't parse integer: 1.5"),
        ("i32: 08", "1:6 : 'i32: 08': Value out of range: 08"),
        ("i32: 0x", "1:6 : 'i32: 0x': Couldn't parse integer: 0x"),
        ("i32: 1a", "1:6 : 'i32: 1a': Couldn't parse integer: 1a"),
        ("i32: 'x'", "1:6 : 'i32: 'x'': Couldn't parse integer: 'x'"),
        ("i32: +1", "1:6 : 'i32: +1': Couldn't parse integer: +"),
        ("flt: 0x1", "1:6 : 'flt: 0x1': Couldn't parse float: 0x1"),
        (
            "flt: 0x1p3",
            "1:6 : 'flt: 0x1p3': Couldn't parse float: 0x1p3",
        ),
        ("flt: 012", "1:6 : 'flt: 012': Couldn't parse float: 012"),
        (
            "flt: 012.5",
            "1:6 : 'flt: 012.5': Couldn't parse float: 012.5",
        ),
        ("flt: 1e", "1:6 : 'flt: 1e': Couldn't parse float: 1e"),
        ("flt: .", "1:6 : 'flt: .': Couldn't parse float: ."),
        (
            "flt: 1.5.5",
            "1:6 : 'flt: 1.5.5': Couldn't parse float: 1.5.5",
        ),
        (
            "flt: infinite",
            "1:6 : 'flt: infinite': Couldn't parse float: infinite",
        ),
        (
            "flag: 2",
            "1:7 : 'flag: 2': Expected \"true\" or \"false\".",
        ),
        (
            "flag: TRUE",
            "1:7 : 'flag: TRUE': Expected \"true\" or \"false\".",
        ),
        (
            "flag: -1",
            "1:7 : 'flag: -1': Expected \"true\" or \"false\".",
        ),
        ("text: 5", "1:7 : 'text: 5': Expected string but found: '5'"),
        (
            "text: 'a\nb'",
            "1:7 : 'text: 'a': String missing ending quote: \"'a\"",
        ),
        (
            "text: 'abc",
            "1:7 : 'text: 'abc': String missing ending quote: \"'abc\"",
        ),
        (
            "text: 'a\\\n'",
            "1:7 : 'text: 'a\\': String missing ending quote: \"'a\\\\\"",
        ),
        (
            r"text: '\q'",
            r#"1:7 : 'text: '\q'': Invalid escape sequence "\q""#,
        ),
        (
            r"text: '\x'",
            r"1:7 : 'text: '\x'': \x must be followed by a hexadecimal digit",
        ),
        (
            r"text: '\u12'",
            r"1:7 : 'text: '\u12'': \u must be followed by 4 hexadecimal digits",
        ),
        (
            r"text: '\U00110000'",
            r"1:7 : 'text: '\U00110000'': \U00110000 is no character",
        ),
        (
            r"text: '\ud83d'",
            r"1:7 : 'text: '\ud83d'': \ud83d is no character",
        ),
        (
            r"text: '\ude00'",
            r"1:7 : 'text: '\ude00'': \ude00 is no character",
        ),
        (
            r"text: '\U0000d83d\U0000de00'",
            r"1:7 : 'text: '\U0000d83d\U0000de00'': \U0000d83d is no character",
        ),
        (
            r"text: '\ud83d\ude00'",
            r"1:7 : 'text: '\ud83d\ude00'': \ud83d is no character",
        ),
        (
            r"text: '\ud83d\U0000de00'",
            r"1:7 : 'text: '\ud83d\U0000de00'': \ud83d is no character",
        ),
        (
            r"data: '\ud83d'",
            r"1:7 : 'data: '\ud83d'': \ud83d is no character",
        ),
        (
            r"data: '\400'",
            r"1:7 : 'data: '\400'': Octal escape is above \377",
        ),
        (
            r"text: '\377'",
            r"1:7 : 'text: '\377'': Couldn't parse string: invalid utf-8 sequence of 1 bytes from index 0",
        ),
        (
            "color: PINK",
            r#"1:8 : 'color: PINK': Enum type "every.Color" has no value named PINK."#,
        ),
        (
            "color: 9",
            r#"1:8 : 'color: 9': Enum type "every.Color" has no value with number 9."#,
        ),
        (
            "color: 2147483648",
            "1:8 : 'color: 2147483648': Value out of range: 2147483648",
        ),
        ("i32 1", "1:5 : 'i32 1': Expected \":\"."),
        ("child: 1", "1:8 : 'child: 1': Expected \"{\"."),
        ("child {", "1:7 : Expected \"}\"."),
        (
            "child { >",
            "1:9 : 'child { >': Expected identifier or number, got >.",
        ),
        (
            "i32: 1 }",
            "1:8 : 'i32: 1 }': Expected identifier or number, got }.",
        ),
        (
            "i32: 1,; i64: 2",
            "1:8 : 'i32: 1,; i64: 2': Expected identifier or number, got ;.",
        ),
        (
            "numbers: [1, ]",
            "1:14 : 'numbers: [1, ]': Couldn't parse integer: ]",
        ),
        ("numbers: [1 2]", "1:13 : 'numbers: [1 2]': Expected \",\"."),
        ("i32: [1]", "1:6 : 'i32: [1]': Couldn't parse integer: ["),
        (
            "1: 5",
            r#"1:1 : Message type "every.All" has no field named "1"."#,
        ),
        (
            "RESULT {}",
            r#"1:1 : Message type "every.All" has no field named "RESULT"."#,
        ),
        (
            "extgroup {}",
            r#"1:1 : Message type "every.All" has no field named "extgroup"."#,
        ),
        (
            "[every.ext_i32]: 1 [every.ext_i32]: 2",
            r#"1:37 : Message type "every.All" should not have multiple "every.ext_i32" extensions."#,
        ),
        (
            "[every.title]: 'x'",
            r#"1:8 : Extension "every.title" does not extend message type "every.All"."#,
        ),
        (
            "required { [every.ext_i32]: 1 }",
            r#"1:19 : Message type "every.Required" does not have extensions."#,
        ),
        (
            "any { [foo] {} }",
            "1:13 : 'any { [foo] {} }': Type URL does not contain \"/\".",
        ),
        (
            "any { [/foo] {} }",
            "1:14 : 'any { [/foo] {} }': Type URL prefix is empty.",
        ),
        (
            "any { [a%2/b] {} }",
            "1:15 : 'any { [a%2/b] {} }': Invalid percent escape, got \"%2\".",
        ),
        (
            "any { [a/b-c] {} }",
            "1:15 : 'any { [a/b-c] {} }': Expected type name, got \"b-c\".",
        ),
        (
            "any { [a/b.c] {} }",
            "1:13 : Type b.c not found in descriptor pool",
        ),
        ("any { [a/b", "1:11 : '': Expected \"]\"."),
        (
            "错: 1",
            "1:1 : '错: 1': Expected identifier or number, got 错.",
        ),
        (
            "i32: 1\n\n text: '错' zz: 1",
            r#"3:12 : Message type "every.All" has no field named "zz"."#,
        ),
    ];
    for (text, expected) in cases {
        assert_eq!(read(text), Err(expected.to_owned()), "{text}");
    }
    let unregistered = read("[every.nothing]: 1").unwrap_err();
    assert!(
        unregistered.starts_with("1:8 : Extension \"every.nothing\" not registered. Did you"),
        "{unregistered}"
    );
}

#[test]
fn merging_takes_the_last() {
    let mut message = schema::new("every.All");
    let text = "i32: 1 i32: 2 child { i32: 1 } child { i64: 2 } a: 'x' b: 3";
    text_format::merge(text, &mut message).unwrap();
    let printer = Printer::new().as_one_line(true);
    assert_eq!(
        printer.message_to_string(&message),
        "i32: 2 child { i32: 1 i64: 2 } b: 3"
    );
    let error = text_format::parse::<Duration>("seconds: 5 seconds: 6").unwrap_err();
    assert_eq!((error.line(), error.column()), (1, 21));
}

#[test]
fn options() {
    let parse = |parser: &Parser, text: &str| {
        let mut message = schema::new("every.All");
        let parsed = parser.parse_into(text, &mut message);
        parsed.map(|()| Printer::new().as_one_line(true).message_to_string(&message))
    };
    let parser = Parser::new().descriptor_pool(&schema::POOL);
    let numbers = parser.clone().allow_field_number(true);
    let cases = [
        (
            &numbers,
            "1: 5 13 { 2: 3 } 100: 4 200: 'x'",
            Some("i32: 5 child { i64: 3 } [every.ext_i32]: 4"),
        ),
        (&numbers, "99: 5", None),
        (
            &parser.clone().allow_unknown_field(true),
            "zz: [1, {a: <b: -1.5>}] yy { [x.y/z.w] {} 5: 'q' } i32: 1",
            Some("i32: 1"),
        ),
        (&parser.clone().allow_unknown_field(true), "zz: -'x'", None),
        (&parser.clone().allow_unknown_field(true), "zz 1", None),
        (&parser.clone().allow_unknown_field(true), "zz { a: 1", None),
        (
            &parser.clone().allow_unknown_extension(true),
            "[x.y] { a: 1 } i32: 1",
            Some("i32: 1"),
        ),
        (&parser.clone().allow_unknown_extension(true), "zz: 1", None),
        (
            &parser.clone().max_recursion_depth(2),
            "child { i32: 1 }",
            Some("child { i32: 1 }"),
        ),
        (
            &parser.clone().max_recursion_depth(2),
            "child { child {} }",
            None,
        ),
    ];
    for (parser, text, expected) in cases {
        assert_eq!(parse(parser, text).ok().as_deref(), expected, "{text}");
    }
    let error = parse(&parser.max_recursion_depth(1), "child {}").unwrap_err();
    assert_eq!(
        error.to_string(),
        "1:7 : Message too deep. Max recursion depth is 1"
    );
}

#[test]
fn generated_messages() {
    let text = r#"fields { key: "a" value { list_value { values { number_value: 1.0 } values { null_value: NULL_VALUE } } } }"#;
    let fields: Struct = text_format::parse(text).unwrap();
    assert_eq!(
        Printer::new().as_one_line(true).message_to_string(&fields),
        text
    );
    let any: Any = text_format::parse("[x.y/google.protobuf.StringValue] { value: 'a' }").unwrap();
    assert_eq!(any.unpack::<StringValue>().unwrap().value, "a");
    assert_eq!(any.type_url, "x.y/google.protobuf.StringValue");
}

#[test]
fn hostile() {
    let deep = "child {".repeat(100_000);
    assert!(read(&deep).unwrap_err().contains("Message too deep"));
    let deep = "zz {".repeat(100_000);
    let mut message = schema::new("every.All");
    let parser = Parser::new().allow_unknown_field(true);
    assert!(parser.parse_into(&deep, &mut message).is_err());
    let lists = "zz: [".repeat(100_000);
    assert!(parser.parse_into(&lists, &mut message).is_err());
    // Every cut and every changed byte of a text with everything: an answer, whatever it is.
    let text = r#"i32: -0x1f flt: .5e-3f text: "a\u20ac\U0001f600" 'b\377' Result { url: "" }
        counts { key: "k" value: 1 } numbers: [1, 2] [every.ext_all] < i32: 1 > # x
        any { [t/every.Required] { id: 1 } } set { [every.Note] { } } zz: [{}, 'x']"#;
    for cut in 0..text.len() {
        let _ = parser.merge(&text[..cut], &mut message);
        for byte in b"\0\"'\\{}<>[]:,;-#%/.0xez\n" {
            let mut changed = text.as_bytes().to_vec();
            changed[cut] = *byte;
            let changed = String::from_utf8(changed).unwrap();
            let _ = parser
                .clone()
                .descriptor_pool(&schema::POOL)
                .merge(&changed, &mut message);
        }
    }
}

#[test]
fn long_texts_take_linear_time() {
    let map: String = (0..20_000)
        .map(|key| format!("by_id {{ value {{ i32: {key} }} key: {key} }} "))
        .collect();
    let strings = "names: ".to_owned() + &"'a' ".repeat(200_000);
    let digits = "dbl: ".to_owned() + &"9".repeat(1_000_000);
    for text in [map, strings, digits] {
        read(&text).unwrap();
    }
}
