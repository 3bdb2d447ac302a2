//! The Bot API's errors: one constructor for each, in Telegram's own words. Decides nothing.

use serde_json::{Value, json};

/// An error response, and whether the bot is to blame for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Rejection {
    pub(super) code: u16,
    pub(super) description: String,
    retry_after: Option<u64>,
    migrate_to: Option<i64>,
    /// The bot's mistake in plain words; `None` if it could not have known better.
    pub(super) violation: Option<String>,
}

impl Rejection {
    pub(super) fn new(code: u16, description: impl Into<String>) -> Rejection {
        Rejection {
            code,
            description: description.into(),
            retry_after: None,
            migrate_to: None,
            violation: None,
        }
    }

    pub(super) fn bad_request(what: &str) -> Rejection {
        Rejection::new(400, format!("Bad Request: {what}"))
    }

    pub(super) fn not_found() -> Rejection {
        Rejection::new(404, "Not Found")
    }

    pub(super) fn unauthorized() -> Rejection {
        Rejection::new(401, "Unauthorized")
    }

    pub(super) fn conflict() -> Rejection {
        Rejection::new(
            409,
            "Conflict: terminated by other getUpdates request; make sure that only one bot \
             instance is running",
        )
    }

    pub(super) fn too_large() -> Rejection {
        Rejection::new(413, "Request Entity Too Large")
    }

    pub(super) fn too_many_requests(retry_after: u64) -> Rejection {
        Rejection {
            retry_after: Some(retry_after),
            ..Rejection::new(429, format!("Too Many Requests: retry after {retry_after}"))
        }
    }

    pub(super) fn migrated(to: i64) -> Rejection {
        Rejection {
            migrate_to: Some(to),
            ..Rejection::bad_request("group chat was upgraded to a supergroup chat")
        }
    }

    pub(super) fn blocked() -> Rejection {
        Rejection::new(403, "Forbidden: bot was blocked by the user")
    }

    pub(super) fn deactivated() -> Rejection {
        Rejection::new(403, "Forbidden: user is deactivated")
    }

    pub(super) fn kicked(chat: i64) -> Rejection {
        let kind = if is_supergroup(chat) {
            "supergroup"
        } else {
            "group"
        };
        Rejection::new(
            403,
            format!("Forbidden: bot was kicked from the {kind} chat"),
        )
    }

    pub(super) fn chat_not_found() -> Rejection {
        Rejection::bad_request("chat not found")
    }

    pub(super) fn message_to_edit_not_found() -> Rejection {
        Rejection::bad_request("message to edit not found")
    }

    pub(super) fn not_modified() -> Rejection {
        Rejection::bad_request(
            "message is not modified: specified new message content and reply markup are exactly \
             the same as a current content and reply markup of the message",
        )
    }

    pub(super) fn query_too_old() -> Rejection {
        Rejection::bad_request(
            "query is too old and response timeout expired or query ID is invalid",
        )
    }

    pub(super) fn server_error() -> Rejection {
        Rejection::new(502, "Bad Gateway")
    }

    /// Returns the same response, with the bot to blame.
    pub(super) fn violating(self, what: impl Into<String>) -> Rejection {
        Rejection {
            violation: Some(what.into()),
            ..self
        }
    }

    pub(super) fn body(&self) -> Value {
        let mut body = json!({
            "ok": false,
            "error_code": self.code,
            "description": self.description,
        });
        if let Some(seconds) = self.retry_after {
            body["parameters"] = json!({ "retry_after": seconds });
        }
        if let Some(chat) = self.migrate_to {
            body["parameters"] = json!({ "migrate_to_chat_id": chat });
        }
        body
    }
}

/// Whether a chat is a supergroup, which Telegram tells by the size of the id.
pub(super) fn is_supergroup(chat: i64) -> bool {
    chat < -1_000_000_000_000
}
