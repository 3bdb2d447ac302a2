//! Spending limits on a network that charges. A request in flight counts at the price that was reserved for it, so that
//! those in flight together never cost more than may be spent.

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

/// The most that may be spent; `None` for no limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SpendingLimits {
    pub price: Price,
    /// By the crawl, in all.
    pub crawl: Option<Cost>,
    /// By the shared key today, to look up accounts for one person.
    pub look_ups: Option<Cost>,
    /// By the shared key today, in all.
    pub day: Option<Cost>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SpendingLimit {
    Crawl,
    LookUps,
    Day,
}

/// The result of reserving the price of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reservation {
    Made,
    /// The task or its key has changed.
    Stale,
    /// Requests in flight may cost less than was reserved for them; until that is known there is no room for more.
    Waits,
    /// The limit does not allow it.
    Over(SpendingLimit),
}

/// Whether a request fits into the limits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fit {
    Fits,
    /// Only if requests in flight cost less than was reserved for them.
    Perhaps,
    Over(SpendingLimit),
}

/// One limit, the spending that counts towards it, and which leases count.
type LimitUse<'a> = (
    SpendingLimit,
    Option<Cost>,
    Spent,
    Box<dyn Fn(&Lease) -> bool + 'a>,
);

impl Ledger {
    /// Reserves in a lease the price of a request that is about to be sent; it is then paid, whatever becomes of the
    /// worker. It is reserved if the lease is good, the crawl neither over nor suspended, its owner's key still `key`
    /// (if it pays), and the price within the limits.
    pub async fn reserve(
        &self,
        lease: &Lease,
        key: Option<&OwnKey>,
        asked: Spent,
        caps: &SpendingLimits,
    ) -> Result<Reservation, StoreError> {
        let (lease, key, caps, now) = (lease.clone(), key.cloned(), *caps, self.clock.now());
        self.transact(move |tx| {
            if let Some(key) = &key
                && !is_unchanged(tx, key)?
            {
                return Ok(Reservation::Stale);
            }
            let Some(mut held) = held_lease(tx, &lease)? else {
                return Ok(Reservation::Stale);
            };
            let crawl = tx.read(&rows::crawl(lease.task.crawl))?;
            let Some(crawl) = crawl.filter(Crawl::is_at_work) else {
                return Ok(Reservation::Stale);
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
                Fit::Perhaps => return Ok(Reservation::Waits),
                Fit::Over(cap) => return Ok(Reservation::Over(cap)),
            }
            held.sent = held.sent + asked;
            tx.write(&rows::leased(lease.task.id), &held)?;
            Ok(Reservation::Made)
        })
        .await
    }

    /// Charges a key with the request that tests it. Returns false if the key is gone.
    pub async fn charge_key_test(&self, key: &OwnKey, asked: Spent) -> Result<bool, StoreError> {
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

    /// Returns whether a request did not fit any more into what the shared key may spend today, which is `most`.
    pub fn is_day_over(&self, network: &NetworkName, most: Cost) -> Result<bool, StoreError> {
        let over = self.get(&rows::day_over(network))?;
        let today = rows::day(self.clock.now());
        Ok(over.is_some_and(|(day, at)| day == today && at >= most))
    }
}

/// Returns whether a request of a lease fits. If the daily limit is used up, that is noted, for whoever asks without a
/// request.
pub(crate) fn fit(
    tx: &mut Transaction<'_>,
    caps: &SpendingLimits,
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
    let counted: [LimitUse<'_>; 3] = [
        (
            SpendingLimit::Crawl,
            caps.crawl,
            crawl.spent(),
            Box::new(|other| other.task.crawl == crawl.id),
        ),
        (
            SpendingLimit::LookUps,
            caps.look_ups.filter(|_| lease.asked_by.is_some()),
            looked_up,
            Box::new(|other| of_network(other) && other.asked_by == lease.asked_by),
        ),
        (
            SpendingLimit::Day,
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
            // A request dearer than a whole day would wait for ever.
            if cap == SpendingLimit::Day && caps.price.of(asked) > most {
                return Ok(Fit::Over(SpendingLimit::Crawl));
            }
            if cap == SpendingLimit::Day {
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
