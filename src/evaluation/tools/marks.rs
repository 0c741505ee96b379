//! What annotation tools keep (labeled passages, arrows between them, what is said of a passage) -> attributions.
//!
//! The three tools draw claims alike, as `ascribe extract` writes them: a `Content` is an attribution; arrows lead from it to
//! its `Source`, `Cue`, `Addressee`, `Medium` and `Time`, by `NestedIn` to the content that it stands in, and by `Continues`
//! from a further piece of a content to its first.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::super::article::{Attribution, CodePoints};
use crate::misspelling::meant;

/// The labels of passages.
const ROLES: [&str; 6] = ["Content", "Source", "Cue", "Addressee", "Medium", "Time"];
/// The labels of arrows, beside those of the parts that they lead to.
const NESTED_IN: &str = "NestedIn";
const CONTINUES: &str = "Continues";
/// What is said of a passage: the attributes of brat, the choices of Label Studio.
const SAYINGS: [&str; 6] = ["Kind", "Type", "Act", "Negated", "Hedged", "Speaker"];

/// A labeled passage.
#[derive(Debug)]
pub(super) struct Mark {
    /// Its name in its file, by which arrows lead to it.
    pub(super) id: String,
    pub(super) label: String,
    pub(super) spans: Vec<CodePoints>,
}

/// A relation between two passages.
#[derive(Debug)]
pub(super) struct Arrow {
    /// Empty: the annotator gave it none.
    pub(super) label: String,
    pub(super) from: String,
    pub(super) to: String,
}

/// All that was drawn in one text.
#[derive(Debug, Default)]
pub(super) struct Marks {
    pub(super) regions: Vec<Mark>,
    pub(super) arrows: Vec<Arrow>,
    /// Which passage, what of it (one of [`SAYINGS`], in any case), and the value.
    pub(super) sayings: Vec<(String, String, String)>,
    /// What was passed over, in sentences.
    pub(super) remarks: Vec<String>,
}

/// The attributions that the marks make, and what was passed over.
pub(super) fn attributions(marks: Marks) -> Result<(Vec<Attribution>, Vec<String>), String> {
    let Marks { regions, arrows, sayings, mut remarks } = marks;
    let mut unknown: BTreeMap<String, usize> = BTreeMap::new();
    let mut known: HashMap<String, (&'static str, Mark)> = HashMap::new();
    let mut contents = Vec::new();
    let mut passed_over = HashSet::new();
    for mark in regions {
        if let Some(role) = named(&ROLES, &mark.label, &format!("{} is labeled", mark.id))? {
            if role == "Content" {
                contents.push(mark.id.clone());
            }
            known.insert(mark.id.clone(), (role, mark));
        } else {
            *unknown.entry(mark.label).or_default() += 1;
            passed_over.insert(mark.id);
        }
    }
    for (label, count) in unknown {
        remarks.push(format!("{count} × {label:?}: not a label that is scored"));
    }
    let graph = Graph::of(&known, &arrows, &passed_over, &mut remarks)?;
    let mut linked: HashSet<&str> = HashSet::new();
    let mut found: Vec<Attribution> = Vec::new();
    let mut place_of: HashMap<&str, usize> = HashMap::new();
    for id in contents.iter().map(String::as_str).filter(|id| !graph.first_of.contains_key(id)) {
        place_of.insert(id, found.len());
        let content = known.get(id).map(|(_, mark)| mark.spans.clone()).unwrap_or_default();
        found.push(Attribution { content, nested: graph.nested.contains(id), ..Attribution::default() });
    }
    for id in &contents {
        let first = graph.first(id);
        let Some(&place) = place_of.get(first) else { continue };
        let attribution = &mut found[place];
        if first != id {
            attribution.content.extend(known.get(id).into_iter().flat_map(|(_, mark)| mark.spans.clone()));
        }
        for part in graph.parts_of.get(id.as_str()).into_iter().flatten() {
            if let Some((role, mark)) = known.get(*part) {
                linked.insert(part);
                part_of(attribution, role).extend(mark.spans.iter().copied());
            }
        }
    }
    for attribution in &mut found {
        for role in ROLES {
            let spans = part_of(attribution, role);
            spans.sort_by_key(|span| (span.start, span.end));
            spans.dedup();
        }
    }
    let loose = known.iter().filter(|(id, (role, _))| *role != "Content" && !linked.contains(id.as_str()));
    let mut loose: Vec<(&str, &str)> = loose.map(|(id, (role, _))| (id.as_str(), *role)).collect();
    loose.sort_unstable();
    if let Some((id, role)) = loose.first() {
        let count = loose.len();
        remarks.push(format!("{count} × no arrow to a Content, so that it isn't scored: {role} {id}"));
    }
    say(&mut found, sayings, &known, &graph, &place_of, &mut remarks)?;
    Ok((found, remarks))
}

/// Which mark belongs to which.
struct Graph<'a> {
    /// The parts of each content.
    parts_of: HashMap<&'a str, Vec<&'a str>>,
    /// For a piece that goes on with another content: that one.
    first_of: HashMap<&'a str, &'a str>,
    nested: HashSet<String>,
}

impl<'a> Graph<'a> {
    fn of(
        known: &HashMap<String, (&'static str, Mark)>,
        arrows: &'a [Arrow],
        passed_over: &HashSet<String>,
        remarks: &mut Vec<String>,
    ) -> Result<Self, String> {
        let mut graph = Self { parts_of: HashMap::new(), first_of: HashMap::new(), nested: HashSet::new() };
        let mut nested = Vec::new();
        for Arrow { label, from, to } in arrows {
            let (Some((from_role, _)), Some((to_role, _))) = (known.get(from), known.get(to)) else {
                if !passed_over.contains(from) && !passed_over.contains(to) {
                    remarks.push(format!("the arrow {label:?} from {from} to {to} leads to nothing"));
                }
                continue;
            };
            let names: Vec<&str> = ROLES.into_iter().chain([NESTED_IN, CONTINUES]).collect();
            let name = match label.as_str() {
                "" => None,
                _ => named(&names, label, &format!("the arrow from {from} to {to} is labeled"))?,
            };
            match (*from_role, *to_role, name) {
                ("Content", "Content", Some(NESTED_IN)) => nested.push(from.as_str()),
                ("Content", "Content", Some(CONTINUES)) => {
                    graph.first_of.insert(from, to);
                }
                ("Content", "Content", _) => {
                    return Err(format!(
                        "the arrow {label:?} from {from} to {to} joins two contents: it is to be {NESTED_IN} or {CONTINUES}"
                    ));
                }
                ("Content", role, name) | (role, "Content", name) => {
                    if name.is_some_and(|name| name != role) {
                        return Err(format!("the arrow {label:?} from {from} to {to} leads to a {role}"));
                    }
                    let (content, part) = if *from_role == "Content" { (from, to) } else { (to, from) };
                    graph.parts_of.entry(content).or_default().push(part);
                }
                (one, other, _) => remarks.push(format!(
                    "the arrow from {one} {from} to {other} {to} isn't scored: arrows begin at a Content"
                )),
            }
        }
        let firsts: Vec<String> = nested.into_iter().map(|from| graph.first(from).to_owned()).collect();
        graph.nested.extend(firsts);
        Ok(graph)
    }

    /// The first piece of the content that a piece belongs to. Ends also on a circle.
    fn first<'b>(&'b self, piece: &'b str) -> &'b str
    where
        'a: 'b,
    {
        let mut first = piece;
        for _ in 0..=self.first_of.len() {
            match self.first_of.get(first) {
                Some(earlier) => first = earlier,
                None => break,
            }
        }
        first
    }
}

/// Puts what is said of passages into their attributions.
fn say(
    found: &mut [Attribution],
    sayings: Vec<(String, String, String)>,
    known: &HashMap<String, (&'static str, Mark)>,
    graph: &Graph<'_>,
    place_of: &HashMap<&str, usize>,
    remarks: &mut Vec<String>,
) -> Result<(), String> {
    for (of, name, value) in sayings {
        let Some(said) = named(&SAYINGS, &name, &format!("{of} has the attribute"))? else {
            remarks.push(format!("the attribute {name:?} of {of} isn't scored"));
            continue;
        };
        let Some((role, _)) = known.get(&of) else {
            remarks.push(format!("{name} {value:?} is said of {of}, which isn't there"));
            continue;
        };
        let contents: Vec<usize> = if *role == "Content" {
            place_of.get(graph.first(&of)).copied().into_iter().collect()
        } else {
            let holds = |parts: &Vec<&str>| parts.iter().any(|part| *part == of);
            let contents = graph.parts_of.iter().filter(|(_, parts)| holds(parts));
            contents.filter_map(|(content, _)| place_of.get(graph.first(content)).copied()).collect()
        };
        for place in contents {
            let attribution = &mut found[place];
            match said {
                "Kind" => attribution.kind.clone_from(&value),
                "Type" => attribution.attribution_type.clone_from(&value),
                "Act" => attribution.act.clone_from(&value),
                "Negated" => attribution.negated = true,
                "Hedged" => attribution.hedged = true,
                _ => attribution.speaker.clone_from(&value),
            }
        }
    }
    Ok(())
}

fn part_of<'a>(attribution: &'a mut Attribution, role: &str) -> &'a mut Vec<CodePoints> {
    match role {
        "Source" => &mut attribution.source,
        "Cue" => &mut attribution.cue,
        "Addressee" => &mut attribution.addressee,
        "Medium" => &mut attribution.medium,
        "Time" => &mut attribution.time,
        _ => &mut attribution.content,
    }
}

/// The known name that this is; none where it is like none of them. A near miss is an error.
fn named<'a>(known: &[&'a str], name: &str, what: &str) -> Result<Option<&'a str>, String> {
    if let Some(exact) = known.iter().find(|known| known.eq_ignore_ascii_case(name)) {
        return Ok(Some(exact));
    }
    match meant(name, known.iter().copied()) {
        Some(near) => Err(format!("{what} {name:?}: is {near:?} meant?")),
        None => Ok(None),
    }
}

/// The speaker of a source that nobody said more of: its own words.
pub(super) fn name_speakers(attributions: &mut [Attribution], text: &str) {
    let characters: Vec<char> = text.chars().collect();
    for attribution in attributions.iter_mut().filter(|it| it.speaker.is_empty()) {
        let words = attribution
            .source
            .iter()
            .map(|span| characters.get(span.start..span.end).unwrap_or_default().iter().collect::<String>());
        attribution.speaker = words.collect::<Vec<_>>().join(" ");
    }
}
