//! What the command reads. In: files, folders, their rows, standard input. Out: documents, or why one can't be read.

mod fault; //        why a piece of input is no document
mod encoding; //     bytes that are no UTF-8 -> what they look like
mod fields; //       fields of an object -> strings
pub(super) mod objects; // an object -> its fields, by their known names
mod dates; //        dates as they are written -> days
mod columns; //      names of columns -> what they are for
mod rows; //         a row -> a document
mod json_records; // a stream of JSON -> its records
mod csv_rows; //     a stream of a table -> its rows
mod shape; //        a file -> in which form it holds its documents
mod sources; //      files and folders -> files
mod arguments; //    what the caller says of the input
mod documents; //    files, rows -> documents

pub(super) use arguments::{InputArguments, Reading};
pub(super) use dates::date;
pub(super) use documents::{Piece, Pieces, Position};
pub(super) use encoding::text as utf8;
pub(super) use fault::{Fault, Reason};
pub(super) use fields::json_fault;
pub(super) use rows::{NamedText, RowMeta};
pub(super) use shape::InputForm;
