//! Build scripts.
