//! An answer of the API, read by path. Everything that isn't there fails the test and shows the whole answer.

use serde_json::Value;

/// What came back.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// The body.
    pub body: Value,
}

impl Answer {
    /// The same, after making sure that there are no errors.
    #[track_caller]
    pub fn ok(self) -> Self {
        assert!(self.body.get("errors").is_none() && self.status == 200, "errors: {self:#?}");
        self
    }

    /// The same, after making sure that a mutation was done.
    #[track_caller]
    pub fn done(self) -> Self {
        let answer = self.ok();
        assert!(answer.refusals().is_empty(), "refused: {answer:#?}");
        answer
    }

    /// The same, after making sure that a mutation was done and changed something.
    #[track_caller]
    pub fn changed(self) -> Self {
        let answer = self.done();
        assert_eq!(answer.payload()["changed"], true, "unchanged: {answer:#?}");
        answer
    }

    /// The same, after making sure that a mutation was accepted and changed nothing.
    #[track_caller]
    pub fn unchanged(self) -> Self {
        let answer = self.done();
        assert_eq!(answer.payload()["changed"], false, "changed: {answer:#?}");
        assert_eq!(answer.payload()["entries"].as_array().map_or(0, Vec::len), 0, "entries: {answer:#?}");
        answer
    }

    /// Makes sure that a mutation was refused for one reason, about one field (spelled `input.x`; empty for none).
    #[track_caller]
    pub fn refused(self, code: &str, field: &str) -> Self {
        let answer = self.ok();
        let field = (!field.is_empty()).then(|| field.to_owned());
        assert_eq!(answer.refusals(), [(code.to_owned(), field)], "{answer:#?}");
        assert_ne!(answer.payload()["changed"], true, "{answer:#?}");
        answer
    }

    /// Makes sure that the operation failed at the top level with this code.
    #[track_caller]
    pub fn failed(self, code: &str) -> Self {
        assert_eq!(self.error_codes(), [code], "{self:#?}");
        self
    }

    /// The refusals of a document with one mutation: code and field.
    #[track_caller]
    pub fn refusals(&self) -> Vec<(String, Option<String>)> {
        let errors = self.payload()["userErrors"].as_array().cloned();
        let errors = errors.unwrap_or_else(|| panic!("no userErrors: {self:#?}"));
        let spelled = |error: &Value| {
            let field = error["field"]
                .as_array()
                .map(|path| path.iter().map(|part| part.as_str().unwrap_or("?")).collect::<Vec<_>>().join("."));
            (error["code"].as_str().unwrap_or("?").to_owned(), field)
        };
        errors.iter().map(spelled).collect()
    }

    /// The codes of the top-level errors.
    pub fn error_codes(&self) -> Vec<&str> {
        let errors = self.body["errors"].as_array().map_or(&[][..], Vec::as_slice);
        errors.iter().map(|error| error["extensions"]["code"].as_str().unwrap_or("?")).collect()
    }

    /// The value of the only root field.
    #[track_caller]
    pub fn payload(&self) -> &Value {
        let data = self.body["data"].as_object().unwrap_or_else(|| panic!("no data: {self:#?}"));
        assert_eq!(data.len(), 1, "{self:#?}");
        data.values().next().unwrap()
    }

    /// The value at a path into the data, such as `inbox.nodes.0.id`.
    #[track_caller]
    pub fn at(&self, path: &str) -> &Value {
        dig(&self.body["data"], path).unwrap_or_else(|| panic!("nothing at {path}: {self:#?}"))
    }

    /// The value at a path into the payload of the only mutation, such as `conversation.id`.
    #[track_caller]
    pub fn get(&self, path: &str) -> &Value {
        dig(self.payload(), path).unwrap_or_else(|| panic!("nothing at {path}: {self:#?}"))
    }

    /// The text there.
    #[track_caller]
    pub fn text(&self, path: &str) -> String {
        self.get(path).as_str().unwrap_or_else(|| panic!("no text at {path}: {self:#?}")).to_owned()
    }

    /// The number there.
    #[track_caller]
    pub fn int(&self, path: &str) -> i64 {
        self.get(path).as_i64().unwrap_or_else(|| panic!("no number at {path}: {self:#?}"))
    }

    /// One field of every element of a list in the data.
    #[track_caller]
    pub fn texts(&self, list: &str, field: &str) -> Vec<String> {
        let list = self.at(list).as_array().unwrap_or_else(|| panic!("no list at {list}: {self:#?}"));
        list.iter().map(|item| dig(item, field).and_then(Value::as_str).unwrap_or("?").to_owned()).collect()
    }

    /// The kinds of the entries that a mutation wrote.
    #[track_caller]
    pub fn kinds(&self) -> Vec<String> {
        let entries = self.get("entries").as_array().unwrap_or_else(|| panic!("no entries: {self:#?}"));
        entries.iter().map(|entry| entry["kind"].as_str().unwrap_or("?").to_owned()).collect()
    }

    /// The id of the conversation that a mutation answers.
    #[track_caller]
    pub fn conversation(&self) -> String {
        self.text("conversation.id")
    }
}

fn dig<'a>(value: &'a Value, path: &str) -> Option<&'a Value> {
    path.split('.').try_fold(value, |value, step| match step.parse::<usize>() {
        Ok(index) => value.get(index),
        Err(_) => value.get(step),
    })
}
