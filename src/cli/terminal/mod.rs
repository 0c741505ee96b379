//! What people see in a terminal. In: messages with their texts. Out: styled lines that fit its width, and a progress bar.

mod wrap; //            styled words -> lines
pub(super) mod claims; //   a document's claims -> paragraphs
pub(super) mod reasons; //  what could be cues -> what became of them
pub(super) mod verdicts; // what was found of a quotation -> a paragraph
pub(super) mod progress; // how far the reading has come
pub(super) mod complaints; // what is wrong with the input -> ten lines of a kind, and a count
