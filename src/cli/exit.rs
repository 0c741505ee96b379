//! What the exit code says, where it is not 0.

/// The exit code where something was left out or not found.
pub(super) const PARTLY: u8 = 1;
/// The exit code where nothing could be done. Clap exits with the same for wrong arguments.
pub(super) const NOTHING: u8 = 2;
/// The exit code where everything was done, and something was found that the caller wants to be stopped by (`--fail-on`).
pub(super) const FOUND: u8 = 3;
