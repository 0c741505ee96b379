//! Where sentences and paragraphs end.

use super::{check, check_sentences, sentences};

#[test]
fn plain_sentences() {
    check_sentences("The bridge is closed.\nWho closed it?\nThe mayor did!\nNobody knows why.");
    check_sentences("It rose 3.5 percent to 1,000.\nIt fell later.");
    check_sentences("It ended.\n5 people left.\n$5 was found.");
}

#[test]
fn abbreviations_and_initials() {
    check_sentences("Gen. Mark Milley met Mr. Smith of Apple Inc. on Jan. 5.\nThey talked.");
    check_sentences("J. K. Rowling and George W. Bush came.\nSo did J.R.R. Tolkien.");
    check_sentences("The U.S. Senate voted.\nIt left the U.S.\nThe vote was close.");
    check_sentences("He lives in the U.S.\n“I like it,” he said.");
    check_sentences("It began at 3:55 p.m. Tuesday and ended at 5 p.m.\nPolice came at 9 a.m. EST.");
    check_sentences("No. 10 said no.\nNo.\nThat was in Roe v. Wade, i.e. long ago.");
    check_sentences("They are older than I.\nHe knows.\nJohn I. Smith does, too.");
    check_sentences(
        "Marco Rubio, R-Fla., met N.J. Gov. Chris Christie in Lodi, N.J.\nPolice (R-Ariz.) came.",
    );
    check_sentences("He sat.\nThe sun.\nWe may.\nGo on.");
}

#[test]
fn quotations_that_end_sentences() {
    check_sentences("He said: \"Go.\"\nShe went.");
    check_sentences("“I came. \nI saw,” he said.".replace(" \n", "\n").as_str());
    check_sentences("“Stop!” she cried.\n“Is it true?” asked the judge.\n‘Why?’ he said.");
    check_sentences("“Is it true?” Mr. Smith asked.\n“It is.”\nMr. Smith left.");
    check_sentences("“Is it true?”\nMr. Smith said he didn’t know.");
    check_sentences("“No!”\nShe left.\n“Well…” I said.");
    check_sentences("He called it “a farce.”\n“We lost,” he said.");
    check_sentences("She asked why (nobody knew.)\nThen (why?) she left.");
    check("He said \"go.\"She went", sentences, "He said \"go.\"\nShe went");
}

#[test]
fn ellipses_and_names() {
    check_sentences("He waited … and waited... and left.");
    check_sentences("It was over...\nThe end came.");
    check_sentences("We saw . . . nothing.\nYahoo! Inc. fell.\nJeb! was better.");
    check_sentences("iPhone sales fell.\niPad sales rose.");
}

#[test]
fn no_sentence_without_a_word() {
    check("He left. 😀", sentences, "He left. 😀");
    check("... He left. \"", sentences, "... He left. \"");
    check("***", sentences, "***");
    check("1. The court ruled. It was late.", sentences, "1. The court ruled.\nIt was late.");
}

#[test]
fn paragraphs_end_with_lines() {
    check(
        "Headline here\n\nBy A Writer\nThe text.\r\nMore",
        sentences,
        "Headline here\n\nBy A Writer\n\nThe text.\n\nMore",
    );
    check(
        "One\u{2028}two\u{2029}three\u{B}four\rfive\u{85}six",
        sentences,
        "One\n\ntwo\n\nthree\n\nfour\n\nfive\n\nsix",
    );
}

#[test]
fn wrapped_lines_are_rejoined() {
    check(
        "The mayor of the town said on Tuesday that the old bridge\n\
         would be closed to all traffic until the end of the year.\n\
         The council had asked for it, and the governor of that state\n\
         agreed.\n\nIt will reopen.",
        sentences,
        "The mayor of the town said on Tuesday that the old bridge⏎would be closed to all traffic until the end of the year.\n\
         The council had asked for it, and the governor of that state⏎agreed.\n\n\
         It will reopen.",
    );
    // A list of full sentences isn't wrapped text.
    check(
        "The mayor said that the bridge would be closed for a year.\nThe council agreed with him on that.",
        sentences,
        "The mayor said that the bridge would be closed for a year.\n\nThe council agreed with him on that.",
    );
}
