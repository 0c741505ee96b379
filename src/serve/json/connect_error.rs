//! Errors as Connect has them.
//!
//! In: a status. Out: its JSON, `{"code": "invalid_argument", "message": "…", "details": […]}`.

use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use prost::Message;
use serde_json::json;
use tonic::{Code, Status};

use crate::serve::code_names::code_name;
use crate::wire::google_rpc;

/// A status as Connect's JSON: the code by its name, details by their types with their bytes.
pub(super) fn connect_json(status: &Status) -> Vec<u8> {
    let told = google_rpc::Status::decode(status.details()).unwrap_or_default();
    let details = told.details.iter().map(|detail| {
        let name = detail.type_url.rsplit('/').next().unwrap_or_default();
        json!({"type": name, "value": STANDARD_NO_PAD.encode(&detail.value)})
    });
    let details: Vec<serde_json::Value> = details.collect();
    let error = json!({"code": connect_name(status.code()), "message": status.message(), "details": details});
    error.to_string().into_bytes()
}

/// What Connect calls a code: as gRPC does, in lower case, but for one spelling.
fn connect_name(code: Code) -> String {
    match code {
        // No error of ours has it.
        Code::Ok => "unknown".to_owned(),
        Code::Cancelled => "canceled".to_owned(),
        code => code_name(code).to_lowercase(),
    }
}
