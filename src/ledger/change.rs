//! Updates from Telegram, and the changes that handling one makes: stored before Telegram is told that an update has
//! arrived, handled once.

use chrono::{DateTime, Utc};

use crate::ledger::db::rows::{self, DbNumber};
use crate::ledger::db::transaction::Transaction;
use crate::ledger::mode::set_mode;
use crate::ledger::outbox::say_at;
use crate::ledger::people::forget::forget;
use crate::ledger::people::opt_outs::{opt_in, opt_out};
use crate::ledger::people::own_keys::{give, take_back};
use crate::ledger::people::preferences::prefer;
use crate::ledger::people::questions::ask;
use crate::ledger::people::share::{open_share, share, unshare};
use crate::ledger::people::share_comparison::{
    open_comparison, share_comparison, unshare_comparison,
};
use crate::ledger::people::strangers::turn_away;
use crate::ledger::people::watches::{watch, watch_every};
use crate::ledger::requests::admin_cancel::overrule;
use crate::ledger::requests::cancel::{cancel, end_early};
use crate::ledger::requests::comparisons::compare;
use crate::ledger::requests::consent::{agree, deepen};
use crate::ledger::requests::kept::send_comparison;
use crate::ledger::requests::outcome::send_list;
use crate::ledger::requests::submit::submit;
use crate::ledger::{Ledger, Rules};
use crate::model::{
    AnalysisId, ChatId, ComparisonId, Depth, Every, Handle, Mode, NetworkName, NewAnalysis,
    NewComparison, OptOut, Outgoing, OutgoingId, OwnKey, PersonId, Place, Preferences, Question,
    Say, SetKind, ShareId, Watch,
};
use crate::stores::StoreError;

/// Telegram numbers updates upwards, but after a quiet week it may start again anywhere. An update that it sends twice
/// has a number close below the last one; a number further below than this belongs to a new numbering.
const RENUMBERED: u64 = 10_000;

/// A change of state that the handling of an update makes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    Submit(NewAnalysis),
    Compare(NewComparison),
    /// Drop an analysis, if it is this person's.
    Cancel {
        analysis: AnalysisId,
        person: PersonId,
    },
    /// Cancel analyses of anyone in this group, for an admin of it.
    Overrule {
        chat: ChatId,
        analyses: Vec<AnalysisId>,
    },
    /// End an analysis with the present ranking, if it is this person's.
    Enough {
        analysis: AnalysisId,
        person: PersonId,
    },
    /// Take an analysis deeper, if it is this person's.
    Deepen {
        analysis: AnalysisId,
        person: PersonId,
        depth: Depth,
    },
    /// Agree to the cost of an analysis at this depth, if it is this person's.
    Agree {
        analysis: AnalysisId,
        person: PersonId,
        depth: Depth,
    },
    /// Set preferences of a chat; those left open stay as they are.
    Prefer {
        chat: ChatId,
        preferences: Preferences,
    },
    /// Send a finished result again, to this place in its chat.
    SendResult(AnalysisId, Place),
    /// Share a result by a link, if it is this person's.
    Share {
        analysis: AnalysisId,
        person: PersonId,
        share: ShareId,
    },
    Unshare {
        analysis: AnalysisId,
        person: PersonId,
    },
    /// Send a person the result that a link shares.
    OpenShare {
        share: ShareId,
        person: PersonId,
        chat: ChatId,
        place: Place,
    },
    /// Send a comparison again, to this place in its chat.
    SendComparison(ComparisonId, Place),
    /// Share a comparison by a link, if it is this person's.
    ShareComparison {
        comparison: ComparisonId,
        person: PersonId,
        share: ShareId,
    },
    UnshareComparison {
        comparison: ComparisonId,
        person: PersonId,
    },
    /// Send a person the comparison that a link shares.
    OpenComparison {
        share: ShareId,
        person: PersonId,
        chat: ChatId,
        place: Place,
    },
    /// Search again for an account at intervals, and for the first time at once if there is no result for it. It is
    /// promised once its account has been found; without a first search, at once.
    Watch {
        watch: Watch,
        first: Option<NewAnalysis>,
    },
    /// Change how often an account is watched.
    WatchEvery {
        person: PersonId,
        network: NetworkName,
        handle: Handle,
        every: Every,
    },
    Unwatch {
        person: PersonId,
        network: NetworkName,
        handle: Handle,
    },
    /// Store a key, and test it.
    GiveKey(OwnKey),
    /// Erase a person's key.
    TakeKeyBack {
        person: PersonId,
        network: NetworkName,
    },
    /// Erase everything stored about a person.
    Forget {
        person: PersonId,
    },
    /// Neither analyse nor show an account from now on.
    OptOut(OptOut),
    /// Treat an opted-out account like any other again.
    OptIn {
        network: NetworkName,
        handle: Handle,
    },
    /// Say what an account is, whatever else is known of it, and take that back.
    SetKind(SetKind),
    UnsetKind {
        network: NetworkName,
        handle: Handle,
    },
    /// Tell a person that the bot is not for them, unless that was done today.
    TurnAway {
        person: PersonId,
        sentence: Outgoing,
    },
    /// Wait for an answer.
    Ask(Question),
    /// Wait for no answer of this person in this chat any more.
    Answered {
        person: PersonId,
        chat: ChatId,
    },
    /// Set the mode, for an operator.
    SetMode(Mode),
    /// Put a message into the outbox.
    Say(Outgoing),
}

impl Ledger {
    /// Stores updates that have not been seen before. Afterwards they may be confirmed to Telegram.
    pub async fn receive(&self, updates: Vec<(u64, serde_json::Value)>) -> Result<(), StoreError> {
        self.transact(move |tx| {
            let mut last = tx.number(DbNumber::LastUpdate)?;
            for (id, update) in updates {
                if id > last || last - id > RENUMBERED {
                    tx.write(&rows::update(id), &update)?;
                    last = id;
                }
            }
            tx.write(&rows::number(DbNumber::LastUpdate), &last)
        })
        .await
    }

    /// Returns the highest update id ever received; 0 if there was none.
    pub fn last_update(&self) -> Result<u64, StoreError> {
        Ok(self.get(&rows::number(DbNumber::LastUpdate))?.unwrap_or(0))
    }

    /// Returns the oldest updates that are not handled yet, at most `limit`.
    pub fn unhandled(&self, limit: usize) -> Result<Vec<(u64, serde_json::Value)>, StoreError> {
        let rows = self.list(&rows::updates(), limit)?;
        Ok(rows
            .into_iter()
            .filter_map(|(key, update)| Some((update_id(&key)?, update)))
            .collect())
    }

    /// Applies all changes of an update, and removes it: both or neither. Does nothing if it was handled before.
    pub async fn handled(&self, update: u64, changes: Vec<Change>) -> Result<(), StoreError> {
        let (rules, now) = (self.rules, self.clock.now());
        self.transact(move |tx| {
            if tx.read(&rows::update(update))?.is_none() {
                return Ok(());
            }
            tx.remove(&rows::update(update));
            tx.hold_outbox();
            for change in changes {
                apply(tx, &rules, change, now)?;
            }
            Ok(())
        })
        .await
    }

    /// Applies what an administrator of a group wants of a message of the outbox that asked whether they are one, and
    /// queues the answer. Does nothing if it was applied before.
    pub async fn overruled(
        &self,
        id: OutgoingId,
        changes: Vec<Change>,
        answer: Say,
    ) -> Result<(), StoreError> {
        let (rules, now) = (self.rules, self.clock.now());
        self.transact(move |tx| {
            let key = rows::outgoing(id);
            let Some(asked) = tx.read(&key)? else {
                return Ok(());
            };
            tx.remove(&key);
            for change in changes {
                apply(tx, &rules, change, now)?;
            }
            say_at(tx, asked.chat, asked.place, answer)
        })
        .await
    }
}

fn apply(
    tx: &mut Transaction<'_>,
    rules: &Rules,
    change: Change,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    match change {
        Change::Submit(new) => {
            submit(tx, rules, &new, now)?;
        }
        Change::Compare(new) => compare(tx, rules, &new, now)?,
        Change::Cancel { analysis, person } => {
            cancel(tx, rules, analysis, person, now)?;
        }
        Change::Overrule { chat, analyses } => {
            overrule(tx, rules, chat, &analyses, now)?;
        }
        Change::Enough { analysis, person } => {
            end_early(tx, rules, analysis, person, now)?;
        }
        Change::Deepen {
            analysis,
            person,
            depth,
        } => _ = deepen(tx, rules, analysis, person, depth, now)?,
        Change::Agree {
            analysis,
            person,
            depth,
        } => agree(tx, rules, analysis, person, depth, now)?,
        Change::Prefer { chat, preferences } => prefer(tx, chat, preferences, now)?,
        Change::SendResult(id, place) => {
            if let Some(analysis) = tx.read(&rows::analysis(id))? {
                send_list(tx, &analysis, Some(place))?;
            }
        }
        Change::Share {
            analysis,
            person,
            share: id,
        } => share(tx, analysis, person, id)?,
        Change::Unshare { analysis, person } => unshare(tx, analysis, person)?,
        Change::OpenShare {
            share,
            person,
            chat,
            place,
        } => open_share(tx, &share, person, (chat, place), now)?,
        Change::SendComparison(id, place) => {
            if let Some(kept) = tx.read(&rows::kept_comparison(id))? {
                send_comparison(tx, &kept, place)?;
            }
        }
        Change::ShareComparison {
            comparison,
            person,
            share,
        } => share_comparison(tx, comparison, person, share)?,
        Change::UnshareComparison { comparison, person } => {
            unshare_comparison(tx, comparison, person)?;
        }
        Change::OpenComparison {
            share,
            person,
            chat,
            place,
        } => open_comparison(tx, &share, person, (chat, place), now)?,
        Change::Watch { watch: new, first } => {
            watch(tx, rules, new, first.as_ref(), now)?;
        }
        Change::WatchEvery {
            person,
            network,
            handle,
            every,
        } => watch_every(tx, (person, &network, &handle), every, now)?,
        Change::Unwatch {
            person,
            network,
            handle,
        } => tx.remove(&rows::watch(person, &network, &handle)),
        Change::GiveKey(key) => give(tx, &key)?,
        Change::TakeKeyBack { person, network } => {
            take_back(tx, rules, person, &network, now)?;
        }
        Change::Forget { person } => forget(tx, rules, person, now)?,
        Change::OptOut(row) => opt_out(tx, rules, &row, now)?,
        Change::OptIn { network, handle } => opt_in(tx, &network, &handle),
        Change::SetKind(row) => tx.write(&rows::set_kind(&row.network, &row.handle), &row)?,
        Change::UnsetKind { network, handle } => tx.remove(&rows::set_kind(&network, &handle)),
        Change::TurnAway { person, sentence } => turn_away(tx, person, sentence, now)?,
        Change::Ask(question) => ask(tx, question, now)?,
        Change::Answered { person, chat } => tx.remove(&rows::question(person, chat)),
        Change::SetMode(mode) => set_mode(tx, mode, now)?,
        Change::Say(Outgoing { chat, place, say }) => say_at(tx, chat, place, say)?,
    }
    Ok(())
}

fn update_id(key: &[u8]) -> Option<u64> {
    let id = key.get(key.len().checked_sub(8)?..)?;
    Some(u64::from_be_bytes(id.try_into().ok()?))
}
