//! All that is wrong with a file, told at once: lexicons, keys, aliases.
//!
//! In: its faults, each with the file's name and its place. Out: lines, as many as somebody reads.

/// At most so many faults are told: a file of another kind has one in each line.
const MOST_TOLD: usize = 20;

/// The faults, one a line; the last line counts those that are left out.
pub(crate) fn told(faults: impl ExactSizeIterator<Item = String>) -> String {
    let left_out = faults.len().saturating_sub(MOST_TOLD);
    let mut lines: Vec<String> = faults.take(MOST_TOLD).collect();
    if left_out > 0 {
        lines.push(format!("and {left_out} more faults"));
    }
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::told;

    #[test]
    fn faults_beyond_the_twentieth_are_counted() {
        let of =
            |count: usize| told((1..=count).collect::<Vec<_>>().iter().map(|line| format!("a:{line}: x")));
        assert_eq!(of(2), "a:1: x\na:2: x");
        assert_eq!((of(20).lines().count(), of(25).lines().count()), (20, 21));
        assert_eq!(of(25).lines().last(), Some("and 5 more faults"));
    }
}
