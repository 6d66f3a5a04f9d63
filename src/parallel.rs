//! Work on all cores whose results are wanted in order.

use std::collections::BTreeMap;
use std::num::NonZero;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;
use std::thread;

/// Hands what `map` makes of each item to `sink`, in the order of the items and on the thread of the caller.
pub(crate) fn map_in_order<T: Sync, R: Send>(
    items: &[T],
    map: impl Fn(&T) -> R + Sync,
    mut sink: impl FnMut(R),
) {
    let workers = items.len().min(cores());
    if workers < 2 {
        items.iter().for_each(|item| sink(map(item)));
        return;
    }
    let next = AtomicUsize::new(0);
    let (results, received) = mpsc::sync_channel(workers);
    thread::scope(|scope| {
        let mut started = 0;
        for _ in 0..workers {
            let results = results.clone();
            let (next, map) = (&next, &map);
            let worker = thread::Builder::new().spawn_scoped(scope, move || {
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    let Some(item) = items.get(number) else {
                        return;
                    };
                    // Nobody receives when the caller's thread panics.
                    if results.send((number, map(item))).is_err() {
                        return;
                    }
                }
            });
            // A sandbox may forbid threads, or grant a few.
            if worker.is_err() {
                break;
            }
            started += 1;
        }
        if started == 0 {
            items.iter().for_each(|item| sink(map(item)));
        }
        // Only workers hold it now: if one panics, the loop ends when the others do, and the scope hands the panic on.
        drop(results);
        let mut early = BTreeMap::new();
        let mut wanted = 0;
        for (number, result) in received {
            early.insert(number, result);
            while let Some(result) = early.remove(&wanted) {
                sink(result);
                wanted += 1;
            }
        }
    });
}

fn cores() -> usize {
    thread::available_parallelism().map_or(1, NonZero::get)
}

#[cfg(test)]
mod tests {
    use std::panic;
    use std::time::Duration;

    use super::*;

    #[test]
    fn results_come_in_order() {
        for count in [0, 1, 2, 100] {
            let items: Vec<u64> = (0..count).collect();
            let mut seen = Vec::new();
            let map = |item: &u64| {
                thread::sleep(Duration::from_micros(item * 7919 % 500));
                item * 2
            };
            map_in_order(&items, map, |result| seen.push(result));
            assert_eq!(seen, items.iter().map(|item| item * 2).collect::<Vec<_>>());
        }
    }

    #[test]
    fn a_panic_is_handed_on() {
        let items: Vec<u32> = (0..50).collect();
        let run = || map_in_order(&items, |&item| assert!(item != 7), |()| ());
        panic::catch_unwind(run).unwrap_err();
    }
}
