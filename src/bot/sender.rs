//! Who sent a message or pressed a button, where, and how they are replied to.

use std::sync::Arc;

use teloxide::types::{CallbackQuery, Me, Message, MessageKind, User};

use crate::bot::BotSettings;
use crate::context::Context;
use crate::ledger::Change;
use crate::locales::{self, Locale};
use crate::model::{
    AdminPress, Analysis, Button, By, ChatId, Depth, MessageId, NetworkName, NewAnalysis, Outgoing,
    PersonId, Place, Preferences, Say, TopicId,
};
use crate::networks::Address;
use crate::stores::StoreError;

/// The priority of everybody without a raised one.
const PRIORITY: u32 = 1;

/// A person who wrote to the bot or pressed a button.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Sender {
    pub(super) person: PersonId,
    pub(super) chat: ChatId,
    pub(super) in_group: bool,
    /// What they wrote, or the message with the button.
    pub(super) message: MessageId,
    /// The topic of that message.
    pub(super) topic: Option<TopicId>,
    pub(super) priority: u32,
    /// Searches that they may start in a day, unless they are an operator.
    per_day: Option<u32>,
    /// The language of the reply.
    pub(super) locale: &'static Locale,
    /// Where plain names are looked up first.
    pub(super) network: Option<NetworkName>,
}

impl Sender {
    /// Returns the sender of a message, `None` if it was not a person, or in a channel, or if the message was made by
    /// the bot's own inline mode.
    pub(super) fn of_message(
        message: Message,
        me: Me,
        settings: Arc<BotSettings>,
        preferences: Preferences,
    ) -> Option<Self> {
        let chosen = message.via_bot.as_ref().is_some_and(|via| via.id == me.id);
        let by_a_person = message.sender_chat.is_none() && !message.chat.is_channel() && !chosen;
        let from = message.from.as_ref().filter(|from| !from.is_bot)?;
        (by_a_person && matches!(message.kind, MessageKind::Common(_))).then(|| Self {
            person: PersonId(from.id.0),
            chat: ChatId(message.chat.id.0),
            in_group: !message.chat.is_private(),
            message: MessageId(message.id.0),
            topic: topic(&message),
            priority: priority(from, &settings),
            per_day: per_day(from, &settings),
            locale: locales::of(&preferences),
            network: preferences.network,
        })
    }

    /// Returns the group or channel in whose name a message to a group was sent. Telegram does not say which person
    /// wrote it.
    pub(super) fn of_chat(
        message: Message,
        settings: Arc<BotSettings>,
        preferences: Preferences,
    ) -> Option<Self> {
        let in_a_name = message.sender_chat.is_some() && message.via_bot.is_none();
        let from = message.from.as_ref()?;
        (in_a_name && !message.chat.is_channel() && !message.chat.is_private()).then(|| Self {
            person: PersonId(from.id.0),
            chat: ChatId(message.chat.id.0),
            in_group: true,
            message: MessageId(message.id.0),
            topic: topic(&message),
            priority: PRIORITY,
            per_day: settings.per_day,
            locale: locales::of(&preferences),
            network: preferences.network,
        })
    }

    /// Returns how a search is asked for here: in groups only commands, mentions and replies are heard.
    pub(super) fn example(&self) -> &'static str {
        if self.in_group {
            "/find @nasa"
        } else {
            "@nasa"
        }
    }

    /// Returns who pressed a button. A press without a message belongs to one that Telegram no longer knows.
    pub(super) fn of_press(
        query: CallbackQuery,
        settings: Arc<BotSettings>,
        preferences: Preferences,
    ) -> Self {
        let message = query.message.as_ref();
        let private = i64::try_from(query.from.id.0).unwrap_or(i64::MAX);
        Self {
            person: PersonId(query.from.id.0),
            chat: ChatId(message.map_or(private, |message| message.chat().id.0)),
            in_group: message.is_some_and(|message| !message.chat().is_private()),
            message: MessageId(message.map_or(0, |message| message.id().0)),
            topic: query.regular_message().and_then(topic),
            priority: priority(&query.from, &settings),
            per_day: per_day(&query.from, &settings),
            locale: locales::of(&preferences),
            network: preferences.network,
        }
    }

    /// Returns the admin of a group who has pressed another person's button there.
    pub(super) fn of_admin(
        chat: ChatId,
        place: Place,
        press: &AdminPress,
        locale: &'static Locale,
    ) -> Self {
        Self {
            person: press.person,
            chat,
            in_group: true,
            message: press.message,
            topic: place.topic,
            priority: press.priority,
            per_day: press.quota,
            locale,
            network: None,
        }
    }

    /// Replies with a message.
    pub(super) fn reply(&self, html: String) -> Change {
        self.reply_with_buttons(html, Vec::new())
    }

    /// Replies with a message that has buttons.
    pub(super) fn reply_with_buttons(&self, html: String, buttons: Vec<Button>) -> Change {
        let place = self.place();
        let say = Say::Text {
            html,
            buttons,
            reply_to: place.question,
        };
        self.send_here(say)
    }

    /// Waits for no answer of the sender here any more.
    pub(super) fn answered(&self) -> Change {
        Change::Answered {
            person: self.person,
            chat: self.chat,
        }
    }

    /// Sends something where the thing that it is about has its place.
    pub(super) fn send(&self, say: Say) -> Change {
        Change::Say(Outgoing {
            chat: self.chat,
            place: None,
            say,
        })
    }

    /// Sends something where the sender is.
    pub(super) fn send_here(&self, say: Say) -> Change {
        Change::Say(Outgoing {
            chat: self.chat,
            place: Some(self.place()),
            say,
        })
    }

    /// Returns the sender in the topic of an analysis if the message does not say the topic: Telegram leaves it out for
    /// old messages.
    pub(super) fn in_topic_of(&self, analysis: &Analysis) -> Self {
        self.in_topic(analysis.topic)
    }

    /// The same, for anything with a topic.
    pub(super) fn in_topic(&self, topic: Option<TopicId>) -> Self {
        Self {
            topic: self.topic.or(topic),
            ..self.clone()
        }
    }

    /// Returns where to reply; among other people as a reply to the message, so that it is clear what is answered.
    pub(super) fn place(&self) -> Place {
        Place {
            topic: self.topic,
            question: self.in_group.then_some(self.message),
        }
    }

    /// Submits a search. Its cost, if any, needs consent later.
    pub(super) fn submit(
        &self,
        cx: &Context,
        address: Address,
        depth: Depth,
        refresh: bool,
    ) -> Change {
        Change::Submit(self.new_analysis(cx, address, depth, refresh))
    }

    pub(super) fn new_analysis(
        &self,
        cx: &Context,
        address: Address,
        depth: Depth,
        refresh: bool,
    ) -> NewAnalysis {
        let charged = cx.networks.charges(&address.network);
        NewAnalysis {
            person: self.person,
            chat: self.chat,
            question: Some(self.message),
            topic: self.topic,
            network: address.network,
            handle: address.handle,
            by: By::Handle,
            others: address.others,
            priority: self.priority,
            depth,
            order: None,
            agreed: !charged,
            charged,
            refresh,
            as_is: false,
            quota: self.quota(cx),
        }
    }

    /// Whether they are an operator of the bot.
    pub(super) fn is_operator(&self, cx: &Context) -> bool {
        // A private chat has the ID of its person.
        let private = ChatId(self.person.0.cast_signed());
        cx.settings.operators.contains(&private)
    }

    /// Returns how many searches the sender may start in a day; `None` for no limit.
    pub(super) fn quota(&self, cx: &Context) -> Option<u32> {
        self.per_day.filter(|_| !self.is_operator(cx))
    }

    /// Returns the sender's analyses that may be shown here: in a group only those that were asked for in it.
    pub(super) fn analyses(&self, cx: &Context) -> Result<Vec<Analysis>, StoreError> {
        let mut analyses = cx.ledger.analyses_of(self.person)?;
        analyses.retain(|analysis| !self.in_group || analysis.chat == self.chat);
        Ok(analyses)
    }

    /// Returns those of them that are running.
    pub(super) fn running(&self, cx: &Context) -> Result<Vec<Analysis>, StoreError> {
        let mut analyses = self.analyses(cx)?;
        analyses.retain(|analysis| analysis.outcome.is_none());
        Ok(analyses)
    }
}

/// Returns where to reply to a message; among other people as a reply to it.
pub(super) fn place(message: &Message) -> Place {
    let among_others = !message.chat.is_private();
    Place {
        topic: topic(message),
        question: among_others.then_some(MessageId(message.id.0)),
    }
}

/// Returns the topic of a message. In groups without topics, the thread is a chain of replies.
fn topic(message: &Message) -> Option<TopicId> {
    let thread = message.thread_id.filter(|_| message.is_topic_message)?;
    Some(TopicId(thread.0.0))
}

fn priority(person: &User, settings: &BotSettings) -> u32 {
    if settings.priority_people.contains(&person.id.0) {
        settings.raised_priority
    } else {
        PRIORITY
    }
}

fn per_day(person: &User, settings: &BotSettings) -> Option<u32> {
    let goes_first = settings.priority_people.contains(&person.id.0);
    settings.per_day.filter(|_| !goes_first)
}
