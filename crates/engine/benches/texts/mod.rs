//! Texts of any length, each of which repeats what some room may find dear: by what they are made of.

mod characters; // what hardly any newspaper prints
mod marks; //      quotation marks, brackets, punctuation
mod names; //      capitalized words in every company
mod numbers; //    dates, times, figures, places
mod speech; //     cues, pronouns, who says what in whose words
mod tokens; //     one thing over and over, or a single long one

/// A text of any length.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Text {
    pub(crate) name: &'static str,
    make: Make,
}

/// How a text is made long.
#[derive(Clone, Copy, Debug)]
enum Make {
    /// What it begins with, what is repeated, what it ends with.
    Repeated(&'static str, &'static str, &'static str),
    /// What is repeated in the first half, and in the second.
    Halves(&'static str, &'static str),
    /// By a function of the length in bytes.
    Made(fn(usize) -> String),
}

/// A text that repeats `unit`.
const fn repeated(name: &'static str, unit: &'static str) -> Text {
    Text { name, make: Make::Repeated("", unit, "") }
}

/// A text that repeats `unit` between a beginning and an end.
const fn framed(name: &'static str, head: &'static str, unit: &'static str, tail: &'static str) -> Text {
    Text { name, make: Make::Repeated(head, unit, tail) }
}

/// A text whose second half may close what its first half opens.
const fn halves(name: &'static str, there: &'static str, back: &'static str) -> Text {
    Text { name, make: Make::Halves(there, back) }
}

/// A text that a function makes.
const fn made(name: &'static str, make: fn(usize) -> String) -> Text {
    Text { name, make: Make::Made(make) }
}

impl Text {
    /// The text in about so many bytes.
    pub(crate) fn of_length(&self, length: usize) -> String {
        let times = |unit: &str, length: usize| unit.repeat((length / unit.len()).max(1));
        match self.make {
            Make::Repeated(head, unit, tail) => [head, &times(unit, length), tail].concat(),
            Make::Halves(there, back) => times(there, length / 2) + &times(back, length / 2),
            Make::Made(make) => make(length),
        }
    }
}

/// All texts, kind by kind.
pub(crate) fn all() -> impl Iterator<Item = &'static Text> {
    let kinds = [tokens::TEXTS, marks::TEXTS, characters::TEXTS, names::TEXTS, speech::TEXTS, numbers::TEXTS];
    kinds.into_iter().flatten()
}

/// Numbers that look like chance, the same in every run (xorshift, Marsaglia 2003).
pub(super) struct Chance(u64);

impl Chance {
    fn new() -> Self {
        Self(0x9e37_79b9_7f4a_7c15)
    }

    /// A number below `end`.
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 33).unwrap_or(0) % end
    }
}

/// Words with a capital, hardly two of them the same, each followed by what `after` gives.
pub(super) fn capitalized(length: usize, after: impl Fn(usize) -> &'static str) -> String {
    let mut chance = Chance::new();
    let mut text = String::with_capacity(length + 32);
    let mut number = 0;
    while text.len() < length {
        text.push(char::from(b"BCDFGHKLMNPRST"[chance.below(14)]));
        for _ in 0..3 + chance.below(5) {
            text.push(char::from(b"aeioulnrst"[chance.below(10)]));
        }
        text.push_str(after(number));
        number += 1;
    }
    text
}

/// Units that a function makes of their numbers, until the text is long enough.
pub(super) fn counted(length: usize, unit: impl Fn(usize) -> String) -> String {
    let mut text = String::with_capacity(length + 64);
    let mut number = 0;
    while text.len() < length {
        text.push_str(&unit(number));
        number += 1;
    }
    text
}
