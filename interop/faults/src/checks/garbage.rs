//! Clients that speak no HTTP/2, broken HTTP/2, or too much of it.

use super::Scale;
use crate::Failure;
use crate::faults_pb2::Blob;
use crate::figures::Figures;
use crate::patience::within;
use crate::random::Random;
use crate::raw::{self, Client, frame, frame_of_length, greeting, header_block, literal};
use crate::victim::{Face, Victim};

/// Connections at once.
const AT_ONCE: usize = 20;

/// What is thrown, by name.
type Kind = (&'static str, fn(&mut Random) -> Vec<u8>);

/// The same again and again, by name: what comes first, and what is repeated.
type Flood = (&'static str, fn() -> (Vec<u8>, Vec<u8>));

const KINDS: &[Kind] = &[
    ("random bytes", |random| random.bytes(4096)),
    ("nothing", |_| Vec::new()),
    ("a truncated preface", |random| {
        raw::PREFACE[..random.below(24) as usize].to_vec()
    }),
    ("HTTP/1.1", |_| {
        b"POST /faults.Faults/Echo HTTP/1.1\r\nhost: localhost\r\n\r\n".to_vec()
    }),
    ("a TLS handshake", |random| {
        [&[22, 3, 1, 2, 0, 1][..], &random.bytes(512)].concat()
    }),
    ("a preface and random bytes", |random| {
        [raw::PREFACE, &random.bytes(4096)].concat()
    }),
    ("random frames", |random| {
        let mut bytes = greeting();
        for _ in 0..200 {
            let (kind, flags) = (random.below(12) as u8, random.below(256) as u8);
            let (stream, length) = (random.below(8) as u32, random.below(64) as usize);
            bytes.extend(frame(kind, flags, stream, &random.bytes(length)));
        }
        bytes
    }),
    ("a frame longer than allowed", |_| {
        [
            greeting(),
            frame_of_length(0xff_ffff, raw::DATA, 0, 1, &[0; 1000]),
        ]
        .concat()
    }),
    ("headers that are no HPACK", |random| {
        [greeting(), frame(raw::HEADERS, 4, 1, &random.bytes(500))].concat()
    }),
    ("settings out of range", |_| {
        [
            greeting(),
            frame(raw::SETTINGS, 0, 0, &[0, 4, 0xff, 0xff, 0xff, 0xff]),
        ]
        .concat()
    }),
    ("a window that overflows", |_| {
        let update = frame(raw::WINDOW_UPDATE, 0, 0, &0x7fff_ffff_u32.to_be_bytes());
        [greeting(), update.clone(), update].concat()
    }),
    ("data of a stream that is none", |_| {
        [greeting(), frame(raw::DATA, 0, 9, b"hello")].concat()
    }),
    ("a message that says 4 GiB", |_| {
        let headers = frame(raw::HEADERS, 4, 1, &header_block("/faults.Faults/Echo"));
        let message = frame(raw::DATA, 0, 1, &[0, 0xff, 0xff, 0xff, 0xff, 1, 2, 3]);
        [greeting(), headers, message].concat()
    }),
    ("a call that is cut off", |_| {
        let headers = frame(raw::HEADERS, 4, 1, &header_block("/faults.Faults/Hold"));
        let message = frame(raw::DATA, 0, 1, &[0, 0, 0, 0, 9, 1]);
        [greeting(), headers, message].concat()
    }),
];

/// As much as the server takes.
const FLOODS: &[Flood] = &[
    ("PING", || (greeting(), frame(raw::PING, 0, 0, &[7; 8]))),
    ("SETTINGS", || {
        (
            greeting(),
            frame(raw::SETTINGS, 0, 0, &[0, 3, 0, 0, 0, 100]),
        )
    }),
    ("CONTINUATION", || {
        let begun = frame(raw::HEADERS, 0, 1, &header_block("/faults.Faults/Echo"));
        let more = literal(b"k", &[b'v'; 100]).repeat(100);
        (
            [greeting(), begun].concat(),
            frame(raw::CONTINUATION, 0, 1, &more),
        )
    }),
    ("empty DATA", || {
        let begun = frame(raw::HEADERS, 4, 1, &header_block("/faults.Faults/Swallow"));
        ([greeting(), begun].concat(), frame(raw::DATA, 0, 1, &[]))
    }),
    ("empty messages", || {
        let begun = frame(raw::HEADERS, 4, 1, &header_block("/faults.Faults/Swallow"));
        (
            [greeting(), begun].concat(),
            frame(raw::DATA, 0, 1, &[0; 5 * 100]),
        )
    }),
    ("WINDOW_UPDATE of nothing", || {
        (greeting(), frame(raw::WINDOW_UPDATE, 0, 1, &[0; 4]))
    }),
];

pub(super) async fn run(face: Face, scale: Scale, figures: &mut Figures) -> Result<(), Failure> {
    let victim = Victim::start(face).await?;
    let stub = victim.stub();
    stub.echo(Blob::default()).await?;
    let before = victim.usage()?;
    let rounds = scale.of(25, 1);
    let mut random = Random::new(1);
    for round in 0..rounds {
        for (name, make) in KINDS {
            let mut throws = tokio::task::JoinSet::new();
            for _ in 0..AT_ONCE {
                let (port, bytes) = (victim.port(), make(&mut random));
                // What the server does with it is what it may do.
                throws.spawn(async move { raw::throw(port, &bytes).await.map(drop) });
            }
            within(name, async { while throws.join_next().await.is_some() {} }).await?;
            let echo = stub.echo(Blob::default()).into_future();
            within("a call beside", echo)
                .await?
                .0
                .map_err(|error| format!("round {round}, after {name}: {error}"))?;
        }
    }
    let count = rounds * KINDS.len() * AT_ONCE;
    figures.note("connections with garbage of 14 kinds", count as f64, "");
    let size = scale.of(64, 2) << 20;
    for (name, make) in FLOODS {
        let (begin, again) = make();
        let bytes = [begin, again.repeat(size / again.len())].concat();
        let before = victim.usage()?;
        let flood = raw::throw(victim.port(), &bytes);
        let (written, seconds) = within(name, flood).await?;
        let spent = victim.usage()?.processor - before.processor;
        let taken = written? as f64 / f64::from(1 << 20);
        figures.note(format!("flood of {name}: taken"), taken, "MiB");
        figures.note(format!("flood of {name}: in"), seconds, "s");
        figures.note(
            format!("flood of {name}: server's processor time"),
            spent,
            "s",
        );
        let echo = stub.echo(Blob::default()).into_future();
        within("a call beside", echo).await?.0?;
    }
    reset_by_errors(&victim, scale, figures).await?;
    let (reply, seconds) = within(
        "the next call",
        victim.stub().echo(Blob::default()).into_future(),
    )
    .await?;
    reply?;
    figures.took("a call on a new connection", seconds);
    victim.until_handlers(0).await?;
    let seconds = victim.until_files(before.files).await?;
    figures.took("until the server has closed all sockets", seconds);
    let grown = victim.usage()?.memory - before.memory;
    figures.at_most("server's memory after all that", grown, 64.0, "MiB");
    Ok(())
}

/// Calls with a broken message: the server ends each.
async fn reset_by_errors(
    victim: &Victim,
    scale: Scale,
    figures: &mut Figures,
) -> Result<(), Failure> {
    let mut client = Client::connect(victim.port(), 1 << 20).await?;
    let count = scale.of(20_000, 2_000);
    let (mut connections, mut answered) = (1, 0);
    for _ in 0..count {
        let opened = match client.open("Echo", true).await {
            Ok(opened) => opened,
            Err(_) => {
                client = Client::connect(victim.port(), 1 << 20).await?;
                connections += 1;
                client.open("Echo", true).await?
            }
        };
        let (response, mut body) = opened;
        // The connection may be given up under it, which the next call finds out.
        let _ = body.send_data(vec![9, 0, 0, 0, 1, 255].into(), true);
        let answer = within("the answer to a broken message", response).await?.0;
        answered += usize::from(answer.is_ok());
    }
    figures.note("calls with broken messages", count as f64, "");
    figures.at_least("of these, answered", answered as f64, count as f64, "");
    figures.note("connections that these took", f64::from(connections), "");
    Ok(())
}
