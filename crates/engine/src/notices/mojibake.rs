//! Whether a text was decoded by the wrong encoding: "â€œ" for "“", "Ã©" for "é", "�" for what couldn't be read.

use super::notice::{Notice, NoticeReason, shown};
use crate::text::Span;

/// So many lost characters are more than a slip.
const FEWEST_LOST: usize = 2;

/// So many pairs that each may be meant are not.
const FEWEST_DOUBTFUL: usize = 3;

/// How often something stands in a text, and where first.
#[derive(Default)]
struct Seen {
    count: usize,
    first: Option<Span>,
}

impl Seen {
    fn add(&mut self, span: Span) {
        self.count += 1;
        self.first.get_or_insert(span);
    }
}

/// A notice where characters are broken or lost.
pub(super) fn notice(text: &str) -> Option<Notice> {
    let (mut broken, mut doubtful, mut lost) = (Seen::default(), Seen::default(), Seen::default());
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        if bytes[at].is_ascii() {
            at += 1;
            continue;
        }
        let mut characters = text[at..].chars();
        let Some(character) = characters.next() else { break };
        let mut end = at + character.len_utf8();
        match character {
            '\u{fffd}' => lost.add(Span::new(at, end)),
            '\u{80}'..='\u{9f}' if character != '\u{85}' => broken.add(Span::new(at, end)),
            'â' | 'Ã' | 'Â' | 'ï' | '‚' | 'Ä' | 'Å' | 'Ð' | 'Ñ' | 'Î' | 'Ï' | 'Ø' | 'Ù' => {
                if let Some(next) = characters.next() {
                    let pair = Span::new(at, end + next.len_utf8());
                    match (character, next) {
                        ('â', '€') => {
                            end = pair.end + characters.next().map_or(0, char::len_utf8);
                            broken.add(Span::new(at, end));
                        }
                        ('Ã', _) if is_rest(next) => {
                            broken.add(pair);
                            end = pair.end;
                        }
                        ('Â', '\u{a0}'..='\u{bf}') | ('ï', '¿' | '»') | ('‚', 'Ä') => {
                            broken.add(pair);
                            end = pair.end;
                        }
                        ('Ä' | 'Å' | 'Ð' | 'Ñ' | 'Î' | 'Ï' | 'Ø' | 'Ù', _)
                            if is_rest(next) && !is_mark(next) =>
                        {
                            doubtful.add(pair);
                            end = pair.end;
                        }
                        _ => {}
                    }
                }
            }
            _ => {}
        }
        at = end;
    }
    if doubtful.count >= FEWEST_DOUBTFUL {
        broken.count += doubtful.count;
        broken.first = broken.first.into_iter().chain(doubtful.first).min();
    }
    if let Some(first) = broken.first {
        let message = format!(
            "the text was decoded by the wrong encoding ({} such as {}): quotation marks and names may be broken; decode \
             its bytes as UTF-8",
            places(broken.count),
            legible(first.slice(text))
        );
        return Some(Notice::new(NoticeReason::Mojibake, message, Some(first)));
    }
    let first = lost.first.filter(|_| lost.count >= FEWEST_LOST)?;
    let message = format!(
        "characters of the text were lost when it was decoded ({} of U+FFFD): quotation marks may be among them; decode \
         its bytes by the encoding that they were written in",
        places(lost.count)
    );
    Some(Notice::new(NoticeReason::Mojibake, message, Some(first)))
}

fn places(count: usize) -> String {
    if count == 1 { "1 place".to_owned() } else { format!("{count} places") }
}

/// Broken characters as a message shows them: those that can't be seen by their numbers.
fn legible(broken: &str) -> String {
    let is_seen = |character: char| !character.is_control() && !character.is_whitespace();
    if broken.chars().all(is_seen) {
        return shown(broken);
    }
    let numbers: Vec<String> =
        broken.chars().map(|character| format!("U+{:04X}", u32::from(character))).collect();
    numbers.join(" ")
}

/// What the second byte of two becomes in Latin-1 or Windows-1252.
fn is_rest(character: char) -> bool {
    let windows = "€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ";
    matches!(character, '\u{80}'..='\u{bf}') || windows.contains(character)
}

/// What may stand after a word for its own sake.
fn is_mark(character: char) -> bool {
    "«»‘’“”„‚‹›–—…•·\u{a0}™®©".contains(character)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn first(text: &str) -> Option<&str> {
        notice(text).and_then(|notice| notice.span).map(|span| span.slice(text))
    }

    #[test]
    fn wrongly_decoded_characters_are_found() {
        for (text, expected) in [
            ("â€œNo,â€\u{9d} said JosÃ© Ruiz.", "â€œ"),
            ("JosÃ© said no.", "Ã©"),
            ("It costs Â£5.", "Â£"),
            ("ï¿½No,ï¿½ she said.", "ï¿"),
            ("\u{93}No,\u{94} she said.", "\u{93}"),
            ("‚ÄúNo,‚Äù she said.", "‚Ä"),
            ("Ð¿Ñ€Ð¸Ð²ÐµÑ‚", "Ð¿"),
            ("\u{fffd}No,\u{fffd} she said.", "\u{fffd}"),
        ] {
            assert_eq!(first(text), Some(expected), "{text}");
        }
        let message = notice("\u{93}No\u{94}").expect("it is").message;
        assert!(message.contains("2 places such as U+0093"), "{message}");
    }

    #[test]
    fn letters_that_are_meant_are_not() {
        for text in [
            "",
            "“É um CAFÉ”, disse São Paulo; a SÃO, ROMÂNIA, PÂTÉ…",
            "»PÅ« og «GRÄ»… ÅÄÖ",
            "Ana Ruiz — naïve, Ñandú, €5, £5, 5 °C, “Â”",
            "A lost \u{fffd} only.",
            "été, â, ð, Þór, Århus, Ñ",
        ] {
            assert_eq!(first(text), None, "{text}");
        }
    }
}
