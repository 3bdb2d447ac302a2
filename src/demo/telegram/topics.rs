//! Groups with topics. A message in a topic is answered there; the general topic may be closed, and any may be deleted.

use crate::demo::telegram::FakeTelegram;
use crate::demo::telegram::chat::ChatKind;
use crate::demo::telegram::method_call::MethodCall;
use crate::demo::telegram::model::Person;
use crate::demo::telegram::people;
use crate::demo::telegram::rejection::Rejection;
use crate::demo::telegram::state::ServerState;

impl FakeTelegram {
    /// Writes into a topic of a group, both of which exist from then on. Returns the message's id.
    pub fn says_in_topic(&self, group: i64, topic: i32, person: &Person, text: &str) -> i32 {
        self.change(|state| {
            let title = format!("Group {group}");
            state.open_chat(group, ChatKind::Group { title });
            let topics = state.topics.entry(group).or_default();
            topics.there.insert(topic);
            people::say_in(state, group, Some(topic), person, text)
        })
    }

    /// Closes the general topic.
    pub fn closes_general(&self, group: i64) {
        self.change(|state| state.topics.entry(group).or_default().general_is_closed = true);
    }

    /// Deletes a topic with all its messages.
    pub fn deletes_topic(&self, group: i64, topic: i32) {
        let messages = self.messages(group).into_iter();
        let said = messages.filter(|message| message.topic == Some(topic));
        for message in said {
            self.deletes(group, message.id);
        }
        self.change(|state| {
            let topics = state.topics.entry(group).or_default();
            topics.there.remove(&topic)
        });
    }
}

/// Returns the topic of a new message: the one that the call names, or else the one of the message that it replies to.
pub(super) fn of_call(
    state: &ServerState,
    call: &MethodCall,
    chat: i64,
    reply_to: Option<i32>,
) -> Result<Option<i32>, Rejection> {
    let named = call.integer("message_thread_id");
    let named = named.and_then(|id| i32::try_from(id).ok());
    let Some(topics) = state.topics.get(&chat) else {
        return match named {
            Some(_) => Err(Rejection::bad_request("message thread not found")
                .violating("names a topic where there are none")),
            None => Ok(None),
        };
    };
    let replied = reply_to.and_then(|id| state.present(chat, id));
    let topic = named.or_else(|| replied.and_then(|stored| stored.message.topic));
    match topic {
        Some(topic) if !topics.there.contains(&topic) => {
            Err(Rejection::bad_request("message thread not found"))
        }
        None if topics.general_is_closed => Err(Rejection::bad_request("TOPIC_CLOSED")
            .violating("writes into the general topic, which is closed")),
        topic => Ok(topic),
    }
}
