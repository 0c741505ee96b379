//! Whether a text holds some quotations, and whose they are there: `cargo run -p ascribe-engine --example verify`.

use ascribe_engine::{Extractor, GivenQuotation, Verifier};

const TEXT: &str = "“The old dam over the quiet town leaks,” said Ana Ruiz. Joe Palmer denied that.";

fn main() {
    let found = Extractor::default().extract(TEXT);
    let given = [
        GivenQuotation { text: "The old dam over the quiet town leaks", source: "Ana Ruiz" },
        GivenQuotation { text: "The old dam over the quiet town is safe", source: "Ana Ruiz" },
        GivenQuotation { text: "The old dam over the quiet town leaks", source: "Joe Palmer" },
    ];
    for (quotation, finding) in given.iter().zip(Verifier::default().verify(&found, &given)) {
        let speaker = finding.holder.and_then(|holder| found.all()[holder].speaker());
        println!(
            "{:?} by {}: {:?}, said there by {} (the speaker: {:?})",
            quotation.text,
            quotation.source,
            finding.verdict,
            speaker.unwrap_or("nobody"),
            finding.speaker,
        );
        for difference in &finding.differences {
            let (quoted, original) =
                (difference.quoted.slice(quotation.text), difference.original.slice(TEXT));
            println!("  {:?}: {quoted:?} for {original:?}", difference.edit);
        }
    }
}
