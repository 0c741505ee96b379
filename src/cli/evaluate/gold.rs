//! Files and folders of annotations -> articles. In: files of articles in JSON, folders and `.ann` files of the brat tool.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};

use super::super::failure::{Failure, complain, reason};
use super::super::files;
use crate::evaluation::{Article, Side, brat_article, read_articles};

/// The articles of some files and folders, in their order. What was passed over is said.
pub(super) fn read(paths: &[PathBuf], side: Side) -> Result<Vec<Article>, Failure> {
    let mut articles = Vec::new();
    let mut ids = Ids::default();
    let mut file_of: HashMap<String, String> = HashMap::new();
    for path in paths {
        for (file, base) in files_of(path)? {
            let shown = file.display().to_string();
            for article in articles_of(&file, &base, side, &mut ids)? {
                for remark in &article.remarks {
                    complain(&format!("{shown}: {:?}: {remark}", article.id));
                }
                if let Some(first) = file_of.insert(article.id.clone(), shown.clone()) {
                    return Err(Failure::TwiceArticle { id: article.id, first, second: shown });
                }
                articles.push(article);
            }
        }
    }
    Ok(articles)
}

/// The files that a path stands for, each with the folder that its articles' names begin in.
fn files_of(path: &Path) -> Result<Vec<(PathBuf, PathBuf)>, Failure> {
    if !path.is_dir() {
        let folder = path.parent().unwrap_or(Path::new("")).to_owned();
        return Ok(vec![(path.to_owned(), folder)]);
    }
    let mut files = Vec::new();
    let mut folders = vec![path.to_owned()];
    while let Some(folder) = folders.pop() {
        let failed = |error| Failure::Read { file: folder.display().to_string(), why: reason(&error) };
        for entry in fs::read_dir(&folder).map_err(failed)? {
            let entry = entry.map_err(failed)?;
            let is_hidden = entry.file_name().to_string_lossy().starts_with('.');
            match entry.path() {
                _ if is_hidden => {}
                path if path.is_dir() => folders.push(path),
                path if is_annotated(&path) => files.push((path, folder.clone())),
                _ => {}
            }
        }
    }
    if files.is_empty() {
        return Err(Failure::NoGold(path.display().to_string()));
    }
    files.sort();
    Ok(files.into_iter().map(|(file, _)| (file, path.to_owned())).collect())
}

fn has_ending(file: &Path, endings: &[&str]) -> bool {
    file.extension().is_some_and(|ending| endings.iter().any(|it| ending.eq_ignore_ascii_case(it)))
}

fn is_annotated(file: &Path) -> bool {
    has_ending(file, &["ann", "json", "jsonl", "ndjson"])
}

/// The documents' ids for the names of files, by folder, where `extract` wrote them beside.
#[derive(Default)]
struct Ids(HashMap<PathBuf, HashMap<String, String>>);

impl Ids {
    fn of(&mut self, file: &Path) -> Option<String> {
        let folder = file.parent()?;
        let ids = self.0.entry(folder.to_owned()).or_insert_with(|| {
            let table = fs::read_to_string(folder.join("documents.tsv")).unwrap_or_default();
            let rows = table.lines().skip(1).filter_map(|row| row.split_once('\t'));
            rows.map(|(name, id)| (name.to_owned(), id.to_owned())).collect()
        });
        ids.get(file.file_stem()?.to_str()?).cloned()
    }
}

fn articles_of(file: &Path, base: &Path, side: Side, ids: &mut Ids) -> Result<Vec<Article>, Failure> {
    let contents = files::read_text(file)?;
    let failed = |error| Failure::Articles { file: file.display().to_string(), error };
    if has_ending(file, &["ann"]) {
        let text = files::read_text(&file.with_extension("txt"))?;
        let name = file.strip_prefix(base).unwrap_or(file).with_extension("");
        // The same name on every system.
        let name: Vec<_> = name.iter().map(|part| part.to_string_lossy()).collect();
        let id = ids.of(file).unwrap_or_else(|| name.join("/"));
        return Ok(vec![brat_article(&id, &text, &contents).map_err(failed)?]);
    }
    let read = read_articles(&contents, side).map_err(failed)?;
    if read.unannotated > 0 {
        let count = read.unannotated;
        complain(&format!("{}: {count} × a task that nobody annotated yet: left out", file.display()));
    }
    Ok(read.articles)
}
