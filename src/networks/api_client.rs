//! What the clients have in common: one API at one address, requested with one key.

use std::sync::Arc;

use url::{Origin, Url};

use crate::clock::Clock;
use crate::networks::http::Http;
use crate::networks::response::{HttpResponse, Remaining};
use crate::networks::{NetworkError, NetworkSettings};

/// An API at one address.
pub(super) struct ApiClient {
    http: Http,
    base: Url,
    /// Empty if none is needed.
    key: String,
    /// The header that tells the requests left in the present window, if there is one.
    remaining_header: Option<&'static str>,
    remaining: Remaining,
}

impl ApiClient {
    pub(super) fn new(
        settings: &NetworkSettings,
        clock: &Arc<dyn Clock>,
        remaining_header: Option<&'static str>,
    ) -> Result<Self, NetworkError> {
        Ok(Self {
            http: Http::new(settings.timeout, clock.clone())?,
            base: settings.base()?,
            key: settings.token.clone(),
            remaining_header,
            remaining: Remaining::default(),
        })
    }

    /// Returns a client of the same API with another key, over the same connections.
    pub(super) fn with_key(&self, key: &str) -> Self {
        Self {
            http: self.http.clone(),
            base: self.base.clone(),
            key: key.to_owned(),
            remaining_header: self.remaining_header,
            remaining: Remaining::default(),
        }
    }

    pub(super) fn key(&self) -> &str {
        &self.key
    }

    pub(super) fn bearer(&self) -> String {
        format!("Bearer {}", self.key)
    }

    pub(super) fn origin(&self) -> Origin {
        self.base.origin()
    }

    /// Returns the requests left in the present window; `None` if the last answer did not say.
    pub(super) fn remaining(&self) -> Option<u64> {
        self.remaining.get()
    }

    pub(super) async fn get(
        &self,
        path: impl IntoIterator<Item = &str>,
        query: &[(&str, &str)],
        headers: &[(&'static str, &str)],
    ) -> Result<HttpResponse, NetworkError> {
        let mut url = self.url(path);
        url.query_pairs_mut().extend_pairs(query);
        self.noted(self.http.get(url, headers).await)
    }

    pub(super) async fn post(
        &self,
        path: impl IntoIterator<Item = &str>,
        headers: &[(&'static str, &str)],
        body: String,
    ) -> Result<HttpResponse, NetworkError> {
        let url = self.url(path);
        self.noted(self.http.post(url, headers, body).await)
    }

    fn url<'a>(&self, path: impl IntoIterator<Item = &'a str>) -> Url {
        let mut url = self.base.clone();
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.pop_if_empty().extend(path);
        }
        url
    }

    fn noted(
        &self,
        response: Result<HttpResponse, NetworkError>,
    ) -> Result<HttpResponse, NetworkError> {
        if let (Ok(response), Some(header)) = (&response, self.remaining_header) {
            self.remaining.note(response, header);
        }
        response
    }
}
