//! What names and nouns name: given names with their gender, surnames, places, and nouns for who or what speaks.
//!
//! In: `data/names.tsv`, `data/places.tsv`, `data/nouns.tsv`. Out: a [`Gazetteer`] that answers what a word, or
//! several, may be. These are no [`super::WordClasses`], because the tagger's network was trained with those.

use rustc_hash::FxHashMap;

use super::named::named_enum;

pub(super) const EMBEDDED_NAMES: &str =
    include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../data/names.tsv"));
pub(super) const EMBEDDED_PLACES: &str =
    include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../data/places.tsv"));
pub(super) const EMBEDDED_NOUNS: &str =
    include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../data/nouns.tsv"));

/// The longest entry of places and nouns, in words: "Democratic Republic of the Congo".
pub const LONGEST_ENTRY: usize = 5;

named_enum! {
    /// The gender of a name's or noun's bearer.
    Gender {
        /// "Mary", "spokeswoman", "she".
        Female = "f",
        /// "John", "spokesman", "he".
        Male = "m",
    }
}

named_enum! {
    /// What a noun names.
    NounKind {
        /// "Minister".
        Person = "person",
        /// "Crowd": the singular names several people without being a body.
        Group = "group",
        /// "Ministry".
        Organization = "organization",
        /// "Report".
        Document = "document",
        /// "Country".
        Place = "place",
        /// "Festival".
        Event = "event",
        /// "Bridge".
        Thing = "thing",
    }
}

named_enum! {
    /// What a place is.
    PlaceKind {
        /// "France".
        Country = "country",
        /// "Texas".
        State = "state",
        /// "Taipei".
        City = "city",
        /// "Europe".
        Region = "region",
    }
}

/// What is known of a capitalized word as a part of a person's name.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PersonalName {
    /// It is a given name.
    pub is_given: bool,
    /// Whose given name; none where both bear it.
    pub gender: Option<Gender>,
    /// It is a surname.
    pub is_surname: bool,
}

/// A noun for who or what speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Noun {
    /// Its singular in lower case; the plural where there is no other form.
    pub lemma: &'static str,
    /// What it names.
    pub kind: NounKind,
    /// Whom it names.
    pub gender: Option<Gender>,
    /// It stands directly before names: "Senator".
    pub is_title: bool,
    /// This form is the plural.
    pub is_plural: bool,
}

/// A place, or the adjective or demonym of one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// The name by which it is listed.
    pub name: &'static str,
    /// What it is.
    pub kind: PlaceKind,
    /// The word is its adjective or its people: "Afghan", "Russians".
    pub is_adjective: bool,
}

/// Names and nouns, ready for look-up.
#[derive(Clone, Debug)]
pub struct Gazetteer {
    names: FxHashMap<&'static str, PersonalName>,
    places: FxHashMap<&'static str, Place>,
    nouns: FxHashMap<&'static str, Noun>,
}

impl Gazetteer {
    /// The lists that ship with the program.
    ///
    /// # Panics
    /// Never: a test loads the same bytes.
    #[must_use]
    pub fn embedded() -> Self {
        Self { names: names(), places: places(), nouns: nouns() }
    }

    /// What a word, as it is written, is in people's names.
    #[must_use]
    pub fn name(&self, word: &str) -> PersonalName {
        self.names.get(word).copied().unwrap_or_default()
    }

    /// The place that these words, as they are written and with one space between them, name.
    #[must_use]
    pub fn place(&self, words: &str) -> Option<Place> {
        self.places.get(words).copied()
    }

    /// The noun that these words, in lower case and with one space between them, are.
    #[must_use]
    pub fn noun(&self, words: &str) -> Option<Noun> {
        self.nouns.get(words).copied()
    }
}

/// The lines of a file that say something.
fn lines(file: &'static str) -> impl Iterator<Item = &'static str> {
    file.lines().filter(|line| !line.starts_with('#') && !line.is_empty())
}

fn names() -> FxHashMap<&'static str, PersonalName> {
    let mut names: FxHashMap<&'static str, PersonalName> = FxHashMap::default();
    for line in lines(EMBEDDED_NAMES) {
        let (class, words) = line.split_once('\t').expect("data/names.tsv: a class, a tab, names");
        for word in words.split(' ') {
            let name = names.entry(word).or_default();
            match class {
                "surname" => name.is_surname = true,
                "female" => *name = PersonalName { is_given: true, gender: Some(Gender::Female), ..*name },
                "male" => *name = PersonalName { is_given: true, gender: Some(Gender::Male), ..*name },
                "either" => name.is_given = true,
                _ => panic!("data/names.tsv names an unknown class {class:?}"),
            }
        }
    }
    names
}

fn places() -> FxHashMap<&'static str, Place> {
    let mut places = FxHashMap::default();
    let mut others = Vec::new();
    for line in lines(EMBEDDED_PLACES) {
        let mut columns = line.split('\t');
        let mut column = || columns.next().expect("data/places.tsv has four columns");
        let (name, kind, adjectives, variants) = (column(), column(), column(), column());
        let kind = PlaceKind::from_name(kind).unwrap_or_else(|| panic!("data/places.tsv: kind {kind:?}"));
        let place = Place { name, kind, is_adjective: false };
        places.insert(name, place);
        others.extend(list(variants).map(|variant| (variant, place)));
        others.extend(list(adjectives).map(|word| (word, Place { is_adjective: true, ..place })));
    }
    // A place's own name comes before what others are also called, and the first of those before the rest.
    for (word, place) in others {
        places.entry(word).or_insert(place);
    }
    places
}

fn nouns() -> FxHashMap<&'static str, Noun> {
    let mut nouns = FxHashMap::default();
    let mut plurals = Vec::new();
    for line in lines(EMBEDDED_NOUNS) {
        let mut columns = line.split('\t');
        let mut column = || columns.next().expect("data/nouns.tsv has five columns");
        let (lemma, plural, kind, gender, title) = (column(), column(), column(), column(), column());
        let kind = NounKind::from_name(kind).unwrap_or_else(|| panic!("data/nouns.tsv: kind {kind:?}"));
        let noun = Noun {
            lemma,
            kind,
            gender: Gender::from_name(gender),
            is_title: title == "title",
            is_plural: false,
        };
        nouns.insert(lemma, noun);
        if plural != "-" {
            plurals.push((plural, Noun { is_plural: true, ..noun }));
        }
    }
    for (plural, noun) in plurals {
        nouns.entry(plural).or_insert(noun);
    }
    nouns
}

/// The words of a column; none for "-".
fn list(column: &'static str) -> impl Iterator<Item = &'static str> {
    column.split(", ").filter(|&word| word != "-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_known_is_found() {
        let gazetteer = Gazetteer::embedded();
        assert_eq!(gazetteer.name("Mary").gender, Some(Gender::Female));
        assert!(gazetteer.name("Smith").is_surname);
        assert_eq!(gazetteer.name("Pentagon"), PersonalName::default());
        assert_eq!(gazetteer.place("Afghan").map(|place| place.name), Some("Afghanistan"));
        let ministers = gazetteer.noun("prime ministers").expect("a noun of two words");
        assert!(ministers.is_plural && ministers.lemma == "prime minister");
    }

    #[test]
    fn no_entry_is_longer_than_is_looked_for() {
        let gazetteer = Gazetteer::embedded();
        for entry in gazetteer.places.keys().chain(gazetteer.nouns.keys()) {
            assert!(entry.split(' ').count() <= LONGEST_ENTRY, "{entry}");
        }
    }
}
