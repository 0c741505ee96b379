//! A stream of JSON -> its records, one by one: the elements of a list, or values one after another. A list is never held
//! whole.
//!
//! Where a record ends is told by its brackets alone; whether it is JSON says whoever reads it. A string that runs over a
//! line's end is no JSON, so that a missing quotation mark spoils no more than its line.

use std::io::{self, BufRead};

/// Where a value ends that begins with a bracket: fed with its bytes, one by one.
#[derive(Debug, Default)]
pub(super) struct Brackets {
    depth: usize,
    in_string: bool,
    is_escaped: bool,
}

impl Brackets {
    /// Takes the next byte; whether the value ends with it.
    pub(super) const fn push(&mut self, byte: u8) -> bool {
        if self.in_string {
            match byte {
                _ if self.is_escaped => self.is_escaped = false,
                b'\\' => self.is_escaped = true,
                b'"' | b'\n' => self.in_string = false,
                _ => {}
            }
            return false;
        }
        match byte {
            b'"' => self.in_string = true,
            b'{' | b'[' => self.depth += 1,
            b'}' | b']' => self.depth = self.depth.saturating_sub(1),
            _ => return false,
        }
        self.depth == 0 && (byte == b'}' || byte == b']')
    }
}

/// A record as it is written.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Record {
    /// Its bytes; as many as may be kept, where it has more.
    pub(super) bytes: Vec<u8>,
    /// Whether it has more.
    pub(super) is_too_long: bool,
    /// Its number, counted from 0.
    pub(super) index: u64,
    /// How much of the input was read for it, with what stands before.
    pub(super) size: usize,
}

/// The records of a stream.
pub(super) struct Records<R> {
    reader: R,
    longest: usize,
    in_list: bool,
    number: u64,
    /// What was read since the last record.
    size: usize,
}

impl<R: BufRead> Records<R> {
    /// Records of which at most `longest` bytes are kept.
    pub(super) const fn new(reader: R, longest: usize) -> Self {
        Self { reader, longest, in_list: false, number: 0, size: 0 }
    }

    /// The next record; none after the last.
    pub(super) fn next(&mut self) -> io::Result<Option<Record>> {
        loop {
            let Some(byte) = self.peek()? else { return Ok(None) };
            match byte {
                // The byte order mark of a file.
                b' ' | b'\t' | b'\r' | b'\n' | 0xef | 0xbb | 0xbf => self.skip(),
                b',' if self.in_list => self.skip(),
                b'[' if !self.in_list => {
                    self.in_list = true;
                    self.skip();
                }
                b']' if self.in_list => {
                    self.in_list = false;
                    self.skip();
                }
                b'{' | b'[' => return self.bracketed().map(Some),
                _ => return self.bare().map(Some),
            }
        }
    }

    fn peek(&mut self) -> io::Result<Option<u8>> {
        Ok(self.reader.fill_buf()?.first().copied())
    }

    fn skip(&mut self) {
        self.reader.consume(1);
        self.size += 1;
    }

    fn bracketed(&mut self) -> io::Result<Record> {
        let mut brackets = Brackets::default();
        self.until(|bytes| bytes.iter().position(|byte| brackets.push(*byte)).map(|at| at + 1))
    }

    /// What is no record: up to the next comma, bracket or line's end.
    fn bare(&mut self) -> io::Result<Record> {
        let mut is_first = true;
        self.until(|bytes| {
            let ends = |byte: &u8| matches!(byte, b',' | b'[' | b']' | b'{' | b'\n');
            let start = usize::from(std::mem::take(&mut is_first));
            bytes[start..].iter().position(ends).map(|at| start + at)
        })
    }

    /// Reads up to where `end` says, which is asked with each stretch of bytes in turn.
    fn until(&mut self, mut end: impl FnMut(&[u8]) -> Option<usize>) -> io::Result<Record> {
        let mut bytes = Vec::new();
        let mut is_too_long = false;
        loop {
            let buffer = self.reader.fill_buf()?;
            let found = end(buffer);
            let length = found.unwrap_or(buffer.len());
            let kept = length.min(self.longest - bytes.len());
            bytes.extend_from_slice(&buffer[..kept]);
            is_too_long |= kept < length;
            let is_end = found.is_some() || buffer.is_empty();
            self.reader.consume(length);
            self.size += length;
            if is_end {
                self.number += 1;
                let size = std::mem::take(&mut self.size);
                return Ok(Record { bytes, is_too_long, index: self.number - 1, size });
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::{BufReader, Cursor};

    use proptest::prelude::*;

    use super::*;

    fn records(json: &[u8], buffer: usize, longest: usize) -> Vec<Record> {
        let mut records = Records::new(BufReader::with_capacity(buffer, Cursor::new(json)), longest);
        std::iter::from_fn(|| records.next().expect("memory can be read")).collect()
    }

    #[track_caller]
    fn check(json: &str, expected: &[&str]) {
        for buffer in [1, 2, 7, 4096] {
            let found = records(json.as_bytes(), buffer, 1000);
            let texts: Vec<_> =
                found.iter().map(|it| String::from_utf8_lossy(&it.bytes).into_owned()).collect();
            assert_eq!(texts, expected, "buffers of {buffer}");
            assert!(found.iter().map(|it| it.index).eq(0..expected.len() as u64));
        }
    }

    #[test]
    fn a_list_and_what_stands_one_after_another_are_records() {
        check("", &[]);
        check(" [] \n", &[]);
        check(r#"[{"a": "]}\"["}, {"b": [1, {}]}]"#, &[r#"{"a": "]}\"["}"#, r#"{"b": [1, {}]}"#]);
        check("\u{feff}[\n{},\n{}\n]\n", &["{}", "{}"]);
        check("{\"a\":\n1}\n{\"b\": 2}{}", &["{\"a\":\n1}", "{\"b\": 2}", "{}"]);
        check("[1, \"a\", {}]", &["1", "\"a\"", "{}"]);
    }

    #[test]
    fn a_mark_that_is_missing_spoils_its_line_alone() {
        check("[\n{\"a\": \"x},\n{\"b\": 1}\n]", &["{\"a\": \"x},\n{\"b\": 1}\n]"]);
        check("[\n{\n\"a\": \"x\"y\",\n\"b\": 1\n},\n{}\n]", &["{\n\"a\": \"x\"y\",\n\"b\": 1\n}", "{}"]);
        check("{\"a\": 1", &["{\"a\": 1"]);
    }

    #[test]
    fn no_more_is_kept_than_may_be() {
        let found = records(b"[{\"a\": 123456789}, {}]", 4, 10);
        assert_eq!((found.len(), found[0].bytes.len(), found[0].is_too_long), (2, 10, true));
        assert_eq!((found[1].bytes.as_slice(), found[1].is_too_long), (&b"{}"[..], false));
    }

    proptest! {
        #[test]
        fn everything_is_read_once(json in r#"[\[\]{}",:a \n\\]{0,60}"#, buffer in 1usize..9) {
            let found = records(json.as_bytes(), buffer, 1000);
            prop_assert!(found.iter().map(|it| it.size).sum::<usize>() <= json.len());
            prop_assert!(found.iter().all(|it| !it.bytes.is_empty()));
        }
    }
}
