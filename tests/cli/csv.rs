//! CSV for programs, and for spreadsheets, which run some cells as formulas.

use super::place::Place;

/// Ids are the easiest way into a cell.
const IDS: [&str; 8] = ["=1+1", "+1", "-1", "@A1", "\"=1", "\t=1", "'tis", "a=1"];

fn place() -> Place {
    let rows = IDS.map(|id| {
        serde_json::json!({"id": id, "text": "Mayor Ana Ruiz said the bridge is safe."}).to_string() + "\n"
    });
    Place::with(&[("a.jsonl", rows.concat().as_bytes())])
}

/// The first cell of each row.
fn ids(csv: &str) -> Vec<String> {
    let unquoted = |row: &str| {
        let cell = row.split(',').next().unwrap_or_default();
        let inner = cell.strip_prefix('"').and_then(|cell| cell.strip_suffix('"'));
        inner.map_or_else(|| cell.to_owned(), |cell| cell.replace("\"\"", "\""))
    };
    csv.lines().skip(1).map(unquoted).collect()
}

#[test]
fn cells_are_as_they_are_unless_a_spreadsheet_is_to_open_them() {
    let place = place();
    let run = |arguments: &[&str]| {
        let run = place.run(&[&["extract", "a.jsonl", "--format", "csv"], arguments].concat());
        run.check(0, "");
        run.out
    };
    let plain = run(&[]);
    assert_eq!(ids(&plain), IDS);
    assert_eq!(run(&["--csv-safe", "false"]), plain);
    let safe = ids(&run(&["--csv-safe", "true"]));
    assert_eq!(safe, ["'=1+1", "'+1", "'-1", "'@A1", "'\"=1", "'\t=1", "'tis", "a=1"]);
}

#[test]
fn other_formats_have_no_cells() {
    let run = place().run(&["extract", "a.jsonl", "--format", "jsonl", "--csv-safe", "true"]);
    run.check(2, "ascribe: --csv-safe has no effect with --format jsonl: remove it\n");
}
