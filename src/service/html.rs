//! HTML that is safe to show: made once, when a message or note is written, never while reading.
//! Owns what may stand in it. Nothing in it runs, submits, loads from elsewhere (so no sender learns that a message was read),
//! styles the page around it, or leads anywhere but to the web and to mail.

use ammonia::{Builder, UrlRelative};
use std::{borrow::Cow, collections::HashSet, sync::LazyLock};

use crate::domain::text;

/// Longer HTML is dropped and the plain text kept.
pub const MAX_CHARS: usize = 131_072;

/// HTML with more tags than this, opening and closing, is dropped too: parsing deep nesting takes time quadratic in its depth.
pub const MAX_TAGS: usize = 10_000;

/// Longer addresses in a text aren't linked.
const MAX_ADDRESS_BYTES: usize = 2_048;

/// What a link tells the page it leads to: nothing.
const LINK_REL: &str = "noopener noreferrer nofollow";

static SANITISER: LazyLock<Builder<'static>> = LazyLock::new(|| {
    let mut builder = Builder::default();
    builder
        .rm_tags(["area", "map"])
        // Their content is for machines, or an alternative to what was removed.
        .add_clean_content_tags([
            "head", "iframe", "math", "noembed", "noframes", "noscript", "object", "select", "svg", "template",
            "textarea", "title",
        ])
        // An image keeps its description only.
        .rm_tag_attributes("img", ["src", "align", "height", "width"])
        .rm_tag_attributes("blockquote", ["cite"])
        .rm_tag_attributes("del", ["cite"])
        .rm_tag_attributes("ins", ["cite"])
        .rm_tag_attributes("q", ["cite"])
        .url_schemes(HashSet::from(["http", "https", "mailto"]))
        .url_relative(UrlRelative::Deny)
        .link_rel(Some(LINK_REL))
        .set_tag_attribute_value("a", "target", "_blank");
    builder
});

/// The HTML that came with a message, made safe; none when it is too large or nothing of it is left, and the text should be shown.
/// Takes up to some hundred milliseconds for hostile input, so it belongs before the transaction.
pub fn sanitise(html: &str) -> Option<String> {
    if text::exceeds(html, MAX_CHARS) || html.bytes().filter(|&byte| byte == b'<').count() > MAX_TAGS {
        return None;
    }
    let clean = SANITISER.clean(&text::without_nul(html)).to_string();
    (!clean.trim().is_empty()).then_some(clean)
}

/// Plain text as HTML: paragraphs at blank lines, breaks at the others, web addresses as links, everything else escaped.
pub fn from_text(text: &str) -> String {
    let mut html = String::with_capacity(text.len() + text.len() / 8 + 16);
    let mut in_paragraph = false;
    for line in text.lines() {
        if line.trim().is_empty() {
            if in_paragraph {
                html.push_str("</p>");
            }
            in_paragraph = false;
            continue;
        }
        html.push_str(if in_paragraph { "<br>" } else { "<p>" });
        in_paragraph = true;
        push_line(&mut html, line);
    }
    if in_paragraph {
        html.push_str("</p>");
    }
    html
}

/// One line, escaped, its addresses linked.
fn push_line(html: &mut String, mut line: &str) {
    while let Some((start, address)) = next_address(line) {
        html.push_str(&escape(&line[..start]));
        let shown = escape(address);
        for part in [r#"<a href=""#, &shown, r#"" target="_blank" rel=""#, LINK_REL, r#"">"#, &shown, "</a>"] {
            html.push_str(part);
        }
        line = &line[start + address.len()..];
    }
    html.push_str(&escape(line));
}

/// The first web address in a line and where it starts.
fn next_address(line: &str) -> Option<(usize, &str)> {
    let mut from = 0;
    while let Some(found) = line[from..].find("http") {
        let start = from + found;
        from = start + "http".len();
        let glued = line[..start].chars().next_back().is_some_and(char::is_alphanumeric);
        let rest = &line[start..];
        if !glued && (rest.starts_with("http://") || rest.starts_with("https://")) {
            // Bounded, because what follows is done again for each start that turns out to be none.
            let near = &rest[..rest.floor_char_boundary(MAX_ADDRESS_BYTES + 1)];
            let end = near.find(ends_address).unwrap_or(near.len());
            if end > MAX_ADDRESS_BYTES {
                continue;
            }
            let address = trim_sentence(&rest[..end]);
            if url::Url::parse(address).is_ok_and(|url| url.has_host()) {
                return Some((start, address));
            }
        }
    }
    None
}

fn ends_address(character: char) -> bool {
    matches!(character, '<' | '>' | '"' | '`' | '{' | '}' | '|' | '\\' | '^')
        || character.is_whitespace()
        || character.is_control()
}

/// An address without the punctuation of the sentence around it; brackets that it opened itself stay.
fn trim_sentence(mut address: &str) -> &str {
    while let Some(last) = address.chars().next_back() {
        let opening = match last {
            ')' => '(',
            ']' => '[',
            '.' | ',' | ':' | ';' | '!' | '?' | '\'' | '*' | '_' | '…' | '”' | '’' | '»' => '\0',
            _ => break,
        };
        if opening != '\0' && address.matches(opening).count() >= address.matches(last).count() {
            break;
        }
        address = &address[..address.len() - last.len_utf8()];
    }
    address
}

fn escape(text: &str) -> Cow<'_, str> {
    if !text.contains(['&', '<', '>', '"', '\'', '\0']) {
        return Cow::Borrowed(text);
    }
    let mut escaped = String::with_capacity(text.len() + 16);
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            '\0' => {}
            other => escaped.push(other),
        }
    }
    Cow::Owned(escaped)
}

#[cfg(test)]
#[path = "html_tests.rs"]
mod tests;
