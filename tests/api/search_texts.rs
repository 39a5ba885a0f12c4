//! Which words of which texts are found: one table for both databases, and input that means harm (architecture §5).

use serde_json::json;
use switchboard::domain::search::Terms;

use crate::search::found;
use crate::support::{World, both};

both!(the_same_words_find_the_same_texts, hostile_searches_and_texts_never_fail);

/// A text, a search, and whether the one is found by the other.
const TABLE: [(&str, &str, bool); 62] = [
    ("I want a refund, please.", "refund", true),
    ("I want a refund, please.", "REFUND", true),
    ("I want a refund, please.", "ref", true),
    ("I want a refund, please.", "re", false),
    ("I want a refund, please.", "fund", false),
    ("I want a refund, please.", "refunds", false),
    ("Two refunds", "refund", true),
    ("I want a refund, please.", "please refund", true),
    ("I want a refund, please.", "\"refund please\"", true),
    ("I want a refund, please.", "refund money", false),
    ("I want a refund, please.", "want a", true),
    ("I want a refund, please.", "i w", false),
    ("one or two", "one OR nothing", false),
    ("one or two", "one AND two", false),
    ("one and two", "one AND two", true),
    ("one", "NOT two", false),
    ("two words", "two -words", true),
    ("near the door", "NEAR(door the)", true),
    ("a term", "terms:term", false),
    ("a term", "term^2", false),
    ("a term 2", "term^2", true),
    ("a|b c&d", "a b c d", true),
    ("100% cotton", "100%", true),
    ("100 cotton", "1%0", false),
    ("snake_case", "case", true),
    ("snake_case", "snake_case", true),
    ("snake case", "snake_", true),
    ("snakeXcase", "snake_case", false),
    ("C:\\temp\\file.txt", "temp file", true),
    ("order #1042/7", "1042", true),
    ("order #1042/7", "104", true),
    ("order #1042/7", "10", false),
    ("order 10", "10", true),
    ("jean-luc@mail.example", "jean", true),
    ("jean-luc@mail.example", "luc@mail.example", true),
    ("jean-luc@mail.example", "jeanluc", false),
    ("Größe und Maß", "grosse", false),
    ("Größe und Maß", "GRÖSSE", false),
    ("Größe und Maß", "große", true),
    ("Größe und Maß", "maß", true),
    ("un café", "cafe", true),
    ("un cafe\u{301} noir", "CAFÉ", true),
    ("cafe", "café", true),
    ("İSTANBUL", "istanbul", true),
    ("ΟΔΟΣ", "οδος", true),
    ("ОПЛАТА ещё раз", "оплата еще", true),
    ("ＶＩＰ ①", "vip 1", true),
    ("ﬁnance", "finance", true),
    ("请给我退款，谢谢", "退款", true),
    ("请给我退款，谢谢", "款退", false),
    ("请给我退款，谢谢", "退", true),
    ("请给我退款，谢谢", "我退款", true),
    ("请给我退款，谢谢", "我要退款", false),
    ("返金をお願いします", "お願い", true),
    ("ｶﾀｶﾅ", "カタカナ", true),
    ("ขอคืนเงิน", "คืนเงิน", true),
    ("환불해 주세요", "환불해", true),
    ("مَرْحَبًا بكم", "مرحبا", true),
    ("שָׁלוֹם", "שלום", true),
    ("हिन्दी में", "हिन्दी", true),
    ("in\u{ad}voice\u{200d}s", "invoices", true),
    ("emoji 🎉 here", "🎉 here", true),
];

async fn the_same_words_find_the_same_texts(world: &World) {
    let bea = world.bea();
    let id = world.chatted("visitor", "?").await.conversation();
    for (text, search, finds) in TABLE {
        let note = bea.mutate("addNote", json!({ "conversationId": id, "text": text })).await.changed();
        let by_note = found(&bea, search).await;
        assert_eq!(by_note == [&*id], finds, "{search:?} in {text:?}");
        let erased = json!({ "noteId": note.text("note.id") });
        bea.mutate("deleteNote", erased).await.changed();
        assert_eq!(found(&bea, search).await, [""; 0], "{search:?} in {text:?}, erased");
    }
}

/// Texts made to break something.
fn hostile() -> Vec<String> {
    let mut texts: Vec<String> = [
        "\"",
        "\"\"",
        "'",
        "''",
        "\\",
        "\\'",
        "a\\",
        "a'b",
        "a\"b",
        "\"unclosed",
        "'unclosed",
        "(",
        ")",
        "((a",
        "a))",
        "a:",
        ":a",
        "a:b",
        "terms:a",
        "{a b}:c",
        "^a",
        "a^",
        "*",
        "a*",
        "*a",
        "a**",
        "-a",
        "a -",
        "- -",
        "+a",
        "a + b",
        "!a",
        "!!a",
        "a!",
        "a & b",
        "&",
        "a |",
        "| a",
        "a <-> b",
        "<->",
        "a <2> b",
        "a:*",
        "a:AB",
        "a:*A",
        "AND",
        "OR",
        "NOT",
        "NEAR",
        "NEAR(",
        "NEAR(a b, 5)",
        "a AND",
        "AND a",
        "a AND AND b",
        "NOT NOT a",
        "a OR",
        "%",
        "%%",
        "_",
        "100%",
        "a_b",
        "$1",
        "?1",
        "?",
        ":x",
        "@x",
        "'; DROP TABLE search_row; --",
        "a;b",
        "/* a */",
        "--a",
        "NULL",
        "0",
        "-1",
        "1e999",
        "NaN",
        "\n",
        "\r\n",
        "\t",
        "a\tb\nc",
        "😀",
        "😀😀 a",
        "👨\u{200d}👩\u{200d}👧",
        "🇩🇪",
        "שלום עולם",
        "مرحبا بالعالم",
        "\u{202e}abc\u{202c}",
        "\u{200f}a",
        "e\u{301}\u{301}\u{301}",
        "\u{301}",
        "\u{1f1e9}",
        "\u{fffd}",
        "\u{ffff}",
        "\u{10ffff}",
        "\u{e000}",
        "\u{fdfa}",
        "\u{1}",
        "a\u{1f}b",
        "\u{7f}",
        "\u{feff}a",
        "ﬃ",
        "ẞ",
        "İ",
        "ǅ",
        "ß",
        "œ",
        "ª",
        "½",
        "Ⅷ",
        "㍿",
        "각",
        "ᄀ\u{1161}\u{11a8}",
    ]
    .map(str::to_owned)
    .to_vec();
    texts.extend(
        ["a", "ä", "款", "😀", "(", "\"", "a ", "\\", "e\u{301}", "क\u{93f}"]
            .map(|part| part.repeat(400 / part.chars().count())),
    );
    texts
}

async fn hostile_searches_and_texts_never_fail(world: &World) {
    let bea = world.bea();
    let id = world.chatted("visitor", "nothing").await.conversation();
    for text in hostile() {
        let reply = json!({ "conversationId": id, "text": if text.trim().is_empty() { "x" } else { &*text } });
        bea.mutate("reply", reply).await.changed();
        let finds = found(&bea, &text).await;
        let blank = Terms::of([&*text]).is_empty();
        assert_eq!(finds, if blank { vec![] } else { vec![id.clone()] }, "{text:?} finds itself");
    }
    // In a search U+0000 is nothing; in a text of ours it is refused, and it is taken out of what customers write.
    assert_eq!(found(&bea, "\0no\0thing\0").await, [&*id]);
    for part in ["a", "款", "b ", "\u{fdfa}", "\u{93f}", "e\u{301}", "\0z", "😀", "x' "] {
        // As long as a message and a request may be.
        let text = part.repeat((65_536 / part.chars().count()).min(250_000 / json!(part).to_string().len()));
        world.gateway().receive(world.chat("visitor", &text)).await.changed();
        found(&bea, &part.repeat(500 / part.chars().count())).await;
    }
    let words: String = (0..10_900).map(|n| format!("{n:05} ")).collect();
    world.gateway().receive(world.chat("visitor", &words)).await.changed();
    assert_eq!(found(&bea, "00000 05432 10899").await, [&*id]);
    let long = "w".repeat(10_000);
    world.gateway().receive(world.chat("visitor", &long)).await.changed();
    assert_eq!(found(&bea, &long).await, [&*id], "as far as words are looked at");
    let han: String = (0..60_000_u32).filter_map(|n| char::from_u32(0x2_0000 + n % 42_000)).collect();
    world.gateway().receive(world.chat("visitor", &han)).await.changed();
    assert_eq!(found(&bea, &han.chars().take(30).collect::<String>()).await, [&*id]);
}
