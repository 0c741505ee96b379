//! Cues, pronouns, who says what in whose words.

use super::{Text, capitalized, made, repeated};

pub(super) const TEXTS: &[Text] = &[
    repeated("two who say", "Ana said Bob said "),
    made("names that say that names say", |length| capitalized(length, |_| " said that ")),
    repeated("said", "said "),
    repeated("he", "he "),
    repeated("he alone", "He. "),
    repeated("he said", "he said "),
    repeated("he and she", "He said so. She said so. "),
    repeated("they", "they said them their "),
    repeated("it", "it said its "),
    repeated("who", "who said who "),
    repeated("which", "which, which said, "),
    repeated("according to", "according to "),
    made("according to names", |length| {
        "According to ".to_owned() + &capitalized(length, |_| ", it leaks. According to ")
    }),
    repeated("not", "not "),
    repeated("reportedly", "reportedly "),
    repeated("passives", "was said by "),
    repeated("told him", "told him that "),
    repeated("articles", "the "),
    repeated("one role", "the minister "),
    repeated("one role that speaks", "The minister said so. "),
    repeated("roles of places", "the minister of the town of "),
    repeated("speakers for speakers", "a spokesman for "),
    repeated("family", "his mother's sister's "),
    repeated("they and others", "They and Ana said so. We and they said so. "),
];
