//! Which attribution stands in the content of which.

use super::Attribution;
use crate::text::Watch;

/// Sets each attribution's parent: the smallest content that holds its cue and its own content.
pub(super) fn link(attributions: &mut [Attribution], watch: &Watch<'_>) -> Option<()> {
    // Contents sorted by start, longest first: a stack of those that are open is enough.
    let mut pieces: Vec<(usize, usize, usize)> = attributions
        .iter()
        .enumerate()
        .flat_map(|(index, attribution)| {
            attribution.parts.contents.iter().map(move |content| (content.start, content.end, index))
        })
        .collect();
    pieces.sort_by(|a, b| a.0.cmp(&b.0).then(b.1.cmp(&a.1)));
    let mut order: Vec<usize> = (0..attributions.len()).collect();
    order.sort_by_key(|&index| attributions[index].anchor());
    let mut stack: Vec<(usize, usize)> = Vec::new();
    let mut next = 0;
    for index in order {
        watch.step()?;
        let anchor = attributions[index].anchor();
        while next < pieces.len() && pieces[next].0 <= anchor {
            let (_, end, owner) = pieces[next];
            stack.push((end, owner));
            next += 1;
        }
        close(&mut stack, anchor);
        let parent = stack
            .iter()
            .rev()
            .take(DEEPEST)
            .find(|&&(_, owner)| owner != index && holds(&attributions[owner], &attributions[index]));
        attributions[index].parent = parent.map(|&(_, owner)| owner);
    }
    Some(())
}

/// How many of the contents that hold a cue are asked whether they hold its attribution, innermost first.
const DEEPEST: usize = 8;

/// Takes out what has ended before `token`, as far down as [`DEEPEST`] that are open. What has ended is met
/// once, also where it lies below what hasn't.
fn close(stack: &mut Vec<(usize, usize)>, token: usize) {
    let mut open = 0;
    let mut place = stack.len();
    while place > 0 && open < DEEPEST {
        place -= 1;
        if stack[place].0 > token {
            open += 1;
        } else {
            stack.remove(place);
        }
    }
}

/// Whether the content of `outer` holds `inner` whole.
fn holds(outer: &Attribution, inner: &Attribution) -> bool {
    let within = |part: &std::ops::Range<usize>| {
        let content = outer.parts.contents.partition_point(|content| content.end < part.end);
        outer.parts.contents.get(content).is_some_and(|content| content.start <= part.start)
    };
    inner.parts.cue.as_ref().is_none_or(within)
        && inner.parts.contents.iter().all(within)
        && inner.parts.contents != outer.parts.contents
}
