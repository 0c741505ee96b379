//! Where contents end, and where those that stand before their cue begin.

use std::ops::Range;

use crate::annotation::{AnnotatedDocument, WordForms};
use crate::lexicon::{WordClasses, WordList};
use crate::text::TokenKind;

/// No content outside quotation marks is followed over more tokens than these: it keeps the work linear.
pub(crate) const LONGEST: usize = 250;

/// Source and cue of a clause have no more tokens than these, where it is asked what clause they are in.
const LONGEST_CUE_CLAUSE: usize = 40;

/// What ends a content besides its sentence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Extent {
    /// A clause after "that": commas rarely end it.
    ThatClause,
    /// A clause without "that", an infinitive, a question: ", but", ", which" end it.
    Clause,
    /// An infinitive: as a clause, but a coordinated clause with a subject of its own ends it.
    Infinitive,
    /// A noun phrase with what hangs on it: "after", "when" and the like end it.
    NounPhrase,
}

impl AnnotatedDocument<'_> {
    /// The last token that content may have which begins at `start`: the end of its sentence, or of the
    /// quotation that holds its cue, and not further than [`LONGEST`]. Behind the text there is nothing.
    pub(crate) fn ceiling(&self, start: usize) -> usize {
        if start >= self.len() {
            return start;
        }
        let mut ceiling = self.sentence(start).end;
        if let Some(quotation) = self.quotation_around(start) {
            let quotation = &self.document.quotations[quotation];
            let inner_end = if quotation.closed { quotation.tokens.end - 1 } else { quotation.tokens.end };
            ceiling = ceiling.min(inner_end);
        }
        ceiling.min(start + LONGEST)
    }

    /// The tokens of a content that begins at `start`, up to where the text tells that it ends.
    pub(crate) fn content_from(&self, start: usize, extent: Extent) -> Option<Range<usize>> {
        let ceiling = self.ceiling(start);
        if start >= ceiling {
            return None;
        }
        let embedded = self.is_embedded(start);
        let mut token = start;
        while token < ceiling {
            if let Some(quotation) = self.quotation_from(token) {
                // A quotation is passed over whole; what runs on after its sentence's end belongs to it.
                let end = self.document.quotations[quotation].tokens.end;
                if end >= ceiling {
                    return Some(start..end);
                }
                token = end;
                // "… ‘a mess,’ adding that": the comma stands within the marks.
                if self.is_kind(end - 2, TokenKind::Comma)
                    && self.ends_content_at_comma(end, start, extent, ceiling)
                {
                    break;
                }
                continue;
            }
            let closes = embedded && self.is_kind(token, TokenKind::Comma);
            if token > start && (closes || self.ends_content(token, start, extent, ceiling)) {
                break;
            }
            token += 1;
        }
        let end = self.without_final_punctuation(start, token);
        (end > start).then_some(start..end)
    }

    /// "When Ruiz said that the dam was safe, Lee laughed"; "Ruiz, who says it is safe, lives there": the clause
    /// of the cue ends at the next comma, and so does the content.
    fn is_embedded(&self, start: usize) -> bool {
        let floor = self.floor(start).max(start.saturating_sub(LONGEST_CUE_CLAUSE));
        let comma = (floor..start).rev().find(|&token| self.is_kind(token, TokenKind::Comma));
        match comma {
            Some(comma) => self.is_word(comma + 1, "who"),
            None => {
                floor == self.floor(start)
                    && self.is_one_of(floor, &["when", "if", "while", "after", "although", "though", "as"])
            }
        }
    }

    /// Whether content ends before `token`.
    fn ends_content(&self, token: usize, start: usize, extent: Extent, ceiling: usize) -> bool {
        match self.kind(token) {
            Some(TokenKind::Semicolon) => true,
            Some(TokenKind::Dash) => extent != Extent::ThatClause,
            Some(TokenKind::Comma) => self.ends_content_at_comma(token + 1, start, extent, ceiling),
            Some(TokenKind::Word) if self.is(token, WordClasses::COORDINATOR) => {
                self.coordinates_cues(token, start)
                    || (extent == Extent::Infinitive && self.coordinates_clauses(token))
            }
            Some(TokenKind::Word) if extent == Extent::NounPhrase => {
                self.is_one_of(
                    token,
                    &[
                        "after", "when", "while", "whilst", "as", "because", "during", "before", "since",
                        "although", "though", "unless",
                    ],
                ) || (token > 0 && self.opens_time(token))
            }
            _ => false,
        }
    }

    fn ends_content_at_comma(&self, next: usize, start: usize, extent: Extent, ceiling: usize) -> bool {
        if next >= ceiling {
            return false;
        }
        // "…, adding that"; "…, according to Ruiz".
        let mut verb = next;
        while self.is_adverb(verb) && verb < next + 2 {
            verb += 1;
        }
        if self.has(verb, WordForms::GERUND_CUE) || self.is_word(next, "according") {
            return true;
        }
        if self.is(next, WordClasses::COORDINATOR)
            && (self.coordinates_cues(next, start) || self.coordinates_speech(next))
        {
            return true;
        }
        match extent {
            Extent::ThatClause => false,
            Extent::Clause | Extent::Infinitive => {
                self.is(next, WordClasses::CONTRAST)
                    || self.is_one_of(next, &["which", "where"])
                    || self.is_in(next, WordList::ContentEnd)
            }
            Extent::NounPhrase => true,
        }
    }

    /// "… and promised": a coordinated verb that is a cue itself and has no subject of its own; "…, warning"
    /// where the cue before the content is of that form too ("promising to … and warning that").
    fn coordinates_cues(&self, coordinator: usize, start: usize) -> bool {
        let mut verb = coordinator + 1;
        while self.is_adverb(verb) && verb < coordinator + 3 {
            verb += 1;
        }
        let after_gerund = start > 0 && self.has(start - 1, WordForms::GERUND_CUE);
        self.has(verb, WordForms::PAST_CUE) || (after_gerund && self.has(verb, WordForms::GERUND_CUE))
    }

    /// ", but he urged …": a coordinated clause that is an attribution of its own.
    fn coordinates_speech(&self, coordinator: usize) -> bool {
        let subject = self.noun_phrase_after(coordinator + 1, self.sentence(coordinator).end);
        subject.is_some_and(|subject| self.has(subject.end, WordForms::PAST_CUE))
    }

    /// "… and the tenants refused": a clause with a subject of its own follows.
    fn coordinates_clauses(&self, coordinator: usize) -> bool {
        let ceiling = self.sentence(coordinator).end;
        self.noun_phrase_after(coordinator + 1, ceiling).is_some_and(|subject| {
            self.has(subject.end, WordForms::PAST_CUE) || self.is(subject.end, WordClasses::FINITE)
        })
    }

    fn without_final_punctuation(&self, start: usize, mut end: usize) -> usize {
        while end > start
            && matches!(
                self.kind(end - 1),
                Some(
                    TokenKind::Terminator
                        | TokenKind::Comma
                        | TokenKind::Semicolon
                        | TokenKind::Colon
                        | TokenKind::Dash
                        | TokenKind::ClosingBracket
                )
            )
        {
            let mut near = (start..end).rev().take(LONGEST);
            if self.is_kind(end - 1, TokenKind::ClosingBracket)
                && near.any(|token| self.is_kind(token, TokenKind::OpeningBracket))
            {
                break;
            }
            end -= 1;
        }
        end
    }

    /// The content that ends before `end`, where a parenthetical attribution follows: `end` is the token
    /// after a comma or a closing mark. It begins with its sentence, or with the quotation that ends there.
    pub(crate) fn content_before(&self, end: usize) -> Option<Range<usize>> {
        let last = end.checked_sub(1)?;
        let (mark, comma) =
            if self.is_kind(last, TokenKind::Comma) { (last.checked_sub(1)?, true) } else { (last, false) };
        if let Some(quotation) = self.quotation_to(mark) {
            let quotation = &self.document.quotations[quotation];
            let start = self.start_of_mixed(quotation.tokens.start);
            return Some(start..mark + 1);
        }
        let sentence = self.sentence(last);
        let inner =
            self.quotation_around(last).map(|quotation| self.document.quotations[quotation].tokens.start + 1);
        let start =
            inner.map_or(sentence.start, |inner| inner.max(sentence.start)).max(end.saturating_sub(LONGEST));
        let start = self.without_opening_conjunction(start);
        let content_end = if comma { last } else { end };
        (start + 1 < content_end).then_some(start..content_end)
    }

    /// Where a content begins that ends with the quotation from `mark` on: 'It was "a mess," he said' begins
    /// with the sentence, '"A mess," he said' with the mark.
    fn start_of_mixed(&self, mark: usize) -> usize {
        let sentence = self.sentence(mark);
        if sentence.start + 1 >= mark {
            return if sentence.start + 1 == mark
                && self.is_wordlike(sentence.start)
                && !self.is(sentence.start, WordClasses::COORDINATOR)
            {
                sentence.start
            } else {
                mark
            };
        }
        // Something like 'He laughed: "…," she said' or a finished clause before the mark.
        if matches!(
            self.kind(mark - 1),
            Some(TokenKind::Colon | TokenKind::Terminator | TokenKind::Comma | TokenKind::Dash)
        ) {
            return mark;
        }
        self.without_opening_conjunction(sentence.start).max(mark.saturating_sub(LONGEST))
    }

    /// "But the dam, officials said, …": the conjunction is the writer's.
    fn without_opening_conjunction(&self, start: usize) -> usize {
        if self.is(start, WordClasses::COORDINATOR) && !self.is_word(start, "neither") {
            start + 1
        } else {
            start
        }
    }
}
