//! A daily quota of new servers. Accounts can name any server: without it strangers could make this client contact
//! servers without end, or use up what is there for everybody.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::PersonId;
use crate::networks::NetworkError;

/// Domains per day; a large analysis meets some hundreds.
pub(super) const MOST_DOMAINS: usize = 2_000;

/// Servers of a domain that nothing is known of.
pub(in crate::networks) const MOST_OF_A_DOMAIN: usize = 100;

/// Of what is left of the day, everybody leaves this many times what they have used themselves: the first person may
/// use a quarter of all, the next a quarter of the rest, and something is left for everybody.
const LEFT_TO_OTHERS: usize = 3;

/// Counts registered domains by the person they are contacted for.
#[derive(Default)]
pub(super) struct HostQuota {
    servers: BTreeMap<String, usize>,
    brought: BTreeMap<Option<PersonId>, usize>,
    /// The people for whom the log says that their share is used up.
    warned: BTreeSet<Option<PersonId>>,
}

impl HostQuota {
    /// Admits a server that was not contacted on this day.
    ///
    /// # Errors
    /// If its domain's quota or the person's share is used up.
    pub(super) fn admit(
        &mut self,
        name: &str,
        by: Option<PersonId>,
        most_of: fn(&str) -> usize,
    ) -> Result<(), NetworkError> {
        let domain = domain(name);
        let most = most_of(domain);
        if let Some(servers) = self.servers.get_mut(domain) {
            if *servers >= most {
                return Err(NetworkError::HostLost);
            }
            *servers += 1;
            if *servers == most {
                tracing::warn!(domain, most, "no more servers of it are asked today");
            }
            return Ok(());
        }
        let brought = self.brought.entry(by).or_default();
        let left = MOST_DOMAINS.saturating_sub(self.servers.len());
        if LEFT_TO_OTHERS * *brought >= left {
            if self.warned.insert(by) {
                let servers = *brought;
                tracing::warn!(
                    servers,
                    left,
                    "no more new servers are asked for one person today"
                );
            }
            return Err(NetworkError::HostsSpent);
        }
        *brought += 1;
        self.servers.insert(domain.to_owned(), 1);
        Ok(())
    }
}

/// Returns the registered domain of a server's name.
pub(super) fn domain(name: &str) -> &str {
    let registered = addr::parse_domain_name(name).ok();
    registered.and_then(|name| name.root()).unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn most(_: &str) -> usize {
        MOST_OF_A_DOMAIN
    }

    /// Returns how many new domains a person gets in.
    fn brings(day: &mut HostQuota, person: u64) -> usize {
        let by = Some(PersonId(person));
        let admitted = |number: &usize| {
            day.admit(&format!("{person}-{number}.example"), by, most)
                .is_ok()
        };
        (0..MOST_DOMAINS).take_while(admitted).count()
    }

    #[test]
    fn nobody_uses_up_what_is_there_for_all() {
        let mut day = HostQuota::default();
        let brought: Vec<usize> = (0..6).map(|person| brings(&mut day, person)).collect();
        assert_eq!(brought, [500, 375, 282, 211, 158, 119]);
        let refused = day.admit("one-more.example", Some(PersonId(0)), most);
        assert_eq!(refused, Err(NetworkError::HostsSpent));
        assert_eq!(
            day.admit("one-more.example", Some(PersonId(9)), most),
            Ok(())
        );
        assert_eq!(day.admit("two-more.example", None, most), Ok(()));
    }

    #[test]
    fn however_many_ask_so_many_domains_are_asked_and_no_more() {
        let mut day = HostQuota::default();
        let all: usize = (0..200).map(|person| brings(&mut day, person)).sum();
        assert!(all <= MOST_DOMAINS, "{all}");
    }

    #[test]
    fn the_names_of_one_domain_are_one_to_the_day() {
        let mut day = HostQuota::default();
        let by = Some(PersonId(1));
        let admitted = |number: &usize| {
            day.admit(&format!("{number}.evil.example.org"), by, most)
                .is_ok()
        };
        let admitted = (0..2_500).filter(admitted).count();
        assert_eq!(admitted, MOST_OF_A_DOMAIN);
        assert_eq!(day.servers.len(), 1);
        assert_eq!(domain("social.dough.co.uk"), "dough.co.uk");
    }
}
