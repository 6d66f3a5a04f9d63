//! The message runtime.
