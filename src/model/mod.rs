//! Plain data that all subsystems share. Serde, no I/O, no async, no outside crates except serde and chrono.

mod account;
mod analysis;
mod audiences;
mod backoff;
mod cohort;
mod comparison;
mod crawl;
mod depth;
mod every;
#[cfg(test)]
pub(crate) mod example;
mod filter;
mod guess;
mod ids;
mod known_kind;
mod list_view;
mod measure;
mod mode;
mod opt_out;
mod order;
mod outgoing;
mod own_key;
mod page;
mod preferences;
mod press;
mod preview;
mod price;
mod pseudonym;
mod question;
mod queue;
mod ranking;
mod record;
mod round_robin;
mod scope;
mod stage;
mod task;
mod told_kind;
mod watch;

pub use account::{Account, AccountId, Handle, NetworkName, Profile, shown};
pub use analysis::{Analysis, NewAnalysis, Outcome, Refusal, ShareId};
pub use audiences::{Audience, Audiences, Compared, Counted};
pub use backoff::back_off;
pub use cohort::{Cohort, Members};
pub use comparison::{Comparison, KeptComparison, NewComparison};
pub use crawl::{Crawl, Followers, Status};
pub use depth::{Coverage, Depth, Reached, SETTLED, Stopped};
pub use every::Every;
pub use guess::{By, Guess};
pub use ids::{AnalysisId, ChatId, ComparisonId, CrawlId, MessageId, PersonId, TopicId};
pub use known_kind::{KnownKind, Why};
pub use list_view::{Kinds, ListView, Panel, SIZES};
pub use measure::MeasureName;
pub use mode::{Mode, ModeChange, Operation};
pub use opt_out::OptOut;
pub use order::WantedOrder;
pub use outgoing::{
    AdminPress, Alarm, Failing, Offer, Outgoing, OutgoingId, Place, Say, Source, StartLink,
};
pub use own_key::{KeyNews, OwnKey};
pub use page::{Cursor, ListEnd, Onward, Page, Relation};
pub use preferences::Preferences;
pub use press::{Button, ComparedControl, Control, FileKind, Press};
pub use preview::{Preview, PreviewRow};
pub use price::{Cost, Price, Spent, Unit};
pub use pseudonym::Pseudonym;
pub use question::{Asked, Question};
pub use queue::{ParseRateError, QueueSettings, Rate};
pub use ranking::{
    Candidate, Certainty, Overlap, Ranking, Sample, Share, Shortlist, Similar, Tally,
};
pub use record::Pointer;
pub use round_robin::RoundRobin;
pub use scope::Scope;
pub use stage::{ByStage, StageName};
pub use task::{
    Facts, Hints, KnownLists, Lease, NewTask, Queue, Subject, Task, TaskId, TaskOutput, Unreadable,
};
pub use told_kind::{KindTeller, SetKind, ToldKind};
pub use watch::Watch;
