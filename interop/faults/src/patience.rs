//! Waiting, never for ever: what takes too long is a failure with a name.

use std::fmt::Display;
use std::time::{Duration, Instant};

use crate::Failure;

/// The time that anything may take that should take milliseconds: the machine may be busy. What takes longer hangs.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// What `future` gives, and the seconds that it took. Fails when it takes longer than [`PATIENCE`].
pub async fn within<T>(what: &str, future: impl Future<Output = T>) -> Result<(T, f64), Failure> {
    within_time(PATIENCE, what, future).await
}

/// [`within`] of another time.
pub async fn within_time<T>(
    time: Duration,
    what: &str,
    future: impl Future<Output = T>,
) -> Result<(T, f64), Failure> {
    let began = Instant::now();
    let done = tokio::time::timeout(time, future).await;
    let done = done.map_err(|_| format!("{what}: not within {} s", time.as_secs()))?;
    Ok((done, began.elapsed().as_secs_f64()))
}

/// Asks until the answer is `wanted`, and gives the seconds that it took.
pub async fn until<T: PartialEq + Display>(
    what: &str,
    wanted: T,
    mut ask: impl AsyncFnMut() -> Result<T, Failure>,
) -> Result<f64, Failure> {
    let began = Instant::now();
    loop {
        let is = ask().await?;
        if is == wanted {
            return Ok(began.elapsed().as_secs_f64());
        }
        if began.elapsed() > PATIENCE {
            return Err(format!("{what}: still {is}, not {wanted}").into());
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}
