//! One thing over and over, or a single long one.

use super::{Text, counted, framed, made, repeated};

pub(super) const TEXTS: &[Text] = &[
    repeated(
        "news",
        "“The dam is safe,” said Ana Ruiz, the minister. Critics said that it leaks. The town is old. ",
    ),
    repeated("one word", "a"),
    repeated("one word in capitals", "A"),
    repeated("one number", "7"),
    framed("newlines", "", "\n", "x."),
    framed("spaces", "", " ", "x."),
    framed("tabs and newlines", "", "\t\n", "x"),
    framed("carriage returns", "", "\r\n", "x"),
    framed("no-break spaces", "", "\u{a0}", "x"),
    framed("one sentence", "", "the old dam leaks over a quiet town and ", "."),
    repeated("short paragraphs", "x.\n\n"),
    repeated("headings", "THE DAM\n\n"),
    repeated("lists", "- he said\n"),
    repeated("quoted lines", "> “a\n"),
    repeated("tags", "<p>“a</p>"),
    repeated("addresses", "https://a.b/c?d=e "),
    repeated("mail addresses", "a@b.c "),
    repeated("words in slashes", "a/"),
    repeated("words in underscores", "_a_ "),
    made("long words", |length| ("a".repeat(5000) + " ").repeat(length / 5001 + 1)),
    made("different words", |length| counted(length, |number| format!("w{number} "))),
    made("different nouns", |length| counted(length, |number| format!("the w{number}er said so. "))),
];
