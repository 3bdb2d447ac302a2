//! The one HTTP client: times out, bounds what it reads, and turns failures into decisions.

use std::collections::BTreeMap;
use std::time::Duration;

use reqwest::Client;
use serde::de::IgnoredAny;
use url::Url;

use crate::networks::NetworkError;

const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// The largest answer that is read, unpacked; a page of 100 accounts is about 30 KB.
const MAX_BODY: usize = 1024 * 1024;

#[derive(Clone, Debug)]
pub(super) struct Http {
    client: Client,
}

/// An answer whose body is JSON; the names of its headers are in lower case. The body is left as it came:
/// any JSON as values in memory can take a hundred times its length.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) headers: BTreeMap<String, String>,
    pub(super) body: Vec<u8>,
}

impl Http {
    pub(super) fn new(timeout: Duration) -> Result<Self, NetworkError> {
        let client = Client::builder()
            .user_agent(concat!("lookalike/", env!("CARGO_PKG_VERSION")))
            .connect_timeout(CONNECT_TIMEOUT)
            .timeout(timeout)
            // A redirect would be a request outside the budget, and its referrer would hold the token.
            .redirect(reqwest::redirect::Policy::none())
            .referer(false)
            .build()
            .map_err(|error| NetworkError::Unexpected(error.without_url().to_string()))?;
        Ok(Self { client })
    }

    pub(super) async fn get(&self, url: Url) -> Result<Answer, NetworkError> {
        let mut response = self.client.get(url).send().await.map_err(failed)?;
        let status = response.status().as_u16();
        let headers = response.headers().iter();
        let headers = headers
            .filter_map(|(name, value)| Some((name.to_string(), value.to_str().ok()?.to_owned())))
            .collect();
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(failed)? {
            body.extend_from_slice(&chunk);
            if body.len() > MAX_BODY {
                return Err(NetworkError::Unexpected(format!(
                    "an answer of more than {MAX_BODY} bytes"
                )));
            }
        }
        match serde_json::from_slice::<IgnoredAny>(&body) {
            Ok(_) => Ok(Answer {
                status,
                headers,
                body,
            }),
            // Front proxies throttle with pages of their own.
            Err(_) if matches!(status, 420 | 429) => {
                Err(NetworkError::Throttled { retry_at: None })
            }
            // A proxy's page, or a body that was cut off: the request may be fine next time. It is not
            // quoted: such pages repeat the address, and with it the token.
            Err(_) => Err(NetworkError::Temporary(format!(
                "HTTP {status} with a body of {} bytes that is not JSON",
                body.len()
            ))),
        }
    }
}

fn failed(error: reqwest::Error) -> NetworkError {
    let unreachable = error.is_connect();
    // The address holds the token.
    let error = error.without_url();
    let mut text = error.to_string();
    let mut source = std::error::Error::source(&error);
    while let Some(cause) = source {
        text = format!("{text}: {cause}");
        source = cause.source();
    }
    if unreachable {
        NetworkError::Unreachable(text)
    } else {
        NetworkError::Temporary(text)
    }
}
