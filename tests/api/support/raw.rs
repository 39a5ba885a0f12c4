//! The body of an answer as its bytes come, for tests of how things are spelled.

use std::time::Duration;

use reqwest::{RequestBuilder, Response};
use tokio::time::timeout;

/// How long anything that must come may take.
const DEADLINE: Duration = Duration::from_secs(30);

/// An answer whose body is still coming.
pub struct Raw {
    response: Response,
    text: String,
}

impl Raw {
    /// Sends a request and returns with the answer's head.
    pub async fn send(request: RequestBuilder) -> Self {
        let response = timeout(DEADLINE, request.send()).await.expect("an answer in time").unwrap();
        Self { response, text: String::new() }
    }

    /// The answer's status.
    pub fn status(&self) -> u16 {
        self.response.status().as_u16()
    }

    /// A header of the answer; empty when it isn't there.
    pub fn header(&self, name: &str) -> &str {
        self.response.headers().get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// What comes up to and including this.
    pub async fn until(&mut self, end: &str) -> String {
        loop {
            if let Some(at) = self.text.find(end) {
                let rest = self.text.split_off(at + end.len());
                return std::mem::replace(&mut self.text, rest);
            }
            let more = self.chunk().await;
            assert!(more, "it ended before {end:?}: {:?}", self.text);
        }
    }

    /// What comes up to the end of the body, which must be whole.
    pub async fn rest(mut self) -> String {
        while self.chunk().await {}
        self.text
    }

    async fn chunk(&mut self) -> bool {
        let chunk = timeout(DEADLINE, self.response.chunk()).await.expect("more in time").unwrap();
        if let Some(bytes) = &chunk {
            self.text.push_str(std::str::from_utf8(bytes).unwrap());
        }
        chunk.is_some()
    }
}
