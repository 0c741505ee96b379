//! A row, of JSON or of a table -> a document with what its other columns say, or why it is none.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use jiff::civil::Date;
use serde::Serialize;
use serde_json::value::RawValue;

use super::columns::{Choice, Columns, Role};
use super::dates::{self, DateFault};
use super::fault::{Fault, Reason};
use super::fields::{Fields, json_fault, shown};
use crate::json_lines;

/// A text with its name.
#[derive(Debug)]
pub(in super::super) struct NamedText {
    pub(in super::super) id: String,
    pub(in super::super) text: String,
    /// The day of its publication, where the row tells it: that of the place where it was written.
    pub(in super::super) published: Option<Date>,
    /// What else its row says. None: a file is one text.
    pub(in super::super) row: Option<RowMeta>,
    /// Why the date that the row gives was not read.
    pub(in super::super) date_fault: Option<DateFault>,
    /// What to tell once of how such rows are read.
    pub(in super::super) remarks: Arc<[String]>,
}

/// What a row says beside its text and id: it comes back beside its claims.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub(in super::super) struct RowMeta {
    pub(in super::super) title: Option<String>,
    pub(in super::super) url: Option<String>,
    pub(in super::super) outlet: Option<String>,
    /// In ISO 8601, as exact as the row has it.
    pub(in super::super) publish_time: Option<String>,
    /// The columns that the caller wants to have passed through, in the order of `--keep`; their values are JSON.
    #[serde(skip)]
    pub(in super::super) kept: Vec<(String, String)>,
}

/// How rows are read: which columns are what. Shared by all that read them.
#[derive(Debug, Default)]
pub(in super::super) struct RowReader {
    columns: Columns,
    /// Which of the columns that the caller named were met.
    met: Mutex<Option<Arc<Shape>>>,
    named_met: Vec<(String, AtomicBool)>,
}

/// Rows with the same names.
#[derive(Debug, Default)]
pub(super) struct Shape {
    names: Vec<String>,
    choice: Choice,
    remarks: Arc<[String]>,
}

impl Shape {
    /// Whether such rows have a column for the text.
    pub(super) fn has_text(&self) -> bool {
        self.choice.has(Role::Text)
    }
}

/// A value of a row.
#[derive(Clone, Copy)]
enum Cell<'a> {
    Json(&'a RawValue),
    Text(&'a str),
}

impl RowReader {
    pub(super) fn new(columns: Columns) -> Self {
        let named = [Role::Text, Role::Title, Role::Id, Role::Date, Role::Url, Role::Outlet];
        let named = named.into_iter().filter_map(|role| columns.name_of(role).map(str::to_owned));
        let named_met = named.chain(columns.kept.iter().cloned()).map(|name| (name, AtomicBool::new(false)));
        let named_met = named_met.collect();
        Self { columns, met: Mutex::default(), named_met }
    }

    pub(super) const fn columns(&self) -> &Columns {
        &self.columns
    }

    /// What the caller named and no row had, once all were read. Nothing where no row was.
    pub(in super::super) fn never_met(&self) -> Vec<String> {
        let last = self.met.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let Some(last) = last else { return Vec::new() };
        let met = self.named_met.iter().filter(|(_, met)| met.load(Ordering::Relaxed)).map(|(name, _)| name);
        self.columns.never_met(&met.chain(&last.names).cloned().collect::<Vec<_>>())
    }

    /// How rows with these names are read.
    pub(super) fn shape(&self, names: Vec<String>) -> Arc<Shape> {
        let mut met = self.met.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(shape) = &*met
            && shape.names == names
        {
            return Arc::clone(shape);
        }
        for (name, met) in &self.named_met {
            if names.contains(name) {
                met.store(true, Ordering::Relaxed);
            }
        }
        let choice = self.columns.choose(&names);
        let remarks = self.columns.remarks(&names, &choice).into();
        let shape = Arc::new(Shape { names, choice, remarks });
        *met = Some(Arc::clone(&shape));
        shape
    }

    /// That such rows hold no text.
    pub(super) fn no_text(&self, shape: &Shape) -> Fault {
        Fault::new(Reason::NoText, self.columns.no_text(&shape.names))
    }

    /// The document of an object of JSON; `place` names it where it has no id.
    pub(super) fn of_json(&self, json: &str, place: &str) -> Result<NamedText, Fault> {
        let json = json.trim();
        // What else is JSON has another fault than what isn't.
        if !json.starts_with('{') {
            return Err(Fault::new(Reason::NotJson, "is not a JSON object"));
        }
        let fields: Fields<'_> =
            serde_json::from_str(json).map_err(|error| Fault::new(Reason::NotJson, json_fault(&error)))?;
        let shape = self.shape(fields.names);
        let cells: Vec<Cell<'_>> = fields.values.into_iter().map(Cell::Json).collect();
        self.document(&shape, &cells, place)
    }

    /// The document of a row of a table.
    pub(super) fn of_cells(
        &self,
        shape: &Arc<Shape>,
        cells: &[&str],
        place: &str,
    ) -> Result<NamedText, Fault> {
        let (expected, found) = (shape.names.len(), cells.len());
        let cells: Vec<Cell<'_>> = cells.iter().copied().map(Cell::Text).collect();
        if found != expected {
            let message = format!("has {found} fields where the header has {expected}");
            // A row that ran into the next ones has the wrong id.
            return Err(Fault::new(Reason::NotARow, message));
        }
        self.document(shape, &cells, place)
    }

    fn document(&self, shape: &Arc<Shape>, cells: &[Cell<'_>], place: &str) -> Result<NamedText, Fault> {
        let row = Row { columns: &self.columns, shape, cells };
        let id = row.id()?.unwrap_or_else(|| place.to_owned());
        let text = row.text().map_err(|fault| Fault { id: Some(id.clone()), ..fault })?;
        let (published, date_fault) = match row.published() {
            Ok(published) => (published, None),
            Err(fault) => (None, Some(fault)),
        };
        let meta = RowMeta {
            title: row.meta(Role::Title),
            url: row.meta(Role::Url),
            outlet: row.meta(Role::Outlet),
            publish_time: published.as_ref().map(|published| published.iso.clone()),
            kept: row.kept(),
        };
        Ok(NamedText {
            id,
            text,
            published: published.map(|published| published.day),
            row: Some(meta),
            date_fault,
            remarks: Arc::clone(&shape.remarks),
        })
    }
}

/// A row that is being read.
struct Row<'a> {
    columns: &'a Columns,
    shape: &'a Shape,
    cells: &'a [Cell<'a>],
}

impl<'a> Row<'a> {
    /// The first column of a role that isn't empty, with its name.
    fn first(&self, role: Role) -> Option<(&'a str, Cell<'a>)> {
        let columns = self.shape.choice.of(role).iter();
        let mut cells = columns.map(|&column| (self.shape.names[column].as_str(), self.cells[column]));
        cells.find(|(_, cell)| !cell.is_nothing())
    }

    fn id(&self) -> Result<Option<String>, Fault> {
        let Some((name, cell)) = self.first(Role::Id) else { return Ok(None) };
        match cell {
            Cell::Text(text) => Ok(Some(text.trim().to_owned())),
            Cell::Json(value) => match json_lines::id(value, name) {
                Ok(id) => Ok(Some(id).filter(|id| !id.is_empty())),
                // What nobody said is the id may be something else, as MongoDB's `_id` is.
                Err(_) if self.columns.name_of(Role::Id).is_none() && name != "id" => Ok(None),
                Err(why) => Err(Fault::new(Reason::BadId, why)),
            },
        }
    }

    fn text(&self) -> Result<String, Fault> {
        if !self.shape.choice.has(Role::Text) {
            return Err(Fault::new(Reason::NoText, self.columns.no_text(&self.shape.names)));
        }
        let Some((name, cell)) = self.first(Role::Text) else {
            return Err(Fault::new(Reason::EmptyText, "the text is empty"));
        };
        let text = match cell {
            Cell::Text(text) => text.to_owned(),
            Cell::Json(value) => match serde_json::from_str::<String>(value.get()) {
                Ok(text) => text,
                Err(_) => return Err(Fault::new(Reason::NoText, not_text(name, value.get()))),
            },
        };
        if text.trim().is_empty() {
            return Err(Fault::new(Reason::EmptyText, "the text is empty"));
        }
        Ok(text)
    }

    fn published(&self) -> Result<Option<dates::Published>, DateFault> {
        let Some((_, cell)) = self.first(Role::Date) else { return Ok(None) };
        match cell {
            Cell::Text(text) => dates::published(text),
            Cell::Json(value) => match serde_json::from_str::<String>(value.get()) {
                Ok(text) => dates::published(&text),
                // A number of seconds; lists and objects are none.
                Err(_) => dates::published(value.get()),
            },
        }
    }

    /// A title, a URL or an outlet: a string, a number, or the name in an object (`"publisher": {"name": "…"}`).
    fn meta(&self, role: Role) -> Option<String> {
        let (_, cell) = self.first(role)?;
        let value = match cell {
            Cell::Text(text) => return Some(text.to_owned()),
            Cell::Json(value) => value.get(),
        };
        let string = |json: &str| serde_json::from_str::<String>(json).ok();
        match value.as_bytes().first()? {
            b'"' => string(value),
            b'{' => json_lines::field(value, "name").and_then(|name| string(name.get())),
            b'-' | b'0'..=b'9' => Some(value.to_owned()),
            _ => None,
        }
    }

    fn kept(&self) -> Vec<(String, String)> {
        let value = |name: &String| {
            let column = self.shape.names.iter().position(|known| known == name)?;
            Some(match self.cells[column] {
                Cell::Json(value) => value.get().to_owned(),
                Cell::Text(text) => serde_json::Value::from(text).to_string(),
            })
        };
        let kept = self.columns.kept.iter();
        kept.map(|name| (name.clone(), value(name).unwrap_or_else(|| "null".to_owned()))).collect()
    }
}

impl Cell<'_> {
    fn is_nothing(self) -> bool {
        match self {
            Self::Json(value) => value.get() == "null",
            Self::Text(text) => text.trim().is_empty(),
        }
    }
}

/// That a value is no text, and what made it so where that is known.
fn not_text(name: &str, value: &str) -> String {
    let fault = format!("the {name} is {}, not a string", shown(value));
    // The first row of pandas' other orientation.
    if value.starts_with("{\"0\"") {
        return fault + "; pandas writes rows by to_json(orient=\"records\", lines=True)";
    }
    fault
}
