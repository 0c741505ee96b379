//! What the command tells of itself.
//!
//! In: the command with all of its arguments. Out: its version, its manual, scripts for shells.

pub(super) mod version; //     ascribe --version
pub(super) mod completions; // ascribe completions
pub(super) mod man; //         ascribe man
