//! proto/ -> ascribe.proto: the contract as one file that imports nothing but google/protobuf, which every compiler
//! brings along. The same bytes on the wire: what stands in google/rpc is written into it under the contract's package, and
//! annotations, which never travel, become words. What is made is compiled by build.rs, and compared by a test.

use std::collections::BTreeSet;
use std::error::Error;
use std::fmt::Write;
use std::fs;

/// Where messages are taken from, and what they are called in the one file. What `google.protobuf.Any` holds in errors is
/// among them for languages whose gRPC has no package with these.
const TAKEN: [(&str, &[(&str, &str)]); 2] = [
    ("google/rpc/status.proto", &[("Status", "RpcStatus")]),
    (
        "google/rpc/error_details.proto",
        &[
            ("ErrorInfo", "ErrorInfo"),
            ("BadRequest", "BadRequest"),
            ("RetryInfo", "RetryInfo"),
            ("QuotaFailure", "QuotaFailure"),
            ("RequestInfo", "RequestInfo"),
            ("LocalizedMessage", "LocalizedMessage"),
        ],
    ),
];

/// Where the files lie that every compiler brings along.
const WELL_KNOWN: &str = "google/protobuf/";

/// What the one file says of itself.
const HEADER: &str = "\
// The wire contract of ascribe in one file, which compiles alone: it imports nothing but google/protobuf, which every
// compiler brings along. The bytes on the wire are those of ascribe/v1/claims.proto, which `ascribe proto --output FOLDER`
// writes with all that it imports: RpcStatus is google.rpc.Status there.
//
";

/// What stands before the messages that are others'.
const OTHERS: &str = "
// What follows is taken from google/rpc/status.proto and google/rpc/error_details.proto, Status under another name.
// Copyright 2026 Google LLC. Licensed under the Apache License, Version 2.0: http://www.apache.org/licenses/LICENSE-2.0
//
// RpcStatus.details name their types \"type.googleapis.com/google.rpc.ErrorInfo\" and so on. Where your gRPC has these types
// in a package (Go: genproto/googleapis/rpc/errdetails, Java: com.google.rpc, Python: google.rpc), use those, which are found
// by that name; elsewhere the messages below read the same bytes.
";

/// The one file, of the contract at `contract` below `root`.
pub(crate) fn bundled(root: &str, contract: &str) -> Result<String, Box<dyn Error>> {
    let read = |file: &str| {
        fs::read_to_string(format!("{root}/{file}")).map_err(|error| format!("{root}/{file}: {error}"))
    };
    let text = read(contract)?;
    let mut imports: BTreeSet<String> = imports_of(&text);
    let mut taken = String::new();
    for (file, messages) in TAKEN {
        let text = read(file)?;
        imports.extend(imports_of(&text));
        for (name, new_name) in messages {
            let message = message_of(&text, name).ok_or_else(|| format!("{file} has no message {name}"))?;
            let message =
                message.replacen(&format!("message {name} {{"), &format!("message {new_name} {{"), 1);
            write!(taken, "\n{message}")?;
        }
    }
    let mut bundle = HEADER.to_owned();
    for line in text.lines() {
        if import_of(line).is_none() {
            own_line(&mut bundle, line)?;
        } else {
            // All of them stand where the first one did.
            for file in std::mem::take(&mut imports) {
                writeln!(bundle, "import \"{file}\";")?;
            }
        }
    }
    bundle.push_str(OTHERS);
    bundle.push_str(&taken);
    match bundle.lines().find(|line| needs_others(line)) {
        Some(line) => Err(format!("{contract}: {line:?} would need another file in the one file").into()),
        None => Ok(bundle),
    }
}

/// Writes a line of the contract; what annotates it becomes a comment where it tells a caller something.
fn own_line(bundle: &mut String, line: &str) -> Result<(), Box<dyn Error>> {
    let is_comment = line.trim_start().starts_with("//");
    let line = if is_comment { line.to_owned() } else { line.replace("google.rpc.Status ", "RpcStatus ") };
    match line.split_once(" [(google.api.field_behavior) = ") {
        Some((field, behavior)) if !is_comment => {
            if behavior == "REQUIRED];" {
                let indentation = &line[..line.len() - line.trim_start().len()];
                writeln!(bundle, "{indentation}// Required.")?;
            }
            writeln!(bundle, "{field};")?;
        }
        _ => writeln!(bundle, "{line}")?,
    }
    Ok(())
}

/// The file that a line imports.
fn import_of(line: &str) -> Option<&str> {
    line.strip_prefix("import \"")?.strip_suffix("\";")
}

/// What a text imports of the files that every compiler brings along.
fn imports_of(text: &str) -> BTreeSet<String> {
    text.lines()
        .filter_map(import_of)
        .filter(|file| file.starts_with(WELL_KNOWN))
        .map(str::to_owned)
        .collect()
}

/// Whether a line of code names something that only another file has.
fn needs_others(line: &str) -> bool {
    let code = line.split("//").next().unwrap_or_default();
    ["google.api.", "google.rpc."].iter().any(|package| code.contains(package))
}

/// A message of the outermost level with the comments right above it.
fn message_of(text: &str, name: &str) -> Option<String> {
    let lines: Vec<&str> = text.lines().collect();
    let head = lines.iter().position(|line| *line == format!("message {name} {{"))?;
    let above = lines[..head].iter().rev().take_while(|line| line.starts_with("//")).count();
    let end = head + lines[head..].iter().position(|line| *line == "}")?;
    Some(lines[head - above..=end].iter().map(|line| format!("{line}\n")).collect())
}
