//! The data of each shape, as prost's messages; everybody decodes the bytes that these encode to.

use prost::Message;

use crate::generated::prost::{
    Columns, Event, Flat, Google1, Google1Sub, LogRecord, MediaFrame, Sheet, Track, event,
    log_record, sheet, track,
};
use crate::random::Random;

pub fn flat() -> Vec<u8> {
    let mut r = Random::new(1);
    Flat {
        id: r.below(1 << 20) as i32,
        account: r.below(1 << 45) as i64,
        count: r.below(300) as u32,
        total: r.below(1 << 33),
        delta: -(r.below(1000) as i32),
        checksum: r.next() as u32,
        token: r.next(),
        ratio: r.real(),
        score: r.real() as f32,
        active: true,
        offset: -(r.below(1 << 25) as i64),
        name: r.text(20),
        region: r.text(11),
        digest: r.bytes(20),
    }
    .encode_to_vec()
}

pub fn log() -> Vec<u8> {
    let mut r = Random::new(2);
    LogRecord {
        timestamp_nanos: 1_700_000_000_000_000_000 + r.below(1 << 40) as i64,
        service_name: r.text(14),
        instance_id: r.text(22),
        severity: log_record::Severity::Warning.into(),
        message: r.text(180),
        labels: (0..8).map(|_| (r.word(6, 14), r.word(8, 30))).collect(),
        trace_id: r.text(32),
        span_id: r.text(16),
        source: Some(log_record::Source {
            file: r.text(28),
            line: r.below(2000) as i32,
            function: r.text(18),
        }),
    }
    .encode_to_vec()
}

pub fn deep() -> Vec<u8> {
    let mut r = Random::new(3);
    Event {
        id: r.text(24),
        actor: Some(event::Actor {
            name: r.text(12),
            device: Some(event::Device {
                model: r.text(9),
                place: Some(place(&mut r)),
            }),
        }),
        sections: (0..3).map(|_| section(&mut r, 2)).collect(),
    }
    .encode_to_vec()
}

fn place(r: &mut Random) -> event::Place {
    event::Place {
        latitude: r.real() * 90.0,
        longitude: r.real() * 180.0,
        city: r.word(5, 12),
    }
}

fn section(r: &mut Random, depth: u32) -> event::Section {
    use event::property::Value;
    event::Section {
        title: r.word(6, 20),
        properties: (0..5)
            .map(|i| event::Property {
                key: r.word(4, 12),
                value: match i {
                    0 => Some(Value::Text(r.word(5, 25))),
                    1 => Some(Value::Number(r.sized(40) as i64)),
                    2 => Some(Value::Real(r.real())),
                    3 => Some(Value::Flag(r.flag())),
                    _ => Some(Value::Place(place(r))),
                },
            })
            .collect(),
        sections: (0..if depth == 0 { 0 } else { 2 })
            .map(|_| section(r, depth - 1))
            .collect(),
    }
}

pub fn google1() -> Vec<u8> {
    let mut r = Random::new(4);
    Google1 {
        field1: r.text(12),
        field2: 3,
        field3: 75,
        field4: r.text(28),
        field5: (0..2).map(|_| r.next()).collect(),
        field6: 1,
        field7: r.text(16),
        field9: r.text(60),
        field12: true,
        field13: true,
        field14: true,
        field15: Some(Google1Sub {
            field1: 5,
            field2: 1,
            field3: 1000,
            field12: true,
            field13: 1 << 30,
            field14: 1 << 20,
            field15: r.text(20),
            field16: 2,
            field19: 2,
            field20: true,
            field21: r.next(),
            field22: 1200,
            field28: true,
            field203: r.next() as u32,
            field204: 90,
            field205: r.text(8),
            field206: true,
            field207: r.sized(50),
            field300: 77,
            ..Default::default()
        }),
        field16: 20,
        field17: true,
        field18: r.text(18),
        field22: 100_000_000,
        field23: 4,
        field25: 25,
        field29: 6,
        field30: true,
        field59: true,
        field60: 1,
        field68: 30,
        field100: 10,
        field101: 500,
        field102: r.text(9),
        field103: r.text(13),
        field128: 1,
        field129: r.text(24),
        field131: 2,
        field150: 150,
        field271: 271,
        field280: 280,
        ..Default::default()
    }
    .encode_to_vec()
}

pub fn media() -> Vec<u8> {
    let mut r = Random::new(5);
    MediaFrame {
        sequence: 123_456,
        timestamp: r.next(),
        stream: r.text(18),
        keyframe: true,
        payload: r.bytes(8_000),
        thumbnail: r.bytes(2_000),
        side_data: (0..4).map(|i| r.bytes(100 + 60 * i)).collect(),
    }
    .encode_to_vec()
}

pub fn packed() -> Vec<u8> {
    let mut r = Random::new(6);
    Sheet {
        name: r.text(15),
        rows: (0..60)
            .map(|_| sheet::Row {
                columns: (0..12).map(|_| r.below(5000) as u32).collect(),
                values: (0..10).map(|_| r.sized(30) as i64 - (1 << 20)).collect(),
                weights: (0..3).map(|_| r.real()).collect(),
                flags: (0..8).map(|_| r.flag()).collect(),
            })
            .collect(),
    }
    .encode_to_vec()
}

pub fn small() -> Vec<u8> {
    let mut r = Random::new(7);
    let (mut x, mut y) = (10_000, 50_000);
    Track {
        vehicle: r.sized(60),
        points: (0..1000)
            .map(|i| {
                x += r.below(200) as i32 - 100;
                y += r.below(200) as i32 - 100;
                track::Point {
                    x,
                    y,
                    speed: r.real() as f32,
                    time: 1_700_000_000 + i,
                }
            })
            .collect(),
    }
    .encode_to_vec()
}

pub fn columns() -> Vec<u8> {
    let mut r = Random::new(8);
    let mut time = 1_700_000_000_000_000;
    Columns {
        times: (0..700)
            .map(|_| {
                time += r.below(1 << 20) as i64;
                time
            })
            .collect(),
        codes: (0..3000).map(|_| r.below(400) as u32).collect(),
        deltas: (0..1500).map(|_| r.below(100) as i32 - 50).collect(),
        readings: (0..700).map(|_| r.real()).collect(),
        hashes: (0..200).map(|_| r.next()).collect(),
        valid: (0..1000).map(|_| r.flag()).collect(),
    }
    .encode_to_vec()
}
