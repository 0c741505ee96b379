//! Words that the program looks for beside cues and the classes of `data/words.tsv`: what `data/vocabulary.tsv` holds.
//!
//! A [`WordList`] is one class of that file; each room asks its own whether a word is in it. The network was not trained
//! with these, so that a word more or less in them changes nothing of what it reads.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;

use super::named::named_enum;

/// The lists that the binary carries.
pub(super) const EMBEDDED_VOCABULARY: &str =
    include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../data/vocabulary.tsv"));

/// No word in the lists is longer, in bytes.
const LONGEST_WORD: usize = 24;

named_enum! {
    /// A list of words that are looked for as one thing.
    WordList {
        /// Words that, with a capital in the middle of a line, begin a sentence rather than go on with a name.
        SentenceOpener = "sentence-opener",
        /// Verbs that report the quotation before them: “Is it true?” Mr. Smith asked.
        ReportingVerb = "reporting-verb",
        /// Days, months and zones, as they follow a clock time with a capital.
        AfterClock = "after-clock",
        /// Names that are written with an exclamation mark, which ends no sentence.
        NameWithExclamation = "name-with-exclamation",
        /// Words that begin with an apostrophe where letters were left out, written without it.
        Elision = "elision",
        /// Endings of nouns for people, or those nouns themselves.
        PersonEnding = "person-ending",
        /// Endings of plurals that name people and are no surnames.
        PeopleEnding = "people-ending",
        /// Words after a comma that end a content beside conjunctions.
        ContentEnd = "content-end",
        /// Verbs that their source may follow, and then “to” and whom it speaks to.
        InvertedVerb = "inverted-verb",
        /// Forms of verbs that are no cues of their own, whose object is to do what the content says.
        DirectingWord = "directing-word",
        /// Forms of verbs that are no cues of their own, whose object is told the content.
        TellingWord = "telling-word",
        /// Forms of verbs that are no cues of their own, after which “to” opens who is spoken to.
        SpeakingWord = "speaking-word",
        /// What is written or given to somebody.
        SentText = "sent-text",
        /// What stands before a medium.
        MediumPreposition = "medium-preposition",
        /// Media that are not in the class of that name in words.tsv, which the network was trained with.
        Medium = "medium",
        /// Stations and networks of people: media where one is on them.
        Station = "station",
        /// Those through whom others speak.
        Mouthpiece = "mouthpiece",
        /// What one speaks by and over.
        Wire = "wire",
        /// What is done with a statement.
        PublishingVerb = "publishing-verb",
        /// Units of time that are counted from another time.
        TimeUnit = "time-unit",
        /// How a time is counted from another one.
        TimeAfterUnit = "time-after-unit",
        /// Which of several times it was.
        TimeOrder = "time-order",
        /// What links the words of a time expression.
        TimeLink = "time-link",
        /// What opens a sentence that says after or before what somebody spoke.
        EventOpener = "event-opener",
        /// Participles that tell what nobody in particular holds true.
        RumorParticiple = "rumor-participle",
        /// Adverbs that leave something open and are not in the class hedge in words.tsv, which the network was trained with.
        Maybe = "maybe",
        /// Forms of verbs that leave open what follows them.
        SeemingVerb = "seeming-verb",
        /// What leaves an infinitive undone.
        Undone = "undone",
        /// What leaves a gerund undone.
        Avoided = "avoided",
        /// Words after which a negation denies nothing.
        NoDenial = "no-denial",
        /// Nouns that say how many.
        Measure = "measure",
        /// Nouns whose kind is that of those they count.
        CountedGroup = "counted-group",
        /// Nouns that any body can be called by.
        AnyBody = "any-body",
        /// Nouns that any paper can be called by.
        AnyPaper = "any-paper",
        /// Nouns that any study can be called by.
        AnyStudy = "any-study",
        /// Nouns that tell no more than the gender of a person.
        AnyPerson = "any-person",
        /// Nouns for two who were named together.
        Pair = "pair",
        /// Nouns that a country can be called by.
        CountryNoun = "country-noun",
        /// Nouns that a city can be called by.
        CityNoun = "city-noun",
        /// Nouns that a state can be called by.
        StateNoun = "state-noun",
        /// Titles with what is written for them before names.
        Title = "title",
        /// What stands before names and says nothing of what somebody is.
        Honorific = "honorific",
        /// Adjectives of what is named for the first time.
        New = "new",
        /// Verbs between a name and what its bearer is.
        IdentityVerb = "identity-verb",
        /// Small words within people's names.
        NameParticle = "name-particle",
        /// Words that open a sentence before a title.
        BeforeTitle = "before-title",
        /// Nouns that stand before the names of bodies without being part of them.
        DescribingNoun = "describing-noun",
        /// Verbs that a headline writes with a capital.
        HeadlineVerb = "headline-verb",
        /// Nouns for who belongs to a party.
        Partisan = "partisan",
        /// Words before such a noun that make it a party's name.
        PartyAdjective = "party-adjective",
        /// Adjectives with a capital that name nobody.
        AdjectiveWithCapital = "adjective-with-capital",
        /// Endings of companies' names that may be left out.
        CompanyEnding = "company-ending",
        /// Finite verbs that no ending gives away.
        SpeechVerb = "speech-verb",
        /// Words before a noun phrase that are no part of it.
        FocusWord = "focus-word",
        /// What authorities grant: denied, it is decided against.
        Granted = "granted",
        /// Whose findings are rulings.
        Judge = "judge",
        /// Whose decisions bind others.
        Authority = "authority",
        /// What is put to somebody for a decision: rejected, it is decided against.
        Petition = "petition",
        /// What is said of somebody: rejected, it is denied.
        Charge = "charge",
        /// What gathers facts, so that what it reveals was seen.
        Finder = "finder",
        /// What a silent one was asked.
        Inquiry = "inquiry",
        /// What a silent one declines beside inquiries.
        Interview = "interview",
        /// What a silent one does not do.
        Answer = "answer",
        /// What a silent one does.
        SilentVerb = "silent-verb",
        /// Verbs that, refused, make a refusal to comment.
        CommentVerb = "comment-verb",
        /// What is expressed, issued, offered or voiced that judges.
        Judgment = "judgment",
        /// What is offered in words.
        Account = "account",
        /// What is expressed of what somebody wants.
        Wished = "wished",
        /// What is expressed of what somebody holds true.
        Believed = "believed",
        /// What is expressed of what somebody fears.
        Feared = "feared",
        /// What somebody does by saying that they want to do it.
        ThankingVerb = "thanking-verb",
        /// Modal verbs and others of what is to come.
        Future = "future",
        /// What stands after “I would” where nothing is promised.
        NotPromised = "not-promised",
        /// Words in a cue that no entry has, of what is feared.
        Worried = "worried",
        /// Words in a cue that no entry has, of how somebody feels about something.
        Feeling = "feeling",
        /// Words in a cue that no entry has, of praise and blame.
        Attack = "attack",
        /// What is thanks, praise or blame by being said.
        JudgingOpening = "judging-opening",
        /// What somebody does by saying that they do it.
        JudgingVerb = "judging-verb",
        /// What may stand between a person and that verb.
        BeforeJudgingVerb = "before-judging-verb",
        /// Words that judge as predicates.
        Judging = "judging",
        /// Words that judge wherever they stand.
        JudgingAnywhere = "judging-anywhere",
        /// Forms of verbs before a predicate that judges.
        JudgingCopula = "judging-copula",
        /// What may stand between that verb and its predicate.
        Degree = "degree",
        /// What stands before a name in quotation marks, which is nobody's words.
        Naming = "naming",
        /// The months in their order, each with its abbreviations.
        Month = "month",
        /// The days of the week in their order, each with its abbreviations.
        Weekday = "weekday",
        /// Number words in their order.
        Number = "number",
    }
}

/// What the lists say of a word: the lists that hold it, as a set of bits.
type Lists = u128;

/// Where a word stands in one of its lists.
#[derive(Clone, Copy, Debug)]
struct Row {
    /// The row, counted from 0 within the list.
    number: usize,
    /// The row's first word: what the others are forms or spellings of.
    head: &'static str,
}

/// `data/vocabulary.tsv`, parsed once and never changed.
static VOCABULARY: LazyLock<Vocabulary> = LazyLock::new(Vocabulary::embedded);

struct Vocabulary {
    lists: FxHashMap<&'static str, Lists>,
    rows: FxHashMap<(WordList, &'static str), Row>,
    /// For each list its endings, written "-er".
    endings: Vec<Vec<&'static str>>,
}

impl WordList {
    /// Whether a word is in the list, whatever the case of its letters.
    #[must_use]
    pub fn has(self, word: &str) -> bool {
        lower(word, |word| self.has_small(word))
    }

    /// Whether a word that is written in lower case is in the list.
    #[must_use]
    pub fn has_small(self, word: &str) -> bool {
        VOCABULARY.lists.get(word).is_some_and(|lists| lists & self.bit() != 0)
    }

    /// Whether a word that is written with one capital, its first letter, is in the list.
    #[must_use]
    pub fn has_capitalized(self, word: &str) -> bool {
        word.starts_with(|first: char| first.is_ascii_uppercase())
            && !word[1..].contains(|letter: char| letter.is_ascii_uppercase())
            && self.has(word)
    }

    /// Whether a word ends as one of the list's endings says.
    #[must_use]
    pub fn has_ending(self, word: &str) -> bool {
        VOCABULARY.endings[self as usize].iter().any(|ending| word.ends_with(ending))
    }

    /// The number of the row, from 0, in which a word in lower case stands: 2 for "march" among the months.
    #[must_use]
    pub fn row(self, word: &str) -> Option<usize> {
        VOCABULARY.rows.get(&(self, word)).map(|row| row.number)
    }

    /// The first word of the row in which a word in lower case stands: "senator" for "sen".
    #[must_use]
    pub fn head(self, word: &str) -> Option<&'static str> {
        VOCABULARY.rows.get(&(self, word)).map(|row| row.head)
    }

    #[cfg(test)]
    /// The words of a list in the order of the file, endings without their "-".
    pub fn words(self) -> impl Iterator<Item = &'static str> {
        rows(EMBEDDED_VOCABULARY)
            .filter(move |(_, class, _)| *class == self.name())
            .flat_map(|(words, _, _)| words.split(", "))
            .map(|word| word.strip_prefix('-').unwrap_or(word))
    }

    const fn bit(self) -> Lists {
        1 << self as usize
    }
}

/// What `ask` answers for a word in lower case; no for a word that is longer than every one that is known.
fn lower(word: &str, ask: impl Fn(&str) -> bool) -> bool {
    let mut buffer = [0; LONGEST_WORD];
    let Some(buffer) = buffer.get_mut(..word.len()) else { return false };
    buffer.copy_from_slice(word.as_bytes());
    buffer.make_ascii_lowercase();
    std::str::from_utf8(buffer).is_ok_and(ask)
}

/// The rows of the file: words, class, example.
fn rows(file: &'static str) -> impl Iterator<Item = (&'static str, &'static str, &'static str)> {
    file.lines().filter(|line| !line.starts_with('#') && !line.is_empty()).map(|line| {
        let mut columns = line.split('\t');
        let mut column = || columns.next().expect("data/vocabulary.tsv has three columns");
        (column(), column(), column())
    })
}

impl Vocabulary {
    fn embedded() -> Self {
        let mut lists: FxHashMap<&'static str, Lists> = FxHashMap::default();
        let mut positions = FxHashMap::default();
        let mut endings = vec![Vec::new(); WordList::ALL.len()];
        let mut counts = vec![0; WordList::ALL.len()];
        for (words, class, _) in rows(EMBEDDED_VOCABULARY) {
            let list = WordList::from_name(class)
                .unwrap_or_else(|| panic!("data/vocabulary.tsv names an unknown class {class:?}"));
            let head = words.split(", ").next().unwrap_or(words);
            let row = Row { number: counts[list as usize], head };
            counts[list as usize] += 1;
            for word in words.split(", ") {
                if let Some(ending) = word.strip_prefix('-') {
                    endings[list as usize].push(ending);
                    continue;
                }
                *lists.entry(word).or_default() |= list.bit();
                positions.insert((list, word), row);
            }
        }
        Self { lists, rows: positions, endings }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn every_list_has_words_and_no_word_twice() {
        for &list in WordList::ALL {
            let words: Vec<&str> = list.words().collect();
            assert!(!words.is_empty(), "no row of {}", list.name());
            let distinct: HashSet<&str> = words.iter().copied().collect();
            assert_eq!(distinct.len(), words.len(), "a word stands twice in {}", list.name());
        }
        assert!(WordList::ALL.len() <= Lists::BITS as usize, "each list has a bit");
    }

    #[test]
    fn words_are_in_lower_case_and_short_enough() {
        for (words, class, _) in rows(EMBEDDED_VOCABULARY) {
            for word in words.split(", ") {
                assert!(
                    !word.is_empty() && word == word.trim() && word == word.to_lowercase(),
                    "{class} {word:?}"
                );
                assert!(word.len() <= LONGEST_WORD, "{word} is longer than what is looked up");
            }
        }
    }

    /// The first word of each row stands in its example, with nothing of a word around it; an ending ends a word of it.
    #[test]
    fn examples_hold_their_words() {
        for (words, class, example) in rows(EMBEDDED_VOCABULARY) {
            let lower = example.to_lowercase();
            let first = words.split(", ").next().unwrap_or(words);
            let stands = |start: usize, end: usize| {
                let before = lower[..start].chars().next_back();
                let after = lower[end..].chars().next();
                !before.is_some_and(char::is_alphanumeric) && !after.is_some_and(char::is_alphanumeric)
            };
            let holds = match first.strip_prefix('-') {
                Some(ending) => lower.split([' ', '.']).any(|word| word.ends_with(ending)),
                None => lower.match_indices(first).any(|(start, found)| stands(start, start + found.len())),
            };
            assert!(holds, "{class}: {first:?} is not in {example:?}");
            assert!(example.split(' ').count() >= 3, "{class}: {example:?} is no sentence");
        }
    }

    /// Above each class stands what it is for; its rows stand together below it.
    #[test]
    fn classes_have_a_comment_and_stand_together() {
        let mut seen = HashSet::new();
        let mut before = ("", "");
        for line in EMBEDDED_VOCABULARY.lines().filter(|line| !line.is_empty()) {
            let class = if line.starts_with('#') { "" } else { line.split('\t').nth(1).unwrap_or_default() };
            if !class.is_empty() && class != before.1 {
                assert!(
                    before.0.starts_with("# ") && before.0.contains("Read by "),
                    "{class} has no comment"
                );
                assert!(seen.insert(class), "{class} stands in two places");
            }
            before = (line, class);
        }
        assert_eq!(seen.len(), WordList::ALL.len());
    }

    #[test]
    fn words_are_found_in_the_case_that_is_asked_for() {
        assert!(WordList::Judging.has("SHAMEFUL") && !WordList::Judging.has("said"));
        assert!(WordList::ReportingVerb.has_small("asked") && !WordList::ReportingVerb.has_small("Asked"));
        assert!(
            WordList::SentenceOpener.has_capitalized("The") && WordList::SentenceOpener.has_capitalized("I")
        );
        assert!(
            !WordList::SentenceOpener.has_capitalized("the")
                && !WordList::SentenceOpener.has_capitalized("THE")
        );
        assert!(WordList::PersonEnding.has_ending("farmer") && !WordList::PersonEnding.has_ending("dam"));
        assert_eq!((WordList::Month.row("mar"), WordList::Number.row("ten")), (Some(2), Some(9)));
        assert_eq!((WordList::Title.head("sen"), WordList::Title.head("mayor")), (Some("senator"), None));
        assert!(!WordList::Judging.has("a word that is much longer than any") && !WordList::Judging.has(""));
    }
}
