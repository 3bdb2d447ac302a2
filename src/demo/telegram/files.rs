//! Sending documents and pictures. Keeps every file, so that it can be sent again by its id.

use axum::body::Bytes;
use serde_json::Value;

use crate::demo::telegram::chat::{Author, Draft, File, Medium};
use crate::demo::telegram::method_call::{
    Attached, MAXIMUM_FILE_BYTES, MethodCall, Upload, too_large,
};
use crate::demo::telegram::model::Document;
use crate::demo::telegram::rejection::Rejection;
use crate::demo::telegram::sending::{read_caption, read_keyboard, reply_to};
use crate::demo::telegram::state::ServerState;
use crate::demo::telegram::{rights, topics};

/// The largest picture in bytes, the sum of its sides, and their ratio.
const MAXIMUM_PHOTO_BYTES: usize = 10 * 1024 * 1024;
const MAXIMUM_PHOTO_SIDES: u32 = 10_000;
const MAXIMUM_PHOTO_RATIO: u32 = 20;
/// Reported for pictures whose size is not read.
const USUAL_PHOTO: (u32, u32) = (1280, 720);

pub(super) fn send_document(
    state: &mut ServerState,
    call: &MethodCall,
) -> Result<Value, Rejection> {
    send(state, call, "document", |file, upload| {
        Ok(Medium::Document {
            file,
            mime_type: upload.mime_type.clone(),
        })
    })
}

pub(super) fn send_photo(state: &mut ServerState, call: &MethodCall) -> Result<Value, Rejection> {
    send(state, call, "photo", |file, upload| {
        let (width, height) = measure(&upload.bytes)?;
        Ok(Medium::Photo {
            file,
            width,
            height,
        })
    })
}

fn send(
    state: &mut ServerState,
    call: &MethodCall,
    field: &str,
    medium: impl FnOnce(String, &Upload) -> Result<Medium, Rejection>,
) -> Result<Value, Rejection> {
    let words = read_caption(state, call)?;
    let keyboard = read_keyboard(state, call, false)?;
    let (id, upload) = find(state, call, field)?;
    let medium = medium(id, &upload)?;
    let chat = state.addressed_chat(call)?;
    rights::check(state, call, chat)?;
    let reply_to = reply_to(state, call, chat)?;
    let topic = topics::of_call(state, call, chat, reply_to)?;
    state.spend(chat)?;
    let document = Document {
        file_name: upload.file_name.clone(),
        bytes: upload.bytes.clone(),
        caption: words.shown.text.clone(),
    };
    state.keep_file(medium.file(), upload);
    state.post(Draft {
        chat,
        author: Author::Bot,
        words,
        keyboard,
        reply_to,
        topic,
        file: Some(File { medium, document }),
        via_bot: false,
    })
}

fn find(
    state: &ServerState,
    call: &MethodCall,
    field: &str,
) -> Result<(String, Upload), Rejection> {
    let upload = match call.attached(field) {
        Some(Attached::Content(upload)) => upload,
        Some(Attached::Elsewhere(word)) if word.starts_with("http") => {
            return Err(Rejection::bad_request("failed to get HTTP URL content")
                .violating(format!("the fake fetches nothing, not even {word}")));
        }
        Some(Attached::Elsewhere(word)) => {
            let known = state.file(&word).cloned().ok_or_else(|| {
                Rejection::bad_request("wrong file identifier/HTTP URL specified")
                    .violating(format!("there is no file \"{word}\""))
            })?;
            return Ok((word, known));
        }
        None => {
            return Err(
                Rejection::bad_request(&format!("there is no {field} in the request"))
                    .violating(format!("sends no {field}")),
            );
        }
    };
    if upload.bytes.is_empty() {
        return Err(Rejection::bad_request("file must be non-empty").violating("the file is empty"));
    }
    if upload.bytes.len() > MAXIMUM_FILE_BYTES {
        return Err(too_large(upload.bytes.len()));
    }
    Ok((state.new_file_id(), upload))
}

/// Returns the width and height of a picture that Telegram would accept.
fn measure(bytes: &Bytes) -> Result<(u32, u32), Rejection> {
    if bytes.len() > MAXIMUM_PHOTO_BYTES {
        return Err(Rejection::bad_request(&format!(
            "file of size {} bytes is too big for a photo; the maximum size is {MAXIMUM_PHOTO_BYTES} bytes",
            bytes.len()
        ))
        .violating("the picture has more than 10 MB"));
    }
    let (width, height) = if bytes.starts_with(b"\x89PNG\r\n\x1a\n") {
        png_size(bytes).unwrap_or((0, 0))
    } else if bytes.starts_with(b"\xff\xd8\xff")
        || (bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP"))
    {
        USUAL_PHOTO
    } else {
        return Err(Rejection::bad_request("IMAGE_PROCESS_FAILED")
            .violating("the photo is no PNG, JPEG or WebP"));
    };
    let (short, long) = (width.min(height), width.max(height));
    let fits = short > 0
        && width.saturating_add(height) <= MAXIMUM_PHOTO_SIDES
        && long / short <= MAXIMUM_PHOTO_RATIO;
    if !fits {
        return Err(
            Rejection::bad_request("PHOTO_INVALID_DIMENSIONS").violating(format!(
                "a photo of {width} x {height} is not what Telegram takes"
            )),
        );
    }
    Ok((width, height))
}

fn png_size(bytes: &[u8]) -> Option<(u32, u32)> {
    let number = |at: usize| {
        let four = bytes.get(at..at + 4)?;
        Some(u32::from_be_bytes(four.try_into().ok()?))
    };
    Some((number(16)?, number(20)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn png(width: u32, height: u32) -> Bytes {
        let mut bytes = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec();
        bytes.extend(width.to_be_bytes());
        bytes.extend(height.to_be_bytes());
        Bytes::from(bytes)
    }

    #[test]
    fn pictures_are_measured() {
        assert_eq!(measure(&png(800, 600)), Ok((800, 600)));
        measure(&png(9000, 1001)).unwrap_err();
        measure(&png(2100, 100)).unwrap_err();
        measure(&png(0, 1)).unwrap_err();
        measure(&Bytes::from_static(b"<svg/>")).unwrap_err();
    }
}
