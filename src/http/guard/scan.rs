//! A single pass over the text before the parser runs.
//! The parser recurses on the native stack for every bracket, so their depth must be bounded before it sees them.
//! Strings and comments are skipped exactly as the parser's grammar reads them; judging the rest is the parser's job.

use super::{Limit, MAX_NAME, MAX_NESTING, MAX_TOKENS, Refusal};
use crate::http::codes;

/// Refuses text with too many tokens, too long names or brackets nested too deep, in one linear pass.
pub fn scan(text: &str) -> Result<(), Refusal> {
    let bytes = text.as_bytes();
    let (mut at, mut tokens, mut open) = (0, 0_usize, 0_usize);
    while let Some(&byte) = bytes.get(at) {
        let (next, is_token) = match byte {
            b' ' | b',' | b'\t' | b'\r' | b'\n' => (at + 1, false),
            b'#' => (line_end(bytes, at), false),
            b'"' => match string_end(bytes, at)? {
                Some(end) => (end, true),
                // The parser stops at this string, so nothing behind it is parsed.
                None => return Ok(()),
            },
            b'.' => (run_end(bytes, at, |b| b == b'.'), true),
            b if is_word(b) => (word_end(bytes, at)?, true),
            _ => (at + 1, true),
        };
        match byte {
            b'{' | b'[' | b'(' => open += 1,
            b'}' | b']' | b')' => open = open.saturating_sub(1),
            _ => {}
        }
        tokens += usize::from(is_token);
        check(open, tokens)?;
        at = next;
    }
    Ok(())
}

fn check(open: usize, tokens: usize) -> Result<(), Refusal> {
    if open > MAX_NESTING {
        return Err(Refusal::too_complex(
            Limit::Nesting,
            format!("The document nests brackets deeper than {MAX_NESTING}."),
        ));
    }
    if tokens > MAX_TOKENS {
        return Err(Refusal::too_complex(Limit::Tokens, format!("The document has more than {MAX_TOKENS} tokens.")));
    }
    Ok(())
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

fn run_end(bytes: &[u8], from: usize, belongs: impl Fn(u8) -> bool) -> usize {
    let length = bytes[from..].iter().take_while(|b| belongs(**b)).count();
    from + length
}

fn line_end(bytes: &[u8], from: usize) -> usize {
    run_end(bytes, from, |b| b != b'\n' && b != b'\r')
}

fn word_end(bytes: &[u8], from: usize) -> Result<usize, Refusal> {
    let end = run_end(bytes, from, is_word);
    if end - from > MAX_NAME {
        return Err(Refusal::too_complex(Limit::Tokens, format!("A name is longer than {MAX_NAME} characters.")));
    }
    Ok(end)
}

/// Where the string that starts at `from` ends; none when the parser will stop inside it.
fn string_end(bytes: &[u8], from: usize) -> Result<Option<usize>, Refusal> {
    if bytes[from..].starts_with(b"\"\"\"") {
        return block_string_end(bytes, from + 3).map(Some);
    }
    let mut at = from + 1;
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'"' => return Ok(Some(at + 1)),
            b'\\' => at += 2,
            b'\r' | b'\n' => return Ok(None),
            _ => at += 1,
        }
    }
    Ok(None)
}

/// An open block string is refused here: the parser would read its quotes as two shorter strings and go on behind them.
fn block_string_end(bytes: &[u8], from: usize) -> Result<usize, Refusal> {
    let mut at = from;
    while at < bytes.len() {
        let rest = &bytes[at..];
        if rest.starts_with(b"\\\"\"\"") {
            at += 4;
        } else if rest.starts_with(b"\"\"\"") {
            return Ok(at + 3);
        } else {
            at += 1;
        }
    }
    Err(Refusal {
        limit: Limit::Nesting,
        code: codes::PARSE_FAILED,
        message: "A block string is not closed.".to_owned(),
    })
}
