//! What the bot may not send to a chat.

use crate::demo::telegram::FakeTelegram;
use crate::demo::telegram::method_call::MethodCall;
use crate::demo::telegram::rejection::Rejection;
use crate::demo::telegram::state::ServerState;

impl FakeTelegram {
    /// Forbids the bot to call this method in a chat.
    pub fn forbids(&self, chat: i64, method: &str) {
        let method = method.to_ascii_lowercase();
        self.change(|state| state.forbidden.insert((chat, method)));
    }
}

/// Checks that the bot may make a call in a chat.
pub(super) fn check(state: &ServerState, call: &MethodCall, chat: i64) -> Result<(), Rejection> {
    let method = call.key();
    let what = match method.as_str() {
        "sendphoto" => "photos",
        "senddocument" => "documents",
        _ => "text messages",
    };
    match state.forbidden.contains(&(chat, method)) {
        true => Err(Rejection::bad_request(&format!(
            "not enough rights to send {what} to the chat"
        ))),
        false => Ok(()),
    }
}
