//! Texts that make a careless step quadratic: for the invariants, and for the bench of the rooms.

/// A text of any length from parts that are repeated.
#[derive(Clone, Copy, Debug)]
pub(crate) struct HostileText {
    /// What it begins with.
    head: &'static str,
    /// Repeated in the first half or, where there is no `back`, in all of it.
    there: &'static str,
    /// Repeated as often in the second half.
    back: &'static str,
    /// What it ends with.
    tail: &'static str,
}

const fn repeated(there: &'static str) -> HostileText {
    HostileText { head: "", there, back: "", tail: "" }
}

const fn nested(there: &'static str, back: &'static str) -> HostileText {
    HostileText { head: "", there, back, tail: "" }
}

const fn framed(head: &'static str, there: &'static str, tail: &'static str) -> HostileText {
    HostileText { head, there, back: "", tail }
}

pub(crate) const HOSTILE_TEXTS: &[HostileText] = &[
    repeated("\""),
    repeated("“"),
    repeated("\"a\" "),
    repeated("said "),
    repeated("he said that "),
    repeated("he said that the dam, which she said was safe, leaked and "),
    repeated("according to "),
    repeated("his claim that "),
    repeated("reportedly "),
    repeated("\"a,\" said he. "),
    repeated("“a\n\n"),
    repeated("“the dam leaks.\n\n"),
    repeated("( "),
    repeated("he said ) "),
    repeated(", saying "),
    repeated("Ruiz, "),
    repeated("Ruiz: \"a\" "),
    repeated("the old dam leaks over a quiet town "),
    repeated("a"),
    repeated("\n"),
    repeated("\u{301}"),
    repeated("a.b.c"),
    nested("“a ‘a ", "a’ a” "),
    nested("he said, “she said, ‘", "no’ yes” "),
    nested("“his claim that ‘his claim that ", "a’ a” "),
    HostileText { head: "", there: "he fears “the ", back: "” ", tail: "." },
    HostileText { head: "", there: "the dam, he fears, the “", back: "” ", tail: "." },
    HostileText { head: "", there: "he fears “the ", back: "” ) ", tail: "." },
    repeated("Minister Ana Ruiz said we agree. "),
    repeated("The minister, Ana Ruiz, said: “We agree.” “I do,” he said. "),
    repeated("She told him that he told her that "),
    repeated("Ana Ruiz and Joe Palmer said they agree. "),
    repeated("(ABC) (DEF) said. "),
    framed("Mayor Ana Ruiz said the bridge is safe. ", "“a ‘b ", "."),
    HostileText {
        head: "Mayor Ana Ruiz said the bridge is safe. ",
        there: "“he said ‘she said ",
        back: "’ ”",
        tail: " Ruiz said.",
    },
    repeated("the minister of the minister of "),
    repeated("a spokesman for a spokeswoman for "),
    framed("Ruiz said: ", "“She said that the dam leaks.\n\n", ""),
    framed("", "“The dam leaks.\n\n", "“It does,” said Ruiz."),
];

impl HostileText {
    /// The text in about so many bytes.
    pub(crate) fn of_length(&self, length: usize) -> String {
        let times = length / (self.there.len() + self.back.len());
        [self.head, &self.there.repeat(times), &self.back.repeat(times), self.tail].concat()
    }
}

/// Names that nobody else has, one after the other: "Ab Cd", "Ab Ce", …, each of them a source.
pub(crate) fn many_names(length: usize) -> String {
    let mut text = String::with_capacity(length + 64);
    let mut number: usize = 0;
    while text.len() < length {
        let mut rest = number;
        let mut letters = || {
            let letters: String = (0..4)
                .map(|_| {
                    let letter = b"abcdefghijklmnopqrstuvwxyz"[rest % 26];
                    rest /= 5;
                    char::from(letter)
                })
                .collect();
            format!("X{letters}")
        };
        let (given, family) = (letters(), letters());
        text.extend(["Mr ", &given, " ", &family, "o said that ", &family, "a agrees. "]);
        number += 7;
    }
    text
}
