//! Real contents of articles, altered by rule: in, an article with its gold contents; out, quotations and how each
//! stands in the article.

use ascribe_engine::Verdict;

/// A quotation that was made, and what is right to say of it.
pub(crate) struct Made {
    pub(crate) text: String,
    pub(crate) expected: Verdict,
    /// How it was made.
    pub(crate) how: &'static str,
}

/// Contents of fewer words are left out: of "yes" nothing can be dropped.
const LEAST_WORDS: usize = 6;
/// So many words of another article's content stand in its own by chance at most.
const MOST_WORDS: usize = 80;

/// A fixed sequence of numbers, so that all runs make the same.
pub(crate) struct Numbers(u64);

impl Numbers {
    pub(crate) const fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// A number below `end`, which is not 0 (Knuth's MMIX generator).
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap_or(0) % end
    }
}

/// Other words for frequent ones: synonyms, other numbers, other times.
const OTHER_WORDS: [(&str, &str); 30] = [
    ("said", "stated"),
    ("people", "citizens"),
    ("government", "administration"),
    ("is", "was"),
    ("are", "were"),
    ("will", "would"),
    ("can", "could"),
    ("must", "should"),
    ("very", "extremely"),
    ("big", "huge"),
    ("first", "second"),
    ("one", "two"),
    ("two", "three"),
    ("three", "four"),
    ("more", "less"),
    ("all", "most"),
    ("many", "several"),
    ("new", "recent"),
    ("we", "they"),
    ("our", "their"),
    ("i", "he"),
    ("my", "his"),
    ("good", "great"),
    ("now", "today"),
    ("because", "since"),
    ("country", "nation"),
    ("work", "labour"),
    ("believe", "think"),
    ("want", "wish"),
    ("important", "significant"),
];

/// What is made of an article's contents; `others` are those of another article.
pub(crate) fn quotations(contents: &[String], others: &[String], numbers: &mut Numbers) -> Vec<Made> {
    let long = |content: &&String| content.split_whitespace().count() >= LEAST_WORDS;
    let own: Vec<&String> = contents.iter().filter(long).collect();
    let mut made = Vec::new();
    for (number, content) in own.iter().enumerate() {
        let words: Vec<&str> = content.split_whitespace().collect();
        made.push(Made { text: (*content).clone(), expected: Verdict::Verbatim, how: "as it is" });
        made.push(truncated(content, numbers));
        made.push(printed_otherwise(&words, number));
        made.push(with_ellipsis(&words, numbers));
        made.extend(altered(&words, numbers));
        let other = own[numbers.below(own.len())];
        if other != *content {
            made.extend(merged(&words, &other.split_whitespace().collect::<Vec<_>>()));
        }
    }
    for content in others.iter().filter(long).take(own.len()) {
        let words: Vec<&str> = content.split_whitespace().take(MOST_WORDS).collect();
        made.push(Made { text: words.join(" "), expected: Verdict::Absent, how: "of another article" });
    }
    made
}

/// Its first words: to the letter still.
fn truncated(content: &str, numbers: &mut Numbers) -> Made {
    let count = content.split_whitespace().count();
    let kept = count - 1 - numbers.below(count / 2);
    let last = content.split_whitespace().nth(kept - 1).expect("it has more words than that");
    let end = last.as_ptr().addr() - content.as_ptr().addr() + last.len();
    let text = content[..end].trim_end_matches(|letter: char| !letter.is_alphanumeric()).to_owned();
    Made { text, expected: Verdict::Verbatim, how: "truncated" }
}

/// The same words in other print.
fn printed_otherwise(words: &[&str], number: usize) -> Made {
    let text = match number % 4 {
        0 => words.join("\u{a0}") + "\u{a0}",
        1 => words.join("  ").to_uppercase(),
        2 => words.join(" ").replace(['"', '“', '”'], "''").replace('\'', "’") + ",",
        _ => words.iter().map(|word| format!("{word}\u{ad}")).collect::<Vec<_>>().join(" - "),
    };
    Made { text, expected: Verdict::Typographic, how: "printed otherwise" }
}

/// Words left out, and an ellipsis for them.
fn with_ellipsis(words: &[&str], numbers: &mut Numbers) -> Made {
    let start = 2 + numbers.below(words.len() - 4);
    let end = (start + 1 + numbers.below(4)).min(words.len() - 2);
    let text = format!("{} … {}", words[..start].join(" "), words[end..].join(" "));
    Made { text, expected: Verdict::Typographic, how: "with an ellipsis" }
}

/// Words dropped, swapped, changed, added.
fn altered(words: &[&str], numbers: &mut Numbers) -> Vec<Made> {
    let made = |words: Vec<&str>, how| Made { text: words.join(" "), expected: Verdict::Altered, how };
    let inner = |numbers: &mut Numbers| 1 + numbers.below(words.len() - 2);
    let mut all = Vec::new();

    let mut dropped = words.to_vec();
    for _ in 0..=words.len() / 12 {
        dropped.remove(1 + numbers.below(dropped.len() - 2));
    }
    all.push(made(dropped, "words dropped"));

    let at = inner(numbers);
    let mut swapped = words.to_vec();
    swapped.swap(at - 1, at);
    let [before, after] = [normal(swapped[at - 1]), normal(swapped[at])];
    if before != after && !before.is_empty() && !after.is_empty() && !before.contains(['[', ']']) {
        all.push(made(swapped, "words swapped"));
    }

    let mut changed = words.to_vec();
    let mut count = 0;
    for word in &mut changed {
        let other = OTHER_WORDS.iter().find(|(from, _)| *from == normal(word));
        if let Some((_, other)) = other
            && count <= words.len() / 5
        {
            *word = other;
            count += 1;
        }
    }
    if count > 0 {
        all.push(made(changed, "words changed"));
    }

    let mut negated = words.to_vec();
    negated.insert(inner(numbers), "not");
    all.push(made(negated, "negated"));

    let kept = words.len() - words.len() / 3;
    let mut continued = words[..kept].to_vec();
    continued.extend(["and", "nobody", "shall", "ever", "forget", "it"].iter().take(words.len() / 3));
    all.push(made(continued, "another end"));
    all
}

/// The halves of two contents, as if they were one.
fn merged(words: &[&str], other: &[&str]) -> Option<Made> {
    let half = |words: &[&str]| words[..=words.len() / 2].join(" ");
    let is_long = words.len() >= 8 && other.len() >= 8;
    is_long.then(|| Made {
        text: format!("{} {}", half(words), half(other)),
        expected: Verdict::Altered,
        how: "two merged",
    })
}

fn normal(word: &str) -> String {
    word.trim_matches(|letter: char| !letter.is_alphanumeric()).to_lowercase()
}
