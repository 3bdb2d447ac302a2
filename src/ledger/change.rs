//! What people have sent: durable before Telegram is told that it came, handled once.

use crate::ledger::Ledger;
use crate::ledger::db::rows::{self, Number};
use crate::ledger::mode::set_mode;
use crate::ledger::outbox::say_at;
use crate::ledger::people::forget::forget;
use crate::ledger::people::opt_outs::{opt_in, opt_out};
use crate::ledger::people::own_keys::{give, take_back};
use crate::ledger::people::preferences::prefer;
use crate::ledger::people::share::{open_share, share, unshare};
use crate::ledger::people::strangers::turn_away;
use crate::ledger::people::watches::watch;
use crate::ledger::requests::admin_cancel::overrule;
use crate::ledger::requests::cancel::{cancel, take_what_there_is};
use crate::ledger::requests::comparisons::compare;
use crate::ledger::requests::consent::{agree, deepen};
use crate::ledger::requests::outcome::send_result;
use crate::ledger::requests::submit::submit;
use crate::model::{
    AnalysisId, ChatId, Depth, Handle, Mode, NetworkName, NewAnalysis, NewComparison, OptOut,
    Outgoing, OwnKey, PersonId, Place, Preferences, ShareId, Watch,
};
use crate::stores::StoreError;

/// Telegram numbers updates upwards, but after a quiet week it begins anew anywhere. What it sends twice
/// lies close below the last one; what lies further below than this is of a new numbering.
const RENUMBERED: u64 = 10_000;

/// What handling an update changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    Submit(NewAnalysis),
    Compare(NewComparison),
    /// Drop an analysis, if it is this person's.
    Cancel {
        analysis: AnalysisId,
        person: PersonId,
    },
    /// Drop analyses of whomever in this group, for somebody who runs it.
    Overrule {
        chat: ChatId,
        analyses: Vec<AnalysisId>,
    },
    /// End an analysis with the ranking that there is, if it is this person's.
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
    /// Agree to what it costs to take an analysis so deep, if it is this person's.
    Agree {
        analysis: AnalysisId,
        person: PersonId,
        depth: Depth,
    },
    /// What a chat prefers from now on; what these leave open stays as it is.
    Prefer {
        chat: ChatId,
        preferences: Preferences,
    },
    /// Send a finished result once more, to this place in its chat.
    SendResult(AnalysisId, Place),
    /// Let a result be opened by a link, if it is this person's.
    Share {
        analysis: AnalysisId,
        person: PersonId,
        share: ShareId,
    },
    Unshare {
        analysis: AnalysisId,
        person: PersonId,
    },
    /// Give somebody the result behind a link.
    OpenShare {
        share: ShareId,
        person: PersonId,
        chat: ChatId,
        place: Place,
    },
    /// Look at an account anew from time to time.
    Watch(Watch),
    Unwatch {
        person: PersonId,
        network: NetworkName,
        handle: Handle,
    },
    /// Keep a key, and try it.
    GiveKey(OwnKey),
    /// Erase a person's key.
    TakeKeyBack {
        person: PersonId,
        network: NetworkName,
    },
    /// Erase all that is kept of a person.
    Forget {
        person: PersonId,
    },
    /// Leave an account alone from now on.
    OptOut(OptOut),
    /// Take it for one like any other again.
    OptIn {
        network: NetworkName,
        handle: Handle,
    },
    /// Tell somebody that the bot is not for them, unless that was done lately.
    TurnAway {
        person: PersonId,
        sentence: Outgoing,
    },
    /// An operator wants this from now on.
    SetMode(Mode),
    Say(Outgoing),
}

impl Ledger {
    /// Stores updates that have not been seen before. Afterwards they may be confirmed to Telegram.
    pub async fn receive(&self, updates: Vec<(u64, serde_json::Value)>) -> Result<(), StoreError> {
        self.transact(move |tx| {
            let mut last = tx.number(Number::LastUpdate)?;
            for (id, update) in updates {
                if id > last || last - id > RENUMBERED {
                    tx.write(&rows::update(id), &update)?;
                    last = id;
                }
            }
            tx.write(&rows::number(Number::LastUpdate), &last)
        })
        .await
    }

    /// The highest update id ever received; 0 when none was.
    pub fn last_update(&self) -> Result<u64, StoreError> {
        Ok(self.get(&rows::number(Number::LastUpdate))?.unwrap_or(0))
    }

    /// The oldest updates that are not handled yet, at most `limit`.
    pub fn unhandled(&self, limit: usize) -> Result<Vec<(u64, serde_json::Value)>, StoreError> {
        let rows = self.list(&rows::updates(), limit)?;
        Ok(rows
            .into_iter()
            .filter_map(|(key, update)| Some((update_id(&key)?, update)))
            .collect())
    }

    /// Carries out all that an update changes, and removes it: both or neither.
    pub async fn handled(&self, update: u64, changes: Vec<Change>) -> Result<(), StoreError> {
        let (rules, now) = (self.rules, self.clock.now());
        self.transact(move |tx| {
            if tx.read(&rows::update(update))?.is_none() {
                return Ok(());
            }
            tx.remove(&rows::update(update));
            for change in changes {
                match change {
                    Change::Submit(new) => {
                        submit(tx, &rules, &new, now)?;
                    }
                    Change::Compare(new) => compare(tx, &rules, &new, now)?,
                    Change::Cancel { analysis, person } => {
                        cancel(tx, &rules, analysis, person, now)?;
                    }
                    Change::Overrule { chat, analyses } => {
                        overrule(tx, &rules, chat, &analyses, now)?;
                    }
                    Change::Enough { analysis, person } => {
                        take_what_there_is(tx, &rules, analysis, person, now)?;
                    }
                    Change::Deepen {
                        analysis,
                        person,
                        depth,
                    } => _ = deepen(tx, &rules, analysis, person, depth, now)?,
                    Change::Agree {
                        analysis,
                        person,
                        depth,
                    } => agree(tx, &rules, analysis, person, depth, now)?,
                    Change::Prefer { chat, preferences } => prefer(tx, chat, preferences, now)?,
                    Change::SendResult(id, place) => {
                        if let Some(analysis) = tx.read(&rows::analysis(id))? {
                            send_result(tx, &analysis, Some(place))?;
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
                    Change::Watch(new) => watch(tx, &new)?,
                    Change::Unwatch {
                        person,
                        network,
                        handle,
                    } => tx.remove(&rows::watch(person, &network, &handle)),
                    Change::GiveKey(key) => give(tx, &key)?,
                    Change::TakeKeyBack { person, network } => {
                        take_back(tx, &rules, person, &network, now)?;
                    }
                    Change::Forget { person } => forget(tx, &rules, person, now)?,
                    Change::OptOut(row) => opt_out(tx, &rules, &row, now)?,
                    Change::OptIn { network, handle } => opt_in(tx, &network, &handle),
                    Change::TurnAway { person, sentence } => turn_away(tx, person, sentence, now)?,
                    Change::SetMode(mode) => set_mode(tx, mode, now)?,
                    Change::Say(Outgoing { chat, place, say }) => say_at(tx, chat, place, say)?,
                }
            }
            Ok(())
        })
        .await
    }
}

fn update_id(key: &[u8]) -> Option<u64> {
    let id = key.get(key.len().checked_sub(8)?..)?;
    Some(u64::from_be_bytes(id.try_into().ok()?))
}
