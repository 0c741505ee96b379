//! Many texts on all cores: `cargo run --release -p ascribe-engine --example many_threads FILE…`.
//!
//! `extract_many` keeps their order. Whoever has threads of their own gives each of them a reference to the same
//! extractor, as below.

use std::{env, fs, io, thread};

use ascribe_engine::{Context, Extractor};

fn main() -> io::Result<()> {
    let files: Vec<String> = env::args().skip(1).collect();
    let texts = files.iter().map(fs::read_to_string).collect::<io::Result<Vec<_>>>()?;
    let extractor = Extractor::default();

    for (file, found) in files.iter().zip(extractor.extract_many(&texts)) {
        println!("{file}: {} claims", found.len());
    }

    // The same on threads of one's own, each text with what is known of it.
    let (longest, claims) = thread::scope(|scope| {
        let threads: Vec<_> = texts
            .iter()
            .map(|text| scope.spawn(|| (text.len(), extractor.extract_in(text, Context::default()).len())))
            .collect();
        let counted = threads.into_iter().map(|thread| thread.join().expect("reading never panics"));
        counted.fold((0, 0), |(longest, all), (bytes, claims)| (bytes.max(longest), all + claims))
    });
    println!("{claims} claims; the longest text has {longest} bytes");
    Ok(())
}
