//! "On Tuesday" -> a date, given the day on which the text was published.
//!
//! News looks back: a weekday is the last one up to the day of publication, a day of a month the one that is past or a
//! few days ahead. What is vaguer than a day ("last week", "in June") isn't resolved.

use jiff::ToSpan;
use jiff::civil::{Date, Weekday};

use crate::lexicon::WordList;

/// How many days ahead a date without a year may lie; farther ahead it is of the year before.
const DAYS_AHEAD: i32 = 31;

const WEEKDAYS: [Weekday; 7] = [
    Weekday::Monday,
    Weekday::Tuesday,
    Weekday::Wednesday,
    Weekday::Thursday,
    Weekday::Friday,
    Weekday::Saturday,
    Weekday::Sunday,
];

/// The day that the words of a time expression mean, as ISO 8601; empty where they mean none.
pub(super) fn resolved(expression: &str, published: Option<Date>) -> String {
    let lower = expression.to_lowercase();
    let words: Vec<&str> =
        lower.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let day = match published {
        Some(published) => day(&words, published),
        None => day_of_month(&words, None),
    };
    day.map_or_else(String::new, |day| day.to_string())
}

fn day(words: &[&str], published: Date) -> Option<Date> {
    let has = |word: &str| words.contains(&word);
    if has("next") || has("every") || has("each") {
        return None;
    }
    if let Some(date) = day_of_month(words, Some(published)) {
        return Some(date);
    }
    if has("today")
        || has("tonight")
        || (has("this") && (has("morning") || has("afternoon") || has("evening")))
    {
        return Some(published);
    }
    if has("yesterday") || words.ends_with(&["last", "night"]) {
        return published.yesterday().ok();
    }
    if has("tomorrow") {
        return published.tomorrow().ok();
    }
    if let [.., number, "days" | "day", "ago"] = words {
        let listed = WordList::Number.row(number).and_then(|row| i32::try_from(row + 1).ok());
        let days = listed.or_else(|| number.parse().ok()).or_else(|| has("a").then_some(1))?;
        return published.checked_sub(days.days()).ok();
    }
    let weekday = words.iter().find_map(|word| WEEKDAYS.get(WordList::Weekday.row(word)?).copied())?;
    // "Last Tuesday" is never today.
    let back = i64::from(published.weekday().since(weekday));
    let back = if back == 0 && has("last") { 7 } else { back };
    published.checked_sub(back.days()).ok()
}

/// "May 14", "14 May 2022"; the latter is a day whenever it is read.
fn day_of_month(words: &[&str], published: Option<Date>) -> Option<Date> {
    let (at, month) = (0..).zip(words).find_map(|(at, word)| Some((at, WordList::Month.row(word)?)))?;
    let month = i8::try_from(month + 1).ok()?;
    let number = |word: Option<&&str>| {
        let word = word?.trim_end_matches(|letter: char| letter.is_ascii_alphabetic());
        word.parse::<i8>().ok().filter(|day| (1..=31).contains(day))
    };
    // "12 May", "the 12th of May".
    let before = if at > 1 && words[at - 1] == "of" { at.checked_sub(2) } else { at.checked_sub(1) };
    let day = number(words.get(at + 1)).or_else(|| number(words.get(before?)))?;
    let year =
        words.iter().find_map(|word| word.parse::<i16>().ok().filter(|year| (1000..=9999).contains(year)));
    if let Some(year) = year {
        return Date::new(year, month, day).ok();
    }
    let published = published?;
    let this_year = Date::new(published.year(), month, day).ok()?;
    let ahead = this_year.since(published).ok()?.get_days();
    if ahead > DAYS_AHEAD { Date::new(published.year() - 1, month, day).ok() } else { Some(this_year) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_found_from_the_day_of_publication() {
        // A Saturday.
        let published = Date::constant(2022, 5, 14);
        for (expression, expected) in [
            ("Tuesday", "2022-05-10"),
            ("late Friday night", "2022-05-13"),
            ("Saturday", "2022-05-14"),
            ("last Saturday", "2022-05-07"),
            ("yesterday", "2022-05-13"),
            ("this morning", "2022-05-14"),
            ("two days ago", "2022-05-12"),
            ("May 3", "2022-05-03"),
            ("3 May", "2022-05-03"),
            ("December 24", "2021-12-24"),
            ("Feb. 18", "2022-02-18"),
            ("April 12, 2011", "2011-04-12"),
            ("the morning of Tuesday, 12 April 2011", "2011-04-12"),
            ("the 12th of May", "2022-05-12"),
            ("last week", ""),
            ("June", ""),
            ("next Tuesday", ""),
            ("February 30", ""),
            ("9999999999 days ago", ""),
            ("", ""),
        ] {
            assert_eq!(resolved(expression, Some(published)), expected, "{expression}");
        }
        for (expression, expected) in [("14 May 2022", "2022-05-14"), ("May 14", ""), ("Tuesday", "")] {
            assert_eq!(resolved(expression, None), expected, "{expression}");
        }
    }
}
