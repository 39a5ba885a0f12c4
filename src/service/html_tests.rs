//! Tests of [`super`]: what passes, what doesn't, and that hostile input costs no time.

use super::*;
use std::time::{Duration, Instant};

#[test]
fn ordinary_markup_passes() {
    let html = "<h1>Hi</h1><p>a <b>bold</b> <i>word</i><br>x</p><ul><li>1</li></ul><blockquote>q</blockquote>\
                <table><tbody><tr><td colspan=\"2\">c</td></tr></tbody></table><pre><code>x &lt; y</code></pre>";
    assert_eq!(sanitise(html).as_deref(), Some(html));
}

#[test]
fn nothing_runs_submits_styles_or_loads() {
    for (hostile, safe) in [
        ("a<script>alert(1)</script>b", "ab"),
        ("a<style>p{color:red}</style>b", "ab"),
        ("a<svg onload=alert(1)><script>x</script></svg>b", "ab"),
        ("a<iframe src=https://x.example>z</iframe>b", "ab"),
        ("<title>t</title>b", "b"),
        ("<b onclick=alert(1) style=\"position:fixed\" class=x id=y>b</b>", "<b>b</b>"),
        ("<form action=https://x.example><input name=a><button>go</button></form>", "go"),
        ("<img src=https://x.example/pixel.gif alt=\"a cat\" onerror=alert(1)>", "<img alt=\"a cat\">"),
        ("<p background=https://x.example/a.png>b</p>", "<p>b</p>"),
        (
            "<link rel=stylesheet href=https://x.example><base href=https://x.example><meta http-equiv=refresh content=0>b",
            "b",
        ),
        ("<!-- c --><![CDATA[x]]>b", "b"),
        ("<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\">b</p></noscript>", "\"&gt;b"),
    ] {
        let clean = sanitise(hostile).unwrap();
        assert!(clean.contains(safe), "{hostile}\n{clean}");
        for trace in ["script", "onerror=", "onclick", "style", "x.example", "javascript"] {
            assert!(!clean.contains(trace), "{hostile}\n{clean}");
        }
    }
}

#[test]
fn links_lead_to_the_web_and_to_mail_only() {
    let link = |href: &str| sanitise(&format!("<a href=\"{href}\">x</a>")).unwrap();
    for href in ["https://example.org/a?b=1", "http://example.org", "mailto:a@example.org"] {
        assert_eq!(link(href), format!("<a href=\"{href}\" target=\"_blank\" rel=\"{LINK_REL}\">x</a>"));
    }
    for href in [
        "javascript:alert(1)",
        " java\nscript:alert(1)",
        "JaVaScRiPt:x",
        "data:text/html,x",
        "/path",
        "//example.org",
        "#a",
        "ftp://a",
        "vbscript:x",
        "file:///etc",
    ] {
        assert!(!link(href).contains("href"), "{href}");
    }
}

#[test]
fn too_long_or_empty_html_is_dropped() {
    assert!(sanitise(&"ä".repeat(MAX_CHARS)).is_some());
    assert_eq!(sanitise(&"a".repeat(MAX_CHARS + 1)), None);
    assert_eq!(sanitise(""), None);
    assert_eq!(sanitise(" \n<script>x</script> "), None);
    assert!(sanitise(&"<b>a</b>".repeat(MAX_TAGS / 2)).is_some());
    assert_eq!(sanitise(&"<b>a</b>".repeat(MAX_TAGS / 2 + 1)), None);
    assert_eq!(sanitise("a\0b").as_deref(), Some("ab"));
}

#[test]
fn hostile_nesting_costs_no_time_and_no_stack() {
    for piece in [
        "<b>",
        "<div>",
        "<a href=x>",
        "<table>",
        "<p><b><i><u><s>",
        "<b><p>",
        "</p>",
        "<!--",
        "<font size=1>",
        "<table><td>",
        "<select>",
        "&amp",
        "<a><p>",
    ] {
        let html = piece.repeat((MAX_CHARS / piece.len()).min(MAX_TAGS / piece.matches('<').count().max(1)));
        let started = Instant::now();
        let clean = sanitise(&html);
        assert!(
            started.elapsed() < Duration::from_secs(10),
            "{piece}: {:?}, {:?}",
            started.elapsed(),
            clean.map(|clean| clean.len())
        );
    }
}

#[test]
fn text_becomes_paragraphs_and_breaks() {
    for (text, html) in [
        ("", ""),
        (" \n\n", ""),
        ("Hello", "<p>Hello</p>"),
        ("a\nb\r\nc", "<p>a<br>b<br>c</p>"),
        ("\n\na\n \n\nb\n", "<p>a</p><p>b</p>"),
        ("1 < 2 & \"x\" > 'y'\0", "<p>1 &lt; 2 &amp; &quot;x&quot; &gt; &#39;y&#39;</p>"),
        ("<script>alert(1)</script>", "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>"),
    ] {
        assert_eq!(from_text(text), html, "{text}");
    }
}

#[test]
fn addresses_in_text_become_links() {
    let linked = |text: &str| {
        let html = from_text(text);
        html.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next()).map(str::to_owned).collect::<Vec<_>>()
    };
    for (text, address) in [
        ("see https://example.org.", "https://example.org"),
        ("(https://example.org/a)", "https://example.org/a"),
        ("https://example.org/a_(b)", "https://example.org/a_(b)"),
        ("(see https://example.org/a_(b)).", "https://example.org/a_(b)"),
        ("<https://example.org/?a=1&b=2>", "https://example.org/?a=1&amp;b=2"),
        ("x:http://localhost:3000/ü!?", "http://localhost:3000/ü"),
        ("\"https://example.org/'a\"", "https://example.org/&#39;a"),
    ] {
        assert_eq!(linked(text), [address], "{text}");
    }
    assert_eq!(linked("https://a.example, https://b.example").len(), 2);
    for text in
        ["http", "https://", "http://.", "xhttp://example.org", "javascript:alert(1)", "www.example.org", "https:// x"]
    {
        assert!(linked(text).is_empty(), "{text}");
    }
    assert_eq!(
        from_text("go to http://x.example\"onclick=alert(1)"),
        format!(
            "<p>go to <a href=\"http://x.example\" target=\"_blank\" rel=\"{LINK_REL}\">http://x.example</a>&quot;onclick=alert(1)</p>"
        )
    );
}

#[test]
fn what_text_becomes_passes_the_sanitiser_unchanged() {
    for text in ["a\nb\n\nc & <d>", "go to https://example.org/a?b=1&c=2 now", "(http://x.example)"] {
        assert_eq!(sanitise(&from_text(text)).as_deref(), Some(from_text(text).as_str()), "{text}");
    }
}

#[test]
fn hostile_text_costs_no_time() {
    for piece in ["http://", "http://(", "https://a.example/)", "http", "&", "\n", "https://a.example/((("] {
        let text = piece.repeat(65_536 / piece.len());
        let started = Instant::now();
        let html = from_text(&text);
        assert!(started.elapsed() < Duration::from_secs(10), "{piece:?}: {:?}, {}", started.elapsed(), html.len());
    }
    for tail in [")", "(", ".", "http://%%"] {
        let started = Instant::now();
        from_text(&format!("https://a.example/{}", tail.repeat(65_000 / tail.len())));
        from_text(&format!("https://a.example/{} ", tail.repeat(2_000 / tail.len())).repeat(32));
        assert!(started.elapsed() < Duration::from_secs(10), "{tail:?}: {:?}", started.elapsed());
    }
}
