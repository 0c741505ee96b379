//! A cue that the lexicon hasn't got: `cargo run -p ascribe-engine --example own_cues`.
//!
//! `data/README.md` says what the columns mean.

use ascribe_engine::{Extractor, Lexicon, LexiconError};

/// One entry, its columns separated by tabs.
const OWN: &str = "\
blorp\tverb\t-\tthat:90 quotation:90\tcommunication\tassertion\tdistancing\tShe blorped that it leaks.
";

fn main() -> Result<(), LexiconError> {
    let lexicon = Lexicon::embedded().extended_by(OWN)?;
    let extractor = Extractor::builder().lexicon(lexicon).build();
    let found = extractor.extract("The mayor blorped that the bridge was safe.");
    for claim in &found {
        println!("{:?} {:?}", claim.speaker(), claim.cue.as_ref().map(|cue| (&cue.lemma, cue.stance)));
    }
    Ok(())
}
