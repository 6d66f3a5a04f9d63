use {{ runtime }} as rt;

pub use {{ path }}::*;
