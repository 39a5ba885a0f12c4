//! Turns a Rust file into tokens with their lines, without comments and test code.
//! Just enough of the language to read paths and calls; it is no parser.

use std::iter::Peekable;
use std::str::Chars;

/// An identifier, `::`, one punctuation character, a string with its quotes, or `""` for any other literal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    pub text: String,
    pub line: usize,
}

/// A file's code outside `#[cfg(test)]`, and the modules it declares for tests only: their names, or the file named
/// by `#[path = "…"]`.
pub struct Code {
    pub tokens: Vec<Token>,
    pub test_modules: Vec<String>,
}

impl Code {
    pub fn read(text: &str) -> Self {
        without_tests(tokens(text))
    }
}

struct Lexer<'a> {
    rest: Peekable<Chars<'a>>,
    line: usize,
    tokens: Vec<Token>,
}

fn tokens(text: &str) -> Vec<Token> {
    let mut lexer = Lexer { rest: text.chars().peekable(), line: 1, tokens: Vec::new() };
    while let Some(c) = lexer.next() {
        lexer.take(c);
    }
    lexer.tokens
}

impl Lexer<'_> {
    fn next(&mut self) -> Option<char> {
        let c = self.rest.next()?;
        self.line += usize::from(c == '\n');
        Some(c)
    }

    fn next_is(&mut self, wanted: char) -> bool {
        self.rest.peek() == Some(&wanted)
    }

    fn push(&mut self, text: impl Into<String>) {
        self.tokens.push(Token { text: text.into(), line: self.line });
    }

    fn take(&mut self, c: char) {
        match c {
            '/' if self.next_is('/') => self.skip_line(),
            '/' if self.next_is('*') => self.skip_block(),
            '"' => self.string(),
            '\'' => self.quote(),
            ':' if self.next_is(':') => {
                self.next();
                self.push("::");
            }
            _ if c.is_alphanumeric() || c == '_' => self.word(c),
            _ if c.is_whitespace() => {}
            _ => self.push(c),
        }
    }

    fn skip_line(&mut self) {
        while self.next().is_some_and(|c| c != '\n') {}
    }

    fn skip_block(&mut self) {
        self.next();
        let (mut depth, mut before) = (1, ' ');
        while depth > 0 {
            let Some(c) = self.next() else { return };
            match (before, c) {
                ('*', '/') => depth -= 1,
                ('/', '*') => depth += 1,
                _ => {
                    before = c;
                    continue;
                }
            }
            before = ' ';
        }
    }

    fn string(&mut self) {
        let (line, mut text) = (self.line, String::from("\""));
        while let Some(c) = self.next() {
            text.push(c);
            match c {
                '\\' => text.extend(self.next()),
                '"' => break,
                _ => {}
            }
        }
        self.tokens.push(Token { text, line });
    }

    fn raw_string(&mut self, hashes: usize) {
        self.push("\"\"");
        let end = "#".repeat(hashes);
        while let Some(c) = self.next() {
            if c != '"' {
                continue;
            }
            let ahead: String = self.rest.clone().take(hashes).collect();
            if ahead == end {
                self.rest.by_ref().take(hashes).for_each(drop);
                return;
            }
        }
    }

    /// A character literal, or a lifetime, which is dropped.
    fn quote(&mut self) {
        let ahead: Vec<char> = self.rest.clone().take(2).collect();
        match ahead[..] {
            ['\\', _] => {
                self.next();
                self.next();
                while self.next().is_some_and(|c| c != '\'') {}
                self.push("\"\"");
            }
            [_, '\''] => {
                self.next();
                self.next();
                self.push("\"\"");
            }
            _ => while self.rest.next_if(|c| c.is_alphanumeric() || *c == '_').is_some() {},
        }
    }

    fn word(&mut self, first: char) {
        let mut word = String::from(first);
        while let Some(c) = self.rest.next_if(|c| c.is_alphanumeric() || *c == '_') {
            word.push(c);
        }
        let is_prefix = matches!(word.as_str(), "r" | "b" | "br" | "c" | "cr");
        let hashes = self.rest.clone().take_while(|c| *c == '#').count();
        let quoted = self.rest.clone().nth(hashes) == Some('"');
        match () {
            () if is_prefix && word.contains('r') && quoted => {
                self.rest.by_ref().take(hashes + 1).for_each(drop);
                self.raw_string(hashes);
            }
            // b"…" is a word followed by an ordinary string; only the string counts.
            () if is_prefix && (self.next_is('"') || self.next_is('\'')) => {}
            // r#type
            () if word == "r" && hashes == 1 => {
                self.next();
            }
            () => self.push(word),
        }
    }
}

fn is(tokens: &[Token], at: usize, wanted: &[&str]) -> bool {
    let found = tokens.iter().skip(at).map(|token| token.text.as_str());
    tokens.len() >= at + wanted.len() && found.zip(wanted).all(|(a, b)| a == *b)
}

fn without_tests(tokens: Vec<Token>) -> Code {
    let mut code = Code { tokens: Vec::new(), test_modules: Vec::new() };
    let mut at = 0;
    while at < tokens.len() {
        if !is(&tokens, at, &["#", "[", "cfg", "(", "test", ")", "]"]) {
            code.tokens.push(tokens[at].clone());
            at += 1;
            continue;
        }
        let end = end_of_item(&tokens, at);
        let item: Vec<_> = tokens[at..end].iter().map(|token| token.text.as_str()).collect();
        if let [.., "mod", name, ";"] = item[..] {
            let file = item.windows(3).find(|part| part[..2] == ["path", "="]).map(|part| part[2].trim_matches('"'));
            code.test_modules.push(file.unwrap_or(name).to_owned());
        }
        at = end;
    }
    code
}

/// Just behind the item that begins with the attribute at `start`.
fn end_of_item(tokens: &[Token], start: usize) -> usize {
    let mut depth = 0;
    for (at, token) in tokens.iter().enumerate().skip(start) {
        match token.text.as_str() {
            "(" | "[" | "{" => depth += 1,
            ")" | "]" => depth -= 1,
            "}" => {
                depth -= 1;
                if depth == 0 {
                    return at + 1;
                }
            }
            ";" if depth == 0 => return at + 1,
            _ => {}
        }
    }
    tokens.len()
}
