//! What the screen looks like.

pub mod ascii;
pub mod text;
