//! Which knowledge an answer comes from: a version over every byte that is known before reading.

use sha2::{Digest, Sha256};

use super::gazetteer::{EMBEDDED_NAMES, EMBEDDED_NOUNS, EMBEDDED_PLACES};
use super::languages::EMBEDDED_LANGUAGES;
use super::vocabulary::EMBEDDED_VOCABULARY;
use super::words::EMBEDDED_WORDS;

/// The abbreviations that segmentation knows.
pub(crate) const EMBEDDED_ABBREVIATIONS: &str =
    include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../data/abbreviations.txt"));

/// The files that the binary carries beside the cues, which the lexicon's version is of, and the network, which has one
/// of its own.
const FILES: [&str; 7] = [
    EMBEDDED_WORDS,
    EMBEDDED_VOCABULARY,
    EMBEDDED_NAMES,
    EMBEDDED_NOUNS,
    EMBEDDED_PLACES,
    EMBEDDED_ABBREVIATIONS,
    EMBEDDED_LANGUAGES,
];

/// The version of all that is known to who reads with the lexicon and the network of these versions.
pub(crate) fn knowledge_version(lexicon: &str, network: &str) -> String {
    of_files(lexicon, network, &FILES.map(str::as_bytes))
}

/// Each file counts by a version of its own, so that bytes don't pass from one to the next unnoticed.
fn of_files(lexicon: &str, network: &str, files: &[&[u8]]) -> String {
    let versions = files.iter().map(|file| version_of(&[file]));
    let versions: Vec<String> =
        [lexicon.to_owned(), network.to_owned()].into_iter().chain(versions).collect();
    let parts: Vec<&[u8]> = versions.iter().map(String::as_bytes).collect();
    version_of(&parts)
}

/// Twelve hexadecimal digits that differ wherever the bytes do: the start of their SHA-256.
pub(crate) fn version_of(parts: &[&[u8]]) -> String {
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update(part);
    }
    let digest = hasher.finalize();
    let start = digest.iter().take(6).fold(0_u64, |number, &byte| number << 8 | u64::from(byte));
    format!("{start:012x}")
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::fs;

    use super::*;

    #[test]
    fn a_byte_of_any_file_is_another_version() {
        let known = knowledge_version("lexicon", "network");
        assert_ne!(knowledge_version("lexicos", "network"), known);
        assert_ne!(knowledge_version("lexicon", "networl"), known);
        for changed in 0..FILES.len() {
            for place in [0, FILES[changed].len() / 2, FILES[changed].len() - 1] {
                let mut bytes = FILES[changed].as_bytes().to_vec();
                bytes[place] ^= 1;
                let mut files = FILES.map(str::as_bytes);
                files[changed] = &bytes;
                assert_ne!(of_files("lexicon", "network", &files), known, "file {changed}, byte {place}");
            }
        }
    }

    /// Whoever adds a file to `data/` has to say here whether it is knowledge.
    #[test]
    fn every_file_of_data_counts() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../data");
        let all: BTreeSet<String> = fs::read_dir(folder)
            .expect("the folder is there")
            .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
            .collect();
        let elsewhere = ["README.md", "cues.tsv", "tagger.model"].map(str::to_owned);
        assert_eq!(all.len(), FILES.len() + elsewhere.len(), "{all:?}");
        for name in all.iter().filter(|name| !elsewhere.contains(name)) {
            let content = fs::read_to_string(format!("{folder}/{name}")).expect("it is text");
            assert!(FILES.contains(&content.as_str()), "{name} counts for no version");
        }
    }
}
