//! The types of `{{ source }}`, which the runtime has.

use {{ runtime }} as rt;

pub use {{ path }}::*;
