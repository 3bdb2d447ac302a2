//! A request's body -> a `MethodCall`: JSON, multipart and query strings all become the same fields. Does not check the
//! values of fields.

use std::collections::HashMap;

use axum::body::Bytes;
use axum::extract::{FromRequest, Multipart, Query, Request};
use axum::http::header::CONTENT_TYPE;
use axum::http::{StatusCode, Uri};
use serde_json::{Map, Value};

use crate::demo::telegram::rejection::Rejection;

/// The largest file that a bot may upload.
pub(super) const MAXIMUM_FILE_BYTES: usize = 50 * 1024 * 1024;
/// A whole body: the largest file and its fields.
pub(super) const MAXIMUM_BODY_BYTES: usize = MAXIMUM_FILE_BYTES + 1024 * 1024;

/// One call of the bot.
#[derive(Debug, Default)]
pub(super) struct MethodCall {
    /// As the bot spelt it.
    pub(super) method: String,
    /// Its number among all calls.
    pub(super) number: u64,
    fields: Map<String, Value>,
    files: HashMap<String, Upload>,
}

/// A file that came with the call.
#[derive(Clone, Debug)]
pub(super) struct Upload {
    pub(super) file_name: String,
    pub(super) mime_type: Option<String>,
    pub(super) bytes: Bytes,
}

/// What a file field holds: content, or an id or URL of a file.
pub(super) enum Attached {
    Content(Upload),
    Elsewhere(String),
}

impl MethodCall {
    /// Reads the whole body. The token was checked before.
    pub(super) async fn read(method: String, request: Request) -> Result<MethodCall, Rejection> {
        let mut call = MethodCall {
            method,
            number: 0,
            fields: query(request.uri())?,
            files: HashMap::new(),
        };
        let kind = request
            .headers()
            .get(CONTENT_TYPE)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
            .to_ascii_lowercase();
        if kind.starts_with("multipart/form-data") {
            call.read_parts(request).await?;
        } else {
            let body = axum::body::to_bytes(request.into_body(), MAXIMUM_BODY_BYTES)
                .await
                .map_err(|_| Rejection::too_large())?;
            call.read_json(&body)?;
        }
        Ok(call)
    }

    fn read_json(&mut self, body: &[u8]) -> Result<(), Rejection> {
        if body.is_empty() {
            return Ok(());
        }
        let fields: Map<String, Value> = serde_json::from_slice(body).map_err(|error| {
            Rejection::bad_request("can't parse request: expected JSON object")
                .violating(format!("the body is no JSON object: {error}"))
        })?;
        self.fields.extend(fields);
        Ok(())
    }

    async fn read_parts(&mut self, request: Request) -> Result<(), Rejection> {
        let mut parts = Multipart::from_request(request, &())
            .await
            .map_err(|error| {
                Rejection::bad_request("can't parse request").violating(error.body_text())
            })?;
        while let Some(part) = parts.next_field().await.map_err(broken_part)? {
            let name = part.name().unwrap_or_default().to_owned();
            let file_name = part.file_name().map(str::to_owned);
            let mime_type = part.content_type().map(str::to_owned);
            let bytes = part.bytes().await.map_err(broken_part)?;
            if bytes.len() > MAXIMUM_FILE_BYTES {
                return Err(too_large(bytes.len()));
            }
            match (file_name, std::str::from_utf8(&bytes)) {
                // Only a file has a name or a type; its content may still be text.
                (None, Ok(text)) if mime_type.is_none() => {
                    self.fields.insert(name, Value::String(text.to_owned()));
                }
                (file_name, _) => {
                    let file_name = file_name.filter(|name| !name.is_empty());
                    let upload = Upload {
                        file_name: file_name.unwrap_or_else(|| "file".to_owned()),
                        mime_type,
                        bytes,
                    };
                    self.files.insert(name, upload);
                }
            }
        }
        Ok(())
    }

    /// Returns the method's name in lower case: case does not matter.
    pub(super) fn key(&self) -> String {
        self.method.to_ascii_lowercase()
    }

    pub(super) fn text(&self, field: &str) -> Option<String> {
        match self.fields.get(field)? {
            Value::String(text) => Some(text.clone()),
            Value::Number(number) => Some(number.to_string()),
            _ => None,
        }
    }

    pub(super) fn integer(&self, field: &str) -> Option<i64> {
        match self.fields.get(field)? {
            Value::Number(number) => number.as_i64(),
            Value::String(text) => text.trim().parse().ok(),
            _ => None,
        }
    }

    pub(super) fn flag(&self, field: &str) -> bool {
        match self.fields.get(field) {
            Some(Value::Bool(flag)) => *flag,
            Some(Value::String(text)) => text.eq_ignore_ascii_case("true") || text == "1",
            _ => false,
        }
    }

    /// Returns a structured field; outside of JSON bodies it is JSON in a string.
    pub(super) fn object(&self, field: &str) -> Result<Option<Value>, Rejection> {
        let value = match self.fields.get(field) {
            None | Some(Value::Null) => return Ok(None),
            Some(Value::String(text)) => serde_json::from_str(text).map_err(|error| {
                Rejection::bad_request(&format!("can't parse {field} JSON object"))
                    .violating(format!("{field} is no JSON: {error}"))
            })?,
            Some(value) => value.clone(),
        };
        Ok((!value.is_null()).then_some(value))
    }

    /// Returns the file of a field: uploaded under the field's own name, as an `attach://` part, or named by id or URL.
    pub(super) fn attached(&self, field: &str) -> Option<Attached> {
        if let Some(upload) = self.files.get(field) {
            return Some(Attached::Content(upload.clone()));
        }
        let word = self.text(field)?;
        let part = word
            .strip_prefix("attach://")
            .and_then(|part| self.files.get(part));
        Some(match part {
            Some(upload) => Attached::Content(upload.clone()),
            None => Attached::Elsewhere(word),
        })
    }
}

pub(super) fn too_large(bytes: usize) -> Rejection {
    Rejection::too_large().violating(format!(
        "the file has {bytes} bytes, Telegram takes {MAXIMUM_FILE_BYTES}"
    ))
}

fn query(uri: &Uri) -> Result<Map<String, Value>, Rejection> {
    let Query(pairs) = Query::<Vec<(String, String)>>::try_from_uri(uri)
        .map_err(|error| Rejection::bad_request(&error.body_text()))?;
    Ok(pairs
        .into_iter()
        .map(|(name, value)| (name, Value::String(value)))
        .collect())
}

fn broken_part(error: axum::extract::multipart::MultipartError) -> Rejection {
    if error.status() == StatusCode::PAYLOAD_TOO_LARGE {
        return Rejection::too_large().violating("the request is larger than Telegram takes");
    }
    let rejection = Rejection::bad_request("can't parse request");
    match error.status() {
        // It broke off in the middle, as when a process is killed while sending.
        StatusCode::INTERNAL_SERVER_ERROR => rejection,
        _ => rejection.violating(error.body_text()),
    }
}
