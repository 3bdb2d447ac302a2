//! The members of a group and their status. Everybody else is a member once they have written there.

use serde_json::{Value, json};

use crate::demo::telegram::FakeTelegram;
use crate::demo::telegram::chat::{Author, ChatKind};
use crate::demo::telegram::method_call::MethodCall;
use crate::demo::telegram::model::{MemberStatus, Person};
use crate::demo::telegram::rejection::Rejection;
use crate::demo::telegram::state::ServerState;
use crate::demo::telegram::wire;

impl FakeTelegram {
    /// Adds a person to a group with a status, or changes it.
    pub fn appoints(&self, group: i64, person: &Person, status: MemberStatus) {
        self.change(|state| {
            let key = (group, person.id);
            state.statuses.insert(key, (person.clone(), status))
        });
    }
}

pub(super) fn get_chat_member(
    state: &mut ServerState,
    call: &MethodCall,
) -> Result<Value, Rejection> {
    let chat = state.addressed_chat(call)?;
    let id = call.integer("user_id").unwrap_or_default();
    if let Some((person, status)) = state.statuses.get(&(chat, id)) {
        return Ok(wire::member(person, *status));
    }
    let mut places = state.chats.values();
    let known = places.find_map(|place| match &place.kind {
        ChatKind::Private(person) => Some(person).filter(|person| person.id == id),
        ChatKind::Group { .. } => None,
    });
    let Some(person) = known else {
        return Err(Rejection::bad_request("user not found"));
    };
    let wrote = |author: &Author| matches!(author, Author::Person(person) if person.id == id);
    let messages = state.chats.get(&chat).map(|place| &place.messages);
    let mut messages = messages.into_iter().flat_map(|all| all.values());
    let status = match messages.any(|message| wrote(&message.author)) {
        true => "member",
        false => "left",
    };
    Ok(json!({ "user": wire::user(person), "status": status }))
}
