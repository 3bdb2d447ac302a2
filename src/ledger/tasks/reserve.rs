//! What may be spent on a network that charges. Requests that are out count as what was asked for, so that those under
//! way at the same time cost no more together than may be spent.

use chrono::{DateTime, Utc};

use crate::ledger::Ledger;
use crate::ledger::db::rows;
use crate::ledger::db::transaction::Transaction;
use crate::ledger::people::own_keys::is_unchanged;
use crate::ledger::people::quota::{asked_by, looked_up};
use crate::ledger::reports::spending::{add_today, today};
use crate::ledger::tasks::lease::held_lease;
use crate::model::{Cost, Crawl, Lease, NetworkName, OwnKey, Price, Spent};
use crate::stores::StoreError;

/// The most that may be spent; `None` where there is no limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Caps {
    pub price: Price,
    /// By the crawl, in all.
    pub crawl: Option<Cost>,
    /// By the shared key on the present day, to look up what one person wants.
    pub look_ups: Option<Cost>,
    /// By the shared key on the present day, in all.
    pub day: Option<Cost>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cap {
    Crawl,
    LookUps,
    Day,
}

/// Whether a request may be sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Entered {
    Sent,
    /// The task or its key is not what it was.
    Stale,
    /// What is out may cost less than what was asked for; until that is known there is no room for more.
    Waits,
    /// There is no money left for it.
    Over(Cap),
}

/// Whether a request fits into what may be spent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::ledger) enum Fit {
    Fits,
    /// Only if what is out costs less than what was asked for.
    Perhaps,
    Over(Cap),
}

/// One cap, what counts towards it that is paid, and which leases do.
type Counted<'a> = (Cap, Option<Cost>, Spent, Box<dyn Fn(&Lease) -> bool + 'a>);

impl Ledger {
    /// Enters into a lease what is about to be asked by it, which is then paid for, whatever becomes of the worker:
    /// if the lease is good, the crawl neither over nor suspended, the key of its owner's own, if it goes by one,
    /// still `key`, and if it fits into what may be spent.
    pub async fn note_sent(
        &self,
        lease: &Lease,
        key: Option<&OwnKey>,
        asked: Spent,
        caps: &Caps,
    ) -> Result<Entered, StoreError> {
        let (lease, key, caps, now) = (lease.clone(), key.cloned(), *caps, self.clock.now());
        self.transact(move |tx| {
            if let Some(key) = &key
                && !is_unchanged(tx, key)?
            {
                return Ok(Entered::Stale);
            }
            let Some(mut held) = held_lease(tx, &lease)? else {
                return Ok(Entered::Stale);
            };
            let crawl = tx.read(&rows::crawl(lease.task.crawl))?;
            let Some(crawl) = crawl.filter(Crawl::is_at_work) else {
                return Ok(Entered::Stale);
            };
            // It may have waited since yesterday.
            if held
                .asked_by
                .as_ref()
                .is_some_and(|who| who.day != rows::day(now))
            {
                held.asked_by = asked_by(tx, &crawl, now)?;
            }
            match fit(tx, &caps, (&crawl, &held), asked, now)? {
                Fit::Fits => {}
                Fit::Perhaps => return Ok(Entered::Waits),
                Fit::Over(cap) => return Ok(Entered::Over(cap)),
            }
            held.sent = held.sent + asked;
            tx.write(&rows::leased(lease.task.id), &held)?;
            Ok(Entered::Sent)
        })
        .await
    }

    /// Charges to a key what is about to be asked to try it. Returns whether it may be: the key may be gone.
    pub async fn note_tried(&self, key: &OwnKey, asked: Spent) -> Result<bool, StoreError> {
        let (key, now) = (key.clone(), self.clock.now());
        self.transact(move |tx| {
            if !is_unchanged(tx, &key)? {
                return Ok(false);
            }
            add_today(tx, &rows::paid_by(key.person, &key.network), asked, now)?;
            Ok(true)
        })
        .await
    }

    /// Whether a request has not fitted any more into what the shared key may spend on the present day, which is
    /// `most`.
    pub fn is_day_over(&self, network: &NetworkName, most: Cost) -> Result<bool, StoreError> {
        let over = self.get(&rows::day_over(network))?;
        let today = rows::day(self.clock.now());
        Ok(over.is_some_and(|(day, at)| day == today && at >= most))
    }
}

/// Whether what is about to be asked by a lease fits. That the day is over is noted, for whoever asks less than this.
pub(in crate::ledger) fn fit(
    tx: &mut Transaction<'_>,
    caps: &Caps,
    (crawl, lease): (&Crawl, &Lease),
    asked: Spent,
    now: DateTime<Utc>,
) -> Result<Fit, StoreError> {
    let network = &crawl.network;
    let of_network = |other: &Lease| other.task.queue.network == *network;
    let looked_up = match &lease.asked_by {
        Some(who) => looked_up(tx, who, network)?,
        None => Spent::default(),
    };
    let counted: [Counted<'_>; 3] = [
        (
            Cap::Crawl,
            caps.crawl,
            crawl.spent(),
            Box::new(|other| other.task.crawl == crawl.id),
        ),
        (
            Cap::LookUps,
            caps.look_ups.filter(|_| lease.asked_by.is_some()),
            looked_up,
            Box::new(|other| of_network(other) && other.asked_by == lease.asked_by),
        ),
        (
            Cap::Day,
            caps.day.filter(|_| lease.key_of.is_none()),
            today(tx, &rows::spent(network, rows::day(now)), now)?,
            Box::new(|other| of_network(other) && other.key_of.is_none()),
        ),
    ];
    let leases = tx.range::<Lease>(
        &rows::all_leased().bytes,
        &rows::all_leased().end(),
        usize::MAX,
    )?;
    let mut fit = Fit::Fits;
    for (cap, most, paid, counts) in counted {
        let Some(most) = most else {
            continue;
        };
        let others = leases.iter().map(|(_, other)| other);
        let others = others.filter(|other| other.task.id != lease.task.id && counts(other));
        let certain = paid + lease.sent + asked;
        if caps.price.of(certain) > most {
            // What is dearer than a whole day would wait for ever.
            if cap == Cap::Day && caps.price.of(asked) > most {
                return Ok(Fit::Over(Cap::Crawl));
            }
            if cap == Cap::Day {
                tx.write(&rows::day_over(network), &(rows::day(now), most))?;
            }
            return Ok(Fit::Over(cap));
        }
        let out = others.map(|other| other.sent).sum();
        if caps.price.of(certain + out) > most {
            fit = Fit::Perhaps;
        }
    }
    Ok(fit)
}
