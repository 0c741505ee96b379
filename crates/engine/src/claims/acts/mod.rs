//! What an attribution does: its type, act and stance.

pub(crate) mod judgment; //   what judges
pub(crate) mod act_rules; //  what the words around say
pub(crate) mod classify; //   entry and context -> type, act, stance
