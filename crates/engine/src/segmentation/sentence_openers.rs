//! How a sentence goes on or another begins, in words.

/// Words that, capitalized in the middle of a line, begin a sentence rather than go on with a name: "It left
/// the U.S. The vote was close." has another sentence, "The U.S. Senate" hasn't.
#[rustfmt::skip]
pub(crate) const BEGINNINGS: &[&str] = &[
    "A", "About", "According", "After", "All", "Also", "Although", "Among", "An", "And", "Another", "Any",
    "As", "At", "Because", "Before", "Both", "But", "By", "Despite", "During", "Each", "Earlier", "Even",
    "Every", "Few", "For", "Four", "From", "Had", "He", "Her", "Here", "His", "How", "However",
    "I", "If", "In", "Instead", "Is", "It", "Its", "Last", "Later", "Many", "Meanwhile", "More",
    "Moreover", "Most", "My", "Nearly", "Neither", "Nobody", "Nor", "Not", "Nothing", "Now", "Of", "On",
    "Once", "One", "Only", "Or", "Other", "Others", "Our", "Over", "Perhaps", "Several", "She", "Since",
    "So", "Some", "Still", "Such", "That", "The", "Their", "Then", "There", "These", "They", "This",
    "Those", "Though", "Three", "Through", "Throughout", "Thus", "To", "Today", "Two", "Under", "Unlike", "Until",
    "Was", "We", "Well", "Were", "What", "When", "Where", "Whether", "Which", "While", "Who", "Why",
    "With", "Within", "Without", "Yet", "You", "Your",
];

/// Verbs that report the quotation before them: “Is it true?” Mr. Smith asked.
#[rustfmt::skip]
pub(crate) const REPORTING: &[&str] = &[
    "added", "answered", "asked", "asks", "begged", "chanted", "cried", "declared", "demanded", "exclaimed", "joked", "posted",
    "quipped", "recalled", "remarked", "replied", "responded", "said", "says", "screamed", "shouted", "tells", "thundered", "told",
    "tweeted", "wondered", "writes", "wrote", "yelled",
];

/// Words that begin a content of its own after a verb of reporting: “Is it true?” | Mr. Smith said he didn't know.
#[rustfmt::skip]
pub(crate) const CONTENT_BEGINNINGS: &[&str] = &[
    "a", "an", "he", "her", "his", "if", "it", "its", "no", "she", "that", "the",
    "their", "there", "they", "this", "we", "whether", "you", "“", "\"",
];

/// Days, months and zones, as they follow a clock time.
#[rustfmt::skip]
const AFTER_CLOCK: &[&str] = &[
    "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday", "Mon.", "Tue.", "Tues.", "Wed.", "Thu.",
    "Thurs.", "Fri.", "Sat.", "Sun.", "January", "February", "March", "April", "May", "June", "July", "August",
    "September", "October", "November", "December", "Jan.", "Feb.", "Aug.", "Sept.", "Oct.", "Nov.", "Dec.", "Eastern",
    "Pacific", "Central", "Mountain", "Greenwich", "Moscow",
];

/// Whether a word can follow a clock time in its sentence: "3:55 p.m. Tuesday", "9 a.m. EST".
pub(crate) fn follows_clock(word: &str) -> bool {
    let is_zone = matches!(word.len(), 2..=4) && word.bytes().all(|byte| byte.is_ascii_uppercase());
    is_zone || AFTER_CLOCK.contains(&word)
}
