//! The contract as an `OpenAPI` 3.1 description of the JSON door, made from the descriptors and their comments.
//!
//! In: the descriptors that the build made of `proto/`. Out: a JSON document. Comments become descriptions; required are in
//! requests the fields with `field_behavior = REQUIRED`, and in answers all that are always written: all but the members of
//! a oneof and those whose comments say what it means that they are unset. Well-known types are what proto3 JSON says that
//! they are.

use std::collections::{BTreeMap, BTreeSet};

use prost_reflect::{
    Cardinality, DescriptorPool, EnumDescriptor, ExtensionDescriptor, FieldDescriptor, FileDescriptor, Kind,
    MessageDescriptor, Value as Reflected,
};
use serde_json::{Map, Value, json};

use super::DESCRIPTORS;
use super::method::Method;

const SERVICE: &str = "ascribe.v1.ClaimService";

/// `google.api.FieldBehavior.REQUIRED`.
const REQUIRED: i32 = 2;

/// How the comment of a field begins to say what it means that the field isn't there.
const UNSET: &str = "Unset:";

/// The `OpenAPI` description of the JSON door.
///
/// # Panics
/// Never: a test makes it from the embedded descriptors.
#[must_use]
pub fn openapi() -> Value {
    let pool = DescriptorPool::decode(DESCRIPTORS).expect("the build made the descriptors");
    let service = pool.get_service_by_name(SERVICE).expect("the contract has its service");
    let requests = service.methods().map(|method| method.input());
    let mut schemas = Schemas::new(&pool, requests);
    let mut paths = Map::new();
    for method in service.methods() {
        let path = format!("/{SERVICE}/{}", method.name());
        let Some(path) = Method::at(&path).and_then(Method::json_path) else { continue };
        let description = schemas.comments.of(&method.parent_service().parent_file(), method.path());
        let mut operation = json!({
            "operationId": method.name(),
            "tags": [tag(method.name())],
            "description": description,
            "responses": {
                "200": {"description": "The answer.", "content": content(&schemas.reference(&method.output()))},
                "default": error(),
            },
        });
        let is_get = Method::at_json(path).is_some_and(Method::is_get);
        if is_get {
            operation["parameters"] = schemas.parameters(&method.input());
        } else {
            let body = content(&schemas.reference(&method.input()));
            operation["requestBody"] = json!({"required": true, "content": body});
        }
        paths.insert(path.to_owned(), json!({if is_get { "get" } else { "post" }: operation}));
    }
    if let Some(path) = Method::HealthCheck.json_path() {
        paths.insert(path.to_owned(), json!({"get": health()}));
    }
    let status = pool.get_message_by_name("google.rpc.Status").expect("errors are part of the contract");
    schemas.reference(&status);
    let file = service.parent_file();
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": SERVICE,
            "version": env!("CARGO_PKG_VERSION"),
            "description": schemas.comments.of(&file, service.path()),
            "license": {"name": "MIT OR Apache-2.0", "identifier": "MIT OR Apache-2.0"},
        },
        "servers": [
            {"url": "/", "description": "The service that handed this out."},
            {"url": "http://127.0.0.1:50051", "description": "A service that was started without settings."},
        ],
        "tags": [
            {"name": CLAIMS, "description": "Who said what in texts."},
            {"name": QUOTATIONS, "description": "Whether texts hold given quotations."},
            {"name": SERVICE_ITSELF, "description": "Health, versions, limits and lexicon of the service."},
        ],
        "paths": paths,
        "components": {
            "securitySchemes": {
                "apiKey": {"type": "apiKey", "in": "header", "name": "x-api-key"},
                "bearer": {"type": "http", "scheme": "bearer"},
            },
            "schemas": schemas.written(),
        },
        // Whether keys are asked for is the server's to decide.
        "security": [{}, {"apiKey": []}, {"bearer": []}],
    })
}

/// The tags of operations.
const CLAIMS: &str = "claims";
const QUOTATIONS: &str = "quotations";
const SERVICE_ITSELF: &str = "service";

/// The tag of a method's operation.
fn tag(method: &str) -> &'static str {
    match method {
        "ExtractClaims" | "BatchExtractClaims" => CLAIMS,
        "VerifyQuotations" => QUOTATIONS,
        _ => SERVICE_ITSELF,
    }
}

/// What every operation answers that fails.
fn error() -> Value {
    json!({
        "description": "An error: google.rpc.Status, with the HTTP code of its own code.",
        "content": content(&json!({"$ref": "#/components/schemas/google.rpc.Status"})),
    })
}

/// The operation that asks for the health, which isn't part of the contract but gRPC's own.
fn health() -> Value {
    let schema = json!({
        "type": "object",
        "properties": {"status": {"type": "string", "enum": ["SERVING", "NOT_SERVING"]}},
        "required": ["status"],
    });
    json!({
        "operationId": "Health",
        "tags": [SERVICE_ITSELF],
        "description": "Whether the service takes calls. Needs no key.",
        "security": [{}],
        "responses": {
            "200": {"description": "It does.", "content": content(&schema)},
            "503": {"description": "It is loading, or was told to stop.", "content": content(&schema)},
            "default": error(),
        },
    })
}

fn content(schema: &Value) -> Value {
    json!({"application/json": {"schema": schema}})
}

/// The schemas of the messages and enums that were referred to.
struct Schemas {
    comments: Comments,
    behavior: ExtensionDescriptor,
    /// The messages that requests hold.
    asking: BTreeSet<String>,
    asked: BTreeSet<String>,
    made: BTreeMap<String, Value>,
}

impl Schemas {
    fn new(pool: &DescriptorPool, requests: impl Iterator<Item = MessageDescriptor>) -> Self {
        let mut asking = BTreeSet::new();
        let mut to_see: Vec<MessageDescriptor> = requests.collect();
        while let Some(message) = to_see.pop() {
            if asking.insert(message.full_name().to_owned()) {
                let kinds = message.fields().map(|field| field.kind());
                to_see.extend(kinds.filter_map(|kind| kind.as_message().cloned()));
            }
        }
        let behavior = pool.get_extension_by_name("google.api.field_behavior");
        Self {
            comments: Comments::of_files(pool),
            behavior: behavior.expect("the contract imports field_behavior"),
            asking,
            asked: BTreeSet::new(),
            made: BTreeMap::new(),
        }
    }

    fn written(self) -> Value {
        Value::Object(self.made.into_iter().collect())
    }

    /// A reference to a message's schema, which is made if it isn't there.
    fn reference(&mut self, message: &MessageDescriptor) -> Value {
        let name = message.full_name().to_owned();
        if let Some(schema) = well_known(&name) {
            return schema;
        }
        if self.asked.insert(name.clone()) {
            let schema = self.message(message);
            self.made.insert(name.clone(), schema);
        }
        json!({"$ref": format!("#/components/schemas/{name}")})
    }

    fn message(&mut self, message: &MessageDescriptor) -> Value {
        let mut properties = Map::new();
        let mut required = Vec::new();
        for field in message.fields() {
            if self.is_required(&field) {
                required.push(field.name().to_owned());
            }
            properties.insert(field.name().to_owned(), self.field(&field));
        }
        let mut schema = json!({
            "type": "object",
            "description": self.comments.of(&message.parent_file(), message.path()),
            "properties": properties,
        });
        if !required.is_empty() {
            schema["required"] = json!(required);
        }
        schema
    }

    /// The fields of a message as parameters of a query.
    fn parameters(&mut self, message: &MessageDescriptor) -> Value {
        let parameters = message.fields().map(|field| {
            let description = self.comments.of(&field.parent_file(), field.path());
            let schema = self.kind(&field.kind());
            json!({"name": field.name(), "in": "query", "description": description, "schema": schema})
        });
        Value::Array(parameters.collect())
    }

    /// Whether a message always has a field: callers have to give it, or the service always writes it.
    fn is_required(&self, field: &FieldDescriptor) -> bool {
        if !self.asking.contains(field.parent_message().full_name()) {
            let comment = self.comments.of(&field.parent_file(), field.path());
            let is_of_oneof = field.containing_oneof().is_some_and(|oneof| !oneof.is_synthetic());
            let may_be_unset = field.supports_presence() && comment.contains(UNSET);
            return !is_of_oneof && !may_be_unset;
        }
        match field.options().get_extension(&self.behavior).as_ref() {
            Reflected::List(behaviors) => behaviors.contains(&Reflected::EnumNumber(REQUIRED)),
            _ => false,
        }
    }

    fn field(&mut self, field: &FieldDescriptor) -> Value {
        let one = if field.is_map() {
            json!({"type": "object", "additionalProperties": {"type": "string"}})
        } else {
            self.kind(&field.kind())
        };
        let mut schema = match field.cardinality() {
            Cardinality::Repeated if !field.is_map() => json!({"type": "array", "items": one}),
            _ => one,
        };
        let description = self.comments.of(&field.parent_file(), field.path());
        if !description.is_empty() {
            schema["description"] = json!(description);
        }
        schema
    }

    fn kind(&mut self, kind: &Kind) -> Value {
        match kind {
            Kind::Double | Kind::Float => json!({"type": "number"}),
            Kind::Int32 | Kind::Sint32 | Kind::Sfixed32 => json!({"type": "integer", "format": "int32"}),
            Kind::Uint32 | Kind::Fixed32 => json!({"type": "integer", "format": "uint32"}),
            Kind::Int64 | Kind::Sint64 | Kind::Sfixed64 => json!({"type": "string", "format": "int64"}),
            Kind::Uint64 | Kind::Fixed64 => json!({"type": "string", "format": "uint64"}),
            Kind::Bool => json!({"type": "boolean"}),
            Kind::String => json!({"type": "string"}),
            Kind::Bytes => json!({"type": "string", "contentEncoding": "base64"}),
            Kind::Enum(values) => self.enumeration(values),
            Kind::Message(message) => self.reference(message),
        }
    }

    fn enumeration(&mut self, values: &EnumDescriptor) -> Value {
        let name = values.full_name().to_owned();
        if self.asked.insert(name.clone()) {
            let file = values.parent_file();
            let mut lines = vec![self.comments.of(&file, values.path())];
            for value in values.values() {
                let comment = self.comments.of(&file, value.path());
                lines.extend((!comment.is_empty()).then(|| format!("- `{}`: {comment}", value.name())));
            }
            let names: Vec<String> = values.values().map(|value| value.name().to_owned()).collect();
            let schema = json!({"type": "string", "description": lines.join("\n").trim(), "enum": names});
            self.made.insert(name.clone(), schema);
        }
        json!({"$ref": format!("#/components/schemas/{name}")})
    }
}

/// What proto3 JSON writes for a well-known type.
fn well_known(name: &str) -> Option<Value> {
    match name {
        "google.protobuf.Timestamp" => Some(json!({"type": "string", "format": "date-time"})),
        "google.protobuf.Duration" => {
            Some(json!({"type": "string", "pattern": "^-?[0-9]+(\\.[0-9]{1,9})?s$"}))
        }
        "google.protobuf.Any" => Some(json!({
            "type": "object",
            "properties": {"@type": {"type": "string"}},
            "required": ["@type"],
            "additionalProperties": true,
        })),
        _ => None,
    }
}

/// The comments of the files, by file and path.
struct Comments(BTreeMap<(String, Vec<i32>), String>);

impl Comments {
    fn of_files(pool: &DescriptorPool) -> Self {
        let mut comments = BTreeMap::new();
        for file in pool.files() {
            let Some(info) = &file.file_descriptor_proto().source_code_info else { continue };
            for location in &info.location {
                let words = location.leading_comments.as_ref().or(location.trailing_comments.as_ref());
                if let Some(words) = words {
                    let lines: Vec<&str> = words.lines().map(str::trim).collect();
                    let key = (file.name().to_owned(), location.path.clone());
                    comments.insert(key, lines.join("\n").trim().to_owned());
                }
            }
        }
        Self(comments)
    }

    fn of(&self, file: &FileDescriptor, path: &[i32]) -> String {
        self.0.get(&(file.name().to_owned(), path.to_vec())).cloned().unwrap_or_default()
    }
}
