//! Dates as they are met in files, one by one and all days in every spelling.

use proptest::prelude::*;

use super::*;

fn day(written: &str) -> Option<String> {
    published(written).unwrap_or_else(|fault| panic!("{fault}")).map(|published| published.day.to_string())
}

#[test]
fn what_is_clear_is_read() {
    for written in [
        "2024-03-07",
        " 2024-03-07\t",
        "2024-3-7",
        "2024/03/07",
        "2024.03.07",
        "20240307",
        "20240307233000",
        "2024-03-07T23:30:00",
        "2024-03-07 23:30:00",
        "2024-03-07T23:30:00Z",
        "2024-03-07t23:30z",
        "2024-03-07T23:30:00.123456789-05:00",
        "2024-03-07T23:30:00-0500",
        "2024-03-07 23:30:00 -0500",
        "2024-03-07 23:30:00+00:00",
        "2024-03-07 23:30:00 UTC",
        "2024-03-07 23:30:00 +0000 UTC",
        "2024-03-07T00:30:00+14:00",
        "2024-03-07T23:30:00-05:00[America/New_York]",
        "Thu, 07 Mar 2024 23:30:00 -0500",
        "Thu, 7 Mar 2024 23:30:00 GMT",
        "7 Mar 2024 23:30 EST",
        "Thu Mar  7 23:30:00 2024",
        "Thu Mar 07 23:30:00 +0000 2024",
        "Thu Mar 07 2024 23:30:00 GMT-0500 (Eastern Standard Time)",
        "Thursday, 07-Mar-2024 23:30:00 GMT",
        "March 7, 2024",
        "March 7 2024",
        "Mar. 7, 2024",
        "7 March 2024",
        "7th of March 2024",
        "Thursday, March 7, 2024",
        "Thursday 7 March 2024 11.30",
        "March 7, 2024 at 11:30 p.m. EST",
        "March 7, 2024 11:30PM",
        "2024 March 7",
        "03/07/2024",
        "3/17/2024",
        "1709854200",
        "1709854200000",
        "1709854200.0",
        "1.7098542e12",
        "1709854200000000",
        "1709854200000000000",
    ] {
        let expected = match written {
            "03/07/2024" | "Thursday 7 March 2024 11.30" => None,
            "3/17/2024" => Some("2024-03-17"),
            _ => Some("2024-03-07"),
        };
        match expected {
            Some(expected) => assert_eq!(day(written).as_deref(), Some(expected), "{written}"),
            None => assert!(published(written).is_err(), "{written}"),
        }
    }
}

#[test]
fn the_time_and_the_offset_that_were_written_come_back() {
    for (written, iso) in [
        ("2024-03-07", "2024-03-07"),
        ("2024-03-07 23:30", "2024-03-07T23:30:00"),
        ("2024-03-07T23:30:00-05:00", "2024-03-07T23:30:00-05:00"),
        ("Thu, 07 Mar 2024 23:30:00 -0500", "2024-03-07T23:30:00-05:00"),
        ("March 7, 2024 at 11:30 p.m. EST", "2024-03-07T23:30:00-05:00"),
        ("7 March 2024 12:05 am", "2024-03-07T00:05:00"),
        ("7 March 2024 12:05 CEST", "2024-03-07T12:05:00"),
        ("1709854200", "2024-03-07T23:30:00Z"),
        ("17/03/2024 10:00", "2024-03-17T10:00:00"),
    ] {
        let read = published(written).expect("it is clear").expect("it is a date");
        assert_eq!(read.iso, iso, "{written}");
        // What was written comes to the same day again.
        assert_eq!(published(iso), Ok(Some(read)), "{written}");
    }
}

#[test]
fn nothing_is_no_date() {
    for nothing in ["", "  ", "\u{a0}", "NaT", "nan", "None", "null", "-"] {
        assert_eq!(published(nothing), Ok(None), "{nothing:?}");
    }
}

#[test]
fn between_two_days_nobody_guesses() {
    for written in ["03/07/2024", "3/7/2024", "03-07-2024", "03.07.2024", "03/07/2024 10:00"] {
        let fault = published(written).expect_err("it is unclear");
        let told = fault.to_string();
        assert!(told.contains("2024-03-07 or 2024-07-03"), "{told}");
    }
    assert_eq!(day("05/05/2024").as_deref(), Some("2024-05-05"));
    assert_eq!(day("25.12.2024").as_deref(), Some("2024-12-25"));
    // Milliseconds since 1970, or 7 March 2024, 23:30?
    assert!(matches!(published("202403072330"), Err(DateFault::Unclear { .. })));
}

#[test]
fn what_is_no_date_is_said() {
    for written in [
        "yesterday",
        "7 Mar 24",
        "03/07/24",
        "2024",
        "2024-03",
        "March 2024",
        "2024-02-30",
        "30 February 2024",
        "Friday, March 7, 2024",
        "45358",
        "-1",
        "7 March 2024 or so",
        "7 8 March 2024",
        "2024-03-07T25:00:00",
        "2024-03-07 by Ann",
        "13/13/2024",
        "0001-01-01",
    ] {
        assert!(matches!(published(written), Err(DateFault::Unreadable { .. })), "{written}");
    }
    let long = published(&"x".repeat(1000)).expect_err("no date").to_string();
    assert!(long.len() < 200, "{long}");
}

fn any_day() -> impl Strategy<Value = Date> {
    (1000i16..=9999, 1i8..=12, 1i8..=28)
        .prop_map(|(year, month, day)| Date::new(year, month, day).expect("a day"))
}

proptest! {
    #[test]
    fn no_text_is_too_strange(written in any::<String>()) {
        let _ = published(&written);
    }

    #[test]
    fn no_text_like_a_date_is_too_strange(written in "[0-9TZ:+./ ,a-zA-Z-]{0,40}") {
        let _ = published(&written);
    }

    #[test]
    fn every_day_is_itself_in_every_clear_spelling(day in any_day(), hour in 0i8..24, offset in -14i32..=14) {
        let (year, month, number) = (day.year(), day.month(), day.day());
        let name = MONTHS[usize::try_from(month - 1).expect("a month")];
        let short = &name[..3];
        let weekday = WEEKDAYS.iter().find(|(_, weekday)| *weekday == day.weekday()).expect("there are seven").0;
        for written in [
            day.to_string(),
            format!("{day}T{hour:02}:59:59{offset:+03}:00"),
            format!("{day} {hour:02}:59:59 {offset:+03}00"),
            format!("{year}/{month}/{number}"),
            format!("{}, {number:02} {short} {year} {hour:02}:59:59 {offset:+03}00", &weekday[..3]),
            format!("{} {short} {number:02} {hour:02}:59:59 {offset:+03}00 {year}", &weekday[..3]),
            format!("{name} {number}, {year}"),
            format!("{number} {name} {year}, {hour}:59"),
            format!("{weekday}, {} {number}, {year}", name.to_uppercase()),
        ] {
            let read = published(&written);
            prop_assert_eq!(read.clone().ok().flatten().map(|read| read.day), Some(day), "{} {:?}", written, read);
        }
    }

    #[test]
    fn two_small_numbers_are_unclear_and_a_great_one_is_the_day(year in 1000i16..9999, a in 1i8..=12, b in 1i8..=28) {
        let expected = Date::new(year, a, b).ok();
        for written in [format!("{a}/{b}/{year}"), format!("{b}.{a}.{year}")] {
            match published(&written) {
                Ok(read) => {
                    prop_assert!(b > 12 || a == b);
                    prop_assert_eq!(read.map(|read| read.day), expected);
                }
                Err(DateFault::Unclear { .. }) => prop_assert!(b <= 12 && a != b),
                Err(fault) => prop_assert!(false, "{}", fault),
            }
        }
    }
}
