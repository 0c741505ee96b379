//! A stream of comma-separated values -> its header, and its rows as they are written.
//!
//! A row may run over several lines, within quotation marks. Rows are cut out here and taken apart by whoever reads them.
//! A mark that is never closed would take all rows behind it along: then its line alone is a row, and the next one begins
//! behind it.

use std::collections::VecDeque;
use std::io::{self, BufRead};

use csv::ReaderBuilder;

/// The separators that are tried, the usual ones first.
pub(super) const SEPARATORS: [u8; 4] = *b",;\t|";
/// At most so many times a mark that is never closed is looked for to the end.
const MOST_ATTEMPTS: usize = 16;

/// A row as it is written.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct RawRow {
    pub(super) bytes: Vec<u8>,
    /// The line that it begins in, counted from 1.
    pub(super) line: u64,
    pub(super) is_too_long: bool,
    /// A quotation mark opens a field that nothing closes.
    pub(super) is_open: bool,
}

/// The rows of a stream.
pub(super) struct RawRows<R> {
    reader: R,
    separator: u8,
    longest: usize,
    /// The number of the line that comes next.
    line: u64,
    /// Lines that were read, and are to be read again.
    again: VecDeque<Vec<u8>>,
    attempts: usize,
}

/// Where in a row the reading is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    FieldStart,
    Plain,
    Quoted,
    /// Behind a mark within a field in marks: it ends, or a mark follows.
    Closing,
}

impl<R: BufRead> RawRows<R> {
    /// Rows of which at most `longest` bytes are kept; the first line is `line`.
    pub(super) const fn new(reader: R, separator: u8, longest: usize) -> Self {
        Self { reader, separator, longest, line: 1, again: VecDeque::new(), attempts: 0 }
    }

    pub(super) const fn set_separator(&mut self, separator: u8) {
        self.separator = separator;
    }

    /// The next row that isn't blank; none after the last.
    pub(super) fn next(&mut self) -> io::Result<Option<RawRow>> {
        loop {
            let Some(row) = self.row()? else { return Ok(None) };
            if row.is_too_long || !row.bytes.trim_ascii().is_empty() {
                return Ok(Some(row));
            }
        }
    }

    fn row(&mut self) -> io::Result<Option<RawRow>> {
        let first = self.line;
        let (mut lines, mut length, mut state) = (Vec::new(), 0, State::FieldStart);
        let mut is_too_long = false;
        while let Some((line, is_cut)) = self.next_line()? {
            state = line.iter().fold(state, |state, byte| self.after(state, *byte));
            length += line.len();
            lines.push(line);
            is_too_long = is_cut || length > self.longest;
            if state != State::Quoted || is_too_long {
                break;
            }
        }
        if lines.is_empty() {
            return Ok(None);
        }
        let is_open = state == State::Quoted;
        if is_open && lines.len() > 1 && self.attempts < MOST_ATTEMPTS {
            self.attempts += 1;
            for line in lines.drain(1..).rev() {
                self.line -= 1;
                self.again.push_front(line);
            }
            is_too_long = false;
        }
        let mut bytes = lines.concat();
        bytes.truncate(self.longest);
        Ok(Some(RawRow { bytes, line: first, is_too_long, is_open }))
    }

    /// The next line with its end, and whether it is longer than what is kept of it.
    fn next_line(&mut self) -> io::Result<Option<(Vec<u8>, bool)>> {
        let (line, is_cut) = if let Some(line) = self.again.pop_front() {
            (line, false)
        } else {
            let (line, size) = bounded_line(&mut self.reader, self.longest)?;
            let is_cut = line.len() < size;
            (line, is_cut)
        };
        if line.is_empty() {
            return Ok(None);
        }
        self.line += 1;
        Ok(Some((line, is_cut)))
    }

    const fn after(&self, state: State, byte: u8) -> State {
        match (state, byte) {
            (State::Quoted, b'"') => State::Closing,
            (State::Quoted, _) | (State::FieldStart | State::Closing, b'"') => State::Quoted,
            (_, b'\n' | b'\r') => State::FieldStart,
            (_, byte) if byte == self.separator => State::FieldStart,
            _ => State::Plain,
        }
    }
}

/// A line with its end, of which at most `longest` bytes are kept, and how long it is. Empty: there is none.
pub(super) fn bounded_line(reader: &mut impl BufRead, longest: usize) -> io::Result<(Vec<u8>, usize)> {
    let (mut line, mut size) = (Vec::new(), 0);
    loop {
        let buffer = match reader.fill_buf() {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            buffer => buffer?,
        };
        let end = buffer.iter().position(|byte| *byte == b'\n');
        let length = end.map_or(buffer.len(), |at| at + 1);
        line.extend_from_slice(&buffer[..length.min(longest - line.len())]);
        reader.consume(length);
        size += length;
        if end.is_some() || length == 0 {
            return Ok((line, size));
        }
    }
}

/// The fields of a row.
pub(super) fn fields(row: &str, separator: u8) -> Vec<String> {
    let mut reader = ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(separator)
        .from_reader(row.as_bytes());
    let record = reader.records().next();
    record.and_then(Result::ok).map_or_else(Vec::new, |record| record.iter().map(str::to_owned).collect())
}

#[cfg(test)]
mod tests {
    use std::io::{BufReader, Cursor};

    use proptest::prelude::*;

    use super::*;

    fn rows(table: &str, longest: usize) -> Vec<RawRow> {
        let mut rows = RawRows::new(BufReader::with_capacity(3, Cursor::new(table)), b',', longest);
        std::iter::from_fn(|| rows.next().expect("memory can be read")).collect()
    }

    fn shown(table: &str) -> Vec<(u64, String, bool)> {
        let text = |row: RawRow| (row.line, String::from_utf8(row.bytes).expect("UTF-8"), row.is_open);
        rows(table, 1000).into_iter().map(text).collect()
    }

    #[test]
    fn rows_run_over_lines_within_marks() {
        let row = |line, text: &str| (line, text.to_owned(), false);
        assert_eq!(
            shown("a,b\r\n1,\"x\ny\"\n\n2,\"\"\"\"\n3,a\"b"),
            [row(1, "a,b\r\n"), row(2, "1,\"x\ny\"\n"), row(5, "2,\"\"\"\"\n"), row(6, "3,a\"b"),]
        );
        assert_eq!(fields("1,\"x\ny\",\"say \"\"no\"\"\"\n", b','), ["1", "x\ny", "say \"no\""]);
    }

    #[test]
    fn a_mark_that_is_never_closed_costs_its_line() {
        let found = shown("1,a\n2,\"b\n3,c\n4,d\n");
        assert_eq!(
            found.iter().map(|row| (row.0, row.2)).collect::<Vec<_>>(),
            [(1, false), (2, true), (3, false), (4, false)]
        );
    }

    #[test]
    fn no_more_is_kept_than_may_be() {
        let found = rows("1,abcdefghijkl\n2,b\n", 8);
        assert_eq!((found[0].bytes.len(), found[0].is_too_long), (8, true));
        assert_eq!((found[1].bytes.as_slice(), found[1].is_too_long), (&b"2,b\n"[..], false));
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(table in prop::collection::vec(prop::collection::vec("[a\",;\n\r ]{0,6}", 2), 1..6)) {
            let mut writer = csv::Writer::from_writer(Vec::new());
            for row in &table {
                writer.write_record(row).expect("memory has room");
            }
            let written = String::from_utf8(writer.into_inner().expect("memory has room")).expect("UTF-8");
            let found = rows(&written, 1000);
            let found: Vec<Vec<String>> =
                found.iter().map(|row| fields(std::str::from_utf8(&row.bytes).expect("UTF-8"), b',')).collect();
            // A row of blanks is a blank line.
            let table: Vec<Vec<String>> = table.into_iter().collect();
            prop_assert_eq!(found, table);
        }
    }
}
