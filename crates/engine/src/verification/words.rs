//! Text -> its words in a normal form in which only what is no word differs between printings.
//!
//! "“The ﬁrst U.S. long‑term cafe\u{301}”" and "the first U. S. long term café" have the same words. This is a cut of
//! its own, because that of `segmentation` looks around each word: here a word must come out the same in a quotation
//! of three words as in the midst of an article.
//!
//! - Letters and digits are words, without regard to case, ligatures, composition, soft hyphens and joiners.
//! - Apostrophes belong to a word between letters, whatever their shape: "don’t". At its edges they may be quotation
//!   marks and don't count.
//! - Periods, commas, colons and slashes belong to a number between digits, so "3.5" is not "35"; "1,000" is "1000".
//!   A minus belongs to the number that it touches.
//! - Hyphens separate words, as dashes do.
//! - "$", "%" and their like are words by themselves: they are read aloud.

use std::ops::Range;

use unicode_normalization::UnicodeNormalization;

use crate::text::Span;

/// A word where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Word {
    /// Bytes of its text.
    pub(super) span: Span,
    /// Its normal form, as bytes of [`Wording::keys`].
    key: Range<usize>,
    /// It, or a part of it, stands in square brackets: "[the mayor]", "play[ed]".
    pub(super) is_bracketed: bool,
    /// An ellipsis stands between the word before and this one.
    pub(super) follows_ellipsis: bool,
}

/// The words of a text.
#[derive(Clone, Debug, Default)]
pub(super) struct Wording {
    pub(super) words: Vec<Word>,
    /// The normal forms of all words, one after the other.
    keys: String,
}

/// What a character does in a word.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    /// A letter or digit.
    Letter,
    /// A combining mark, a soft hyphen, a joiner: belongs to the letter before it.
    Extension,
    /// An apostrophe or what may be one.
    Apostrophe,
    /// "$", "%", an emoji: a word by itself.
    Symbol,
    Space,
    /// Everything else.
    Punctuation,
}

impl Wording {
    /// The words of `text`, in order.
    pub(super) fn of(text: &str) -> Self {
        let mut wording = Self::default();
        let mut reader = Reader { text, at: 0, is_in_brackets: false };
        // English has a word to every six bytes.
        wording.words.reserve(text.len() / 6 + 1);
        wording.keys.reserve(text.len());
        let mut last_end = 0;
        while let Some((span, is_bracketed)) = reader.next_word() {
            let start = wording.keys.len();
            push_key(span.slice(text), &mut wording.keys);
            let key = start..wording.keys.len();
            // Combining marks that stand alone have no normal form.
            if !key.is_empty() {
                let follows_ellipsis = has_ellipsis(&text[last_end..span.start]);
                last_end = span.end;
                wording.words.push(Word { span, key, is_bracketed, follows_ellipsis });
            }
        }
        wording
    }

    /// The normal form of a word.
    pub(super) fn key(&self, word: usize) -> &str {
        &self.keys[self.words[word].key.clone()]
    }
}

struct Reader<'text> {
    text: &'text str,
    /// The first byte that isn't read yet.
    at: usize,
    is_in_brackets: bool,
}

impl Reader<'_> {
    /// The next word, and whether any of it stands in square brackets.
    fn next_word(&mut self) -> Option<(Span, bool)> {
        loop {
            let character = self.peek(self.at)?;
            let start = self.at;
            self.at += character.len_utf8();
            match part_of(character) {
                Part::Letter => return Some(self.rest_of_word(start)),
                Part::Symbol => {
                    self.skip_extensions();
                    return Some((Span::new(start, self.at), self.is_in_brackets));
                }
                Part::Punctuation if character == '[' => self.is_in_brackets = self.closes_soon(),
                Part::Punctuation if character == ']' => self.is_in_brackets = false,
                Part::Punctuation if matches!(character, '-' | '\u{2212}') && self.is_minus(start) => {
                    return Some(self.rest_of_word(start));
                }
                _ => {}
            }
        }
    }

    /// The word that begins at `start`, whose first character is read.
    fn rest_of_word(&mut self, start: usize) -> (Span, bool) {
        let mut is_bracketed = self.is_in_brackets;
        let mut end = self.at;
        while let Some(character) = self.peek(self.at) {
            let after = self.at + character.len_utf8();
            let next = self.peek(after);
            let is_letter = |character: Option<char>| {
                character.is_some_and(|character| part_of(character) == Part::Letter)
            };
            match part_of(character) {
                Part::Letter | Part::Extension => {}
                Part::Apostrophe if is_letter(next) => {}
                Part::Punctuation if matches!(character, '.' | ',' | ':' | '/') => {
                    let is_inner = next.is_some_and(|next| next.is_ascii_digit())
                        && self.text.as_bytes()[self.at - 1].is_ascii_digit();
                    if !is_inner {
                        break;
                    }
                }
                // "[T]he", "play[ed]"
                Part::Punctuation if character == '[' && is_letter(next) => {
                    self.at = after;
                    self.is_in_brackets = self.closes_soon();
                    is_bracketed |= self.is_in_brackets;
                    continue;
                }
                Part::Punctuation if character == ']' && is_letter(next) => self.is_in_brackets = false,
                _ => break,
            }
            self.at = after;
            end = after;
        }
        (Span::new(start, end), is_bracketed)
    }

    fn peek(&self, at: usize) -> Option<char> {
        match *self.text.as_bytes().get(at)? {
            byte if byte < 128 => Some(char::from(byte)),
            _ => self.text[at..].chars().next(),
        }
    }

    fn skip_extensions(&mut self) {
        while let Some(character) = self.peek(self.at)
            && part_of(character) == Part::Extension
        {
            self.at += character.len_utf8();
        }
    }

    /// Whether a bracket that opens before the reading position is closed within a reasonable number of bytes.
    fn closes_soon(&self) -> bool {
        let rest = &self.text.as_bytes()[self.at..];
        let bracket = rest.iter().take(LONGEST_BRACKET).find(|byte| matches!(byte, b'[' | b']'));
        bracket == Some(&b']')
    }

    /// Whether a hyphen at `start` is the minus of a number: "at -5 degrees".
    fn is_minus(&self, start: usize) -> bool {
        let before = self.text[..start].chars().next_back();
        let is_free = before.is_none_or(|before| before.is_whitespace() || before == '(');
        is_free && self.peek(self.at).is_some_and(|next| next.is_ascii_digit())
    }
}

/// What stands in square brackets is no longer than so many bytes; else the bracket is a stray one.
const LONGEST_BRACKET: usize = 200;

fn part_of(character: char) -> Part {
    if character.is_ascii() {
        return match character {
            'a'..='z' | 'A'..='Z' | '0'..='9' => Part::Letter,
            ' ' | '\t'..='\r' => Part::Space,
            '\'' | '`' => Part::Apostrophe,
            '$' | '%' | '&' | '@' | '#' | '+' | '=' | '<' | '>' => Part::Symbol,
            _ => Part::Punctuation,
        };
    }
    match character {
        '‘' | '’' | 'ʼ' | '＇' | '\u{b4}' => Part::Apostrophe,
        '\u{ad}'
        | '\u{34f}'
        | '\u{200b}'..='\u{200f}'
        | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{2064}'
        | '\u{fe00}'..='\u{fe0f}'
        | '\u{feff}'
        | '\u{1f3fb}'..='\u{1f3ff}' => Part::Extension,
        _ if unicode_normalization::char::is_combining_mark(character) => Part::Extension,
        _ if character.is_alphanumeric() => Part::Letter,
        _ if character.is_whitespace() => Part::Space,
        '\u{a1}' | '\u{a7}' | '\u{ab}' | '\u{b6}' | '\u{b7}' | '\u{bb}' | '\u{bf}' | '−' => {
            Part::Punctuation
        }
        // Dashes, quotation marks, bullets, the ellipsis; marks of Chinese and Japanese; full-width forms.
        '\u{2010}'..='\u{205e}'
        | '\u{3000}'..='\u{303f}'
        | '\u{ff01}'..='\u{ff0f}'
        | '\u{ff1a}'..='\u{ff20}'
        | '\u{ff3b}'..='\u{ff40}'
        | '\u{ff5b}'..='\u{ff65}' => Part::Punctuation,
        _ if character.is_control() => Part::Punctuation,
        _ => Part::Symbol,
    }
}

/// Adds the normal form of a word.
fn push_key(word: &str, keys: &mut String) {
    let start = keys.len();
    if word.is_ascii() {
        keys.extend(word.chars().map(|character| character.to_ascii_lowercase()));
    } else {
        // Some capitals become several characters, some of these decompose: "İ".
        let lower: String = word.nfkd().flat_map(char::to_lowercase).collect();
        let shown = lower.nfkd().filter(|&character| {
            part_of(character) != Part::Extension || unicode_normalization::char::is_combining_mark(character)
        });
        keys.extend(shown.filter(|&character| !is_variation(character)));
    }
    let is_plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    if keys.as_bytes()[start..].iter().all(|&byte| is_plain(byte)) {
        return;
    }
    let key = keys.split_off(start);
    let mut characters = key.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '[' | ']' => {}
            ',' if characters.peek().is_some_and(char::is_ascii_digit) => {}
            '−' => keys.push('-'),
            _ if part_of(character) == Part::Apostrophe => keys.push('\''),
            _ => keys.push(character),
        }
    }
}

/// Marks that choose among the shapes of the character before them.
fn is_variation(character: char) -> bool {
    matches!(character, '\u{fe00}'..='\u{fe0f}' | '\u{34f}')
}

/// Whether what stands between two words says that words are left out: "…", "...", ". . .", "[…]".
fn has_ellipsis(between: &str) -> bool {
    between.contains('…') || between.bytes().filter(|&byte| byte == b'.').count() > 1
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(text: &str) -> Vec<String> {
        let wording = Wording::of(text);
        (0..wording.words.len()).map(|word| wording.key(word).to_owned()).collect()
    }

    #[track_caller]
    fn check(text: &str, expected: &str) {
        assert_eq!(keys(text).join(" "), expected, "{text}");
    }

    #[test]
    fn words_are_the_same_in_every_printing() {
        check(
            "“It’s the ‘ﬁrst’ long‑term plan,” he said—twice.",
            "it's the first long term plan he said twice",
        );
        check(
            "\"It's the \"first\" long - term plan\", he said -- twice",
            "it's the first long term plan he said twice",
        );
        check("co\u{ad}operate\u{a0}with\u{200b}out", "cooperate without");
        assert_eq!(keys("Cafe\u{301} ÉLAN"), keys("café élan"));
        assert_eq!(keys("İ"), keys("i\u{307}"));
        check("[T]he play[ed] [sic]", "the played sic");
    }

    #[test]
    fn numbers_keep_what_makes_them_other_numbers() {
        check("3.5 percent, 1,000 of 10:30. At -5", "3.5 percent 1000 of 10:30 at -5");
        check("$5 is 5% of 100.", "$ 5 is 5 % of 100");
        check("2014–15, 9/11", "2014 15 9/11");
    }

    #[test]
    fn brackets_and_ellipses_are_known() {
        let wording = Wording::of("He [the mayor] play[ed] … and [so. . . on");
        let flags: Vec<_> =
            wording.words.iter().map(|word| (word.is_bracketed, word.follows_ellipsis)).collect();
        let expected = [
            (false, false),
            (true, false),
            (true, false),
            (true, false),
            (false, true),
            (false, false),
            (false, true),
        ];
        assert_eq!(flags, expected);
    }

    #[test]
    fn spans_lie_on_characters_whatever_the_text() {
        for text in ["", "\u{301}", "a\u{301}[", "👍🏽’’[]''`", "[[a]]b]", "..’a.1,2,", "\u{ad}x\u{ad}"]
        {
            let wording = Wording::of(text);
            assert!(wording.words.iter().all(|word| !word.span.slice(text).is_empty()), "{text:?}");
        }
    }
}
