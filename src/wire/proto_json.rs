//! Proto3 JSON where the generated code can't do it: messages by their descriptors.
//!
//! Errors are written so, because their details are spelt out by their types.

use std::sync::OnceLock;

use prost::Message;
use prost_reflect::{DescriptorPool, DynamicMessage, MessageDescriptor, SerializeOptions};

use super::method::Method;
use super::{DESCRIPTORS, google_rpc};

/// What the contract is made of.
fn pool() -> &'static DescriptorPool {
    static POOL: OnceLock<DescriptorPool> = OnceLock::new();
    POOL.get_or_init(|| DescriptorPool::decode(DESCRIPTORS).expect("the build made the descriptors"))
}

/// A message of the contract.
pub(super) fn descriptor(name: &str) -> MessageDescriptor {
    pool().get_message_by_name(name).unwrap_or_else(|| panic!("{name} is part of the contract"))
}

/// What a method of ours takes; none of another service's.
pub(super) fn request_descriptor(method: Method) -> Option<MessageDescriptor> {
    pool().get_message_by_name(&format!("ascribe.v1.{}Request", method.name()))
}

/// A status as proto3 JSON; a detail of a type that the contract doesn't know is left out.
///
/// # Panics
/// Never: every message of ours is in the descriptors.
#[must_use]
pub fn status_json(status: &google_rpc::Status) -> Vec<u8> {
    let known = |url: &str| pool().get_message_by_name(url.rsplit('/').next().unwrap_or(url)).is_some();
    let mut status = status.clone();
    status.details.retain(|detail| known(&detail.type_url));
    let message = DynamicMessage::decode(descriptor("google.rpc.Status"), status.encode_to_vec().as_slice());
    let message = message.expect("a status is read as it was written");
    let options = SerializeOptions::new().use_proto_field_name(true).skip_default_fields(false);
    let mut json = Vec::new();
    let mut serializer = serde_json::Serializer::new(&mut json);
    message.serialize_with_options(&mut serializer, &options).expect("known messages have a JSON form");
    json
}
