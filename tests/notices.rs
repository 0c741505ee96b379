//! What the engine says of texts that it reads badly: in another language, marked up, broken; and that it says nothing of
//! English, whatever English that is.
//!
//! `tests/data/languages.tsv` has a paragraph of news in each of 39 languages, the same one, written for this test.

use std::sync::LazyLock;

use ascribe_engine::{Alias, Context, Extractor, NoticeReason};

static EXTRACTOR: LazyLock<Extractor> = LazyLock::new(Extractor::default);

/// Each language's name with a paragraph in it.
fn paragraphs() -> impl Iterator<Item = (&'static str, &'static str)> {
    include_str!("data/languages.tsv")
        .lines()
        .map(|line| line.split_once('\t').expect("a name and a paragraph"))
}

fn reasons(text: &str) -> Vec<NoticeReason> {
    EXTRACTOR.extract(text).notices().iter().map(|notice| notice.reason).collect()
}

#[test]
fn a_text_in_another_language_has_no_claims_and_a_notice_that_names_it() {
    let mut unnamed = Vec::new();
    for (language, text) in paragraphs() {
        let found = EXTRACTOR.extract(text);
        let [notice] = found.notices() else { panic!("{language}: {:?}", found.notices()) };
        assert_eq!((notice.reason, notice.span), (NoticeReason::OtherLanguage, None), "{language}");
        assert!(found.all().is_empty() && !found.is_read(), "{language}");
        assert_eq!(found.text(), text);
        let start = format!("the text looks like {language} (“");
        let is_named = notice.message.starts_with(&start);
        let is_unnamed = notice.message.starts_with("the text looks like another language than English (“");
        assert!(is_named || is_unnamed, "{language}: {}", notice.message);
        if is_unnamed {
            unnamed.push(language);
        }
    }
    // It is too near to Dutch.
    assert_eq!(unnamed, ["Afrikaans"]);
}

#[test]
fn a_text_that_the_caller_calls_english_is_read() {
    let text = "Le maire a dit que le barrage est sûr. “It leaks,” said Ana Ruiz. ".to_owned()
        + &"Les habitants de la vallée craignent pourtant que les travaux promis depuis longtemps ne commencent pas avant la fin. ".repeat(9);
    assert!(!EXTRACTOR.extract(&text).is_read());
    let context = Context { language_is_given: true, ..Context::default() };
    let found = EXTRACTOR.extract_in(&text, context);
    assert!(found.is_read() && found.notices().is_empty());
    assert!(found.iter().any(|claim| claim.speaker() == Some("Ana Ruiz")));
    let always = Extractor::builder().language_is_given().build();
    assert_eq!(always.extract(&text).all(), found.all());
}

#[test]
fn short_texts_are_taken_for_english_but_not_those_of_other_scripts() {
    let mut short = 0;
    for (language, text) in paragraphs() {
        let start: String = text.chars().take(60).collect();
        let is_latin = start.chars().filter(char::is_ascii_alphabetic).count() > 20;
        assert_eq!(EXTRACTOR.extract(&start).is_read(), is_latin, "{language}: {start}");
        short += usize::from(is_latin);
    }
    assert!((20..30).contains(&short), "{short}");
    for text in [
        "Он",
        "Москва, she said.",
        "“Привет,” said Ana Ruiz, who had learnt a word or two.",
        "π ≈ 3.14",
        "市",
    ] {
        assert!(EXTRACTOR.extract(text).is_read(), "{text}");
    }
}

/// The claims of the English part stay as they are.
#[test]
fn of_a_text_in_two_languages_the_second_is_told() {
    let english = "The council closed the old dam on Tuesday night, and the mayor said that the work would start before the \
                   end of the year. Farmers in the valley fear that they will run out of water, they said.\n\n";
    let claims = EXTRACTOR.extract(english).claims().to_vec();
    for (language, text) in paragraphs().filter(|(language, _)| !["Chinese", "Afrikaans"].contains(language))
    {
        let both = format!("{english}{text}");
        let found = EXTRACTOR.extract(&both);
        let [notice] = found.notices() else { panic!("{language}: {:?}", found.notices()) };
        assert!(found.is_read());
        assert!(
            notice.message.starts_with(&format!("part of the text looks like {language}, from “")),
            "{notice:?}"
        );
        assert_eq!(notice.span.map(|span| span.start), Some(english.len()), "{language}");
        let speakers = |claims: &[ascribe_engine::Claim]| -> Vec<_> {
            claims.iter().map(|claim| claim.speaker().map(str::to_owned)).take(1).collect()
        };
        assert_eq!(speakers(found.claims()), speakers(&claims), "{language}");
    }
}

#[test]
fn english_of_any_kind_is_english() {
    let articles = include_str!("data/wikinews-dev.jsonl").lines().map(|line| {
        let article: serde_json::Value = serde_json::from_str(line).expect("a line of JSON");
        article["text"].as_str().expect("it has a text").to_owned()
    });
    let others = [
        // A team sheet.
        "Italy: De Marigny; Mirco Bergamasco, Stoica, Masi, Nitoglia; Orquera, Griffen; Lo Cicero, Ongaro, Castrogiovanni, \
         Dellape, Bortolami (capt), Persico, Mauro Bergamasco, Parisse. Replacements: Intoppa, Perugini, Del Fava, Orlando",
        // Names in capitals, and headlines.
        "M CASTROGIOVANNI, S DELLAPE, M BORTOLAMI (CAPT), A PERSICO, MAURO BERGAMASCO, S PARISSE, G INTOPPA, S PERUGINI, \
         CA DEL FAVA, D DAL MASO, P TRAVAGLI, R PEDRAZZI, K ROBERTSON, A TRONCON, C NIETO, L ORQUERA, J MARAFFON, OLGA VUKOV",
        "BRIDGE SHUT AFTER FLOOD\nMAYOR QUITS OVER DAM\nFARMERS FEAR DRY SUMMER\nRUIZ VOWS QUICK REPAIRS\nSCHOOLS REOPEN \
         MONDAY\nTRAIN STRIKE ENTERS THIRD WEEK\nOIL PRICES FALL AGAIN\nCOURT BLOCKS PIPELINE\nUNITED WIN LATE AT ROVERS",
        // A table of figures.
        "Shr profit 23 cts vs profit 49 cts\nNet profit 24.1 mln vs profit 49.6 mln\nRevs 755.4 mln vs 708.3 mln\nNine mths\n\
         Shr loss 84 cts vs profit 1.53 dlrs\nNet loss 80.7 mln vs profit 152.3 mln\nRevs 1.19 billion vs 2.32 billion\n\
         Avg shrs 26.1 mln vs 25.9 mln\nYear ended Dec 31\nNet loss 12.2 mln vs profit 3.9 mln\nBacklog 1.1 billion",
        // A poem.
        "Slow silver river, sleeping under stones,\nold dam of winter, keeper of cold bones,\nsing, water, sing, grey swallow, \
         skim low, skim,\nnight falling soft on willow, root, limb,\nsmoke over meadows, lamplight, distant bells,\nrain upon \
         rooftops, ebbing tidal swells.",
        // Handles and tags.
        "@phirimarko @SirNige @263Chat @deltandou @CynicHarare @RangaMberi @ConorMWalsh @nematombo @teldah @cchabikwa @ChrisNqoe \
         #dam #split #flut #zukunft @fingerray @263chat @cchabikwa @chrisnqoe @cynicharare @deltandou @phirimarko @rangamberi \
         @sirnige @teldah @nematombo @conormwalsh https://example.org/a/b/c/der/die/das/und/nicht/ist",
        // A long quotation in another language.
        "The mayor read the minister’s letter aloud to those who had come to the hall on Tuesday night, and then she put it away. \
         “Nous avons regardé chaque pierre et nous ne pouvons plus attendre, les travaux commenceront avant la fin de l’année,” \
         it said. Nobody in the hall believed that the work would start before the winter, and she told them that she didn’t.",
        // Of another English.
        "Di mayor tell tori pipul say di old dam no dey safe again. She add say dem don check every stone, and dem no fit wait. \
         Farmers wey dey live for di valley dey fear say water no go dey for summer, but di council say make dem no worry at all.",
    ];
    for text in articles.chain(others.into_iter().map(str::to_owned)) {
        let found = EXTRACTOR.extract(&text);
        assert!(found.is_read() && found.notices().is_empty(), "{:?}: {text}", found.notices());
    }
}

#[test]
fn what_is_no_plain_text_is_told_with_its_place() {
    for (text, reason, example) in [
        ("<p>Ana Ruiz said the dam leaks.</p>", NoticeReason::LooksLikeHtml, "<p>"),
        ("{\"id\": 1, \"text\": \"Ana Ruiz said the dam leaks.\"}", NoticeReason::LooksLikeJson, "{\"id\":"),
        ("â€œThe dam leaks,â€\u{9d} said Ana Ruiz.", NoticeReason::Mojibake, "â€œ"),
    ] {
        let found = EXTRACTOR.extract(text);
        let [notice] = found.notices() else { panic!("{text}: {:?}", found.notices()) };
        assert_eq!(notice.reason, reason, "{text}");
        assert_eq!(notice.span.map(|span| span.slice(text)), Some(example), "{text}");
        assert!(found.is_read() && notice.message.contains(example), "{}", notice.message);
    }
    let interview =
        "Q: Is the old dam safe, as the city says?\nA: We looked at every stone of it.\n".repeat(3);
    assert_eq!(reasons(&interview), [NoticeReason::LooksLikeTranscript]);
    // English in markup is no other language; another language is.
    let (_, french) = paragraphs().next().expect("French comes first");
    let page = |text: &str| {
        format!("<html><style>.un-deux {{le: la}}</style><div class=\"le-la-les\"><p>{text}</p></div>")
    };
    assert_eq!(reasons(&page("Ana Ruiz said the dam leaks.")), [NoticeReason::LooksLikeHtml]);
    assert_eq!(reasons(&page(french)), [NoticeReason::OtherLanguage, NoticeReason::LooksLikeHtml]);
}

#[test]
fn two_people_with_one_name_are_told() {
    let alias = |name: &str, variants: &[&str]| Alias {
        name: name.to_owned(),
        variants: variants.iter().map(|&it| it.to_owned()).collect(),
        ..Alias::default()
    };
    let text = "The Boss said that the dam leaks.";
    let told = |aliases: &[Alias]| {
        let context = Context { aliases, ..Context::default() };
        let found = EXTRACTOR.extract_in(text, context);
        found
            .notices()
            .iter()
            .map(|it| (it.message.clone(), it.span.map(|span| span.slice(text))))
            .collect::<Vec<_>>()
    };
    let two = [alias("Ana Ruiz", &["the Boss", "Ruiz"]), alias("Joe Palmer", &["The Boss", "Palmer"])];
    let message = "“The Boss” names both “Ana Ruiz” and “Joe Palmer” among the aliases: it is taken for the first; take it \
                   from one of them";
    assert_eq!(told(&two), [(message.to_owned(), Some("The Boss"))]);
    // It needn't stand in the text, nor be a variant of both; one person may be named twice.
    assert_eq!(told(&[alias("Ana Ruiz", &["Palmer"]), alias("Palmer", &[])]).len(), 1);
    assert_eq!(told(&[alias("Ana Ruiz", &["the Boss"]), alias("Ana Ruiz", &["the Boss"])]), []);
    // Many are told together, and three with one name once.
    let names: Vec<String> = (0..40).map(|number| format!("name {number}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let many = told(&[alias("A", &names), alias("B", &names), alias("C", &names)]);
    assert_eq!(many.len(), 5);
    assert!(many[4].0.ends_with("; so do 35 more names"), "{}", many[4].0);
}

#[test]
fn noticing_is_linear_on_hostile_texts() {
    for piece in [
        "<",
        "<a ",
        "<p>",
        "<script>",
        "&",
        "&amp",
        "Ã©",
        "Ã",
        "A: b c d e f\n",
        "\n",
        "abc def ",
        "a",
        "市",
        "{\"",
        "[{",
    ] {
        let text = piece.repeat((1 << 20) / piece.len());
        let started = std::time::Instant::now();
        // Called off at the first question after what is noticed.
        let asked = std::sync::atomic::AtomicUsize::new(0);
        let cancelled = || asked.fetch_add(1, std::sync::atomic::Ordering::Relaxed) > 3;
        let _ = EXTRACTOR.extract_unless(&text, Context::default(), &cancelled);
        assert!(started.elapsed().as_secs() < 30, "{piece:?}: {:?}", started.elapsed());
    }
}
