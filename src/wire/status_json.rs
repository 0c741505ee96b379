//! `google.rpc.Status` -> proto3 JSON with its details spelt out, as `google.protobuf.Any` asks for.

use std::sync::OnceLock;

use prost::Message;
use prost_reflect::{DescriptorPool, DynamicMessage, SerializeOptions};

use super::{DESCRIPTORS, google_rpc};

/// A status as proto3 JSON; a detail of a type that the contract doesn't know is left out.
///
/// # Panics
/// Never: every message of ours is in the descriptors.
#[must_use]
pub fn status_json(status: &google_rpc::Status) -> Vec<u8> {
    static POOL: OnceLock<DescriptorPool> = OnceLock::new();
    let pool =
        POOL.get_or_init(|| DescriptorPool::decode(DESCRIPTORS).expect("the build made the descriptors"));
    let known = |url: &str| pool.get_message_by_name(url.rsplit('/').next().unwrap_or(url)).is_some();
    let mut status = status.clone();
    status.details.retain(|detail| known(&detail.type_url));
    let descriptor = pool.get_message_by_name("google.rpc.Status").expect("errors are part of the contract");
    let message = DynamicMessage::decode(descriptor, status.encode_to_vec().as_slice());
    let message = message.expect("a status is read as it was written");
    let options = SerializeOptions::new().use_proto_field_name(true);
    let mut json = Vec::new();
    let mut serializer = serde_json::Serializer::new(&mut json);
    message.serialize_with_options(&mut serializer, &options).expect("known messages have a JSON form");
    json
}
