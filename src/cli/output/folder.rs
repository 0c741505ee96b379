//! Documents -> files of a folder, each named after its document's id.

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};

use super::super::failure::Failure;

/// At most so many bytes of a document's id become the name of its files.
const LONGEST_NAME: usize = 120;

/// A folder that files are written into.
pub(in super::super) struct Folder {
    path: PathBuf,
    /// The names that are taken, in small letters: some systems don't tell `A` from `a`.
    taken: HashSet<String>,
}

impl Folder {
    /// A folder, made where there is none.
    pub(in super::super) fn create(path: &Path) -> Result<Self, Failure> {
        match fs::create_dir_all(path) {
            Ok(()) => Ok(Self { path: path.into(), taken: HashSet::new() }),
            Err(error) => Err(Failure::Output { file: path.display().to_string(), error, advice: "" }),
        }
    }

    /// The name, without ending, of a document's files: its id, as far as a name can hold it; `name~2` for the second
    /// document that would have the same.
    pub(in super::super) fn name(&mut self, document_id: &str) -> String {
        let name = file_name(document_id);
        let mut unique = name.clone();
        let mut count = 1;
        while !self.taken.insert(unique.to_lowercase()) {
            count += 1;
            unique = format!("{name}~{count}");
        }
        unique
    }

    /// Writes the file `name.ending`, in place of one that is there.
    pub(in super::super) fn write(&self, name: &str, ending: &str, contents: &str) -> Result<(), Failure> {
        let path = self.path.join(format!("{name}.{ending}"));
        fs::write(&path, contents).map_err(|error| {
            // Half a file would be taken for a whole one.
            let _ = fs::remove_file(&path);
            Failure::Output { file: path.display().to_string(), error, advice: "" }
        })
    }
}

/// An id as the name of a file that leads nowhere else: letters, digits, `.`, `-` and `_` stay, all else becomes `_`. The
/// ending of a text goes: `a.txt` is annotated in `a.ann`.
fn file_name(id: &str) -> String {
    let id = id.strip_suffix(".txt").or_else(|| id.strip_suffix(".text")).unwrap_or(id);
    let safe = |c: char| if c.is_alphanumeric() || "._-".contains(c) { c } else { '_' };
    let mut name: String = id.trim_start_matches(['.', '/']).chars().map(safe).collect();
    while name.len() > LONGEST_NAME {
        name.pop();
    }
    if name.is_empty() || name == "-" { "document".to_owned() } else { name }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lead_nowhere_else_and_are_taken_once() {
        let place = tempfile::tempdir().expect("a directory can be made");
        let mut folder = Folder::create(&place.path().join("new/er")).expect("it can be made");
        for (id, name) in [
            ("a.txt", "a"),
            ("A.txt", "A~2"),
            ("news/2024/a.txt", "news_2024_a"),
            ("../../etc/passwd", "etc_passwd"),
            ("https://example.com/a?b=c", "https___example.com_a_b_c"),
            ("Zoë 7", "Zoë_7"),
            ("-", "document"),
            ("", "document~2"),
            ("a\0\n", "a__"),
        ] {
            assert_eq!(folder.name(id), name, "{id:?}");
        }
        assert!(folder.name(&"é".repeat(999)).len() <= LONGEST_NAME);
        folder.write("a", "ann", "x\n").expect("there is room");
        assert_eq!(fs::read_to_string(place.path().join("new/er/a.ann")).expect("it is there"), "x\n");
    }
}
