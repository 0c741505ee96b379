//! Which columns of a row hold its text, title, id, date, URL and outlet: those that the caller names, else those that are
//! usually called so.
//!
//! In: options, and the names that a row has. Out: for each role, which of its columns to read, and what to tell about it.

use std::fmt::Write;

use crate::misspelling::meant;

/// At most so many names of a row are told, and so many characters of each.
const TOLD_NAMES: usize = 20;
const TOLD_CHARACTERS: usize = 40;

/// What a column of a row can be for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    Text,
    Title,
    Id,
    Date,
    Url,
    Outlet,
}

/// A role with the names that its column usually has, the first being the one to prefer. Names are compared without case
/// and without what joins words: `publishTime` is `publish_time`.
struct Known {
    role: Role,
    option: &'static str,
    says: &'static str,
    names: &'static [&'static str],
}

const KNOWN: [Known; 6] = [
    Known {
        role: Role::Text,
        option: "--text-field",
        says: "text",
        names: &[
            "text",
            "full_text",
            "article_text",
            "main_text",
            "body",
            "article_body",
            "body_text",
            "content",
            "article",
            "story",
        ],
    },
    Known {
        role: Role::Title,
        option: "--title-field",
        says: "title",
        names: &["title", "headline", "article_title"],
    },
    Known {
        role: Role::Id,
        option: "--id-field",
        says: "id",
        names: &["id", "document_id", "doc_id", "article_id", "guid", "uuid"],
    },
    Known {
        role: Role::Date,
        option: "--date-field",
        says: "date",
        names: &[
            "publish_time",
            "publish_date",
            "published",
            "published_at",
            "published_on",
            "published_date",
            "publication_date",
            "publication_time",
            "pub_date",
            "date_published",
            "date",
            "datetime",
        ],
    },
    Known {
        role: Role::Url,
        option: "--url-field",
        says: "URL",
        names: &["url", "link", "article_url", "canonical_url", "web_url"],
    },
    Known {
        role: Role::Outlet,
        option: "--outlet-field",
        says: "outlet",
        names: &[
            "outlet",
            "publisher",
            "publication",
            "newspaper",
            "source",
            "source_name",
            "site_name",
            "domain",
        ],
    },
];

/// Which columns the caller names, and which are passed through.
#[derive(Clone, Debug, Default)]
pub(in super::super) struct Columns {
    /// One a role, in the order of [`KNOWN`].
    named: [Option<String>; KNOWN.len()],
    /// The columns that are passed through, as they are.
    pub(super) kept: Vec<String>,
}

/// The columns of rows that share their names: which one to read for each role. Which of several it is may depend on the
/// row: one that is null or missing in it gives way.
#[derive(Debug, Default)]
pub(super) struct Choice {
    /// For each role the columns to try, in order.
    candidates: [Vec<usize>; KNOWN.len()],
}

impl Columns {
    /// The columns that the options name: text, title, id, date, URL, outlet.
    pub(super) fn named(named: [Option<String>; KNOWN.len()], kept: Vec<String>) -> Self {
        Self { named, kept }
    }

    /// The column that the caller names for a role.
    pub(super) fn name_of(&self, role: Role) -> Option<&str> {
        self.named[role as usize].as_deref()
    }

    /// What to read of rows with these names.
    pub(super) fn choose(&self, names: &[impl AsRef<str>]) -> Choice {
        let plain: Vec<String> = names.iter().map(|name| plain(name.as_ref())).collect();
        let candidates = std::array::from_fn(|role| match &self.named[role] {
            Some(wanted) => names.iter().position(|name| name.as_ref() == wanted).into_iter().collect(),
            None => candidates(&KNOWN[role], &plain),
        });
        Choice { candidates }
    }

    /// Why rows with these names hold no text.
    pub(super) fn no_text(&self, names: &[impl AsRef<str>]) -> String {
        let names: Vec<&str> = names.iter().map(AsRef::as_ref).collect();
        let mut why = match self.name_of(Role::Text) {
            Some(wanted) => format!("has no {wanted:?}"),
            None => "has no text".to_owned(),
        };
        if names.is_empty() {
            return why;
        }
        let _ = write!(why, "; fields that are there: {}", told(&names));
        let near = match self.name_of(Role::Text) {
            Some(wanted) => meant(wanted, names.iter().copied()),
            None => names.iter().find(|name| meant(name, KNOWN[0].names.iter().copied()).is_some()).copied(),
        };
        let _ = match near {
            Some(near) => write!(why, "; was {near:?} meant? --text-field {near} reads it"),
            None => write!(why, "; --text-field names the one with the text"),
        };
        why
    }

    /// What a reader should know of how rows with these names are read: names that were taken for others, names that are
    /// near those and are not read.
    pub(super) fn remarks(&self, names: &[impl AsRef<str>], choice: &Choice) -> Vec<String> {
        let (mut taken, mut remarks) = (Vec::new(), Vec::new());
        for (role, known) in KNOWN.iter().enumerate() {
            if self.named[role].is_some() {
                continue;
            }
            match choice.candidates[role].first() {
                Some(&column) => {
                    let name = names[column].as_ref();
                    if name != known.names[0] {
                        taken.push(format!("{} from {name:?}", known.says));
                    }
                }
                None if known.role != Role::Text => remarks.extend(self.near_miss(known, names)),
                None => {}
            }
        }
        if !taken.is_empty() {
            remarks.insert(0, format!("reads {}", taken.join(", ")));
        }
        remarks
    }

    /// A name that is like one of a role's, where the role has no column.
    fn near_miss(&self, known: &Known, names: &[impl AsRef<str>]) -> Option<String> {
        let is_own = |name: &str| self.kept.iter().any(|kept| kept == name) || is_known(name);
        // Short names are like many: "link" is like "line". What is like names of two roles is the nearest one.
        let nearest =
            |name| meant(name, KNOWN.iter().flat_map(|known| known.names).copied().filter(|it| it.len() > 3));
        let own = names.iter().map(AsRef::as_ref).filter(|name| name.len() > 3 && !is_own(name));
        let (name, near) = own
            .filter_map(|name| Some((name, nearest(name)?)))
            .find(|(_, near)| known.names.contains(near))?;
        Some(format!("{name:?} is not read; if it is {:?}: {} {name}", near, known.option))
    }

    /// What to say of names that the caller gave and that no row had: `seen` are those that rows had.
    pub(super) fn never_met(&self, seen: &[String]) -> Vec<String> {
        let mut remarks = Vec::new();
        let named =
            KNOWN.iter().zip(&self.named).filter_map(|(known, name)| Some((known.option, name.as_ref()?)));
        for (option, name) in named.chain(self.kept.iter().map(|name| ("--keep", name))) {
            if !seen.contains(name) {
                let near = meant(name, seen.iter().map(String::as_str));
                let near = near.map_or(String::new(), |near| format!(": was {near:?} meant?"));
                remarks.push(format!("no row has the column {name:?} of {option}{near}"));
            }
        }
        remarks
    }

    /// Whether names that nobody has to be asked about look like a header: each a word, one of them for the text, another
    /// one known.
    pub(super) fn is_header(&self, names: &[String]) -> bool {
        let choice = self.choose(names);
        let is_word = |name: &String| {
            name.chars().all(|c| c.is_alphanumeric() || "_-. ".contains(c))
                && name.chars().count() <= TOLD_CHARACTERS
        };
        let roles = choice.candidates.iter().filter(|columns| !columns.is_empty()).count();
        // pandas writes its index without a name.
        let unnamed = names.iter().filter(|name| name.trim().is_empty()).count();
        let mut distinct: Vec<&String> = names.iter().collect();
        distinct.sort();
        distinct.dedup();
        choice.has(Role::Text)
            && (roles > 1
                || self.name_of(Role::Text).is_some()
                || names.len() > 1 && names.iter().all(|it| !it.contains(' ')))
            && names.len() > 1
            && unnamed <= 1
            && distinct.len() == names.len()
            && names.iter().all(is_word)
    }
}

impl Choice {
    /// The columns to try for a role, in order.
    pub(super) fn of(&self, role: Role) -> &[usize] {
        &self.candidates[role as usize]
    }

    pub(super) fn has(&self, role: Role) -> bool {
        !self.of(role).is_empty()
    }
}

fn candidates(known: &Known, plain_names: &[String]) -> Vec<usize> {
    let place = |name: &&str| {
        let wanted = plain(name);
        plain_names.iter().position(|name| *name == wanted)
    };
    known.names.iter().filter_map(place).collect()
}

fn is_known(name: &str) -> bool {
    let name = plain(name);
    KNOWN.iter().any(|known| known.names.iter().any(|known| plain(known) == name))
}

/// `publishTime`, `Publish Time`, `publish_time` -> `publishtime`.
fn plain(name: &str) -> String {
    name.chars().filter(|c| !"_- .\u{feff}".contains(*c)).flat_map(char::to_lowercase).collect()
}

/// Names in a list, the first ones.
fn told(names: &[&str]) -> String {
    let short = |name: &&str| {
        let cut: String = name.chars().take(TOLD_CHARACTERS).collect();
        if cut.len() < name.len() { format!("{cut}…") } else { cut }
    };
    let mut list: Vec<String> = names.iter().take(TOLD_NAMES).map(short).collect();
    if names.len() > TOLD_NAMES {
        list.push("…".to_owned());
    }
    list.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen(columns: &Columns, names: &[&str]) -> Vec<Option<String>> {
        let choice = columns.choose(names);
        let first = |known: &Known| choice.of(known.role).first().map(|&column| names[column].to_owned());
        KNOWN.iter().map(first).collect()
    }

    #[test]
    fn roles_stand_in_the_order_of_their_numbers() {
        assert!(KNOWN.iter().enumerate().all(|(index, known)| known.role as usize == index));
    }

    #[test]
    fn usual_names_are_known_in_any_spelling() {
        let columns = Columns::default();
        let names = ["Headline", "Article Body", "publishTime", "_id", "link", "source"];
        let found: Vec<_> = chosen(&columns, &names).into_iter().flatten().collect();
        assert_eq!(found, ["Article Body", "Headline", "_id", "publishTime", "link", "source"]);
        assert_eq!(chosen(&columns, &["body", "text"])[0].as_deref(), Some("text"));
        assert_eq!(chosen(&columns, &["texts", "headlines", "section"]), [const { None }; 6]);
    }

    #[test]
    fn named_columns_are_those_alone() {
        let mut named = [const { None }; 6];
        named[0] = Some("Lead".to_owned());
        let columns = Columns::named(named, Vec::new());
        assert_eq!(chosen(&columns, &["text", "Lead"])[0].as_deref(), Some("Lead"));
        assert_eq!(chosen(&columns, &["text", "lead"])[0], None);
        let why = columns.no_text(&["text", "lead"]);
        assert_eq!(
            why,
            "has no \"Lead\"; fields that are there: text, lead; was \"lead\" meant? --text-field lead reads it"
        );
    }

    #[test]
    fn what_is_near_is_told() {
        let columns = Columns::default();
        let names = ["text", "titel", "publishd_at", "section"];
        let remarks = columns.remarks(&names, &columns.choose(&names));
        assert_eq!(remarks.len(), 2, "{remarks:?}");
        assert_eq!(remarks[0], "\"titel\" is not read; if it is \"title\": --title-field titel");
        assert!(
            columns
                .no_text(&["id", "txt"])
                .ends_with("there: id, txt; was \"txt\" meant? --text-field txt reads it")
        );
        assert_eq!(columns.no_text(&[""; 0]), "has no text");
    }

    #[test]
    fn a_header_is_words_of_which_one_is_the_text() {
        let columns = Columns::default();
        let header = |names: &[&str]| {
            columns.is_header(&names.iter().map(|&name| name.to_owned()).collect::<Vec<_>>())
        };
        assert!(header(&["id", "title", "body", "date"]));
        assert!(header(&["", "text"]));
        assert!(header(&["Published At", "Text"]));
        for prose in
            [&["Text"][..], &["Text", " he said"], &["text", "text"], &["id", "section"], &["Article", "“a”"]]
        {
            assert!(!header(prose), "{prose:?}");
        }
    }
}
