//! Dates of publication, as people and programs write them -> the day that was meant, or why it can't be told.
//!
//! What is clear is read: ISO 8601, RFC 2822 and its relatives, seconds and milliseconds since 1970, months by name. The
//! day is that of the place where the date was written: `2024-03-07T23:30:00-05:00` is March 7, whatever the day in
//! Greenwich. Between 3 July and March 7 nobody guesses.

use std::fmt;

use jiff::Timestamp;
use jiff::civil::{Date, DateTime, Time, Weekday};
use jiff::fmt::temporal::Pieces;
use jiff::tz::TimeZone;

/// At most so many characters are a date; and so many of what is none are shown.
const LONGEST: usize = 100;
const SHOWN: usize = 40;

/// A date of publication that was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in super::super) struct Published {
    /// The day, where it was written.
    pub(in super::super) day: Date,
    /// The same in ISO 8601, with the time and the offset that were written.
    pub(in super::super) iso: String,
}

/// Why a date was not read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in super::super) enum DateFault {
    /// It may be two days: `03/07/2024`.
    Unclear { written: String, readings: [Date; 2] },
    /// It is no date, or none that is known here.
    Unreadable { written: String },
}

impl fmt::Display for DateFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unclear { written, readings: [one, other] } => {
                write!(f, "{written:?}, which may be {one} or {other}")
            }
            Self::Unreadable { written } => {
                write!(f, "{written:?}, not a date such as 2022-05-14 or a time such as 2022-05-14T15:55:00Z")
            }
        }
    }
}

/// The date that `written` tells; none where it is blank, or a program's word for nothing.
pub(in super::super) fn published(written: &str) -> Result<Option<Published>, DateFault> {
    const NOTHING: [&str; 7] = ["", "nan", "nat", "none", "null", "n/a", "-"];
    let words = written.split_whitespace().collect::<Vec<_>>().join(" ");
    if NOTHING.iter().any(|nothing| words.eq_ignore_ascii_case(nothing)) {
        return Ok(None);
    }
    let unreadable = || {
        let mut shown: String = words.chars().take(SHOWN).collect();
        if shown.len() < words.len() {
            shown.push('…');
        }
        DateFault::Unreadable { written: shown }
    };
    if words.len() > LONGEST {
        return Err(unreadable());
    }
    let read = number(&words)
        .or_else(|| iso(&words).map(Ok))
        .or_else(|| numeric(&words))
        .or_else(|| in_words(&words).map(Ok));
    let read = read.ok_or_else(unreadable)??;
    // Years of three digits are mistakes.
    if (1000..=9999).contains(&read.day.year()) { Ok(Some(read)) } else { Err(unreadable()) }
}

/// The day that an argument tells, which has to be one.
pub(in super::super) fn date(written: &str) -> Result<Date, String> {
    match published(written) {
        Ok(Some(published)) => Ok(published.day),
        Ok(None) => Err(DateFault::Unreadable { written: written.to_owned() }.to_string()),
        Err(fault) => Err(fault.to_string()),
    }
}

impl Published {
    fn of(day: Date, time: Option<Time>, offset: Option<i32>) -> Self {
        let Some(time) = time else { return Self { day, iso: day.to_string() } };
        let mut iso = day.to_datetime(time).to_string();
        match offset {
            None => {}
            Some(0) => iso.push('Z'),
            Some(seconds) => {
                let sign = if seconds < 0 { '-' } else { '+' };
                let minutes = seconds.abs() / 60;
                iso += format!("{sign}{:02}:{:02}", minutes / 60, minutes % 60).as_str();
            }
        }
        Self { day, iso }
    }

    fn at(timestamp: Timestamp) -> Self {
        let time: DateTime = TimeZone::UTC.to_datetime(timestamp);
        Self::of(time.date(), Some(time.time()), Some(0))
    }
}

/// What is only digits: seconds or milliseconds (or less) since 1970, or a day or a time without separators. As many
/// digits as no time of a newspaper has are none of these.
fn number(written: &str) -> Option<Result<Published, DateFault>> {
    let digits = whole_number(written)?;
    let part = |from: usize, to: usize| digits.get(from..to)?.parse::<i8>().ok();
    let compact = || {
        let day = Date::new(digits.get(..4)?.parse().ok()?, part(4, 6)?, part(6, 8)?).ok()?;
        let seconds = if digits.len() > 12 { part(12, 14)? } else { 0 };
        let time = if digits.len() > 8 {
            Some(Time::new(part(8, 10)?, part(10, 12)?, seconds, 0).ok()?)
        } else {
            None
        };
        Some(Published::of(day, time, None))
    };
    let since = |timestamp: Result<Timestamp, jiff::Error>| timestamp.ok().map(Published::at);
    let count: i64 = digits.parse().ok()?;
    match digits.len() {
        8 | 14 => compact(),
        9 | 10 => since(Timestamp::from_second(count)),
        12 | 13 => {
            let since = since(Timestamp::from_millisecond(count))?;
            if digits.len() == 12
                && let Some(compact) = compact()
                && (1900..2100).contains(&compact.day.year())
            {
                let readings = [since.day, compact.day];
                return Some(Err(DateFault::Unclear { written: written.to_owned(), readings }));
            }
            Some(since)
        }
        15 | 16 => since(Timestamp::from_microsecond(count)),
        18 | 19 => since(Timestamp::from_nanosecond(count.into())),
        _ => None,
    }
    .map(Ok)
}

/// The digits of a whole number, also as programs write one that went through a float: `1709872200.0`,
/// `1.7098722e12`.
fn whole_number(written: &str) -> Option<String> {
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if is_number(written) {
        return Some(written.to_owned());
    }
    let is_float = written.starts_with(|c: char| c.is_ascii_digit())
        && written.bytes().all(|byte| byte.is_ascii_digit() || b".eE+".contains(&byte));
    if !is_float {
        return None;
    }
    // 7.3 is a day in some countries.
    if !written.contains(['e', 'E']) {
        let (whole, fraction) = written.split_once('.')?;
        return (whole.len() >= 9 && is_number(whole) && is_number(fraction)).then(|| whole.to_owned());
    }
    let value: f64 = written.parse().ok().filter(|value| (1e8..9e18).contains(value))?;
    Some(format!("{:.0}", value.trunc()))
}

/// ISO 8601, and what is near: a blank for the T, before the offset, `UTC` for Z, year first with other separators.
fn iso(written: &str) -> Option<Published> {
    let bytes = written.as_bytes();
    if bytes.len() < 8 || !bytes[..4].iter().all(u8::is_ascii_digit) {
        return None;
    }
    // The last blank stands before an offset or a zone.
    let mut text = written.to_owned();
    for zone in [" UTC", " GMT", " Z"] {
        if let Some(rest) = text.strip_suffix(zone) {
            // "+0000 UTC", as Go writes it.
            text = rest.trim_end().to_owned();
            if !text.ends_with(|c: char| c.is_ascii_digit()) || !has_offset(&text) {
                text.push('Z');
            }
            break;
        }
    }
    if let Some((before, offset)) = text.rsplit_once(' ')
        && offset.starts_with(['+', '-'])
    {
        text = format!("{before}{offset}");
    }
    let day_ends = text.find(['T', 't', ' ']).unwrap_or(text.len());
    let (day, rest) = text.split_at(day_ends);
    let day = year_first(day)?;
    let rest = rest.trim_start();
    let text = if rest.is_empty() {
        day.to_string()
    } else {
        format!("{day}T{}", rest.trim_start_matches(['T', 't']))
    };
    let pieces = Pieces::parse(&text).ok()?;
    let offset = pieces.to_numeric_offset().map(jiff::tz::Offset::seconds);
    Some(Published::of(pieces.date(), pieces.time(), offset))
}

fn has_offset(text: &str) -> bool {
    text.rsplit_once(['+', '-']).is_some_and(|(before, offset)| {
        before.contains(':') && offset.bytes().all(|byte| byte.is_ascii_digit() || byte == b':')
    })
}

/// `2024-03-07`, `2024/3/7`, `2024.03.07`, `20240307`.
fn year_first(day: &str) -> Option<Date> {
    if day.len() == 8 && day.bytes().all(|byte| byte.is_ascii_digit()) {
        return Date::new(day[..4].parse().ok()?, day[4..6].parse().ok()?, day[6..].parse().ok()?).ok();
    }
    let separator = *day.as_bytes().get(4)?;
    let separator = [b'-', b'/', b'.'].contains(&separator).then_some(char::from(separator))?;
    let mut parts = day.split(separator);
    let (year, month, last) = (parts.next()?, parts.next()?, parts.next()?);
    let is_short =
        |part: &str| (1..=2).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit());
    if parts.next().is_some() || year.len() != 4 || !is_short(month) || !is_short(last) {
        return None;
    }
    Date::new(year.parse().ok()?, month.parse().ok()?, last.parse().ok()?).ok()
}

/// Three numbers of which the year is the last: clear where the day can't be a month, or is the same number.
fn numeric(written: &str) -> Option<Result<Published, DateFault>> {
    let end = written.find([' ', 'T']).unwrap_or(written.len());
    let (day, rest) = written.split_at(end);
    let separator = ['/', '-', '.'].into_iter().find(|separator| day.contains(*separator))?;
    let parts: Vec<&str> = day.split(separator).collect();
    let [first, second, year] = parts[..] else { return None };
    let number = |part: &str| {
        let is_number = (1..=2).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit());
        is_number.then(|| part.parse::<i8>().ok()).flatten()
    };
    let is_year = year.len() == 4 && year.bytes().all(|byte| byte.is_ascii_digit());
    let year: i16 = year.parse().ok().filter(|_| is_year)?;
    let (first, second) = (number(first)?, number(second)?);
    let month_first = Date::new(year, first, second).ok();
    let day_first = Date::new(year, second, first).ok();
    let clock = Clock::of(rest.trim_start_matches(['T', ' ']))?;
    match (month_first, day_first) {
        (Some(one), Some(other)) if one != other => {
            Some(Err(DateFault::Unclear { written: written.to_owned(), readings: [one, other] }))
        }
        (Some(day), _) | (None, Some(day)) => Some(Ok(clock.on(day))),
        (None, None) => None,
    }
}

const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];
const WEEKDAYS: [(&str, Weekday); 7] = [
    ("monday", Weekday::Monday),
    ("tuesday", Weekday::Tuesday),
    ("wednesday", Weekday::Wednesday),
    ("thursday", Weekday::Thursday),
    ("friday", Weekday::Friday),
    ("saturday", Weekday::Saturday),
    ("sunday", Weekday::Sunday),
];

/// A date with its month by name, in any order, perhaps with weekday, time and zone: `Thu, 07 Mar 2024 23:30:00 -0500`,
/// `March 7, 2024, 11:30 p.m. EST`, `Thu Mar 07 23:30:00 +0000 2024`.
fn in_words(written: &str) -> Option<Published> {
    // What a browser says behind it: "(Eastern Standard Time)".
    let (written, _) = written.split_once(" (").unwrap_or((written, ""));
    let (mut day, mut month, mut year, mut weekday) = (None, None, None, None);
    let mut clock = Vec::new();
    for word in written.split([' ', ',']).filter(|word| !word.is_empty()) {
        // 07-Mar-2024 is three words, -05:00 is one.
        let is_date = word.contains(|c: char| c.is_alphabetic()) && word.matches('-').count() == 2;
        let parts: Vec<&str> = if is_date { word.split('-').collect() } else { vec![word] };
        for part in parts {
            let plain = part.trim_end_matches('.').to_lowercase();
            let known = if let Some(found) = month_named(&plain) {
                month.replace(found).is_none()
            } else if let Some(found) = weekday_named(&plain) {
                weekday.replace(found).is_none()
            } else if let Some(found) = day_numbered(&plain) {
                day.replace(found).is_none()
            } else if plain.len() == 4 && plain.bytes().all(|byte| byte.is_ascii_digit()) {
                year.replace(plain.parse::<i16>().ok()?).is_none()
            } else if ["of", "the", "on"].contains(&plain.as_str()) {
                true
            } else {
                clock.push(part);
                true
            };
            if !known {
                return None;
            }
        }
    }
    let date = Date::new(year?, month?, day?).ok()?;
    // Whoever says the wrong weekday means another day.
    if weekday.is_some_and(|weekday| weekday != date.weekday()) {
        return None;
    }
    Some(Clock::of(&clock.join(" "))?.on(date))
}

fn month_named(word: &str) -> Option<i8> {
    let is = |name: &&str| {
        **name == *word
            || (word.len() == 3 && name.starts_with(word))
            || (word == "sept" && name.starts_with(word))
    };
    let at = MONTHS.iter().position(is)?;
    i8::try_from(at + 1).ok()
}

fn weekday_named(word: &str) -> Option<Weekday> {
    let short = ["tues", "wednes", "thur", "thurs"];
    let is =
        |name: &str| name == word || ((word.len() == 3 || short.contains(&word)) && name.starts_with(word));
    WEEKDAYS.iter().find(|(name, _)| is(name)).map(|(_, weekday)| *weekday)
}

/// `7`, `07`, `7th`.
fn day_numbered(word: &str) -> Option<i8> {
    let digits = ["st", "nd", "rd", "th"].iter().find_map(|ending| word.strip_suffix(ending)).unwrap_or(word);
    let is_day = (1..=2).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
    is_day.then(|| digits.parse().ok()).flatten()
}

/// The time of day behind a date, as far as it is told. It has to be one, so that nothing is passed over; the day is that
/// of the date.
#[derive(Default)]
struct Clock {
    time: Option<Time>,
    /// In seconds east of Greenwich.
    offset: Option<i32>,
}

impl Clock {
    /// The time in `23:30`, `at 11:30:15 pm EST`, `23:30:00.000 GMT-0500`, or in nothing.
    fn of(written: &str) -> Option<Self> {
        let mut clock = Self::default();
        let mut has_zone = false;
        for word in written.split([' ', ',']).filter(|word| !word.is_empty()) {
            let plain = word.to_ascii_lowercase().replace('.', "");
            if ["at", "-", "|", "·"].contains(&word) {
                continue;
            }
            if (plain == "am" || plain == "pm") && clock.time.is_some() {
                clock.time = Some(half_of_day(clock.time?, &plain)?);
            } else if clock.time.is_none()
                && word.contains(':')
                && word.starts_with(|c: char| c.is_ascii_digit())
            {
                clock.time = Some(clock.time_in(word)?);
                has_zone |= clock.offset.is_some();
            } else if !has_zone && is_zone(word) {
                has_zone = true;
                clock.offset = zone(word);
            } else {
                return None;
            }
        }
        Some(clock)
    }

    /// `23:30`, `23:30:15.5`, `11:30pm`, `23:30:00-05:00`, `23:30Z`.
    fn time_in(&mut self, word: &str) -> Option<Time> {
        let lower = word.to_ascii_lowercase();
        let (lower, half) = match ["am", "pm", "a.m.", "p.m."].iter().find(|half| lower.ends_with(*half)) {
            Some(half) => (lower[..lower.len() - half.len()].to_owned(), Some(half.replace('.', ""))),
            None => (lower, None),
        };
        let end = lower.find(['+', '-', 'z']).unwrap_or(lower.len());
        let (digits, offset) = lower.split_at(end);
        if !offset.is_empty() {
            self.offset = Some(zone(offset).filter(|_| is_zone(offset))?);
        }
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
        let parts: Vec<&str> = whole.split(':').collect();
        let is_number =
            |part: &&str| (1..=2).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit());
        if !(2..=3).contains(&parts.len()) || !parts.iter().all(is_number) {
            return None;
        }
        if fraction.is_empty() || !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let part = |index: usize| parts.get(index).map_or(Some(0), |part| part.parse::<i8>().ok());
        let time = Time::new(part(0)?, part(1)?, part(2)?, 0).ok()?;
        half.map_or(Some(time), |half| half_of_day(time, &half))
    }

    fn on(self, day: Date) -> Published {
        Published::of(day, self.time, self.offset)
    }
}

/// A time of twelve hours as one of twenty-four.
fn half_of_day(time: Time, half: &str) -> Option<Time> {
    let hour = match (time.hour(), half) {
        (hour @ 1..=11, "am") => hour,
        (12, "am") => 0,
        (12, "pm") => 12,
        (hour @ 1..=11, "pm") => hour + 12,
        _ => return None,
    };
    Time::new(hour, time.minute(), time.second(), 0).ok()
}

/// Zones by name that mean one offset in news in English; others are passed over, since the day is as it is written.
const ZONES: [(&str, i32); 12] = [
    ("z", 0),
    ("utc", 0),
    ("gmt", 0),
    ("ut", 0),
    ("est", -5),
    ("edt", -4),
    ("cst", -6),
    ("cdt", -5),
    ("mst", -7),
    ("mdt", -6),
    ("pst", -8),
    ("pdt", -7),
];

fn is_zone(word: &str) -> bool {
    let is_name = (1..=5).contains(&word.len()) && word.bytes().all(|byte| byte.is_ascii_uppercase());
    is_name || zone(word).is_some()
}

/// The offset of `-0500`, `+01:00`, `GMT-5`, `EST`, in seconds.
fn zone(word: &str) -> Option<i32> {
    let lower = word.to_ascii_lowercase();
    if let Some((_, hours)) = ZONES.iter().find(|(name, _)| *name == lower) {
        return Some(hours * 3600);
    }
    let offset = lower.strip_prefix("gmt").or_else(|| lower.strip_prefix("utc")).unwrap_or(&lower);
    let sign = match offset.chars().next()? {
        '+' => 1,
        '-' => -1,
        _ => return None,
    };
    let digits = offset[1..].replacen(':', "", 1);
    if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let (hours, minutes) = match digits.len() {
        1 | 2 => (digits.parse::<i32>().ok()?, 0),
        4 => (digits[..2].parse().ok()?, digits[2..].parse().ok()?),
        _ => return None,
    };
    (hours <= 14 && minutes < 60).then_some(sign * (hours * 3600 + minutes * 60))
}

#[cfg(test)]
#[path = "dates_tests.rs"]
mod tests;
