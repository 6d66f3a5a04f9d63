//! What a process uses, from `/proc`.

use std::fs;

use crate::Failure;
use crate::patience::until;

/// What a process uses at one moment.
#[derive(Clone, Copy, Debug)]
pub struct Usage {
    /// Resident memory in MiB.
    pub memory: f64,
    /// Processor time so far, in seconds.
    pub processor: f64,
    /// Open files and sockets.
    pub files: f64,
    /// Threads.
    pub threads: f64,
}

/// Clock ticks in a second, the same on every Linux.
const TICKS: f64 = 100.0;

impl Usage {
    /// What this process uses.
    pub fn of_this_process() -> Result<Self, Failure> {
        Self::of(std::process::id())
    }

    /// The files that this process has open beyond `files`, once it has no more or has had its time to close them.
    pub async fn files_left_in_this_process(files: f64) -> Result<f64, Failure> {
        let is_back = async || Ok(Self::of_this_process()?.files <= files);
        until("the client's sockets are closed", true, is_back).await?;
        Ok(Self::of_this_process()?.files - files)
    }

    /// What the process of this number uses.
    pub fn of(process: u32) -> Result<Self, Failure> {
        let status = fs::read_to_string(format!("/proc/{process}/status"))?;
        let field = |name: &str| {
            let line = status.lines().find_map(|line| line.strip_prefix(name));
            let value = line.and_then(|line| line.split_whitespace().next());
            value.and_then(|value| value.parse::<f64>().ok())
        };
        let stat = fs::read_to_string(format!("/proc/{process}/stat"))?;
        // The name before the last parenthesis may have spaces in it.
        let (_, fields) = stat.rsplit_once(')').ok_or("no stat")?;
        let ticks = fields.split_whitespace().skip(11).take(2);
        let ticks: f64 = ticks.filter_map(|value| value.parse::<f64>().ok()).sum();
        Ok(Self {
            memory: field("VmRSS:").ok_or("no VmRSS")? / 1024.0,
            processor: ticks / TICKS,
            files: fs::read_dir(format!("/proc/{process}/fd"))?.count() as f64,
            threads: field("Threads:").ok_or("no Threads")?,
        })
    }
}
