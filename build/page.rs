//! page/ -> one HTML file with style and script inline, and the content security policy that allows exactly those: one
//! request shows the page, and nothing else runs in it. tests/page/serve.py does the same in Python.

use std::error::Error;
use std::fs;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

/// Where the page is, from the root of the package.
pub(crate) const DIRECTORY: &str = "page";

/// The tags of index.html that are replaced; each stands alone on a line. The modules' order is the order of their tags:
/// whatever one imports stands before it.
const STYLE: (&str, &str) = ("<link rel=\"stylesheet\" href=\"", "\">");
const MODULE: (&str, &str) = ("<script type=\"module\" src=\"", "\"></script>");
/// After this line goes the policy, before that one the script.
const CHARSET: &str = "<meta charset=\"utf-8\">";
const END: &str = "</body>";

/// The page as it is served.
pub(crate) struct Page {
    /// The body.
    pub(crate) html: String,
    /// The value of its header `content-security-policy`.
    pub(crate) policy: String,
}

/// Reads the page's files and makes them one.
pub(crate) fn inlined() -> Result<Page, Box<dyn Error>> {
    let (mut html, mut style, mut script) = (String::new(), String::new(), String::new());
    let mut policy_place = 0;
    for line in read("index.html")?.lines() {
        if let Some(name) = between(line, STYLE) {
            style = read(name)?;
            html.extend(["<style>", style.as_str(), "</style>\n"]);
            continue;
        }
        if let Some(name) = between(line, MODULE) {
            script.push_str(&as_one(&read(name)?));
            continue;
        }
        if line == END {
            html.extend(["<script type=\"module\">", script.as_str(), "</script>\n"]);
        }
        html.push_str(line);
        html.push('\n');
        if line == CHARSET {
            policy_place = html.len();
        }
    }
    if style.is_empty() || script.is_empty() || policy_place == 0 {
        return Err("page/index.html names no style or no module, or has no charset".into());
    }
    for (words, end) in [(&style, "</style"), (&script, "</script"), (&script, "<!--")] {
        if words.contains(end) {
            return Err(format!("page/: \"{end}\" would end or hide what stands inline").into());
        }
    }
    let own = own_policy(&style, &script);
    // A saved copy keeps its policy; frame-ancestors works in a header only.
    let meta = format!("<meta http-equiv=\"Content-Security-Policy\" content=\"{own}\">\n");
    html.insert_str(policy_place, &meta);
    Ok(Page { html, policy: format!("{own}; frame-ancestors 'none'") })
}

/// What the page may do: run its one script, have its one style, ask the server that it came from.
fn own_policy(style: &str, script: &str) -> String {
    format!(
        "default-src 'none'; script-src '{}'; style-src '{}'; connect-src 'self'; img-src data:; base-uri 'none'; \
         form-action 'none'",
        digest(script),
        digest(style)
    )
}

/// The source expression that allows exactly these words inline.
fn digest(words: &str) -> String {
    format!("sha256-{}", STANDARD.encode(Sha256::digest(words.as_bytes())))
}

/// A module's lines without what ties it to others: all of them become one, so no two may declare the same name.
fn as_one(module: &str) -> String {
    let mut script = String::with_capacity(module.len());
    for line in module.lines().filter(|line| !line.starts_with("import ")) {
        script.push_str(line.strip_prefix("export ").unwrap_or(line));
        script.push('\n');
    }
    script
}

fn between<'a>(line: &'a str, (start, end): (&str, &str)) -> Option<&'a str> {
    line.strip_prefix(start)?.strip_suffix(end)
}

fn read(name: &str) -> Result<String, Box<dyn Error>> {
    let path = format!("{DIRECTORY}/{name}");
    fs::read_to_string(&path).map_err(|error| format!("{path}: {error}").into())
}
