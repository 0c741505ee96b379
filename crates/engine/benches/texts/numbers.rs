//! Dates, times, figures, places.

use super::{Text, made, repeated};

pub(super) const TEXTS: &[Text] = &[
    repeated("weekdays", "on Tuesday "),
    repeated("dated speech", "he said on 3 May 2021 "),
    repeated("dates", "January 1, 2020, "),
    repeated("times", "at 12:34 yesterday "),
    repeated("years", "in 2020 "),
    repeated("figures", "1,000,000.5 "),
    repeated("one long version", "1."),
    made("long figures", |length| ("9".repeat(500) + " ").repeat(length / 501 + 1)),
    repeated("ordinals", "1st 2nd "),
    repeated("shares", "5% "),
    repeated("abbreviations", "U.S. Mr. Inc. "),
    repeated("places", "in London, Paris, Texas, "),
    repeated("peoples", "the German French "),
];
