//! Which media types the client takes the answer in, and whether it is a browser looking for a page.
//! What a request's operation is isn't known here: an answer and a stream are judged apart, whoever knows picks.

use axum::http::{HeaderMap, Method, header};

use crate::http::streamed::Framing;

/// The media types of answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Media {
    /// `application/json`, where GraphQL's errors are answered with 200.
    Json,
    /// `application/graphql-response+json`, where the status tells the truth.
    GraphqlResponse,
}

impl Media {
    /// The answer's `Content-Type`.
    pub fn content_type(self) -> &'static str {
        match self {
            Self::Json => "application/json; charset=utf-8",
            Self::GraphqlResponse => "application/graphql-response+json; charset=utf-8",
        }
    }
}

/// What the client takes. At least one of both, as [`accepted`] makes it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Accepted {
    json: Option<(Media, f32)>,
    stream: Option<(Framing, f32)>,
}

impl Accepted {
    /// What it takes when it doesn't say.
    pub const ANYTHING: Self = Self { json: Some((Media::Json, 1.0)), stream: None };

    /// How a subscription is carried; none when the client takes no stream.
    pub fn stream(self) -> Option<Framing> {
        self.stream.map(|(framing, _)| framing)
    }

    /// The media type of a single answer and of refusals that aren't told in a stream.
    pub fn media(self) -> Media {
        self.json.map_or(Media::Json, |(media, _)| media)
    }

    /// Whether a query or mutation is to be answered as events: the client likes them better than any JSON.
    pub fn result_as_events(self) -> bool {
        match (self.stream, self.json) {
            (Some((Framing::EventStream, events)), Some((_, json))) => events > json,
            (Some((Framing::EventStream, _)), None) => true,
            _ => false,
        }
    }

    /// Whether a query or mutation can be answered at all: a client that takes nothing but parts wants subscriptions.
    pub fn takes_results(self) -> bool {
        self.json.is_some() || self.result_as_events()
    }
}

/// What the client takes and likes best, of equals the first; none when it takes nothing of what there is. No `Accept` means
/// `application/json`.
pub fn accepted(headers: &HeaderMap) -> Option<Accepted> {
    if !headers.contains_key(header::ACCEPT) {
        return Some(Accepted::ANYTHING);
    }
    let mut accepted = Accepted { json: None, stream: None };
    for range in ranges(headers).filter(|range| range.quality > 0.0) {
        match range.name.as_str() {
            "application/graphql-response+json" => like(&mut accepted.json, Media::GraphqlResponse, range.quality),
            "application/json" | "application/*" | "*/*" => like(&mut accepted.json, Media::Json, range.quality),
            "text/event-stream" => like(&mut accepted.stream, Framing::EventStream, range.quality),
            "multipart/mixed" if range.subscriptions => {
                like(&mut accepted.stream, Framing::Multipart, range.quality);
            }
            _ => {}
        }
    }
    (accepted.json.is_some() || accepted.stream.is_some()).then_some(accepted)
}

fn like<T>(best: &mut Option<(T, f32)>, media: T, quality: f32) {
    if best.as_ref().is_none_or(|(_, liked)| quality > *liked) {
        *best = Some((media, quality));
    }
}

/// Whether this is somebody opening the path in a browser: a GET for a page, without a query.
pub fn is_page_visit(method: &Method, headers: &HeaderMap, query: Option<&str>) -> bool {
    let has_query = query.unwrap_or_default().split('&').any(|p| p.starts_with("query="));
    method == Method::GET && !has_query && ranges(headers).any(|range| range.name == "text/html")
}

struct Range {
    name: String,
    quality: f32,
    /// `subscriptionSpec=1.0`: of `multipart/mixed`, what clients mean by it.
    subscriptions: bool,
}

fn ranges(headers: &HeaderMap) -> impl Iterator<Item = Range> {
    let values = headers.get_all(header::ACCEPT).iter();
    let texts = values.filter_map(|value| value.to_str().ok());
    texts.flat_map(|text| text.split(',')).map(range)
}

fn range(text: &str) -> Range {
    let mut parts = text.split(';').map(str::trim);
    let name = parts.next().unwrap_or_default().to_ascii_lowercase();
    let mut range = Range { name, quality: 1.0, subscriptions: false };
    for (key, value) in parts.filter_map(|part| part.split_once('=')) {
        match key.trim().to_ascii_lowercase().as_str() {
            "q" => range.quality = value.trim().parse().unwrap_or(0.0),
            "subscriptionspec" => range.subscriptions = value.trim().trim_matches('"') == "1.0",
            _ => {}
        }
    }
    range
}

#[cfg(test)]
mod tests {
    use super::*;

    const APOLLO: &str = "multipart/mixed;boundary=graphql;subscriptionSpec=1.0,application/graphql-response+json,\
        application/json;q=0.9";

    fn accept(value: &str) -> Option<Accepted> {
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCEPT, value.parse().unwrap());
        accepted(&headers)
    }

    fn media(value: &str) -> Option<Media> {
        accept(value).filter(|accepted| accepted.takes_results()).map(Accepted::media)
    }

    #[test]
    fn the_best_liked_type_is_answered() {
        use Media::{GraphqlResponse, Json};
        assert_eq!(accepted(&HeaderMap::new()), Some(Accepted::ANYTHING));
        assert_eq!(media("*/*"), Some(Json));
        assert_eq!(media("application/json"), Some(Json));
        assert_eq!(media("application/graphql-response+json"), Some(GraphqlResponse));
        assert_eq!(media("application/graphql-response+json, application/json;q=0.9"), Some(GraphqlResponse));
        assert_eq!(
            media("application/json;q=0.5, application/graphql-response+json; charset=utf-8; q=0.7"),
            Some(GraphqlResponse)
        );
        assert_eq!(media(APOLLO), Some(GraphqlResponse));
        assert_eq!(accept("text/plain"), None);
        assert_eq!(accept("application/json;q=0"), None);
        assert_eq!(accept("multipart/mixed"), None, "without subscriptionSpec it means something else");
    }

    #[test]
    fn a_stream_is_carried_as_the_client_says() {
        use Framing::{EventStream, Multipart};
        let stream = |value| accept(value).and_then(Accepted::stream);
        assert_eq!(stream("text/event-stream"), Some(EventStream));
        assert_eq!(stream(APOLLO), Some(Multipart));
        assert_eq!(stream("multipart/mixed; boundary=\"graphql\"; subscriptionSpec=\"1.0\""), Some(Multipart));
        assert_eq!(stream("text/event-stream, multipart/mixed;subscriptionSpec=1.0"), Some(EventStream));
        assert_eq!(stream("text/event-stream;q=0.1, multipart/mixed;subscriptionSpec=1.0"), Some(Multipart));
        assert_eq!(stream("application/json, text/event-stream;q=0.1"), Some(EventStream));
        assert_eq!(stream("*/*"), None, "nobody asked for a stream");
        assert_eq!(stream("multipart/mixed;subscriptionSpec=2.0, text/event-stream;q=0, */*"), None);
    }

    #[test]
    fn results_are_told_as_events_only_to_who_likes_them_better() {
        let as_events = |value| accept(value).is_some_and(Accepted::result_as_events);
        assert!(as_events("text/event-stream"));
        assert!(as_events("text/event-stream, */*;q=0.1"));
        assert!(!as_events("application/json, text/event-stream"));
        assert!(!as_events("text/event-stream, application/json"), "of equals it is the plain one");
        assert!(!as_events(APOLLO));
        assert!(!accept("multipart/mixed;subscriptionSpec=1.0").unwrap().takes_results());
    }
}
