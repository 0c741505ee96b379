//! What annotation tools export -> articles. In: a text with brat's annotations, a task of Label Studio, a row of doccano.
//! Out: an [`Article`](super::Article), with what was passed over.

mod marks; //        passages and arrows -> attributions
mod units; //        other units of offsets -> code points
pub(super) mod brat;
pub(super) mod doccano;
pub(super) mod label_studio;
