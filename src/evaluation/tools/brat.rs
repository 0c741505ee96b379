//! A text and its `.ann` file (the brat tool's standoff annotation) -> an article.

use super::super::article::{Article, ArticleError, CodePoints};
use super::marks::{Arrow, Mark, Marks, attributions, name_speakers};

/// What brat's annotations don't say.
const UNSAID: [&str; 2] = ["speaker_kind", "named"];

/// The article of that name whose text is annotated in `annotations`, the text of its `.ann` file.
///
/// # Errors
/// The first line that is no annotation, that names words which don't stand there in the text, or a misspelt label.
pub fn brat_article(id: &str, text: &str, annotations: &str) -> Result<Article, ArticleError> {
    let characters: Vec<char> = text.chars().collect();
    let mut marks = Marks::default();
    for (index, line) in annotations.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        read_line(line, &characters, &mut marks).map_err(|fault| ArticleError { line: index + 1, fault })?;
    }
    let at_its_line = |fault: String| {
        let id = fault.split(' ').next();
        let line = annotations.lines().position(|line| line.split('\t').next() == id);
        ArticleError { line: line.map_or(1, |index| index + 1), fault }
    };
    let (mut attributions, remarks) = attributions(marks).map_err(at_its_line)?;
    name_speakers(&mut attributions, text);
    Ok(Article { text: Some(text.to_owned()), attributions, unsaid: &UNSAID, remarks, ..Article::new(id) })
}

fn read_line(line: &str, text: &[char], marks: &mut Marks) -> Result<(), String> {
    let mut columns = line.split('\t');
    let id = columns.next().unwrap_or_default();
    if id.starts_with("# document ") {
        return Err("holds the annotations of several documents: write them into a folder, by -o".to_owned());
    }
    let Some(said) = columns.next().filter(|_| !id.contains(' ')) else {
        return Err(format!("{line:?} is no annotation of brat"));
    };
    let words = columns.next().unwrap_or_default();
    let mut parts = said.split(' ').filter(|part| !part.is_empty());
    let label = parts.next().unwrap_or_default().to_owned();
    match id.chars().next() {
        Some('T') => {
            let spans = spans(said.strip_prefix(&label).unwrap_or_default())
                .ok_or_else(|| format!("{id}: {said:?} is not a label and its offsets"))?;
            check_words(id, words, &spans, text)?;
            marks.regions.push(Mark { id: id.to_owned(), label, spans });
        }
        Some('R') => {
            let mut ends = parts.map(|end| end.split_once(':').map_or(end, |(_, id)| id).to_owned());
            let (Some(from), Some(to)) = (ends.next(), ends.next()) else {
                return Err(format!("{id}: {said:?} is not a relation of two annotations"));
            };
            marks.arrows.push(Arrow { label, from, to });
        }
        Some('A' | 'M') => {
            let Some(of) = parts.next() else { return Err(format!("{id}: {said:?} has no annotation")) };
            marks.sayings.push((of.to_owned(), label, parts.collect::<Vec<_>>().join(" ")));
        }
        // A note on a source is its name, as it is written; other notes are the annotators' own.
        Some('#') if label == "AnnotatorNotes" => {
            let of = parts.next().unwrap_or_default();
            let is_source = marks.regions.iter().any(|mark| mark.id == of && mark.label == "Source");
            if is_source {
                marks.sayings.push((of.to_owned(), "Speaker".to_owned(), words.trim().to_owned()));
            }
        }
        Some('#') => {}
        Some('E' | 'N' | '*') => marks.remarks.push(format!("{id} {label}: not scored")),
        _ => return Err(format!("{line:?} is no annotation of brat")),
    }
    Ok(())
}

/// "0 5;6 7" -> the stretches.
fn spans(written: &str) -> Option<Vec<CodePoints>> {
    let span = |span: &str| {
        let (start, end) = span.trim().split_once(' ')?;
        Some(CodePoints { start: start.parse().ok()?, end: end.trim().parse().ok()? })
    };
    written.split(';').map(span).collect()
}

/// The words that the file repeats have to be those of the text: else it is another text, or offsets count something else.
fn check_words(id: &str, words: &str, spans: &[CodePoints], text: &[char]) -> Result<(), String> {
    let mut covered = String::new();
    for span in spans {
        let Some(stretch) = text.get(span.start..span.end) else {
            let (start, end, length) = (span.start, span.end, text.len());
            return Err(format!("{id}: {start} {end} lies outside a text of {length} code points"));
        };
        covered.extend(stretch);
        covered.push(' ');
    }
    let plain = |words: &str| words.split(|c: char| c.is_whitespace() || c.is_control()).collect::<String>();
    if plain(words) == plain(&covered) {
        return Ok(());
    }
    let covered = covered.trim_end();
    Err(format!(
        "{id}: the file says {words:?}, but there the text has {covered:?}: is the .txt another one?"
    ))
}
