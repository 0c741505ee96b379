//! Calling work off: how a caller says that nobody wants a result any more, and how often the rooms ask.

use std::cell::Cell;

/// Asked now and then while a text is read: whether nobody wants the result any more.
pub type IsCancelled<'a> = &'a (dyn Fn() -> bool + Sync);

/// Asks whether the result is still wanted, once for every [`EVERY`] steps of a room's work.
pub struct Watch<'a> {
    is_cancelled: IsCancelled<'a>,
    steps: Cell<u32>,
}

/// At most this many steps are done between two questions. A step is the work on one token, name or attribution,
/// which takes some microseconds.
const EVERY: u32 = 64;

impl<'a> Watch<'a> {
    /// A watch over work that `is_cancelled` can call off.
    #[must_use]
    pub fn new(is_cancelled: IsCancelled<'a>) -> Self {
        Self { is_cancelled, steps: Cell::new(0) }
    }

    /// A watch over work that nobody calls off.
    pub(crate) fn never() -> Self {
        Self::new(&|| false)
    }

    /// Counts a step. Nothing once the work is called off.
    pub(crate) fn step(&self) -> Option<()> {
        let steps = self.steps.get() + 1;
        self.steps.set(steps % EVERY);
        if steps < EVERY { Some(()) } else { self.ask() }
    }

    /// Asks at once. Nothing once the work is called off.
    pub(crate) fn ask(&self) -> Option<()> {
        (!(self.is_cancelled)()).then_some(())
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::*;

    #[test]
    fn many_steps_ask_once() {
        let asked = AtomicU32::new(0);
        let is_cancelled = || asked.fetch_add(1, Ordering::Relaxed) == 2;
        let watch = Watch::new(&is_cancelled);
        let steps = (0..1000).take_while(|_| watch.step().is_some()).count();
        assert_eq!(steps, 3 * EVERY as usize - 1);
        assert_eq!(asked.into_inner(), 3);
    }
}
