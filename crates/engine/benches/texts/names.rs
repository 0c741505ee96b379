//! Capitalized words in every company.

use super::{Text, capitalized, counted, framed, made, repeated};

pub(super) const TEXTS: &[Text] = &[
    made("names", |length| capitalized(length, |_| " ")),
    repeated("one name", "Ruiz "),
    repeated("one full name", "Ana Ruiz "),
    made("names and commas", |length| capitalized(length, |_| ", ")),
    made("names as sentences", |length| capitalized(length, |_| ". ")),
    made("names that speak", |length| capitalized(length, |_| " said. ")),
    made("full names that speak", |length| {
        capitalized(length, |number| if number % 2 == 0 { " " } else { " said that it leaks. " })
    }),
    made("titled names that speak", |length| "Mr ".to_owned() + &capitalized(length, |_| " said. Mr ")),
    repeated("initials", "J. R. R. T. "),
    made("acronyms", |length| {
        let letter =
            |number: usize, place: u32| char::from(b"ABCDEFGHIJKLMNOP"[number / 7_usize.pow(place) % 16]);
        counted(length, |number| (0..4).map(|place| letter(number, place)).chain([' ']).collect())
    }),
    made("names of names", |length| capitalized(length, |_| " of ")),
    made("names and names", |length| capitalized(length, |_| " and ")),
    made("names' names", |length| capitalized(length, |_| "'s ")),
    made("hyphenated names", |length| capitalized(length, |_| "-")),
    repeated("two names and more", "Ana and Bob and "),
    repeated("appositions", "Ana Ruiz, the minister, "),
    framed("appositions in appositions", "Ana, ", "the head of Bob, ", "said."),
    repeated("titles", "President Prime Minister Dr Prof "),
    repeated("relative clauses", "Ana, who said that Bob, who said that "),
    made("different names", |length| counted(length, |number| format!("W{number}a "))),
    made("different full names", |length| {
        counted(length, |number| format!("Aa{number} Bb{number} said so. "))
    }),
    made("one surname", |length| counted(length, |number| format!("Aa{number} Smith said so. "))),
    made("names that are nearly the same", |length| {
        let letter = |number: usize| char::from(b"abcdefghijklmnopqrstuvwxyz"[number % 26]);
        counted(length, |number| {
            let [first, second, third] = [number, number / 26, number / 676].map(letter);
            format!("Smit{first}{second}{third} said so. ")
        })
    }),
    made("names, then pronouns", |length| {
        capitalized(length / 2, |_| " ") + ". " + &"He said so. ".repeat(length / 24)
    }),
    made("names with a pronoun each", |length| {
        capitalized(length, |number| if number % 2 == 0 { " " } else { " said so. He said so. " })
    }),
    made("reports whose names come later", |length| {
        "A new study says so. ".repeat(length / 42) + &capitalized(length / 2, |_| " Study said so. ")
    }),
    made("roles and those who have them", |length| {
        "mayor ".repeat(length / 12) + ". " + &capitalized(length / 2, |_| ", a doctor, left. ")
    }),
];
