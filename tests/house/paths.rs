//! Finds every path a file names: in `use` trees, whose groups are spread out, and inline.
//! `self` and `super` are resolved against the module that names them, also inside inline modules.

use crate::source::Token;

/// A path as it was meant: `crate` first for the house's own modules, else as written.
#[derive(Debug, PartialEq, Eq)]
pub struct Named {
    pub path: Vec<String>,
    pub line: usize,
}

/// `module` is the file's own module path, without `crate`.
pub fn named(tokens: &[Token], module: &[String]) -> Vec<Named> {
    let mut reader = Reader { tokens, at: 0, modules: vec![(0, module.to_vec())], depth: 0, found: Vec::new() };
    while reader.at < tokens.len() {
        reader.step();
    }
    reader.found
}

struct Reader<'a> {
    tokens: &'a [Token],
    at: usize,
    /// The modules we are inside of, each with the brace depth at which it began.
    modules: Vec<(usize, Vec<String>)>,
    depth: usize,
    found: Vec<Named>,
}

impl Reader<'_> {
    fn text(&self, at: usize) -> &str {
        self.tokens.get(at).map_or("", |token| &token.text)
    }

    fn step(&mut self) {
        match self.text(self.at) {
            "use" => {
                self.at += 1;
                self.tree(&[]);
            }
            "mod" if self.text(self.at + 2) == "{" => {
                let mut inner = self.module().to_vec();
                inner.push(self.text(self.at + 1).to_owned());
                self.depth += 1;
                self.modules.push((self.depth, inner));
                self.at += 3;
            }
            "{" => {
                self.depth += 1;
                self.at += 1;
            }
            "}" => {
                if self.modules.last().is_some_and(|(depth, _)| *depth == self.depth && self.depth > 0) {
                    self.modules.pop();
                }
                self.depth = self.depth.saturating_sub(1);
                self.at += 1;
            }
            text if is_word(text) && self.starts_here() => self.inline(),
            _ => self.at += 1,
        }
    }

    fn module(&self) -> &[String] {
        self.modules.last().map_or(&[], |(_, module)| module)
    }

    /// Not a field, a method, or the later part of a path.
    fn starts_here(&self) -> bool {
        let before = |back| {
            if self.at >= back { self.text(self.at - back) } else { "" }
        };
        match before(1) {
            "." => before(2) == ".",
            "::" => !is_word(before(2)) && before(2) != ">",
            _ => true,
        }
    }

    fn inline(&mut self) {
        let line = self.tokens[self.at].line;
        let mut path = vec![self.text(self.at).to_owned()];
        self.at += 1;
        while self.text(self.at) == "::" && is_word(self.text(self.at + 1)) {
            path.push(self.text(self.at + 1).to_owned());
            self.at += 2;
        }
        if path.len() > 1 {
            self.add(path, line);
        }
    }

    /// A `use` tree, or one branch of it; ends before the `,`, `}` or `;` that ends it.
    fn tree(&mut self, prefix: &[String]) {
        let mut path = prefix.to_vec();
        let line = self.tokens.get(self.at).map_or(0, |token| token.line);
        loop {
            match self.text(self.at) {
                "," | "}" | ";" | "" => return self.add(path, line),
                "{" => return self.group(&path),
                "as" => self.at += 2,
                "::" => self.at += 1,
                word => {
                    path.push(word.to_owned());
                    self.at += 1;
                }
            }
        }
    }

    fn group(&mut self, path: &[String]) {
        self.at += 1;
        loop {
            match self.text(self.at) {
                "}" => {
                    self.at += 1;
                    return;
                }
                "," => self.at += 1,
                ";" | "" => return,
                _ => self.tree(path),
            }
        }
    }

    fn add(&mut self, path: Vec<String>, line: usize) {
        let path = self.resolved(path);
        if !path.is_empty() {
            self.found.push(Named { path, line });
        }
    }

    fn resolved(&self, path: Vec<String>) -> Vec<String> {
        let supers = path.iter().take_while(|part| *part == "super").count();
        let (skip, base) = match path.first().map(String::as_str) {
            Some("self") => {
                let supers = path[1..].iter().take_while(|part| *part == "super").count();
                (1 + supers, supers)
            }
            Some("super") => (supers, supers),
            // The binary names the library by its name.
            Some("switchboard") => return house_path(&[], &path[1..]),
            _ => return path,
        };
        let module = self.module();
        house_path(&module[..module.len().saturating_sub(base)], &path[skip..])
    }
}

fn house_path(module: &[String], rest: &[String]) -> Vec<String> {
    let root = std::iter::once("crate".to_owned());
    root.chain(module.iter().chain(rest).cloned()).collect()
}

fn is_word(text: &str) -> bool {
    text.starts_with(|c: char| c.is_alphabetic() || c == '_')
}
