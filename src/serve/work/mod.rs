//! Where texts are read: worker threads behind one queue, off the runtime.
//!
//! In: checked documents. Out: their messages, or nothing where the caller went away.

pub(super) mod engine; //           what reads: the extractor, or a test's stand-in
pub(super) mod pace; //             how long workers take for what there is to do
pub(super) mod turns; //            callers take turns by what their jobs cost
pub(super) mod queue; //            which job is next: short ones of a caller pass long ones, nothing starves
pub(super) mod pool; //             the threads that work off the queue
pub(super) mod document_reader; //  one document: checked input -> a worker -> its message
