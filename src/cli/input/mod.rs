//! What the command reads. In: files, their lines, standard input. Out: documents, or why one can't be read.

mod fields; //    fields of a line -> strings
mod documents; // files, lines -> documents

pub(super) use documents::{InputForm, NamedText, Piece, Pieces, date};
