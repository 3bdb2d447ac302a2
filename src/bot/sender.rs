//! Who speaks to the bot, where, and what of it is meant for the bot.

use std::sync::Arc;

use teloxide::types::{CallbackQuery, Me, Message, MessageKind, User};

use crate::bot::BotSettings;
use crate::context::Context;
use crate::ledger::Change;
use crate::locales::{self, Locale};
use crate::model::{
    Analysis, Button, ChatId, Depth, MessageId, NetworkName, NewAnalysis, Outgoing, PersonId,
    Place, Preferences, Say, TopicId,
};
use crate::networks::Address;
use crate::stores::StoreError;

/// The priority of everybody who has no other.
const PRIORITY: u32 = 1;

/// Somebody who wrote to the bot or pressed a button.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::bot) struct Sender {
    pub(in crate::bot) person: PersonId,
    pub(in crate::bot) chat: ChatId,
    pub(in crate::bot) in_group: bool,
    /// What he wrote, or the message with the button.
    pub(in crate::bot) message: MessageId,
    /// The topic in which that stands.
    pub(in crate::bot) topic: Option<TopicId>,
    pub(in crate::bot) priority: u32,
    /// Analyses that one may ask for in a day, who is no operator.
    per_day: Option<u32>,
    /// The language of the answer.
    pub(in crate::bot) locale: &'static Locale,
    /// Where plain names are looked up first.
    pub(in crate::bot) network: Option<NetworkName>,
}

impl Sender {
    /// Who wrote a message; nobody, if it was no person, or in a channel, or in the bot's own words.
    pub(in crate::bot) fn of_message(
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

    /// The group or channel in whose name a message to a group is written. Who has written it is not to be known.
    pub(in crate::bot) fn of_chat(
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

    /// Who pressed a button. Without a message it is one that Telegram has forgotten.
    pub(in crate::bot) fn of_press(
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

    /// Answers with a message.
    pub(in crate::bot) fn reply(&self, html: String) -> Change {
        self.reply_with_buttons(html, Vec::new())
    }

    /// Answers with a message that has buttons.
    pub(in crate::bot) fn reply_with_buttons(&self, html: String, buttons: Vec<Button>) -> Change {
        let place = self.place();
        let say = Say::Text {
            html,
            buttons,
            reply_to: place.question,
        };
        self.send_here(say)
    }

    /// Has something said where what it is about has its place.
    pub(in crate::bot) fn send(&self, say: Say) -> Change {
        Change::Say(Outgoing {
            chat: self.chat,
            place: None,
            say,
        })
    }

    /// Has something said where the sender is.
    pub(in crate::bot) fn send_here(&self, say: Say) -> Change {
        Change::Say(Outgoing {
            chat: self.chat,
            place: Some(self.place()),
            say,
        })
    }

    /// The same, in the topic of an analysis where the message does not tell: of an old one Telegram does not.
    pub(in crate::bot) fn in_topic_of(&self, analysis: &Analysis) -> Self {
        Self {
            topic: self.topic.or(analysis.topic),
            ..self.clone()
        }
    }

    /// Where the sender is answered; among others it has to be clear what is answered.
    pub(in crate::bot) fn place(&self) -> Place {
        Place {
            topic: self.topic,
            question: self.in_group.then_some(self.message),
        }
    }

    /// Asks for an analysis. What it costs, where it costs anything, is to be agreed to later.
    pub(in crate::bot) fn submit(
        &self,
        cx: &Context,
        address: Address,
        depth: Depth,
        refresh: bool,
    ) -> Change {
        Change::Submit(self.new_analysis(cx, address, depth, refresh))
    }

    pub(in crate::bot) fn new_analysis(
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
            others: address.others,
            priority: self.priority,
            depth,
            order: None,
            agreed: !charged,
            charged,
            refresh,
            quota: self.quota(cx),
        }
    }

    /// One of those who run the bot.
    pub(in crate::bot) fn is_operator(&self, cx: &Context) -> bool {
        // A private chat has the number of the person.
        let private = ChatId(self.person.0.cast_signed());
        cx.settings.operators.contains(&private)
    }

    /// Analyses that the sender may ask for in a day; nothing for no limit.
    pub(in crate::bot) fn quota(&self, cx: &Context) -> Option<u32> {
        self.per_day.filter(|_| !self.is_operator(cx))
    }

    /// What the sender has asked for and may see here: in a group only what was asked there.
    pub(in crate::bot) fn analyses(&self, cx: &Context) -> Result<Vec<Analysis>, StoreError> {
        let mut analyses = cx.ledger.analyses_of(self.person)?;
        analyses.retain(|analysis| !self.in_group || analysis.chat == self.chat);
        Ok(analyses)
    }

    /// Those of them that are under way.
    pub(in crate::bot) fn running(&self, cx: &Context) -> Result<Vec<Analysis>, StoreError> {
        let mut analyses = self.analyses(cx)?;
        analyses.retain(|analysis| analysis.outcome.is_none());
        Ok(analyses)
    }
}

/// Where a message is answered; among others it has to be clear what is answered.
pub(in crate::bot) fn place(message: &Message) -> Place {
    let among_others = !message.chat.is_private();
    Place {
        topic: topic(message),
        question: among_others.then_some(MessageId(message.id.0)),
    }
}

/// The topic of a message. In other groups the number is that of a chain of replies.
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
