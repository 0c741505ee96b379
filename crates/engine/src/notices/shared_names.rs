//! Whether two people whom the caller knows share a name. In: aliases. Out: notices that name both, and the name.

use std::collections::hash_map::Entry;

use rustc_hash::FxHashMap;

use super::notice::{Notice, NoticeReason, shown};
use crate::coreference::{Alias, alias_key};
use crate::text::{Span, Watch};

/// At most so many shared names are told each by itself.
const MOST_TOLD: usize = 5;

/// Notices of names that two of `aliases` share. Nothing once the work is called off.
pub(super) fn notices(text: &str, aliases: &[Alias], watch: &Watch<'_>) -> Option<Vec<Notice>> {
    let mut owners: FxHashMap<String, (&str, bool)> = FxHashMap::default();
    let mut notices = Vec::new();
    let mut untold = 0_usize;
    for alias in aliases {
        for written in std::iter::once(&alias.name).chain(&alias.variants) {
            watch.step()?;
            let mut owner = match owners.entry(alias_key(written)) {
                Entry::Vacant(place) => {
                    place.insert((&alias.name, false));
                    continue;
                }
                Entry::Occupied(owner) => owner,
            };
            let (first, is_told) = owner.get_mut();
            if *first == alias.name || *is_told {
                continue;
            }
            *is_told = true;
            if notices.len() < MOST_TOLD {
                watch.ask()?;
                notices.push(notice(text, written, first, &alias.name));
            } else {
                untold += 1;
            }
        }
    }
    if let Some(last) = notices.last_mut().filter(|_| untold > 0) {
        last.message = format!("{}; so do {untold} more names", last.message);
    }
    Some(notices)
}

fn notice(text: &str, written: &str, first: &str, second: &str) -> Notice {
    let message = format!(
        "{} names both {} and {} among the aliases: it is taken for the first; take it from one of them",
        shown(written),
        shown(first),
        shown(second)
    );
    let place = text.find(written).map(|start| Span::new(start, start + written.len()));
    Notice::new(NoticeReason::AmbiguousAlias, message, place)
}
