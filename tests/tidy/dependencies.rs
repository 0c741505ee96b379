//! The manifest's dependencies: each has a home, so that it is decided where it may be named.

use super::{assert_none, document, members, names_after};

/// The manifests of the workspace's members.
const MANIFESTS: [&str; 2] = ["Cargo.toml", "crates/engine/Cargo.toml"];

/// Crates and parts of the standard library with the places that may name them.
const HOMES: &[(&str, &[&str])] = &[
    ("ascribe_engine", &["src"]),
    ("aho_corasick", &["crates/engine/src/cues"]),
    (
        "sha2",
        &["crates/engine/src/lexicon", "crates/engine/src/claims/fingerprint.rs", "src/serve/call/keys.rs"],
    ),
    ("rten_gemm", &["crates/engine/src/tagging/network/products.rs"]),
    ("rten_tensor", &["crates/engine/src/tagging/network/products.rs"]),
    ("rayon", &["crates/engine/src/tagging/network/products.rs"]),
    ("unicode_normalization", &["crates/engine/src/tagging/network", "crates/engine/src/verification"]),
    (
        "rustc_hash",
        &[
            "crates/engine/src/lexicon",
            "crates/engine/src/annotation",
            "crates/engine/src/tagging/network",
            "crates/engine/src/coreference",
            "crates/engine/src/verification",
            "crates/engine/src/notices",
            "crates/engine/src/extractor.rs",
            "crates/engine/src/verifier.rs",
        ],
    ),
    ("memchr", &["crates/engine/src/verification", "crates/engine/src/notices"]),
    ("whatlang", &["crates/engine/src/notices/language.rs"]),
    ("similar", &["crates/engine/src/verification"]),
    ("strsim", &["crates/engine/src/coreference", "src/misspelling.rs"]),
    (
        "jiff",
        &[
            "crates/engine/src/claims",
            "crates/engine/src/extractor.rs",
            "crates/engine/src/verifier.rs",
            "src/wire",
            "src/cli",
        ],
    ),
    (
        "thiserror",
        &[
            "crates/engine/src/lexicon",
            "crates/engine/src/tagging/network",
            "src/address.rs",
            "src/evaluation",
            "src/wire",
            "src/serve",
            "src/client",
            "src/cli",
        ],
    ),
    ("base64", &["src/serve/json/connect_error.rs"]),
    ("unicode_properties", &["src/evaluation"]),
    (
        "serde",
        &[
            "crates/engine/src/tagging/network",
            // The record serializes, behind a feature, and findings.
            "crates/engine/src/record",
            "crates/engine/src/text/span.rs",
            "crates/engine/src/verification/mod.rs",
            "src/wire",
            "src/evaluation",
            "src/serve/json",
            "src/client",
            "src/cli",
        ],
    ),
    (
        "serde_json",
        &[
            "crates/engine/src/tagging/network",
            "src/json_lines.rs",
            "src/wire",
            "src/evaluation",
            "src/serve/json",
            "src/cli",
        ],
    ),
    ("prost", &["src/wire", "src/serve", "src/client"]),
    ("prost_reflect", &["src/wire"]),
    ("csv", &["src/cli/formats", "src/cli/input/csv_rows.rs", "src/cli/verify/quotations.rs"]),
    ("http_body_util", &["src/serve"]),
    ("flate2", &["src/serve/messages/content_coding.rs"]),
    ("zstd", &["src/serve/messages/content_coding.rs"]),
    ("pbjson", &["src/wire", "src/serve"]),
    ("pbjson_types", &["src/wire", "src/serve"]),
    ("prost_types", &["src/wire", "src/serve"]),
    ("tonic", &["src/serve", "src/client"]),
    ("tonic_prost", &["src/serve"]),
    ("tonic_web", &["src/serve"]),
    ("tonic_reflection", &["src/serve"]),
    ("tonic_types", &["src/serve"]),
    ("tokio", &["src/serve", "src/client"]),
    ("tokio_stream", &["src/serve"]),
    ("tokio_util", &["src/serve"]),
    ("futures_util", &["src/serve", "src/client"]),
    ("tower", &["src/serve"]),
    ("http", &["src/serve"]),
    ("http_body", &["src/serve"]),
    ("bytes", &["src/serve"]),
    ("hyper", &["src/serve", "src/client/load/outcome.rs"]),
    ("h2", &["src/client/load/outcome.rs"]),
    ("hyper_util", &["src/serve/transport"]),
    ("tokio_io_timeout", &["src/serve/transport"]),
    ("ipnet", &["src/serve/config.rs", "src/serve/settings", "src/serve/transport/proxies.rs"]),
    ("rlimit", &["src/serve/process/descriptors.rs"]),
    ("socket2", &["src/serve/transport/connection.rs"]),
    ("rustls", &["src/serve/transport/tls.rs"]),
    ("tokio_rustls", &["src/serve/transport/tls.rs"]),
    ("x509_parser", &["src/serve/transport/certificate.rs"]),
    ("arc_swap", &["src/serve"]),
    ("fastrand", &["src/serve/transport/connection.rs", "src/serve/status.rs", "src/client"]),
    ("tikv_jemallocator", &["src/main.rs"]),
    ("tracing", &["src/serve"]),
    ("tracing_subscriber", &["src/serve"]),
    ("prometheus_client", &["src/serve/telemetry/metrics.rs", "src/serve/telemetry/process_metrics.rs"]),
    ("procfs", &["src/serve/telemetry/process_metrics.rs"]),
    ("sd_notify", &["src/serve/process/service_manager.rs"]),
    ("axum", &["src/serve/process/admin.rs"]),
    ("getrandom", &["src/serve/call/keys.rs"]),
    ("subtle", &["src/serve/call/keys.rs"]),
    ("governor", &["src/serve/call/keys.rs"]),
    ("opentelemetry", &["src/serve/telemetry/traces.rs"]),
    ("opentelemetry_sdk", &["src/serve/telemetry/traces.rs"]),
    ("opentelemetry_otlp", &["src/serve/telemetry/traces.rs"]),
    ("tracing_opentelemetry", &["src/serve/telemetry/traces.rs"]),
    ("toml", &["src/serve/settings"]),
    ("hdrhistogram", &["src/client"]),
    ("httparse", &["src/client/healthcheck.rs"]),
    ("clap", &["src/cli"]),
    ("clap_complete", &["src/cli/about/completions.rs"]),
    ("clap_mangen", &["src/cli/about/man.rs"]),
    ("anstream", &["src/cli"]),
    ("anstyle", &["src/cli"]),
    ("terminal_size", &["src/cli"]),
    ("unicode_width", &["src/cli"]),
    ("indicatif", &["src/cli"]),
    // Flags and environment are put together in the one; the other door asks `files`, which has a limit of time.
    ("std::fs", &["src/cli", "src/serve/files.rs"]),
    ("tokio::fs", &[]),
    ("std::env", &["src/cli"]),
];

/// The crates that the library and the binary depend on, as code names them.
fn dependencies(manifest: &str) -> Vec<String> {
    let mut dependencies = Vec::new();
    let mut is_list = false;
    for line in manifest.lines() {
        if let Some(table) = line.strip_prefix('[') {
            let table = table.trim_end().trim_end_matches(']');
            is_list = table != "workspace.dependencies"
                && (table == "dependencies" || table.ends_with(".dependencies"));
            dependencies.extend(table.strip_prefix("dependencies.").map(str::to_owned));
        } else if is_list && line.starts_with(char::is_alphabetic) {
            dependencies.extend(line.split([' ', '=', '.']).next().map(str::to_owned));
        }
    }
    dependencies.into_iter().map(|name| name.replace('-', "_")).collect()
}

#[test]
fn every_outside_crate_has_a_home() {
    let mut without = Vec::new();
    for manifest in MANIFESTS {
        let dependencies = dependencies(&document(manifest));
        assert!(!dependencies.is_empty(), "{manifest} names dependencies");
        without.extend(
            dependencies
                .into_iter()
                .filter(|name| !HOMES.iter().any(|(home, _)| home == name))
                .map(|name| format!("{manifest}: {name} has no home")),
        );
    }
    assert_none(&without);
}

#[test]
fn dependencies_are_those_of_the_library_and_the_binary() {
    let manifest = "[package]\nname = \"a\"\n[dependencies]\n# b\nb-c = \"1\"\nd.workspace = true\n\
                    [dependencies.e]\nversion = \"1\"\n[dev-dependencies]\nf = \"1\"\n\
                    [target.'cfg(unix)'.dependencies]\ng = \"1\"";
    assert_eq!(dependencies(manifest), ["b_c", "d", "e", "g"]);
}

#[test]
fn outside_crates_stay_in_their_homes() {
    let mut findings = Vec::new();
    for source in members().iter().filter(|source| !source.is_tests()) {
        for (number, line) in &source.code {
            for (name, homes) in HOMES {
                let path = format!("{name}::");
                let used = if let Some(module) = name.strip_prefix("std::") {
                    names_after(line, "std::").iter().any(|named| named == module)
                } else {
                    !names_after(line, &path).is_empty()
                };
                if used && !homes.iter().any(|home| source.path.starts_with(home)) {
                    findings.push(format!("{}:{number}: names {name}, whose home is {homes:?}", source.path));
                }
            }
        }
    }
    assert_none(&findings);
}
