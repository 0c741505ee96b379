//! What the exit code says, where it is not 0.

/// The exit code where something was left out or not found.
pub(super) const PARTLY: u8 = 1;
/// The exit code where nothing could be done. Clap exits with the same for wrong arguments.
pub(super) const NOTHING: u8 = 2;
