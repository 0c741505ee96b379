//! proto/ -> Rust: messages with their proto3 JSON for `src/wire`, the services for `src/serve`, their clients for
//! `src/client`, the descriptors for reflection, and the contract in one file for callers. protox compiles, so no protoc is
//! needed. page/ -> one HTML file with its policy.

use std::error::Error;
use std::path::PathBuf;
use std::process::Command;
use std::{env, fs};

use prost::Message;

#[path = "build/contract.rs"]
mod contract;
#[path = "build/page.rs"]
mod page;

/// The root of all imports.
const ROOT: &str = "proto";
/// The file that the rest is imported by.
const CONTRACT: &str = "ascribe/v1/claims.proto";
/// What the contract in one file is called.
const ONE_FILE: &str = "ascribe.proto";
/// What errors carry as `google.protobuf.Any`: nothing imports it, but reflection has to know it.
const ERROR_DETAILS: &str = "google/rpc/error_details.proto";
/// gRPC's own health protocol.
const HEALTH: &str = "grpc/health/v1/health.proto";
/// Every file that is compiled, except those that protox brings along.
const FILES: [&str; 5] =
    [CONTRACT, ERROR_DETAILS, HEALTH, "google/api/field_behavior.proto", "google/rpc/status.proto"];

fn main() -> Result<(), Box<dyn Error>> {
    for file in FILES {
        println!("cargo:rerun-if-changed={ROOT}/{file}");
    }
    for path in ["build.rs", "build", page::DIRECTORY] {
        println!("cargo:rerun-if-changed={path}");
    }
    println!("cargo:rustc-env=ASCRIBE_COMMIT={}", commit());
    let out = PathBuf::from(env::var("OUT_DIR")?);

    let page = page::inlined()?;
    fs::write(out.join("page.html"), page.html)?;
    fs::write(out.join("page_policy.txt"), page.policy)?;

    let mut compiler = protox::Compiler::new([ROOT])?;
    compiler.include_source_info(true).include_imports(true).open_files([CONTRACT, ERROR_DETAILS, HEALTH])?;
    // Encoded by protox, because prost's types drop options such as field_behavior.
    let descriptors = compiler.encode_file_descriptor_set();
    fs::write(out.join("descriptors.bin"), &descriptors)?;

    // In one file, which compiles alone.
    fs::write(out.join(ONE_FILE), contract::bundled(ROOT, CONTRACT)?)?;
    let mut compiler = protox::Compiler::new([&out])?;
    compiler.open_file(ONE_FILE)?;
    fs::write(out.join("ascribe.bin"), compiler.encode_file_descriptor_set())?;

    let file_set = || prost_types::FileDescriptorSet::decode(descriptors.as_slice());
    messages().compile_fds(file_set()?)?;
    for (side, builder) in
        [("server", services().build_client(false)), ("client", services().build_server(false))]
    {
        let side = out.join(side);
        fs::create_dir_all(&side)?;
        builder.out_dir(side).compile_fds(file_set()?)?;
    }
    pbjson_build::Builder::new()
        .register_descriptors(&descriptors)?
        .extern_path(".google.protobuf", "::pbjson_types")
        .preserve_proto_field_names()
        // What is always set is always written, as in the engine's record.
        .emit_fields()
        .build(&[".ascribe", ".google.rpc.Status"])?;
    Ok(())
}

/// The commit that a release is built from: what the variable of this name says, else git. A build for development would be
/// made anew with each commit, and names none.
fn commit() -> String {
    println!("cargo:rerun-if-env-changed=ASCRIBE_COMMIT");
    let given = env::var("ASCRIBE_COMMIT").ok().filter(|given| !given.is_empty());
    let is_release = env::var("PROFILE").is_ok_and(|profile| profile == "release");
    let unknown = if is_release { "unknown: built without git" } else { "unknown: built for development" };
    let found = given.or_else(|| is_release.then(of_git).flatten());
    // It becomes a line of the version.
    found.filter(|commit| commit.chars().all(|c| c.is_ascii_graphic())).unwrap_or_else(|| unknown.to_owned())
}

/// The commit of the folder that is built, where it is the root of a clone; built anew once another one is checked out.
fn of_git() -> Option<String> {
    let git = |arguments: &[&str]| {
        let output = Command::new("git").args(arguments).output().ok()?;
        let text = String::from_utf8(output.stdout).ok()?;
        output.status.success().then(|| text.trim().to_owned()).filter(|text| !text.is_empty())
    };
    // A folder within somebody else's clone, such as an unpacked archive, has none of its own.
    if git(&["rev-parse", "--show-prefix"]).is_some() {
        return None;
    }
    let commit = git(&["rev-parse", "--short=12", "HEAD"])?;
    for name in ["HEAD", "logs/HEAD"] {
        if let Some(path) =
            git(&["rev-parse", "--git-path", name]).filter(|path| fs::exists(path).is_ok_and(|is| is))
        {
            println!("cargo:rerun-if-changed={path}");
        }
    }
    Some(commit)
}

/// The messages alone: `src/wire` knows nothing of tonic.
fn messages() -> tonic_prost_build::Builder {
    tonic_prost_build::configure()
        .build_client(false)
        .build_server(false)
        .emit_rerun_if_changed(false)
        // Without this, prost has its own path for the types that pbjson brings.
        .compile_well_known_types(true)
        .extern_path(".google.protobuf", "::pbjson_types")
}

/// The services and their clients, over the messages of `src/wire`.
fn services() -> tonic_prost_build::Builder {
    tonic_prost_build::configure()
        .emit_rerun_if_changed(false)
        // Without this, prost has its own path for the types that pbjson brings.
        .compile_well_known_types(true)
        .extern_path(".ascribe.v1", "crate::wire::v1")
        .extern_path(".google.rpc", "crate::wire::google_rpc")
        .extern_path(".google.protobuf", "::pbjson_types")
}
