//! The places that connections have: who gets one, who waits for one, who gives one up.
//!
//! In: newcomers. Out: a place, at once or after a short wait, or why there is none. No address gets so many that others
//! find none ([`Shares`]). Where few are free, each newcomer has an idle connection give its place up: the one that has been
//! idle longest of whoever holds most. Nobody gives way to a holder who has more than itself.

use std::collections::hash_map::Entry as Entries;
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use tokio::sync::oneshot;
use tokio::time::{Instant, timeout_at};
use tokio_util::sync::CancellationToken;

use super::activity::{Activity, AllCalls, IdleAfter};
use crate::serve::admission::shares::{NoSlot, Share, Shares};
use crate::serve::call::peer::Holder;

/// How often one who waits looks for an idle connection again.
const LOOK_AGAIN: Duration = Duration::from_millis(200);
/// How long one who waits leaves it at the connection that it found: that takes a moment to go.
const GOES_WITHIN: Duration = Duration::from_secs(1);
/// Of so many places one is kept from those who are bounded by this alone.
const KEPT_ONE_OF: usize = 16;

/// How many places there are, and when one is given up.
#[derive(Clone, Copy, Debug)]
pub(crate) struct PlacesConfig {
    /// At most this many connections are open at one time, at least one.
    pub(crate) count: usize,
    /// At most this many more wait for a place.
    pub(crate) waiting: usize,
    /// They wait for at most this long.
    pub(crate) patience: Duration,
    /// When a connection counts as idle.
    pub(crate) idle_after: IdleAfter,
    /// For one holder, idle connections are looked for at most once in this time: that goes through all of them, and a flood
    /// of newcomers must not make the others wait.
    pub(crate) look_every: Duration,
}

impl PlacesConfig {
    /// Two hundred give way in a second, to each holder, which takes a few hundredths of a processor.
    pub(crate) const LOOK_EVERY: Duration = Duration::from_millis(5);
}

/// Somebody who wants a place.
#[derive(Clone, Debug)]
pub(crate) enum Newcomer {
    /// A client that has an address of its own, and gets its share.
    At(Holder),
    /// A proxy, which stands for many: it is bounded by the number of places alone, but for a few.
    Proxy(Holder),
}

impl Newcomer {
    const fn holder(&self) -> &Holder {
        match self {
            Self::At(holder) | Self::Proxy(holder) => holder,
        }
    }
}

/// Why somebody gets no place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NoPlace {
    /// All are taken.
    NoneFree,
    /// Its address holds as many as one may.
    HoldsMost,
    /// As many as may wait for one already.
    NoneToWait,
}

impl NoPlace {
    /// Its label in metrics.
    pub(crate) const fn label(self) -> &'static str {
        match self {
            Self::NoneFree => "none-free",
            Self::HoldsMost => "share-of-address",
            Self::NoneToWait => "none-to-wait",
        }
    }

    /// What is told to those who get none.
    pub(crate) const fn told(self) -> &'static str {
        match self {
            Self::HoldsMost => {
                "your address has as many connections as one may have of max-connections: use fewer, or try again later"
            }
            Self::NoneFree | Self::NoneToWait => {
                "the server has as many connections as max-connections allows: try again later"
            }
        }
    }
}

impl From<NoSlot> for NoPlace {
    fn from(why: NoSlot) -> Self {
        match why {
            NoSlot::NoneFree => Self::NoneFree,
            NoSlot::HoldsMost => Self::HoldsMost,
        }
    }
}

/// All places. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Places(Arc<Inner>);

struct Inner {
    config: PlacesConfig,
    calls: AllCalls,
    taken: Shares,
    /// Of those who wait.
    waiting: Shares,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    next: u64,
    open: HashMap<Holder, BTreeMap<u64, Open>>,
    /// In the order in which they came.
    waiting: BTreeMap<u64, Waiter>,
    /// When an idle connection was looked for last, for those who hold some, and for all who hold none yet.
    looked: HashMap<Option<Holder>, Instant>,
}

/// A connection that has a place.
struct Open {
    activity: Activity,
    leave: CancellationToken,
}

struct Waiter {
    newcomer: Newcomer,
    place: oneshot::Sender<Place>,
}

/// What a newcomer gets.
pub(crate) enum Entry {
    /// A place.
    Place(Place),
    /// A place among those who wait for one.
    Waiting(Waiting),
}

impl Places {
    pub(crate) fn new(config: PlacesConfig) -> Self {
        let taken = Shares::new(config.count);
        let (calls, waiting) = (AllCalls::default(), Shares::new(config.waiting));
        Self(Arc::new(Inner { config, calls, taken, waiting, state: Mutex::default() }))
    }

    /// The calls in flight on all connections that have a place.
    pub(crate) fn calls(&self) -> &AllCalls {
        &self.0.calls
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().expect("nothing panics while it is held")
    }

    /// Lets somebody in, or wait.
    pub(crate) fn enter(&self, newcomer: Newcomer) -> Result<Entry, NoPlace> {
        let mut state = self.state();
        match self.share(&newcomer) {
            Ok(share) => {
                if self.0.taken.are_scarce() {
                    self.have_one_leave(&mut state, newcomer.holder());
                }
                Ok(Entry::Place(self.place(&mut state, newcomer, share)))
            }
            Err(why) => {
                // Also for one who can't wait: it may try again.
                let made_room = self.have_one_leave(&mut state, newcomer.holder());
                let slot = self.0.waiting.take(newcomer.holder()).map_err(|_| NoPlace::NoneToWait)?;
                let (place, comes) = oneshot::channel();
                let holder = newcomer.holder().clone();
                let id = state.number();
                state.waiting.insert(id, Waiter { newcomer, place });
                let places = self.clone();
                Ok(Entry::Waiting(Waiting {
                    places,
                    id,
                    holder,
                    comes,
                    made_room,
                    why: why.into(),
                    _slot: slot,
                }))
            }
        }
    }

    fn share(&self, newcomer: &Newcomer) -> Result<Share, NoSlot> {
        match newcomer {
            Newcomer::At(holder) => self.0.taken.take(holder),
            Newcomer::Proxy(holder) => self.0.taken.take_leaving(self.0.config.count / KEPT_ONE_OF, holder),
        }
    }

    fn place(&self, state: &mut State, newcomer: Newcomer, share: Share) -> Place {
        let is_proxy = matches!(newcomer, Newcomer::Proxy(_));
        let (Newcomer::At(holder) | Newcomer::Proxy(holder)) = newcomer;
        let id = state.number();
        let (activity, leave) = (Activity::new(&self.0.calls), CancellationToken::new());
        let open = Open { activity: activity.clone(), leave: leave.clone() };
        let of_holder = state.open.entry(holder.clone()).or_default();
        of_holder.insert(id, open);
        let crowd = if is_proxy { 1 } else { of_holder.len() };
        Place { places: self.clone(), id, holder, activity, leave, crowd, share: Some(share) }
    }

    /// Asks the connection to leave that has been idle longest of whoever holds most, for somebody whose holder is `newcomer`.
    /// False where there is none that gives way.
    fn have_one_leave(&self, state: &mut State, newcomer: &Holder) -> bool {
        let (own, now) = (state.open.get(newcomer).map_or(0, BTreeMap::len), Instant::now());
        let last = state.looked.entry((own > 0).then(|| newcomer.clone()));
        match last {
            Entries::Occupied(last) if now.duration_since(*last.get()) < self.0.config.look_every => {
                return false;
            }
            last => last.insert_entry(now),
        };
        let mut chosen: Option<(usize, Duration, &Open)> = None;
        for (holder, open) in &state.open {
            let count = open.len();
            let gives_way = count > own || holder == newcomer;
            if !gives_way || chosen.is_some_and(|(most, ..)| most > count) {
                continue;
            }
            let stay = open.values().filter(|one| !one.leave.is_cancelled());
            let idle = stay.filter_map(|one| Some((one.activity.idle(self.0.config.idle_after, now)?, one)));
            if let Some((idle, one)) = idle.max_by_key(|(idle, _)| *idle)
                && chosen.is_none_or(|(most, longest, _)| (count, idle) > (most, longest))
            {
                chosen = Some((count, idle, one));
            }
        }
        if let Some((.., one)) = chosen {
            one.leave.cancel();
        }
        chosen.is_some()
    }

    /// Hands places that are free to those who wait, in the order in which they came, but to none who holds its share.
    fn hand_out(&self) {
        while let Some((waiter, place)) = self.handed_out() {
            // Who went away just now gives it back, to the next one.
            let _ = waiter.send(place);
        }
    }

    fn handed_out(&self) -> Option<(oneshot::Sender<Place>, Place)> {
        let mut state = self.state();
        let mut refused: Option<&Holder> = None;
        let (id, share) = state.waiting.iter().find_map(|(id, waiter)| {
            // Many who wait may be of one holder, and what one of them doesn't get the next one won't.
            let holder = waiter.newcomer.holder();
            if refused == Some(holder) {
                return None;
            }
            let share = self.share(&waiter.newcomer).ok();
            refused = share.is_none().then_some(holder);
            Some((*id, share?))
        })?;
        let waiter = state.waiting.remove(&id)?;
        Some((waiter.place, self.place(&mut state, waiter.newcomer, share)))
    }
}

impl State {
    const fn number(&mut self) -> u64 {
        self.next += 1;
        self.next
    }
}

/// The place of one connection, taken until this is dropped.
pub(crate) struct Place {
    places: Places,
    id: u64,
    holder: Holder,
    activity: Activity,
    leave: CancellationToken,
    crowd: usize,
    share: Option<Share>,
}

impl Place {
    /// How many connections its holder had when it came, with this one. One behind a proxy stands for itself.
    pub(crate) const fn crowd(&self) -> usize {
        self.crowd
    }

    /// What happens on the connection.
    pub(crate) const fn activity(&self) -> &Activity {
        &self.activity
    }

    /// Ready once the connection is to leave, because others need its place.
    pub(crate) async fn is_needed(&self) {
        self.leave.cancelled().await;
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut state = self.places.state();
        if let Some(open) = state.open.get_mut(&self.holder) {
            open.remove(&self.id);
            if open.is_empty() {
                state.open.remove(&self.holder);
                state.looked.remove(&Some(self.holder.clone()));
            }
        }
        drop(self.share.take());
        let is_awaited = !state.waiting.is_empty();
        drop(state);
        if is_awaited {
            self.places.hand_out();
        }
    }
}

/// Somebody who waits for a place, until this is dropped.
pub(crate) struct Waiting {
    places: Places,
    id: u64,
    holder: Holder,
    comes: oneshot::Receiver<Place>,
    /// Whether a connection was asked to leave for it.
    made_room: bool,
    why: NoPlace,
    _slot: Share,
}

impl Waiting {
    /// The place, once it comes.
    ///
    /// # Errors
    /// Why there is none, once it has waited for as long as one may.
    pub(crate) async fn place(&mut self) -> Result<Place, NoPlace> {
        let end = Instant::now() + self.places.0.config.patience;
        loop {
            let pause = if self.made_room { GOES_WITHIN } else { LOOK_AGAIN };
            match timeout_at(end.min(Instant::now() + pause), &mut self.comes).await {
                Ok(place) => return place.map_err(|_| self.why),
                Err(_) if Instant::now() >= end => return Err(self.why),
                Err(_) => {
                    let mut state = self.places.state();
                    self.made_room = self.places.have_one_leave(&mut state, &self.holder);
                }
            }
        }
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        let waiter = self.places.state().waiting.remove(&self.id);
        drop(waiter);
    }
}

#[cfg(test)]
mod tests {
    use std::net::{IpAddr, Ipv4Addr};

    use super::*;

    const AT_ONCE: IdleAfter = IdleAfter { call: Duration::ZERO, accept: Duration::ZERO };

    fn places(count: usize) -> Places {
        let patience = Duration::from_millis(50);
        let look_every = Duration::ZERO;
        Places::new(PlacesConfig { count, waiting: 4, patience, idle_after: AT_ONCE, look_every })
    }

    fn client(last: u8) -> Newcomer {
        Newcomer::At(Holder::at(IpAddr::V4(Ipv4Addr::new(192, 0, 2, last))))
    }

    fn placed(entry: Result<Entry, NoPlace>) -> Place {
        match entry {
            Ok(Entry::Place(place)) => place,
            Ok(Entry::Waiting(waiting)) => panic!("it waits: {:?}", waiting.why),
            Err(why) => panic!("{why:?}"),
        }
    }

    fn waits(entry: Result<Entry, NoPlace>) -> Waiting {
        match entry {
            Ok(Entry::Waiting(waiting)) => waiting,
            Ok(Entry::Place(_)) => panic!("it has a place"),
            Err(why) => panic!("{why:?}"),
        }
    }

    #[tokio::test]
    async fn an_address_leaves_some_places_to_others() {
        let places = places(8);
        let busy = |place: Place| (place.activity().call(), place);
        let first: Vec<_> = (0..6).map(|_| busy(placed(places.enter(client(1))))).collect();
        let mut more = waits(places.enter(client(1)));
        assert_eq!(more.place().await.err(), Some(NoPlace::HoldsMost));
        let other = placed(places.enter(client(2)));
        assert!(first.iter().all(|(_, place)| !place.leave.is_cancelled()), "those with a call stay");
        drop((other, more));
        assert_eq!(places.0.taken.in_use(), 6);
    }

    #[tokio::test]
    async fn who_has_been_idle_longest_of_whoever_holds_most_gives_way() {
        let places = places(8);
        let held: Vec<_> = (0..5).map(|_| placed(places.enter(client(1)))).collect();
        let few = placed(places.enter(client(2)));
        let leaving = |held: &[Place]| held.iter().filter(|place| place.leave.is_cancelled()).count();
        assert_eq!(leaving(&held), 1, "no more than a quarter was free for the last one");
        assert!(held[0].leave.is_cancelled());
        assert!(!few.leave.is_cancelled());
        // The next one of the same address as those, which waits, makes another leave.
        let sixth = placed(places.enter(client(1)));
        let waiting = waits(places.enter(client(1)));
        assert!(waiting.made_room && !few.leave.is_cancelled() && leaving(&held) == 3);
        drop(sixth);
    }

    #[tokio::test]
    async fn nobody_gives_way_to_who_holds_more() {
        let places = places(4);
        let busy: Vec<_> = (0..3)
            .map(|_| {
                let place = placed(places.enter(client(1)));
                (place.activity().call(), place)
            })
            .collect();
        let idle = placed(places.enter(client(2)));
        let waiting = waits(places.enter(client(1)));
        assert!(!waiting.made_room && !idle.leave.is_cancelled());
        drop(busy);
    }

    #[tokio::test]
    async fn who_waits_gets_the_next_place() {
        let places = places(1);
        let only = placed(places.enter(client(1)));
        let (mut first, mut second) = (waits(places.enter(client(2))), waits(places.enter(client(3))));
        assert!(only.leave.is_cancelled(), "it is idle");
        drop(only);
        let place = first.place().await;
        assert!(place.is_ok() && second.place().await.err() == Some(NoPlace::NoneFree));
        drop((first, second));
        let third = waits(places.enter(client(4)));
        drop(third);
        drop(place);
        assert_eq!(places.0.taken.in_use(), 0);
        assert!(places.state().waiting.is_empty() && places.0.waiting.in_use() == 0);
    }

    #[tokio::test]
    async fn a_place_that_nobody_takes_goes_to_the_next() {
        let places = places(1);
        let only = placed(places.enter(client(1)));
        let (first, mut second) = (waits(places.enter(client(2))), waits(places.enter(client(3))));
        drop(only);
        drop(first);
        assert!(second.place().await.is_ok());
    }

    #[tokio::test]
    async fn a_proxy_gets_all_places_but_a_few() {
        let places = places(32);
        let proxy = || Newcomer::Proxy(Holder::at(IpAddr::V4(Ipv4Addr::LOCALHOST)));
        let held: Vec<_> = (0..30).map(|_| placed(places.enter(proxy()))).collect();
        drop(waits(places.enter(proxy())));
        let probe = placed(places.enter(client(1)));
        drop((held, probe));
    }

    #[tokio::test]
    async fn not_more_wait_than_may() {
        let places = places(4);
        let proxy = || Newcomer::Proxy(Holder::at(IpAddr::V4(Ipv4Addr::LOCALHOST)));
        let held: Vec<_> = (0..4).map(|_| placed(places.enter(proxy()))).collect();
        let waiting: Vec<_> = (0..3).map(|_| waits(places.enter(client(1)))).collect();
        assert_eq!(places.enter(client(1)).err(), Some(NoPlace::NoneToWait));
        drop((held, waiting));
    }
}
