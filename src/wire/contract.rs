//! The contract as callers get it: in one file that compiles alone, or in the files that it is made of.
//!
//! In: proto/, and what the build made of it (`build/contract.rs`). Out: texts. A test proves that both say the same.

/// The contract in one file, which imports nothing but what every compiler brings along.
pub const CONTRACT: &str = include_str!(concat!(env!("OUT_DIR"), "/ascribe.proto"));

/// The files of proto/: paths below a root for imports, with their contents. The contract comes first, then what it imports,
/// what errors carry, and gRPC's health protocol.
pub const CONTRACT_FILES: [(&str, &str); 5] = [
    ("ascribe/v1/claims.proto", include_str!("../../proto/ascribe/v1/claims.proto")),
    ("google/api/field_behavior.proto", include_str!("../../proto/google/api/field_behavior.proto")),
    ("google/rpc/status.proto", include_str!("../../proto/google/rpc/status.proto")),
    ("google/rpc/error_details.proto", include_str!("../../proto/google/rpc/error_details.proto")),
    ("grpc/health/v1/health.proto", include_str!("../../proto/grpc/health/v1/health.proto")),
];

#[cfg(test)]
mod tests {
    use prost::Message;
    use prost_types::{DescriptorProto, FileDescriptorProto, FileDescriptorSet};

    use super::*;
    use crate::wire::DESCRIPTORS;

    /// The one file, compiled by the build.
    const BUNDLE: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/ascribe.bin"));

    fn file(set: &[u8], name: &str) -> FileDescriptorProto {
        let set = FileDescriptorSet::decode(set).expect("the build made the descriptors");
        set.file.into_iter().find(|file| file.name() == name).expect("it holds the file")
    }

    /// A message with types of Google's called as the one file calls them.
    fn renamed(mut message: DescriptorProto) -> DescriptorProto {
        for field in &mut message.field {
            // Annotations, which never travel.
            field.options = None;
            if let Some(name) = &mut field.type_name {
                *name = match name.as_str() {
                    ".google.rpc.Status" => ".ascribe.v1.RpcStatus".to_owned(),
                    other => other.replace(".google.rpc.", ".ascribe.v1."),
                };
            }
        }
        message.nested_type = message.nested_type.into_iter().map(renamed).collect();
        message
    }

    #[test]
    fn the_one_file_has_the_same_messages_enums_methods_and_options_as_the_contract() {
        let contract = file(DESCRIPTORS, "ascribe/v1/claims.proto");
        let bundle = file(BUNDLE, "ascribe.proto");
        let messages = contract.message_type.into_iter().map(renamed);
        let mut others: Vec<DescriptorProto> = Vec::new();
        for (path, names) in [
            ("google/rpc/status.proto", &["Status"][..]),
            (
                "google/rpc/error_details.proto",
                &["ErrorInfo", "BadRequest", "RetryInfo", "QuotaFailure", "RequestInfo", "LocalizedMessage"],
            ),
        ] {
            for name in names {
                let file = file(DESCRIPTORS, path);
                let found = file.message_type.into_iter().find(|message| message.name() == *name);
                others.push(renamed(found.expect("the file has the message")));
            }
        }
        "RpcStatus".clone_into(others[0].name.get_or_insert_default());
        let expected: Vec<DescriptorProto> = messages.chain(others).collect();
        let names = |messages: &[DescriptorProto]| -> Vec<String> {
            messages.iter().map(|message| message.name().to_owned()).collect()
        };
        assert_eq!(names(&bundle.message_type), names(&expected));
        for (made, expected) in bundle.message_type.iter().zip(&expected) {
            assert_eq!(&renamed(made.clone()), expected);
        }
        assert_eq!(bundle.package, contract.package);
        assert_eq!(bundle.enum_type, contract.enum_type);
        assert_eq!(bundle.service, contract.service);
        assert_eq!(bundle.options, contract.options);
    }

    #[test]
    fn the_one_file_needs_no_other() {
        for line in CONTRACT.lines().filter(|line| line.starts_with("import ")) {
            assert!(line.starts_with("import \"google/protobuf/"), "{line}");
        }
        assert!(CONTRACT.contains("\nimport "));
    }

    #[test]
    fn the_one_file_keeps_the_comments_and_says_what_is_required() {
        let words = |text: &str| -> Vec<String> {
            let comments = text.lines().filter_map(|line| line.trim().strip_prefix("// "));
            comments.filter(|line| *line != "Required.").map(str::to_owned).collect()
        };
        let bundle = words(CONTRACT).join("\n");
        let contract = CONTRACT_FILES[0].1;
        // But for the one that tells where its imports stand.
        assert!(bundle.contains(&words(contract).join("\n")));
        assert!(CONTRACT.contains("INVALID_ARGUMENT.\n  // Required.\n  string text = 2;"));
        assert_eq!(CONTRACT.matches("// Required.").count(), contract.matches("= REQUIRED]").count());
    }

    #[test]
    fn the_files_are_those_that_the_descriptors_were_made_of_and_import_only_each_other() {
        for (path, text) in CONTRACT_FILES {
            file(DESCRIPTORS, path);
            for import in text.lines().filter_map(|line| line.strip_prefix("import \"")) {
                let import = import.trim_end_matches("\";");
                let is_there = CONTRACT_FILES.iter().any(|(path, _)| *path == import);
                assert!(is_there || import.starts_with("google/protobuf/"), "{path} imports {import}");
            }
        }
    }

    /// Without these, protoc-gen-go refuses the file, and Java gets one class with everything in it.
    #[test]
    fn every_file_says_what_each_generator_names_its_code_by() {
        for (path, text) in CONTRACT_FILES {
            for option in ["go_package", "java_package", "java_multiple_files"] {
                assert!(text.contains(&format!("option {option} = ")), "{path} lacks {option}");
            }
        }
    }
}
