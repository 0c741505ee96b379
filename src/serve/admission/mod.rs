//! How much the server takes on: calls, streams, and the bytes that they hold.
//!
//! In: the head of a call. Out: a permit, which the call holds until its answer is sent, or a refusal that says when to
//! come back. While permits are scarce, calls that make no progress lose theirs.

pub(super) mod shares; //         slots, of which nobody gets so many that others find none
pub(super) mod budget; //         the bytes that all calls hold together
pub(super) mod admit; //          who gets a permit
pub(super) mod permit_bodies; //  bodies that hold a permit: the request charged for its bytes, the answer until it is sent
