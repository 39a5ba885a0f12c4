//! Reads settings one by one and collects what is wrong with them, naming the flag or the variable a value came from.

use clap::{ArgMatches, parser::ValueSource};
use std::fmt;

/// What is wrong with one setting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The flag or the environment variable that was wrong.
    pub setting: String,
    /// The wrong value, unless it may hold a secret.
    pub value: Option<String>,
    /// What is wrong and what is allowed.
    pub reason: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.value {
            Some(value) => write!(f, "{} is {value:?}: {}", self.setting, self.reason),
            None => write!(f, "{}: {}", self.setting, self.reason),
        }
    }
}

/// All that is wrong with the settings, one line each.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigError(pub Vec<Problem>);

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, problem) in self.0.iter().enumerate() {
            write!(f, "{}{problem}", if index == 0 { "" } else { "\n" })?;
        }
        Ok(())
    }
}

impl std::error::Error for ConfigError {}

/// Gives values their types and remembers the problems.
pub(super) struct Reader<'a> {
    /// The chosen command's own matches; global flags are among them.
    matches: &'a ArgMatches,
    problems: Vec<Problem>,
}

impl<'a> Reader<'a> {
    pub fn new(matches: &'a ArgMatches) -> Self {
        let matches = matches.subcommand().map_or(matches, |(_, of_command)| of_command);
        Self { matches, problems: Vec::new() }
    }

    pub fn into_error(self) -> ConfigError {
        ConfigError(self.problems)
    }

    /// Reads one value; `id` is the argument's name with underscores, or a variable's own name.
    pub fn read<T>(&mut self, id: &str, text: &str, parse: impl Fn(&str) -> Result<T, String>) -> Option<T> {
        let reason = match parse(text) {
            Ok(value) => return Some(value),
            Err(reason) => reason,
        };
        self.problems.push(Problem { setting: self.setting(id), value: Some(text.to_owned()), reason });
        None
    }

    /// Like [`read`](Self::read), without repeating the value.
    pub fn read_secret<T>(&mut self, id: &str, text: &str, parse: impl Fn(&str) -> Result<T, String>) -> Option<T> {
        let reason = match parse(text) {
            Ok(value) => return Some(value),
            Err(reason) => reason,
        };
        self.problems.push(Problem { setting: self.setting(id), value: None, reason });
        None
    }

    /// Reads texts that hold several values each, and drops repeated values.
    pub fn read_all<T: PartialEq>(
        &mut self,
        id: &str,
        texts: &[String],
        parse: impl Fn(&str) -> Result<Vec<T>, String>,
    ) -> Option<Vec<T>> {
        let mut values = Vec::new();
        let mut complete = true;
        for text in texts {
            match self.read(id, text, &parse) {
                Some(more) => more.into_iter().for_each(|value| {
                    if !values.contains(&value) {
                        values.push(value);
                    }
                }),
                None => complete = false,
            }
        }
        complete.then_some(values)
    }

    /// What the person who set it calls it.
    fn setting(&self, id: &str) -> String {
        let of_clap = self.matches.ids().any(|known| known == id);
        match of_clap.then(|| self.matches.value_source(id)).flatten() {
            Some(ValueSource::EnvVariable) => format!("SWITCHBOARD_{}", id.to_uppercase()),
            Some(_) => format!("--{}", id.replace('_', "-")),
            None => id.to_owned(),
        }
    }
}
