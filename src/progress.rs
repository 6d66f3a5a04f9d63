//! How far a run is: told before each file, for whoever shows it.

/// What is about to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step<'a> {
    /// The kind of work.
    pub work: Work,
    /// Which file of `total` this is, from 1.
    pub number: usize,
    /// How many files there are of this kind of work.
    pub total: usize,
    /// The `.proto`.
    pub file: &'a str,
}

/// The kinds of work, in their order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Work {
    /// Reading and linking a `.proto`.
    Compile,
    /// Laying out a generated file, which is what takes the time.
    Generate,
}

/// Calls `begin` with a step before each item.
pub(crate) fn steps<'a, T: 'a>(
    items: impl ExactSizeIterator<Item = T>,
    work: Work,
    file: impl Fn(&T) -> &str,
    mut begin: impl FnMut(Step<'_>),
) -> impl Iterator<Item = T> {
    let total = items.len();
    items.zip(1..).map(move |(item, number)| {
        begin(Step {
            work,
            number,
            total,
            file: file(&item),
        });
        item
    })
}
