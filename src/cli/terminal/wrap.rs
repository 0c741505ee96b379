//! Styled words -> lines that fit a width.

use std::fmt::Write;

use anstyle::Style;
use unicode_width::UnicodeWidthStr;

/// Words with their styles, put on lines.
pub(super) struct Wrapped {
    width: usize,
    indent: usize,
    hanging: usize,
    column: usize,
    text: String,
}

impl Wrapped {
    /// An empty paragraph, `indent` columns in, its later lines `hanging` columns more.
    pub(super) fn new(width: usize, indent: usize, hanging: usize) -> Self {
        // Deep nesting on a narrow terminal still leaves room for a word.
        let indent = indent.min(width / 2);
        Self { width, indent, hanging, column: 0, text: String::new() }
    }

    /// Adds the words of a text in one style, `gap` columns after what stands before. Style runs over the
    /// spaces between its words.
    pub(super) fn add(&mut self, text: &str, style: Style, gap: usize) {
        let mut gap = gap;
        for word in text.split_whitespace() {
            let width = word.width();
            let starts_text = self.text.is_empty();
            let fits = self.column + gap + width <= self.width;
            if starts_text {
                self.indent_to(self.indent);
            } else if fits {
                let space = " ".repeat(gap);
                // The first gap stands between two styles and has none.
                let style = if gap == 1 { style } else { Style::new() };
                write!(self.text, "{style}{space}{style:#}").expect("writing to a string never fails");
                self.column += gap;
            } else {
                self.text.push('\n');
                self.indent_to(self.indent + self.hanging);
            }
            write!(self.text, "{style}{word}{style:#}").expect("writing to a string never fails");
            self.column += width;
            gap = 1;
        }
    }

    /// The lines, the last one ended.
    pub(super) fn finish(mut self) -> String {
        self.text.push('\n');
        self.text
    }

    fn indent_to(&mut self, column: usize) {
        self.text.push_str(&" ".repeat(column));
        self.column = column;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_wrap_with_a_hanging_indent() {
        let mut wrapped = Wrapped::new(16, 2, 2);
        wrapped.add("one two", Style::new(), 0);
        wrapped.add("three\nfour 東京 five incomprehensibilities six", Style::new(), 2);
        assert_eq!(
            wrapped.finish(),
            "  one two  three\n    four 東京\n    five\n    incomprehensibilities\n    six\n"
        );
    }

    #[test]
    fn a_style_runs_over_the_spaces_between_its_words() {
        let mut wrapped = Wrapped::new(80, 0, 2);
        wrapped.add("had said", Style::new().underline(), 0);
        let plain = wrapped.finish();
        assert_eq!(plain, "\u{1b}[4mhad\u{1b}[0m\u{1b}[4m \u{1b}[0m\u{1b}[4msaid\u{1b}[0m\n");
    }
}
