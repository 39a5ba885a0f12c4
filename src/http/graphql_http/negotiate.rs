//! Which media type the client wants the answer in, and whether it is a browser looking for a page.

use axum::http::{HeaderMap, Method, header};

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

/// The media type the client likes best; none when it accepts neither. No `Accept` means `application/json`.
pub fn accepted(headers: &HeaderMap) -> Option<Media> {
    if !headers.contains_key(header::ACCEPT) {
        return Some(Media::Json);
    }
    let mut best: Option<(Media, f32)> = None;
    for range in ranges(headers) {
        let media = match range.name.as_str() {
            "application/graphql-response+json" => Media::GraphqlResponse,
            "application/json" | "application/*" | "*/*" => Media::Json,
            _ => continue,
        };
        if range.quality > 0.0 && best.is_none_or(|(_, quality)| range.quality > quality) {
            best = Some((media, range.quality));
        }
    }
    best.map(|(media, _)| media)
}

/// Whether this is somebody opening the path in a browser: a GET for a page, without a query.
pub fn is_page_visit(method: &Method, headers: &HeaderMap, query: Option<&str>) -> bool {
    let has_query = query.unwrap_or_default().split('&').any(|p| p.starts_with("query="));
    method == Method::GET && !has_query && ranges(headers).any(|range| range.name == "text/html")
}

struct Range {
    name: String,
    quality: f32,
}

fn ranges(headers: &HeaderMap) -> impl Iterator<Item = Range> {
    let values = headers.get_all(header::ACCEPT).iter();
    let texts = values.filter_map(|value| value.to_str().ok());
    texts.flat_map(|text| text.split(',')).map(range)
}

fn range(text: &str) -> Range {
    let mut parts = text.split(';').map(str::trim);
    let name = parts.next().unwrap_or_default().to_ascii_lowercase();
    let quality = parts.find_map(|part| part.strip_prefix("q=")).map_or(1.0, |quality| quality.parse().unwrap_or(0.0));
    Range { name, quality }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn accept(value: &str) -> Option<Media> {
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCEPT, value.parse().unwrap());
        accepted(&headers)
    }

    #[test]
    fn the_best_liked_type_is_answered() {
        use Media::{GraphqlResponse, Json};
        assert_eq!(accepted(&HeaderMap::new()), Some(Json));
        assert_eq!(accept("*/*"), Some(Json));
        assert_eq!(accept("application/json"), Some(Json));
        assert_eq!(accept("application/graphql-response+json"), Some(GraphqlResponse));
        assert_eq!(accept("application/graphql-response+json, application/json;q=0.9"), Some(GraphqlResponse));
        assert_eq!(
            accept("application/json;q=0.5, application/graphql-response+json; charset=utf-8; q=0.7"),
            Some(GraphqlResponse)
        );
        assert_eq!(accept("text/plain"), None);
        assert_eq!(accept("application/json;q=0"), None);
    }
}
