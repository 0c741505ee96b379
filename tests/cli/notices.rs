//! What makes an answer doubtful, as the command tells it.

use super::place::Place;

const FRENCH: &str = "Le conseil municipal a voté mardi soir la fermeture du vieux barrage, dont les fissures inquiètent les \
                      habitants depuis l’hiver dernier. La maire promet que les travaux commenceront avant la fin de l’année, \
                      mais les agriculteurs de la vallée craignent de manquer d’eau pendant l’été.";
const HTML: &str = "<p>Mayor Ana Ruiz said the bridge is safe.</p>";

fn place() -> Place {
    Place::with(&[("a.txt", FRENCH.as_bytes()), ("b.txt", HTML.as_bytes())])
}

#[test]
fn notices_stand_in_every_format() {
    let place = place();
    let run = place.run(&["extract", "a.txt", "b.txt", "--offsets", "utf16"]);
    run.check(0, "");
    let [french, html] = run.lines().try_into().expect("two lines");
    assert_eq!(french["claims"], serde_json::json!([]));
    assert_eq!(french["notices"][0]["reason"], "NOTICE_REASON_OTHER_LANGUAGE");
    assert_eq!(french["notices"][0].get("span"), None);
    assert_eq!(html["notices"][0]["reason"], "NOTICE_REASON_LOOKS_LIKE_HTML");
    assert_eq!(html["notices"][0]["span"], serde_json::json!({"start": 0, "end": 3}));

    let pretty = place.run(&["extract", "a.txt", "--format", "pretty"]);
    pretty.check(0, "");
    let shown = pretty.out.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(
        shown.starts_with("a.txt · no claims notice: the text looks like French (“Le conseil"),
        "{shown}"
    );

    let csv = place.run(&["extract", "a.txt", "--format", "csv"]);
    csv.check(0, "");
    assert!(csv.out.contains("the text looks like French"), "{}", csv.out);
    let html = place.run(&["extract", "a.txt", "--format", "html"]);
    assert!(html.out.contains("NOTICE_REASON_OTHER_LANGUAGE"));
    for format in ["brat", "label-studio", "doccano", "web-annotation"] {
        let run = place.run(&["extract", "b.txt", "--format", format]);
        assert_eq!(run.code, Some(0), "{format}");
        assert!(
            run.err.starts_with("ascribe: b.txt: the text looks like HTML, 2 tags such as “<p>”: "),
            "{}",
            run.err
        );
    }
}

#[test]
fn whoever_says_that_a_text_is_english_has_it_read() {
    let place = place();
    let run = place.run(&["extract", "a.txt", "--language", "en-GB"]);
    run.check(0, "");
    assert_eq!(run.lines()[0]["notices"], serde_json::json!([]));
    let run = place.run(&["extract", "a.txt", "--language", "de"]);
    assert_eq!(run.code, Some(2));
    assert!(run.err.contains("is \"de\": the languages that are read here are en"), "{}", run.err);
}
