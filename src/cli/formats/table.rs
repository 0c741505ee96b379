//! Claims -> comma-separated values: a row a claim, for spreadsheets and data frames. RFC 4180, but lines end with a line
//! feed alone.
//!
//! A column holds one kind of value. A document that there is something to say of, but no claim, has a row of its own.

use csv::{Writer, WriterBuilder};

use super::super::names::short_name;
use crate::wire::v1;

/// How a table is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) struct Table {
    pub(in super::super) separator: Separator,
    pub(in super::super) cells: Cells,
    pub(in super::super) dialect: Dialect,
    pub(in super::super) columns: Columns,
}

/// What stands between two cells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) enum Separator {
    Comma,
    Semicolon,
    Tab,
}

/// Whom a table is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) enum Dialect {
    /// Columns named as fields are.
    Programs,
    /// A byte order mark, without which Excel takes UTF-8 for another encoding; columns in plain words; a decimal comma where
    /// semicolons stand between cells, which are the habits of the same places.
    Excel,
}

/// Which columns a table has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) enum Columns {
    Basic,
    /// With those that say why a claim was found.
    Explained,
}

/// What becomes of cells that a spreadsheet would take for formulas.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) enum Cells {
    /// They are written as they are: for programs.
    AsTheyAre,
    /// An apostrophe before them makes them text: for spreadsheets.
    SafeForSpreadsheets,
}

/// What is known of a document beside its text. Empty: nothing.
#[derive(Clone, Copy, Debug, Default)]
pub(in super::super) struct About<'a> {
    pub(in super::super) title: &'a str,
    pub(in super::super) url: &'a str,
    pub(in super::super) outlet: &'a str,
    pub(in super::super) publish_time: &'a str,
    /// The caller's own columns, and what stands there, in JSON.
    pub(in super::super) kept: &'a [(String, String)],
}

/// A column: its name, the same in plain words, and its cell in a row.
struct Column {
    name: &'static str,
    heading: &'static str,
    cell: fn(&Row<'_>) -> Cell,
}

/// What stands in a cell.
enum Cell {
    Text(String),
    Number(f32),
    Empty,
}

/// What a row is made of.
struct Row<'a> {
    message: &'a v1::DocumentClaims,
    about: About<'a>,
    /// None: the row is about the document.
    claim: Option<&'a v1::Claim>,
    error: &'a str,
}

const fn column(name: &'static str, heading: &'static str, cell: fn(&Row<'_>) -> Cell) -> Column {
    Column { name, heading, cell }
}

/// The columns before those of the explanation.
const COLUMNS: &[Column] = &[
    column("document_id", "Document", |row| text(&row.message.document_id)),
    column("document_title", "Title", |row| text(row.about.title)),
    column("document_url", "Address", |row| text(row.about.url)),
    column("document_outlet", "Outlet", |row| text(row.about.outlet)),
    column("document_publish_time", "Published", |row| text(row.about.publish_time)),
    column("claim_id", "Claim", |row| row.of_claim(|claim| text(&claim.claim_id))),
    column("parent_claim_id", "Stands in claim", |row| row.of_claim(|claim| text(&claim.parent_claim_id))),
    column("fingerprint", "Fingerprint", |row| row.of_claim(|claim| text(&claim.fingerprint))),
    column("speaker", "Speaker", |row| row.of_source(|source| text(&source.resolved_name))),
    column("speaker_title", "Speaker’s title", |row| row.of_source(|source| text(&source.title))),
    column("entity_kind", "Kind of speaker", |row| {
        row.of_source(|source| value(source.entity_kind().as_str_name(), "ENTITY_KIND_"))
    }),
    column("named", "Speaker is named", |row| {
        row.flag(|claim| claim.source.as_ref().is_some_and(|it| it.named))
    }),
    column("entity_id", "Same speaker", |row| row.of_source(|source| text(&source.entity_id))),
    column("source", "As the text has it", |row| row.of_source(|source| text(&source.text))),
    column("source_start", "Source from", |row| row.of_source(|source| start(&source.spans))),
    column("source_end", "Source to", |row| row.of_source(|source| end(&source.spans))),
    column("cue", "Cue", |row| row.of_cue(|cue| text(&cue.text))),
    column("cue_start", "Cue from", |row| row.of_cue(|cue| start(&cue.spans))),
    column("cue_end", "Cue to", |row| row.of_cue(|cue| end(&cue.spans))),
    column("lemma", "Cue’s basic form", |row| row.of_cue(|cue| text(&cue.lemma))),
    column("content", "What is said", |row| row.of_content(|content| text(&content.text))),
    column("content_spans", "What is said: pieces", |row| row.of_content(|content| spans(&content.spans))),
    column("content_start", "What is said from", |row| row.of_content(|content| start(&content.spans))),
    column("content_end", "What is said to", |row| row.of_content(|content| end(&content.spans))),
    column("quoted", "In quotation marks", |row| row.of_claim(|claim| spans(&claim.quoted))),
    column("sentence_start", "Sentence from", |row| row.of_claim(|claim| start(claim.sentence.as_slice()))),
    column("sentence_end", "Sentence to", |row| row.of_claim(|claim| end(claim.sentence.as_slice()))),
    column("kind", "Quoted", |row| {
        row.of_claim(|claim| value(claim.kind().as_str_name(), "QUOTATION_KIND_"))
    }),
    column("type", "Type", |row| {
        row.of_claim(|claim| value(claim.r#type().as_str_name(), "ATTRIBUTION_TYPE_"))
    }),
    column("act", "Act", |row| row.of_claim(|claim| value(claim.act().as_str_name(), "SPEECH_ACT_"))),
    column("stance", "Reporter’s stance", |row| {
        row.of_cue(|cue| value(cue.stance().as_str_name(), "STANCE_"))
    }),
    column("negated", "Negated", |row| row.flag(|claim| claim.negated)),
    column("hedged", "Uncertain", |row| row.flag(|claim| claim.hedged)),
    column("addressee", "To whom", |row| row.of_claim(|claim| part(claim.addressee.as_ref()))),
    column("medium", "Through what", |row| row.of_claim(|claim| part(claim.medium.as_ref()))),
    column("time_text", "When, as the text has it", |row| row.of_time(|time| text(&time.text))),
    column("time_resolved", "When", |row| row.of_time(|time| text(&time.resolved))),
    column("confidence", "Confidence", |row| row.of_claim(|claim| Cell::Number(claim.confidence))),
];

/// The columns that say why a claim was found.
const EXPLANATION: &[Column] = &[
    column("pattern", "Pattern", |row| row.of_explanation(|it| text(&it.pattern))),
    column("cue_entry", "Entry in the lexicon", |row| row.of_explanation(|it| text(&it.cue_entry))),
    column("source_confidence", "Confidence of the source", |row| {
        row.of_explanation(|it| Cell::Number(it.source_confidence))
    }),
    column("cue_confidence", "Confidence of the cue", |row| {
        row.of_explanation(|it| Cell::Number(it.cue_confidence))
    }),
    column("content_confidence", "Confidence of what is said", |row| {
        row.of_explanation(|it| Cell::Number(it.content_confidence))
    }),
];

/// The columns after all others: about the document and the row.
const LAST: &[Column] = &[
    column("offset_encoding", "Offsets count", |row| match row.message.offset_encoding() {
        v1::OffsetEncoding::Unspecified => Cell::Empty,
        unit => value(unit.as_str_name(), "OFFSET_ENCODING_"),
    }),
    column("knowledge_version", "Version of what is known", |row| text(&row.message.knowledge_version)),
    column("notices", "Notices", |row| {
        let notices: Vec<&str> = row.message.notices.iter().map(|notice| notice.message.as_str()).collect();
        Cell::Text(notices.join("; "))
    }),
    column("error", "Error", |row| text(row.error)),
];

impl Table {
    /// The first line, with the names of the caller's own columns at its end.
    pub(in super::super) fn heading(self, kept: &[String]) -> String {
        let name = |column: &Column| match self.dialect {
            Dialect::Programs => column.name,
            Dialect::Excel => column.heading,
        };
        let kept = kept.iter().map(|name| format!("kept_{name}"));
        let names: Vec<String> = self.columns().map(|column| name(column).to_owned()).chain(kept).collect();
        let mark = if self.dialect == Dialect::Excel { "\u{feff}" } else { "" };
        format!("{mark}{}", self.written(&[names]))
    }

    /// A line for each claim; one for a document without any that there are notices of.
    pub(in super::super) fn rows(self, message: &v1::DocumentClaims, about: About<'_>) -> String {
        let row = |claim| self.row(&Row { message, about, claim, error: "" });
        let mut rows: Vec<Vec<String>> = message.claims.iter().map(Some).map(row).collect();
        if rows.is_empty() && !message.notices.is_empty() {
            rows.push(row(None));
        }
        self.written(&rows)
    }

    /// The line of a document that wasn't read.
    pub(in super::super) fn error(self, document_id: &str, about: About<'_>, error: &str) -> String {
        let message =
            v1::DocumentClaims { document_id: document_id.to_owned(), ..v1::DocumentClaims::default() };
        let row = Row { message: &message, about, claim: None, error };
        self.written(&[self.row(&row)])
    }

    fn columns(&self) -> impl Iterator<Item = &'static Column> {
        let explanation = match self.columns {
            Columns::Basic => &[],
            Columns::Explained => EXPLANATION,
        };
        COLUMNS.iter().chain(explanation).chain(LAST)
    }

    fn row(self, row: &Row<'_>) -> Vec<String> {
        let kept = row.about.kept.iter().map(|(_, json)| Cell::Text(json_cell(json)));
        self.columns().map(|column| (column.cell)(row)).chain(kept).map(|cell| self.cell(cell)).collect()
    }

    fn cell(self, cell: Cell) -> String {
        match cell {
            Cell::Empty => String::new(),
            Cell::Number(number)
                if self.dialect == Dialect::Excel && self.separator == Separator::Semicolon =>
            {
                number.to_string().replace('.', ",")
            }
            Cell::Number(number) => number.to_string(),
            Cell::Text(cell) if self.cells == Cells::SafeForSpreadsheets && is_formula(&cell) => {
                format!("'{cell}")
            }
            Cell::Text(cell) => cell,
        }
    }

    fn written(self, rows: &[Vec<String>]) -> String {
        let mut writer = WriterBuilder::new().delimiter(self.separator.byte()).from_writer(Vec::new());
        let write = |writer: &mut Writer<Vec<u8>>| rows.iter().try_for_each(|row| writer.write_record(row));
        write(&mut writer).expect("writing to memory never fails, and all rows have the same length");
        let bytes = writer.into_inner().expect("writing to memory never fails");
        String::from_utf8(bytes).expect("every field is UTF-8")
    }
}

impl Separator {
    const fn byte(self) -> u8 {
        match self {
            Self::Comma => b',',
            Self::Semicolon => b';',
            Self::Tab => b'\t',
        }
    }
}

/// Whether a spreadsheet may take a cell for a formula: after spaces and quotation marks, which some of them drop, it
/// begins with a sign that opens one, or with white space that hides one. The same rule is in the page's copies.js.
pub(super) fn is_formula(cell: &str) -> bool {
    let rest = cell.trim_start_matches([' ', '"', '\'']);
    rest.starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠', '\t', '\r', '\n'])
}

/// The cells of a row's claim and its parts: empty where there is no such part.
impl Row<'_> {
    fn of_claim(&self, cell: impl Fn(&v1::Claim) -> Cell) -> Cell {
        self.claim.map_or(Cell::Empty, cell)
    }

    fn of_source(&self, cell: impl Fn(&v1::Source) -> Cell) -> Cell {
        self.claim.and_then(|claim| claim.source.as_ref()).map_or(Cell::Empty, cell)
    }

    fn of_cue(&self, cell: impl Fn(&v1::Cue) -> Cell) -> Cell {
        self.claim.and_then(|claim| claim.cue.as_ref()).map_or(Cell::Empty, cell)
    }

    fn of_content(&self, cell: impl Fn(&v1::Content) -> Cell) -> Cell {
        self.claim.and_then(|claim| claim.content.as_ref()).map_or(Cell::Empty, cell)
    }

    fn of_time(&self, cell: impl Fn(&v1::TimeExpression) -> Cell) -> Cell {
        self.claim.and_then(|claim| claim.time.as_ref()).map_or(Cell::Empty, cell)
    }

    fn of_explanation(&self, cell: impl Fn(&v1::Explanation) -> Cell) -> Cell {
        self.claim.and_then(|claim| claim.explanation.as_ref()).map_or(Cell::Empty, cell)
    }

    fn flag(&self, is_set: impl Fn(&v1::Claim) -> bool) -> Cell {
        self.of_claim(|claim| text(if is_set(claim) { "true" } else { "false" }))
    }
}

/// A value of JSON as a cell: a string by its characters, nothing for null, all else as it is written.
fn json_cell(json: &str) -> String {
    let string = serde_json::from_str::<Option<String>>(json);
    string.map_or_else(|_| json.to_owned(), Option::unwrap_or_default)
}

fn text(text: &str) -> Cell {
    Cell::Text(text.to_owned())
}

fn value(name: &str, prefix: &str) -> Cell {
    Cell::Text(short_name(name, prefix))
}

fn part(part: Option<&v1::TextPart>) -> Cell {
    part.map_or(Cell::Empty, |part| text(&part.text))
}

fn start(spans: &[v1::Span]) -> Cell {
    spans.first().map_or(Cell::Empty, |span| Cell::Text(span.start.to_string()))
}

fn end(spans: &[v1::Span]) -> Cell {
    spans.last().map_or(Cell::Empty, |span| Cell::Text(span.end.to_string()))
}

/// "10..20 30..40": two periods, since spreadsheets take 10-20 for a day and 10:20 for a time.
fn spans(spans: &[v1::Span]) -> Cell {
    let spans: Vec<String> = spans.iter().map(|span| format!("{}..{}", span.start, span.end)).collect();
    Cell::Text(spans.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLAIN: Table = Table {
        separator: Separator::Comma,
        cells: Cells::AsTheyAre,
        dialect: Dialect::Programs,
        columns: Columns::Basic,
    };

    fn message() -> v1::DocumentClaims {
        let span = |start, end| v1::Span { start, end };
        let content =
            v1::Content { text: "\"Yes, no\"\nma".to_owned(), spans: vec![span(3, 9), span(20, 24)] };
        let time = v1::TimeExpression { text: "on Tuesday".to_owned(), ..v1::TimeExpression::default() };
        let explanation =
            v1::Explanation { pattern: "source-cue-that".to_owned(), ..v1::Explanation::default() };
        let claim = v1::Claim {
            content: Some(content),
            time: Some(time),
            explanation: Some(explanation),
            negated: true,
            confidence: 0.5,
            ..v1::Claim::default()
        };
        v1::DocumentClaims { claims: vec![claim], ..v1::DocumentClaims::default() }
    }

    fn cells(table: Table, rows: &str) -> Vec<String> {
        let file = table.heading(&[]) + rows;
        let mut reader =
            csv::ReaderBuilder::new().delimiter(table.separator.byte()).from_reader(file.as_bytes());
        let record = reader.records().next().expect("a row").expect("as many fields as columns");
        record.iter().map(str::to_owned).collect()
    }

    fn cell(table: Table, rows: &str, name: &str) -> String {
        let place = table.columns().position(|column| column.name == name).expect("a column");
        cells(table, rows)[place].clone()
    }

    #[test]
    fn a_row_has_a_field_for_each_column_and_survives_commas_marks_and_line_ends() {
        let rows = PLAIN.rows(&message(), About { title: "A; b", ..About::default() });
        let cell = |name| cell(PLAIN, &rows, name);
        assert_eq!(cell("content"), "\"Yes, no\"\nma");
        assert_eq!((cell("content_start"), cell("content_end")), ("3".to_owned(), "24".to_owned()));
        assert_eq!(cell("content_spans"), "3..9 20..24");
        assert_eq!((cell("time_text"), cell("time_resolved")), ("on Tuesday".to_owned(), String::new()));
        assert_eq!(
            (cell("negated"), cell("source"), cell("named")),
            ("true".to_owned(), String::new(), "false".to_owned())
        );
        assert_eq!((cell("document_title"), cell("error")), ("A; b".to_owned(), String::new()));
    }

    #[test]
    fn the_explanation_has_columns_where_it_is_asked_for() {
        let explained = Table { columns: Columns::Explained, ..PLAIN };
        assert_eq!(
            cell(explained, &explained.rows(&message(), About::default()), "pattern"),
            "source-cue-that"
        );
        assert!(!PLAIN.heading(&[]).contains("pattern"));
    }

    #[test]
    fn excel_gets_a_mark_plain_words_and_its_own_commas() {
        let excel = Table {
            separator: Separator::Semicolon,
            cells: Cells::SafeForSpreadsheets,
            dialect: Dialect::Excel,
            columns: Columns::Basic,
        };
        assert!(excel.heading(&[]).starts_with("\u{feff}Document;Title;"), "{}", excel.heading(&[]));
        let rows = excel.rows(&message(), About { title: "=1", ..About::default() });
        assert_eq!(cell(excel, &rows, "confidence"), "0,5");
        assert_eq!(cell(excel, &rows, "document_title"), "'=1");
        let commas = Table { separator: Separator::Comma, ..excel };
        assert_eq!(cell(commas, &commas.rows(&message(), About::default()), "confidence"), "0.5");
    }

    #[test]
    fn what_was_not_read_and_what_is_doubted_have_rows() {
        let error = PLAIN.error("a:7", About::default(), "has no text");
        assert_eq!(
            (cell(PLAIN, &error, "document_id"), cell(PLAIN, &error, "error")),
            ("a:7".to_owned(), "has no text".to_owned())
        );
        assert_eq!(
            (cell(PLAIN, &error, "negated"), cell(PLAIN, &error, "offset_encoding")),
            (String::new(), String::new())
        );
        let empty = v1::DocumentClaims::default();
        assert_eq!(PLAIN.rows(&empty, About::default()), "");
        let notice = v1::Notice { message: "looks like HTML".to_owned(), ..v1::Notice::default() };
        let doubted = v1::DocumentClaims { notices: vec![notice], ..empty };
        assert_eq!(cell(PLAIN, &PLAIN.rows(&doubted, About::default()), "notices"), "looks like HTML");
    }

    #[test]
    fn cells_that_open_formulas_are_known_and_can_be_told_back() {
        for formula in [
            "=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "\"=1", "'=1", " =1", "\"' -1", "＝1",
            "-",
        ] {
            assert!(is_formula(formula), "{formula:?}");
            // Whoever takes the apostrophe from each such cell has what was there.
            assert!(is_formula(&format!("'{formula}")), "{formula:?}");
        }
        for text in ["", "a=1", "'tis", "\"Yes\"", "1-2", "— no", "“=1”"] {
            assert!(!is_formula(text), "{text:?}");
        }
    }
}
